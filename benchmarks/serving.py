"""How fast the service is: `make bench-serving`. Beside a bare FastAPI application and the old pipeline's API.

A plain program and no test: figures belong to the machine they come from. wrk asks each server in turn on the same
machine, with synopses of sixty words that are all different, real ones where a dump is named; answers have
contributions and an interval unless said, and go to the prediction log as on a serving host. Linux only: memory is
read in /proc. What it is compared with: rivals.py.
"""

import argparse
import contextlib
import dataclasses
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from datetime import date
from itertools import chain
from pathlib import Path

import httpx
import joblib
import numpy as np

from benchmarks.catalogue import machine, processor_seconds
from benchmarks.quality import films_of, movies_of
from movie_assets.catalogue.raw import raw_frame
from movie_assets.catalogue.synthetic.source import SyntheticCatalogue
from movie_assets.prediction.sentiment import polarity
from movie_assets.training.candidates import CANDIDATES
from movie_assets.training.encoders import fit_encoders
from movie_assets.training.selection import bundle_of
from movie_assets.training.tuning import refit
from movie_assets.training.window import Part
from tests.support.bentos import PROJECT, a_bento, a_card, serving, unpacked
from tests.support.cleaning import clean
from tests.support.served import bentoml_serve
from tests.support.servers import free_port, running, stripped_environment

TREES = 300
WORDS = 60
FEWEST_WORDS, MOST_WORDS = 50, 70  # of the real synopses asked with
FILMS = 4_000
ROUNDS = 6  # of what is asked in turn
BATCH = 10_000
OLD_SECONDS = 20
OLD = "best_model.pkl"
DAY = date(2026, 1, 1)
SCRIPT = """
local bodies = {}
for line in io.lines(os.getenv("BODIES")) do bodies[#bodies + 1] = line end
local at = 0
request = function()
  at = at % #bodies + 1
  return wrk.format("POST", "/predict", {["content-type"] = "application/json"}, bodies[at])
end
done = function(summary, latency)
  local e = summary.errors
  io.write(string.format('{"seconds": %f, "requests": %d, "p50": %f, "p99": %f, "errors": %d}',
    summary.duration / 1e6, summary.requests, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3,
    e.connect + e.read + e.write + e.status + e.timeout), "\\n")
end
"""
BARE = """
import bentoml


@bentoml.service(http={"host": "127.0.0.1"})
class Bare:
    @bentoml.api
    def echo(self, text: str) -> str:
        return text
"""


def real_films(dump):
    """Films of a dump with different synopses of about sixty words, as a training part."""
    frame = films_of(dump).drop_duplicates("overview")
    frame = frame[frame["overview"].str.split().str.len().between(FEWEST_WORDS, MOST_WORDS)]
    return Part(frame.sample(min(FILMS, len(frame)), random_state=7).reset_index(drop=True))


