"""GET /predict, the legacy API."""

import hashlib
import json
from dataclasses import replace
from urllib.parse import urlencode

import pytest

from bento_service.prediction_log import PredictionLog
from bento_service.settings import ServiceSettings
from tests.support import guarded
from tests.support.bentos import a_legacy_model
from tests.support.guarded import BUNDLE

FILM = {"runtime": 112, "genre_encoded": 1, "lang_encoded": 2, "sentiment": 0.3, "overview_len": 240}
WITH_LEGACY_MODEL = replace(BUNDLE, legacy_model=a_legacy_model())


def ask(query=None, *, bundle=WITH_LEGACY_MODEL, log=None, **parameters):
    """Status and decoded body."""
    query = query or {name: value for name, value in (FILM | parameters).items() if value is not None}
    status, _, answer = guarded.call(method="GET", query=urlencode(query), options={"bundle": bundle, "log": log})
    return status, answer


def test_the_legacy_model_answers():
    """With the one number that the API before this one gave."""
    assert ask() == (200, {"predicted_rating": a_legacy_model().predict(112, 1, 2, 0.3, 240)})


def test_the_answer_is_logged_as_the_legacy_model_saw_the_film(tmp_path):
    """Like any other, under the digest of its query; what was refused is not an answer."""
    log = PredictionLog(ServiceSettings(log_dir=tmp_path, log_slot="a"))
    log.start()
    _, answer = ask(genre_encoded=99, log=log)
    ask(runtime=0, log=log)
    log.close()

    [line] = [json.loads(line) for path in tmp_path.glob("*.jsonl") for line in path.read_bytes().splitlines()]

    seen = {"runtime": 112, "genre_encoded": -1, "lang_encoded": 2, "overview_sentiment": 0.3, "overview_len": 240}
    assert line["features"] == seen
    assert line["request"] == hashlib.sha256(urlencode(FILM | {"genre_encoded": 99}).encode()).hexdigest()
    assert (line["predicted_rating"], line["bundle_id"]) == (answer["predicted_rating"], WITH_LEGACY_MODEL.id)
    assert (line["overview"], line["interval"], line["warnings"]) == (None, None, [])


@pytest.mark.parametrize("code", [-1, 2, 10**30])
def test_an_unknown_code_is_no_error(code):
    """It counts as -1."""
    assert ask(genre_encoded=code) == ask(genre_encoded=-1) == (200, {"predicted_rating": 6.75})


def test_whole_numbers_may_be_written_with_a_point():
    """As programs do that kept their codes in a column of floats."""
    assert ask(genre_encoded="1.0", overview_len="240.0") == ask()


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("runtime", "0", "runtime is '0': input should be greater than 0."),
        ("runtime", "1e999", "runtime is '1e999': input should be a finite number."),
        ("runtime", None, "runtime is missing."),
        ("genre_encoded", "Drama", "genre_encoded is 'Drama': it must be a number written as in JSON"),
        ("lang_encoded", "1.5", "lang_encoded is '1.5': input should be a valid integer"),
        ("sentiment", "1.5", "sentiment is '1.5': input should be less than or equal to 1."),
        ("overview_len", "-1", "overview_len is '-1': input should be greater than or equal to 0."),
        ("popularity", "9", "popularity is no parameter of GET /predict."),
    ],
)
def test_a_wrong_parameter_is_named(field, value, message):
    """With its value and what is allowed."""
    status, answer = ask(**{field: value})

    assert status == 422
    assert answer["error"]["field"] == field
    assert answer["error"]["message"].startswith(message)
    assert answer["error"]["allowed"]


@pytest.mark.parametrize(
    "written",
    [
        *("1_03", "+103", " 103", "103 ", "103\n", "0103", "103.", ".5", "1,03", "0x67", "1e", "--103", "", " "),
        *("nan", "inf", "-Infinity", "True", "١٠٣", "１０３", "103\u00a0", "½"),
    ],
)
@pytest.mark.parametrize("field", FILM)
def test_only_numbers_of_json_are_read(field, written):
    """Not all that Python takes for a number."""
    status, answer = ask(**{field: written})

    assert (status, answer["error"]["field"]) == (422, field)
    expected = f"{field} is {written!r}: it must be a number written as in JSON, such as 112 or -0.5."
    assert answer["error"]["message"] == expected


@pytest.mark.parametrize("written", ["0.3", "3e-1", "3E-01", "0.30", "0.03e+1"])
def test_exponents_are_read(written):
    """Programs write small numbers so."""
    assert ask(sentiment=written) == ask()


def test_a_parameter_given_twice_is_refused():
    """Which of the two was meant is not guessed."""
    status, answer = ask([*FILM.items(), ("runtime", 90)])

    assert (status, answer["error"]["field"]) == (422, "runtime")


def test_a_bundle_without_a_legacy_model_says_so():
    """It was promoted before there were any."""
    status, answer = ask(bundle=BUNDLE)

    assert status == 404
    assert answer["error"]["message"] == (
        f"Bundle {BUNDLE.id[:12]} has no legacy model for these codes; ask POST /predict."
    )
