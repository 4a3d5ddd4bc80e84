"""The prediction log, and the thread that writes it."""

import fcntl
import hashlib
import json
import os
import time

import pytest
from prometheus_client import REGISTRY

from bento_service.prediction_log import MAX_QUEUED, PredictionLog
from bento_service.requests import PredictionRequest
from bento_service.responses import ServedBundle
from bento_service.settings import ServiceSettings
from tests.support.bentos import a_bundle
from tests.support.builders import OVERVIEW, a_movie

FILM = a_movie()
BODY = FILM.model_dump_json().encode()
[PREDICTION] = ServedBundle(a_bundle(), "movie_rating:one").predict([PredictionRequest(**FILM.model_dump())], year=2026)
RESPONSE = PREDICTION.model_dump_json().encode()


@pytest.fixture
def folder(tmp_path):
    return tmp_path


def logged(folder, *films, overview=FILM.overview, **settings):
    """The lines of a closed log of these films."""
    log = PredictionLog(ServiceSettings(log_dir=folder, log_slot="a", **settings))
    log.start()
    for film in films:
        log.append(film, overview, RESPONSE)
    log.close()
    return lines(folder)


def dropped():
    return REGISTRY.get_sample_value("movie_rating_log_dropped_total")


def lines(folder):
    return [json.loads(line) for path in sorted(folder.glob("*.jsonl")) for line in path.read_bytes().splitlines()]


def test_a_prediction_is_one_line(folder):
    """The digest of the request, the slot and its role, and the whole response."""
    (folder / "role-a").write_text("in service")
    os.utime(folder / "role-a", (1, 1))

    [line] = logged(folder, BODY)

    assert line["request"] == hashlib.sha256(BODY).hexdigest()
    assert line["predicted_rating"] == PREDICTION.predicted_rating
    assert {name: line[name] for name in json.loads(RESPONSE)} == json.loads(RESPONSE)
    assert [line[name] for name in ("bento_tag", "slot", "role")] == ["movie_rating:one", "a", "in service"]


def test_a_synopsis_is_logged_as_a_digest(folder):
    """It may be confidential."""
    [line] = logged(folder, BODY)

    assert line["overview"] == f"sha256:{hashlib.sha256(OVERVIEW.encode()).hexdigest()}"
    assert OVERVIEW not in json.dumps(line)


def test_a_setting_allows_to_log_synopses(folder):
    """As they were sent."""
    assert logged(folder, BODY, log_synopses=True)[0]["overview"] == OVERVIEW


def test_without_a_synopsis_there_is_no_digest(folder):
    """It is null."""
    assert logged(folder, BODY, overview=None)[0]["overview"] is None


def test_a_share_is_the_same_films_everywhere(tmp_path):
    """Two services that get the same requests log the same ones."""
    films = [f'{{"runtime": {n}}}'.encode() for n in range(1, 201)]
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()

    one = [line["request"] for line in logged(tmp_path / "one", *films, log_share=0.3)]
    two = [line["request"] for line in logged(tmp_path / "two", *films, log_share=0.3)]

    assert one == two
    assert 30 < len(one) < 90


def test_a_share_of_zero_logs_nothing(folder):
    """Not even an empty file."""
    assert logged(folder, BODY, log_share=0) == []
    assert list(folder.iterdir()) == []


def test_beyond_a_full_queue_predictions_are_dropped_and_counted(folder):
    """The queue has a limit, since it is in memory."""
    before = dropped()
    log = PredictionLog(ServiceSettings(log_dir=folder))  # not started, so nothing is written
    for _ in range(MAX_QUEUED + 5):
        log.append(BODY, None, RESPONSE)

    assert dropped() - before == 5


def test_a_failure_to_write_is_counted_and_does_not_raise(tmp_path):
    """Predictions go on without a log."""
    before = dropped()

    assert logged(tmp_path / "gone", BODY) == []

    assert dropped() - before == 1


def test_a_line_has_the_role_of_its_time(folder):
    """Also when the role changed before it was written."""
    log = PredictionLog(ServiceSettings(log_dir=folder, log_slot="a"))
    (folder / "role-a").write_text("canary")
    os.utime(folder / "role-a", (1, 1))
    log._write([(time.time(), "1", None, RESPONSE)], folder)
    changed = time.time()
    (folder / "role-a").write_text("in service")
    os.utime(folder / "role-a", (changed, changed))
    log._write([(changed - 0.2, "2", None, RESPONSE), (changed + 0.2, "3", None, RESPONSE)], folder)
    log.close()

    assert [(line["request"], line["role"]) for line in lines(folder)] == [
        (hashlib.sha256(b"1").hexdigest(), "canary"),
        (hashlib.sha256(b"2").hexdigest(), "canary"),
        (hashlib.sha256(b"3").hexdigest(), "in service"),
    ]


def test_a_file_is_locked_until_its_period_is_over(folder):
    """So that only finished files are shipped."""
    log = PredictionLog(ServiceSettings(log_dir=folder, log_file_seconds=0.2))
    log._write([(time.time(), "1", None, RESPONSE)], folder)
    [first] = folder.glob("*.jsonl")
    assert not is_unlocked(first)
    time.sleep(0.21)
    log._write([(time.time(), "2", None, RESPONSE)], folder)
    log.close()

    assert is_unlocked(first)
    assert len(list(folder.glob("*.jsonl"))) == 2


def is_unlocked(path):
    with path.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
