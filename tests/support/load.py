"""A steady load on the service: a number of requests a second, and the outcome of each."""

import asyncio
import contextlib
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

import httpx

from movie_assets.prediction.movie import Movie

CONNECTIONS = 100
TIMEOUT_SECONDS = 10


@dataclass(frozen=True)
class Answered:
    """One request that was answered with 200."""

    sent_at: float  # time.time()
    seconds: float
    bento_tag: str
    bundle_id: str
    rating: float


@dataclass
class Load:
    """What has happened so far; filled while the load runs."""

    answered: list[Answered] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)  # one sentence a request that failed, in whatever way

    def tags(self) -> list[str]:
        """The Bentos that answered, in the order of their first answers."""
        return list(dict.fromkeys(one.bento_tag for one in self.answered))

    def first_of(self, tag: str) -> float | None:
        """When the first answer of this Bento was there, in Unix time."""
        return min((one.sent_at + one.seconds for one in self.answered if one.bento_tag == tag), default=None)


@contextlib.contextmanager
def steady_load(url: str, movie: Movie, *, rate: float) -> Iterator[Load]:
    """Ask for the film's rating `rate` times a second until the block ends; each request once, never again.

    Fewer are sent while as many as there are connections wait for their answers.
    """
    load, ended = Load(), threading.Event()
    thread = threading.Thread(target=lambda: asyncio.run(_run(url, movie, rate, load, ended)))
    thread.start()
    try:
        yield load
    finally:
        ended.set()
        thread.join()


async def _run(url: str, movie: Movie, rate: float, load: Load, ended: threading.Event) -> None:
    limits = httpx.Limits(max_connections=CONNECTIONS, max_keepalive_connections=CONNECTIONS)
    body = movie.model_dump_json().encode()
    places = asyncio.Semaphore(CONNECTIONS)
    async with httpx.AsyncClient(base_url=url, timeout=TIMEOUT_SECONDS, limits=limits, trust_env=False) as client:
        begun, sent = time.monotonic(), 0
        async with asyncio.TaskGroup() as requests:
            while not ended.is_set():
                while sent < (time.monotonic() - begun) * rate and not ended.is_set():
                    await places.acquire()
                    task = requests.create_task(_ask(client, body, load))
                    task.add_done_callback(lambda _task: places.release())
                    sent += 1
                await asyncio.sleep(0.5 / rate)


async def _ask(client: httpx.AsyncClient, body: bytes, load: Load) -> None:
    sent_at, begun = time.time(), time.monotonic()
    try:
        answer = await client.post("/predict", content=body, headers={"content-type": "application/json"})
    except httpx.HTTPError as error:
        load.failures.append(repr(error))
        return
    if answer.status_code != httpx.codes.OK:
        load.failures.append(f"{answer.status_code}: {answer.text[:200]}")
        return
    said = answer.json()
    load.answered.append(
        Answered(
            sent_at=sent_at,
            seconds=time.monotonic() - begun,
            bento_tag=said["bento_tag"],
            bundle_id=said["bundle_id"],
            rating=said["predicted_rating"],
        )
    )
