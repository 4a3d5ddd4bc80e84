"""Start a release in a slot and prove it there; how long each leg takes.

When that is done, and what follows: agent.py. Questions over HTTP: smoke.py. Files: shelf.py.
"""

import time
from datetime import timedelta

from movie_assets.release.record import Release
from movie_assets.serving_host.bento_cache import BentoCache, golden_examples
from movie_assets.serving_host.service_client import check_answers, service_identity
from movie_assets.serving_host.slot import Slot

READY_POLL_SECONDS = 0.1
ROUTE_SECONDS = 10.0  # Traefik takes a third of a second; if it was killed, supervisord needs some more
WARM_ROUNDS = 5  # of the golden examples: the first answers of a process are its slowest


class NotServingError(RuntimeError):
    """A Bento was started and does not serve; the message says how it showed."""


class StepTimes:
    """How long each part of a switch took."""

    def __init__(self) -> None:
        self._taken: list[str] = []
        self._begun = self._since = time.monotonic()

    def end(self, name: str) -> None:
        """The leg of this name is over."""
        now = time.monotonic()
        self._taken.append(f"{name} {now - self._since:.1f} s")
        self._since = now

    @property
    def total(self) -> timedelta:
        """All legs together."""
        return timedelta(seconds=self._since - self._begun)

    def __str__(self) -> str:
        return ", ".join(self._taken)


class Launcher:
    """Has releases answer in slots, within `ready_seconds`; `key` is the agent's to services that ask for one."""

    def __init__(self, shelf: BentoCache, *, key: str | None, ready_seconds: float) -> None:
        self._shelf = shelf
        self._key = key
        self._ready_seconds = ready_seconds

    def bring_up(self, release: Release, slot: Slot, legs: StepTimes) -> None:
        """Have the release answer rightly and warmly in the slot.

        Raises NotServingError, ServiceCheckError, SlotError, BentoCacheError, OSError.
        """
        bento = self._shelf.bento_in(slot.name)
        answering = service_identity(slot.url, self._key).bento_tag
        if bento is None or not self._shelf.holds(slot.name, release) or answering != release.bento_tag:
            bento = self._shelf.unpack(release)
            legs.end("fetch")
            slot.stop()
            self._shelf.put(bento, slot.name)
            slot.restart()
            self._wait_until_ready(release, slot)
            legs.end("start")
        golden = golden_examples(bento)
        for _round in range(WARM_ROUNDS):
            check_answers(slot.url, golden, self._key)
        legs.end("warm")

    def wait_until_routed(self, release: Release, url: str) -> None:
        """Return once the release answers at `url`, where everybody asks. Raises NotServingError."""
        deadline = time.monotonic() + ROUTE_SECONDS
        while service_identity(url, self._key).bento_tag != release.bento_tag:
            if time.monotonic() > deadline:
                raise NotServingError(
                    f"The route was moved, and {release.bento_tag} did not answer at {url} within "
                    f"{ROUTE_SECONDS:g} s. Does Traefik run (python -m movie_assets.cli proxy)?"
                )
            time.sleep(READY_POLL_SECONDS)

    def _wait_until_ready(self, release: Release, slot: Slot) -> None:
        deadline = time.monotonic() + self._ready_seconds
        while (presence := service_identity(slot.url, self._key)).bento_tag != release.bento_tag:
            if presence.refusal or presence.bento_tag:
                raise NotServingError(
                    f"The new service does not serve: {presence.refusal or f'{presence.bento_tag} answers.'}"
                )
            if time.monotonic() > deadline:
                raise NotServingError(f"The new service was not ready within {self._ready_seconds:g} s.")
            if not slot.is_up():
                raise NotServingError("The new service died at every start.")
            time.sleep(READY_POLL_SECONDS)
