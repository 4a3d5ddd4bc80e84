"""What a real service leaves behind of its answers: after a stop all of it, after a kill all but the last second."""

import hashlib
import json
import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from bento_service.prediction_log import FLUSH_SECONDS
from tests.support.bentos import serving
from tests.support.builders import a_movie
from tests.support.served import BUNDLE, the_bento

JSON = {"content-type": "application/json"}
IN_CODES = "runtime=112&genre_encoded=1&lang_encoded=2&sentiment=0.3&overview_len=240"


def films(count):
    """So many films, as they are sent."""
    return [a_movie(runtime=60 + number).model_dump_json().encode() for number in range(count)]


def ask(url, film):
    answer = httpx.post(f"{url}/predict", content=film, headers=JSON, timeout=30, trust_env=False)
    assert answer.status_code == 200


def digests(sent):
    return sorted(hashlib.sha256(film).hexdigest() for film in sent)


def logged(folder):
    return [json.loads(line) for path in folder.glob("*.jsonl") for line in path.read_bytes().splitlines()]


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "log").mkdir()
    return tmp_path / "log"


def test_after_a_stop_every_answer_of_every_worker_is_there(folder, tmp_path):
    """Single films, in words and in codes, and those of a batch, each once; one that was refused was not answered."""
    sent, batch = films(40), films(30)
    settings = {"MOVIE_API_WORKERS": "2", "MOVIE_LOG_DIR": str(folder), "MOVIE_LOG_SLOT": "a"}
    with serving(the_bento(), log=tmp_path / "output", **settings) as url:
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda film: ask(url, film), sent))
        body = b"\n".join([*batch, b'{"runtime": 0}'])
        httpx.post(f"{url}/predict_batch", content=body, headers={"content-type": "application/x-ndjson"}, timeout=30)
        httpx.get(f"{url}/predict?{IN_CODES}", timeout=30, trust_env=False).raise_for_status()

    entries = logged(folder)

    assert sorted(entry["request"] for entry in entries) == digests([*sent, *batch, IN_CODES.encode()])
    assert {(entry["bundle_id"], entry["slot"]) for entry in entries} == {(BUNDLE.id, "a")}
    assert "detective" not in json.dumps(entries) + (tmp_path / "output").read_text()


def test_after_a_kill_all_but_the_last_second_is_there(folder, tmp_path):
    """kill -9 leaves no time to write what waits."""
    early, late = films(20), films(25)[20:]
    with serving(the_bento(), log=tmp_path / "output", MOVIE_LOG_DIR=str(folder)) as url:
        for film in early:
            ask(url, film)
        time.sleep(2 * FLUSH_SECONDS)
        for film in late:
            ask(url, film)
        [writer] = {path.name.rpartition("-")[2].removesuffix(".jsonl") for path in folder.iterdir()}
        os.killpg(os.getpgid(int(writer)), signal.SIGKILL)

    assert set(digests(early)) <= {entry["request"] for entry in logged(folder)} <= set(digests(early + late))
