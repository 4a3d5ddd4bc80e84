"""How fast the service is, beside a bare FastAPI application and the old pipeline's API: `make bench-serving`.

wrk sends requests to each server in turn on the same machine, with synthetic films, or with those of a dump that have
different synopses of about sixty words. Unless a row says otherwise, answers have contributions and an interval and go
to the prediction log. The servers compared with: rivals.py. Figures: docs/reference/benchmarks.md.
"""

import argparse
import contextlib
import dataclasses
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from itertools import chain
from pathlib import Path

import httpx
import joblib
import numpy as np

from benchmarks.measuring import (
    PROJECT,
    in_own_process,
    machine,
    median_ms,
    print_table,
    processor_seconds,
    resident_mb,
)
from benchmarks.training import SEED, dump_films, movies_of, synthetic_films
from movie_assets.training.candidates import CANDIDATES
from movie_assets.training.encoders import fit_encoders
from movie_assets.training.selection import bundle_of
from movie_assets.training.tuning import refit
from movie_assets.training.window import FilmSet
from tests.support.bentos import a_bento, a_card, serving, unpacked
from tests.support.served import bentoml_serve
from tests.support.servers import free_port, running, stripped_environment

TREES = 300
FEWEST_WORDS, MOST_WORDS = 50, 70  # of real synopses
FILMS, ALONE = 4_000, 1_000  # in requests, predicted one by one in process
ROUNDS = 6  # of two measurements in turn
BATCH = 10_000
OLD_SECONDS = 20
OLD = "best_model.pkl"
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
    frame = dump_films(dump).drop_duplicates("overview")
    frame = frame[frame["overview"].str.split().str.len().between(FEWEST_WORDS, MOST_WORDS)]
    return FilmSet(frame.sample(min(FILMS, len(frame)), random_state=SEED).reset_index(drop=True))


def measure(url, bodies, *, connections=16, seconds):
    """The figures of wrk: requests a second, p50 and p99 in milliseconds, errors, processor microseconds a request.

    Processor time is the server's alone, and other programs on the machine change it little.
    """
    before = processor_seconds(worker(url))
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        script.write(SCRIPT)
        script.flush()
        command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "-s", script.name, url]
        environment = {**os.environ, "BODIES": str(bodies)}
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    load = json.loads(done.stdout.strip().splitlines()[-1])
    busy = processor_seconds(worker(url)) - before
    return load | {"rate": load["requests"] / load["seconds"], "cost": busy / load["requests"] * 1e6}


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
    """A bundle of this family with 300 trees on the full feature set; writes the rivals' files and request bodies."""
    settings = {**candidate.starting_points["full"], "n_estimators": TREES}
    fitted = refit([candidate], part, encoded, {f"{candidate.family}_full": settings}, seed=SEED)
    bundle = dataclasses.replace(bundle_of(fitted, part, encoded, seed=SEED), card=a_card(family=candidate.family))
    for name, content in bundle.files.items():
        (folder / name).write_bytes(content)
    films = [movie.model_dump(mode="json", exclude_defaults=True) for movie in movies_of(part, FILMS)]
    rows = old_columns(part)
    joblib.dump(candidate.build(settings, SEED, (0,) * rows.shape[1]).fit(rows, part.ratings), folder / OLD)
    for name, bodies in (
        ("films", films),
        ("plain", [film | {"reasons": False} for film in films]),
        ("rows", rows.astype(float).to_dict("records")),
    ):
        (folder / f"{name}.jsonl").write_text("".join(f"{json.dumps(body)}\n" for body in bodies))
    return bundle


def old_columns(part):
    """The films as requests to the old API: five numbers."""
    codes = {"genre_encoded": "main_genre", "lang_encoded": "original_language"}
    encoded = {new: part.frame[name].astype("category").cat.codes for new, name in codes.items()}
    names = ["runtime", *encoded, "overview_sentiment", "overview_len"]
    return part.frame.assign(**encoded)[names]


def worker(url):
    """The process that serves `url`."""
    port = url.rpartition(":")[2]
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if f"--port\0{port}\0".encode() in process.joinpath("cmdline").read_bytes():
                return process.name
    raise LookupError(f"No process serves port {port}.")