def films():
    """Synthetic films with different synopses of sixty words, as a training part."""
    cleaned = clean(raw_frame(SyntheticCatalogue(7, DAY, 0, 2 * FILMS).fetch(DAY, with_history=True)), day=DAY)
    frame = cleaned.movies.merge(cleaned.votes, on="id")
    words = " ".join(frame["overview"]).split()
    frame = frame.head(FILMS)
    synopses = [" ".join(words[place * WORDS // 2 :][: WORDS - 1]) for place in range(len(frame))]
    frame["overview"] = [
        f"{synopsis} {title.split()[0]}{place}."
        for place, (synopsis, title) in enumerate(zip(synopses, frame["title"], strict=True))
    ]
    frame["overview_sentiment"] = frame["overview"].map(polarity)
    frame["overview_len"] = frame["overview"].map(len)
    return Part(frame)


def ask(url, bodies, *, connections, seconds):
    """What wrk measures: requests a second, p50 and p99 in milliseconds, errors; and processor microseconds a request.

    Processor time is the server's alone, and other programs on the machine change it little.
    """
    before = processor_seconds(of=worker(url))
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        script.write(SCRIPT)
        script.flush()
        command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "-s", script.name, url]
        environment = {**os.environ, "BODIES": str(bodies)}
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    told = json.loads(done.stdout.strip().splitlines()[-1])
    busy = processor_seconds(of=worker(url)) - before
    return told | {"rate": told["requests"] / told["seconds"], "cost": busy / told["requests"] * 1e6}


@contextlib.contextmanager
def rival(name, folder, bundle_id=""):
    """A running rival's address."""
    port = free_port()
    command = [sys.executable, "-m", "uvicorn", "--factory", f"benchmarks.rivals:{name}"]
    command += ["--port", str(port), "--no-access-log", "--log-level", "warning"]
    environment = stripped_environment(RIVAL_FOLDER=str(folder), RIVAL_BUNDLE=bundle_id)
    with running(command, ready=f"http://127.0.0.1:{port}/docs", env=environment, cwd=PROJECT):
        yield f"http://127.0.0.1:{port}"


def prepared(candidate, part, encoded, folder):
    """A bundle of this family with 300 trees on the full feature set, laid out for both rivals."""
    settings = {**candidate.starting_points["full"], "n_estimators": TREES}
    fitted = refit([candidate], part, encoded, {f"{candidate.family}_full": settings}, seed=7)
    bundle = dataclasses.replace(bundle_of(fitted, part, encoded, seed=7), card=a_card(family=candidate.family))
    for name, content in bundle.files.items():
        (folder / name).write_bytes(content)
    films = [movie.model_dump(mode="json", exclude_defaults=True) for movie in movies_of(part, FILMS)]
    lines(folder / "films.jsonl", [json.dumps(film) for film in films])
    lines(folder / "bare.jsonl", [json.dumps(film | {"reasons": False}) for film in films])
    rows = old_columns(part)
    joblib.dump(candidate.build(settings, 7, (0,) * rows.shape[1]).fit(rows, part.ratings), folder / OLD)
    lines(folder / "rows.jsonl", [json.dumps(row) for row in rows.astype(float).to_dict("records")])
    return bundle


def old_columns(part):
    """The films as the old API asks for them: five numbers."""
    codes = {"genre_encoded": "main_genre", "lang_encoded": "original_language"}
    encoded = {new: part.frame[name].astype("category").cat.codes for new, name in codes.items()}
    names = ["runtime", *encoded, "overview_sentiment", "overview_len"]
    return part.frame.assign(**encoded)[names]


def lines(path, texts):
    """One text a line."""
    path.write_text("\n".join(texts) + "\n")


def worker(url):
    """The process that answers at `url`."""
    port = url.rpartition(":")[2]
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if f"--port\0{port}\0".encode() in process.joinpath("cmdline").read_bytes():
                return process.name
    raise LookupError(f"No process serves port {port}.")


def memory_mb(url):
    """The memory of the process that answers, now."""
    return int(re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{worker(url)}/status").read_text())[1]) / 1024


def family_rows(candidate, part, encoded, folder, *, seconds, requests):
    """One family: the service beside both rivals, then a batch and a long run."""
    bundle = prepared(candidate, part, encoded, folder)
    alone_ms = in_process(bundle, movies_of(part, FILMS))
    bento = unpacked(a_bento(bundle, folder / "work"), folder / "bento")
    with rival("old_pipeline", folder) as url:
        # Longer: a forest takes it seconds to answer sixteen at once.
        old = ask(url, folder / "rows.jsonl", connections=16, seconds=max(seconds, OLD_SECONDS))
    with rival("around_bundle", folder, bundle.id) as url:
        ask(url, folder / "films.jsonl", connections=16, seconds=2)
        bare = ask(url, folder / "films.jsonl", connections=16, seconds=seconds)
    with serving(bento, log=folder / "log", **with_log(folder)) as url:
        ask(url, folder / "films.jsonl", connections=16, seconds=2)
        one = ask(url, folder / "films.jsonl", connections=1, seconds=seconds)
        many = ask(url, folder / "films.jsonl", connections=16, seconds=seconds)
        plain = ask(url, folder / "bare.jsonl", connections=16, seconds=seconds)
        batch_rate, alone = beside_textblob(url, folder / "films.jsonl")
        first_mb, asked, failed = memory_mb(url), 0, one["errors"] + many["errors"]
        while asked < requests:
            told = ask(url, folder / "films.jsonl", connections=16, seconds=10)
            asked, failed = asked + told["requests"], failed + told["errors"]
        last_mb = memory_mb(url)
    name = candidate.family
    yield f"{name}: bundle {bundle.id[:12]}, a film in process", f"{alone_ms:.2f} ms", "2 ms"
    yield f"{name}: 1 connection, p50 / p99", f"{one['p50']:.1f} / {one['p99']:.1f} ms", "3 / 8 ms"
    yield f"{name}: 16 connections, p99", f"{many['p99']:.1f} ms", "50 ms"
    yield f"{name}: 16 connections", f"{many['rate']:,.0f} requests/s", "–"
    yield "the same, beside a bare FastAPI around the bundle", f"{many['rate'] / bare['rate']:.2f} ×", "0.6 ×"
    yield "the same, without contributions", f"{plain['rate']:,.0f} requests/s", "–"
    costs = [f"{told['cost']:,.0f}" for told in (many, bare, old)]
    yield "the same: processor time a request, and that of the two", f"{' / '.join(costs)} µs", "–"
    target = "10 ×" if name == "random_forest" else "1 ×"
    yield "the same, beside the old pipeline's API", f"{many['rate'] / old['rate']:.1f} ×", target
    target = "–" if name == "random_forest" else "2 ×"
    yield "without contributions, beside it", f"{plain['rate'] / old['rate']:.1f} ×", target
    yield f"{name}: a batch of {BATCH:,} films", f"{batch_rate:,.0f} films/s", "–"
    yield "the same, beside TextBlob alone", f"{batch_rate / alone:.2f} ×", "0.8 ×"
    yield f"{name}: errors in {asked:,.0f} requests", f"{failed}", "0"
    yield f"{name}: memory of a worker, before and after them", f"{first_mb:.0f} / {last_mb:.0f} MB", "450 MB, flat"


def with_log(folder):
    """The settings of a service that keeps what it answers."""
    spool = folder / "spool"
    spool.mkdir(exist_ok=True)
    return {"MOVIE_LOG_DIR": str(spool)}


def log_rows(bento, folder, *, seconds):
    """What the prediction log costs: two services, one with and one without, asked in turn, the medians of each."""
    told = {"with the log": [], "without": []}
    with (
        serving(bento, log=folder / "log-kept", **with_log(folder)) as kept,
        serving(bento, log=folder / "log-none") as none,
    ):
        for place in range(2 * ROUNDS):
            # the order is turned round by round, so that neither always comes second
            name, url = (("with the log", kept), ("without", none))[(place + place // 2) % 2]
            told[name].append(ask(url, folder / "films.jsonl", connections=16, seconds=seconds))
    for name, rounds in told.items():
        middle = {
            figure: float(np.median([one[figure] for one in rounds])) for figure in ("rate", "p50", "p99", "cost")
        }
        yield f"16 connections, {name}: requests/s", f"{middle['rate']:,.0f}", "–"
        yield "the same, p50 / p99", f"{middle['p50']:.1f} / {middle['p99']:.1f} ms", "–"
        yield "the same: processor time a request", f"{middle['cost']:,.0f} µs", "–"
    rates = sorted(one["rate"] for one in told["without"])
    yield "slowest and fastest of the rounds without", f"{rates[0]:,.0f} to {rates[-1]:,.0f} requests/s", "–"


def in_process(bundle, movies):
    """The median time of one film's prediction with contributions and interval, in milliseconds."""
    bundle.predict(movies[:1])
    taken = []
    for movie in movies[:1_000]:
        began = time.perf_counter()
        bundle.predict([movie])
        taken.append(1000 * (time.perf_counter() - began))
    return float(np.median(taken))


def beside_textblob(url, path):
    """Films a second of a batch and synopses a second of TextBlob alone, asked in turn: the medians of each."""
    command = [sys.executable, "-m", "benchmarks.serving", "--textblob", str(path)]
    films = path.read_text().splitlines()
    rates = []
    for _ in range(ROUNDS):
        alone = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=True).stdout
        rates.append((batch(url, films), float(alone.split()[-1])))
    return np.median(rates, axis=0)


def batch(url, films):
    """Films a second of one batch."""
    body = "\n".join(films[place % len(films)] for place in range(BATCH)).encode()
    began = time.perf_counter()
    httpx.post(
        f"{url}/predict_batch", content=body, headers={"content-type": "application/x-ndjson"}, timeout=60
    ).raise_for_status()
    return BATCH / (time.perf_counter() - began)


def textblob_alone(path):
    """Synopses a second of TextBlob's sentiment and nothing else, in a process of its own."""
    from textblob import TextBlob

    texts = [json.loads(line)["overview"] for line in Path(path).read_text().splitlines()]
    TextBlob("A good start.").sentiment  # noqa: B018  # loads the lexicon
    began = time.perf_counter()
    for synopsis in texts:
        TextBlob(synopsis).sentiment  # noqa: B018
    print(len(texts) / (time.perf_counter() - began))


def start_rows(bento, folder):
    """How long the service takes to be ready beside a Bento that does nothing, and what its imports cost."""
    bare = folder / "bare"
    bare.mkdir()
    (bare / "service.py").write_text(BARE)
    seconds = {}
    for name, started in (
        ("bare", bentoml_serve(bare, home=folder / "home-bare")),
        ("ours", serving(bento, log=folder / "log-ours")),
    ):
        began = time.perf_counter()
        with started:
            seconds[name] = time.perf_counter() - began
    yield "ready after, a bare Bento", f"{seconds['bare']:.1f} s", "–"
    yield "ready after, the service", f"{seconds['ours']:.1f} s", f"{seconds['bare'] + 4:.1f} s"
    for library in ("bentoml", "onnxruntime", "py3langid", "movie_assets.prediction.bundle"):
        program = f"import time; t = time.perf_counter(); import {library}; print(time.perf_counter() - t)"
        told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
        yield f"import {library}", f"{float(told.stdout):.1f} s", "–"


def main():
    """Measure and print a table; a row as soon as it is known."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=10, help="Of each measurement.")
    parser.add_argument("--requests", type=int, default=200_000, help="Of the long run of each family.")
    parser.add_argument("--family", choices=[candidate.family for candidate in CANDIDATES], help="This one alone.")
    parser.add_argument("--dump", type=Path, help="Ask with its films rather than synthetic ones.")
    parser.add_argument("--textblob", metavar="FILMS", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.textblob:
        textblob_alone(asked.textblob)
        return
    if shutil.which("wrk") is None:
        sys.exit("wrk is not installed; on Debian, `apt-get install wrk`.")
    part = real_films(asked.dump) if asked.dump else films()
    encoded = fit_encoders(part, seed=7)
    print(f"{machine()}; load before: {os.getloadavg()[0]:.1f}\n", flush=True)
    print("| what | measured | target |\n| --- | --- | --- |", flush=True)
    chosen = [candidate for candidate in CANDIDATES if asked.family in (None, candidate.family)]
    for candidate in chosen:
        with tempfile.TemporaryDirectory() as folder:
            for row in family_rows(
                candidate, part, encoded, Path(folder), seconds=asked.seconds, requests=asked.requests
            ):
                print("| " + " | ".join(row) + " |", flush=True)
            if candidate is chosen[-1]:
                bento = Path(folder) / "bento"
                rows = chain(log_rows(bento, Path(folder), seconds=asked.seconds), start_rows(bento, Path(folder)))
                for row in rows:
                    print("| " + " | ".join(row) + " |", flush=True)


if __name__ == "__main__":
    main()
