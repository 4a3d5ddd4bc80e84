"""What is kept of each answer, by the thread that writes it."""

import fcntl
import hashlib
import json
import os
import time

import pytest

from bento_service import prediction_log
from bento_service.prediction_log import PredictionLog
from bento_service.requests import PredictionRequest
from bento_service.responses import ServedBundle
from bento_service.settings import Settings
from tests.support.bentos import a_bundle
from tests.support.builders import OVERVIEW, a_movie

ANSWERS = ServedBundle(a_bundle(), "movie_rating:one")
FILM = a_movie()
SENT = FILM.model_dump_json().encode()
[RATING] = ANSWERS.predict([PredictionRequest(**FILM.model_dump())])
ANSWER = RATING.model_dump_json().encode()


@pytest.fixture
def folder(tmp_path):
    return tmp_path


def logged(folder, *sent, overview=FILM.overview, **settings):
    """The lines of a log that took these films in and was closed."""
    log = PredictionLog(Settings(log_dir=folder, log_slot="a", **settings))
    log.start()
    for film in sent:
        log.append(film, overview, ANSWER)
    log.close()
    return lines(folder)


def lines(folder):
    return [json.loads(line) for path in sorted(folder.glob("*.jsonl")) for line in path.read_bytes().splitlines()]


def test_an_answer_is_one_line(folder):
    """Who asked what is a digest; what was answered, by which bundle, stands there."""
    (folder / "role-a").write_text("in service")
    os.utime(folder / "role-a", (1, 1))

    [line] = logged(folder, SENT)

    assert line["request"] == hashlib.sha256(SENT).hexdigest()
    assert line["predicted_rating"] == RATING.predicted_rating
    assert {name: line[name] for name in json.loads(ANSWER)} == json.loads(ANSWER)
    assert [line[name] for name in ("bento_tag", "slot", "role")] == ["movie_rating:one", "a", "in service"]


def test_a_synopsis_is_kept_as_a_digest(folder):
    """It may be confidential."""
    [line] = logged(folder, SENT)

    assert line["overview"] == f"sha256:{hashlib.sha256(OVERVIEW.encode()).hexdigest()}"
    assert OVERVIEW not in json.dumps(line)


def test_a_synopsis_is_kept_where_that_is_allowed(folder):
    """By a setting, for whoever may."""
    assert logged(folder, SENT, log_synopses=True)[0]["overview"] == OVERVIEW


def test_without_a_synopsis_there_is_no_digest(folder):
    """Null is not the digest of nothing."""
    assert logged(folder, SENT, overview=None)[0]["overview"] is None


def test_a_share_is_the_same_films_everywhere(tmp_path):
    """Chosen by what was sent, so that two services that get the same requests log the same ones."""
    films = [f'{{"runtime": {n}}}'.encode() for n in range(1, 201)]
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()

    one = [line["request"] for line in logged(tmp_path / "one", *films, log_share=0.3)]
    two = [line["request"] for line in logged(tmp_path / "two", *films, log_share=0.3)]

    assert one == two
    assert 30 < len(one) < 90


def test_of_no_share_nothing_is_logged(folder):
    """Not even an empty file."""
    assert logged(folder, SENT, log_share=0) == []
    assert list(folder.iterdir()) == []


def test_when_too_much_waits_answers_are_dropped_and_counted(folder):
    """The queue is bounded: memory is the service's."""
    before = prediction_log.metrics.LOG_DROPPED._value.get()
    log = PredictionLog(Settings(log_dir=folder))  # not started: nobody writes
    for _ in range(prediction_log.MAX_QUEUED + 5):
        log.append(SENT, None, ANSWER)

    assert prediction_log.metrics.LOG_DROPPED._value.get() - before == 5


def test_what_cannot_be_written_is_counted_and_does_not_raise(tmp_path):
    """Answers go on without a log."""
    before = prediction_log.metrics.LOG_DROPPED._value.get()

    assert logged(tmp_path / "gone", SENT) == []

    assert prediction_log.metrics.LOG_DROPPED._value.get() - before == 1


def test_an_answer_has_the_role_the_slot_had_then(folder):
    """What was answered before the role changed and written after it."""
    log = PredictionLog(Settings(log_dir=folder, log_slot="a"))
    (folder / "role-a").write_text("canary")
    os.utime(folder / "role-a", (1, 1))
    log._write([(time.time(), "1", None, ANSWER)], folder)
    changed = time.time()
    (folder / "role-a").write_text("in service")
    os.utime(folder / "role-a", (changed, changed))
    log._write([(changed - 0.2, "2", None, ANSWER), (changed + 0.2, "3", None, ANSWER)], folder)
    log.close()

    assert [(line["request"], line["role"]) for line in lines(folder)] == [
        (hashlib.sha256(b"1").hexdigest(), "canary"),
        (hashlib.sha256(b"2").hexdigest(), "canary"),
        (hashlib.sha256(b"3").hexdigest(), "in service"),
    ]


def test_a_file_is_its_writers_until_its_time_is_over(folder):
    """Whoever ships files can tell a finished one from one that grows."""
    log = PredictionLog(Settings(log_dir=folder, log_file_seconds=0.2))
    log._write([(time.time(), "1", None, ANSWER)], folder)
    [first] = folder.glob("*.jsonl")
    assert not can_be_locked(first)
    time.sleep(0.21)
    log._write([(time.time(), "2", None, ANSWER)], folder)
    log.close()

    assert can_be_locked(first)
    assert len(list(folder.glob("*.jsonl"))) == 2


def can_be_locked(path):
    with path.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