def family_rows(candidate, part, encoded, folder, *, seconds, requests):
    """One family: the service beside both rivals, then batches and a long run."""
    bundle = prepared(candidate, part, encoded, folder)
    movies = [[movie] for movie in movies_of(part, ALONE)]
    bundle.predict(movies[0])
    alone_ms = median_ms(bundle.predict, movies)
    bento = unpacked(a_bento(bundle, folder / "work"), folder / "bento")
    with rival("old_pipeline", folder) as url:
        # Longer: with a forest it takes seconds to answer sixteen at once.
        old = measure(url, folder / "rows.jsonl", seconds=max(seconds, OLD_SECONDS))
    with rival("around_bundle", folder, bundle.id) as url:
        measure(url, folder / "films.jsonl", seconds=2)
        bare = measure(url, folder / "films.jsonl", seconds=seconds)
    with serving(bento, log=folder / "log", **with_log(folder)) as url:
        measure(url, folder / "films.jsonl", seconds=2)
        one = measure(url, folder / "films.jsonl", connections=1, seconds=seconds)
        many = measure(url, folder / "films.jsonl", seconds=seconds)
        plain = measure(url, folder / "plain.jsonl", seconds=seconds)
        batch_rate, textblob_rate = beside_textblob(url, folder / "films.jsonl")
        first_mb, sent, failed = resident_mb(worker(url)), 0, one["errors"] + many["errors"]
        while sent < requests:
            load = measure(url, folder / "films.jsonl", seconds=10)
            sent, failed = sent + load["requests"], failed + load["errors"]
        last_mb = resident_mb(worker(url))
    name = candidate.family
    yield f"{name}: bundle {bundle.id[:12]}, a film in process", f"{alone_ms:.2f} ms", "2 ms"
    yield f"{name}: 1 connection, p50 / p99", f"{one['p50']:.1f} / {one['p99']:.1f} ms", "3 / 8 ms"
    yield f"{name}: 16 connections, p99", f"{many['p99']:.1f} ms", "50 ms"
    yield f"{name}: 16 connections", f"{many['rate']:,.0f} requests/s", "–"
    yield "the same, beside a bare FastAPI around the bundle", f"{many['rate'] / bare['rate']:.2f} ×", "0.6 ×"
    yield "the same, without contributions", f"{plain['rate']:,.0f} requests/s", "–"
    costs = [f"{load['cost']:,.0f}" for load in (many, bare, old)]
    yield "the same: processor time a request, and that of the two", f"{' / '.join(costs)} µs", "–"
    whole_target, plain_target = ("10 ×", "–") if name == "random_forest" else ("1 ×", "2 ×")
    yield "the same, beside the old pipeline's API", f"{many['rate'] / old['rate']:.1f} ×", whole_target
    yield "without contributions, beside it", f"{plain['rate'] / old['rate']:.1f} ×", plain_target
    yield f"{name}: a batch of {BATCH:,} films", f"{batch_rate:,.0f} films/s", "–"
    yield "the same, beside TextBlob alone", f"{batch_rate / textblob_rate:.2f} ×", "0.8 ×"
    yield f"{name}: errors in {sent:,.0f} requests", f"{failed}", "0"
    yield f"{name}: memory of a worker, before and after them", f"{first_mb:.0f} / {last_mb:.0f} MB", "450 MB, flat"


def with_log(folder):
    """The settings of a service with a prediction log."""
    spool = folder / "spool"
    spool.mkdir(exist_ok=True)
    return {"MOVIE_LOG_DIR": str(spool)}


def log_rows(bento, folder, *, seconds):
    """The cost of the prediction log: a service with and one without it, measured in turn, the medians of each."""
    rounds_of = {"with the log": [], "without": []}
    with (
        serving(bento, log=folder / "log-with", **with_log(folder)) as with_log_url,
        serving(bento, log=folder / "log-without") as without_url,
    ):
        order = [("with the log", with_log_url), ("without", without_url)]
        for _ in range(ROUNDS):
            for name, url in order:
                rounds_of[name].append(measure(url, folder / "films.jsonl", seconds=seconds))
            order.reverse()  # so that neither always comes second
    for name, rounds in rounds_of.items():
        middle = {figure: np.median([load[figure] for load in rounds]) for figure in ("rate", "p50", "p99", "cost")}
        yield f"16 connections, {name}: requests/s", f"{middle['rate']:,.0f}", "–"
        yield "the same, p50 / p99", f"{middle['p50']:.1f} / {middle['p99']:.1f} ms", "–"
        yield "the same: processor time a request", f"{middle['cost']:,.0f} µs", "–"
    rates = sorted(load["rate"] for load in rounds_of["without"])
    yield "slowest and fastest of the rounds without", f"{rates[0]:,.0f} to {rates[-1]:,.0f} requests/s", "–"


def beside_textblob(url, path):
    """Films a second of a batch and synopses a second of TextBlob alone, measured in turn: the medians of each."""
    films = path.read_text().splitlines()
    rates = []
    for _ in range(ROUNDS):
        [alone] = in_own_process("benchmarks.serving", "--textblob", path)
        rates.append((batch(url, films), alone["rate"]))
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
    """Synopses a second of TextBlob's sentiment and nothing else."""
    from textblob import TextBlob

    texts = [json.loads(line)["overview"] for line in Path(path).read_text().splitlines()]
    TextBlob("A good start.").sentiment  # noqa: B018  # loads the lexicon
    began = time.perf_counter()
    for synopsis in texts:
        TextBlob(synopsis).sentiment  # noqa: B018
    return {"rate": len(texts) / (time.perf_counter() - began)}


def start_rows(bento, folder):
    """How long the service takes to become ready, beside a Bento that does nothing, and its slowest imports."""
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
        done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
        yield f"import {library}", f"{float(done.stdout):.1f} s", "–"


def all_rows(options):
    """The rows of each family, then those of the last family's Bento."""
    part = real_films(options.dump) if options.dump else FilmSet(synthetic_films(FILMS))
    encoded = fit_encoders(part, seed=SEED)
    candidates = [candidate for candidate in CANDIDATES if options.family in (None, candidate.family)]
    for candidate in candidates:
        with tempfile.TemporaryDirectory() as temporary:
            folder = Path(temporary)
            yield from family_rows(candidate, part, encoded, folder, seconds=options.seconds, requests=options.requests)
            if candidate is candidates[-1]:
                bento = folder / "bento"
                yield from chain(log_rows(bento, folder, seconds=options.seconds), start_rows(bento, folder))


def main():
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=10, help="Of each measurement.")
    parser.add_argument("--requests", type=int, default=200_000, help="Of the long run of each family.")
    parser.add_argument("--family", choices=[candidate.family for candidate in CANDIDATES], help="Only this one.")
    parser.add_argument("--dump", type=Path, help="Take its films rather than synthetic ones.")
    parser.add_argument("--textblob", metavar="FILMS", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.textblob:
        print(json.dumps(textblob_alone(options.textblob)))
        return
    if shutil.which("wrk") is None:
        sys.exit("wrk is not installed; on Debian, `apt-get install wrk`.")
    print(f"{machine()}\n")
    print_table(["what", "measured", "target"], all_rows(options))


if __name__ == "__main__":
    main()
