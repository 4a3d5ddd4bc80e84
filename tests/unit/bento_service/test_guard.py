"""The guard: routes, keys, limits, and the one shape of every error."""

import asyncio
import hashlib
import json
from dataclasses import replace

import pytest
from prometheus_client import REGISTRY

from bento_service.prediction_log import PredictionLog
from bento_service.responses import NO_INTERVAL, ServedBundle, load_bundle
from bento_service.settings import ServiceSettings
from movie_assets.prediction.bundle import BundleError
from movie_assets.prediction.golden import GOLDEN_MOVIES
from movie_assets.prediction.interval import Interval
from movie_assets.prediction.movie import Movie
from tests.support.bentos import a_bundle, a_corrected_bundle
from tests.support.guarded import BUNDLE, JSON, a_guard, call, send

FILM = {"runtime": 112, "genres": ["Drama"], "original_language": "en"}
SYNOPSIS = "A gentle, happy widow teaches a brilliant boy to play the violin."
JSON_LINES = {"content-type": "application/x-ndjson"}


def film(**fields):
    return json.dumps(FILM | fields).encode()


def test_a_film_is_rated_as_the_bundle_rates_it():
    """Nothing is lost on the way in or out, and the body may arrive in any number of pieces."""
    [rated] = BUNDLE.predict([Movie(**FILM)])

    status, headers, answer = call(pieces=[film()[:5], film()[5:]])

    assert (status, headers["content-type"]) == (200, "application/json")
    assert {name: answer[name] for name in rated.model_dump()} == json.loads(rated.model_dump_json())
    origin = {name: answer[name] for name in ("bundle_id", "bento_tag", "source", "window", "provisional")}
    assert origin == {
        "bundle_id": BUNDLE.id,
        "bento_tag": "movie_rating:one",
        "source": "synthetic",
        "window": {"first_day": "2026-01-01", "last_day": "2026-01-14", "films": 4_200},
        "provisional": False,
    }


@pytest.mark.parametrize(
    ("fields", "code", "field", "value", "allowed"),
    [
        ({"runtime": -5}, "invalid_value", "runtime", "-5", "number, above 0, at most 1000"),
        ({"runtime": 0}, "invalid_value", "runtime", "0", "above 0"),
        ({"runtime": "long"}, "invalid_value", "runtime", "'long'", "minutes"),
        ({"runtime": "112"}, "invalid_value", "runtime", "'112'", "number"),
        ({"runtime": True}, "invalid_value", "runtime", "True", "number"),
        ({"runtime": None}, "invalid_value", "runtime", "None", "number"),
        ({"runtime": 10**400}, "invalid_value", "runtime", "1000", "number"),
        ({"genres": "Drama"}, "invalid_value", "genres", "'Drama'", "list"),
        ({"genres": [7]}, "invalid_value", "genres", "7", "Genre names in English"),
        ({"title": "A\x7f"}, "invalid_value", "title", "U+007F at 1", "string"),
        ({"genres": ["Dra\x00ma"]}, "invalid_value", "genres", "U+0000 at 3", "Genre names in English"),
        ({"overview": "A bell\x07 rings."}, "invalid_value", "overview", "U+0007 at 6", "Synopsis"),
        ({"original_language": "x" * 201}, "invalid_value", "original_language", "xxx", "ISO 639-1"),
        ({"release_date": "soon"}, "invalid_value", "release_date", "soon", "YYYY-MM-DD"),
        ({"overview": "x" * 20_001}, "invalid_value", "overview", "xxx", "at most 20,000 characters"),
        ({"budget": 5}, "unknown_field", "budget", "budget", "one of the fields runtime, genres"),
        ({"overview": "word " * 5_000}, "invalid_value", "overview", "word", "at most 20,000 characters"),
        ({"omit": ["runtime"]}, "invalid_value", "omit", "'runtime'", "of overview, title, release_date"),
        ({"omit": "overview"}, "invalid_value", "omit", "'overview'", "list"),
        ({"what_if": {"overview_sentiment": 1.5}}, "invalid_value", "what_if", "1.5", "-1 to 1"),
        ({"what_if": {"runtime": 90}}, "unknown_field", "what_if", "what_if.runtime", "overview_sentiment"),
        ({"what_if": 0.5}, "invalid_value", "what_if", "0.5", "object"),
        ({"reasons": "no"}, "invalid_value", "reasons", "'no'", "true or false"),
        ({f"fact{n}": 5 for n in range(9_000)}, "unknown_field", "fact0", "fact0", "one of the fields runtime"),
    ],
)
def test_an_invalid_value_is_named(fields, code, field, value, allowed):
    """422 says the field, the value and what is allowed."""
    status, _headers, answer = call(body=film(**fields))

    assert status == 422
    assert answer["error"]["code"] == code
    assert answer["error"]["field"] == field
    assert value in answer["error"]["message"]
    assert allowed in answer["error"]["allowed"]
    assert len(answer["error"]["message"]) < 400  # enough of a value to recognize it, never a whole synopsis


def test_omitted_facts_do_not_count():
    """As if they had not been sent, also in a batch."""
    bare, full = call(body=film())[2], film(overview=SYNOPSIS, title="A Title")

    left_out = film(overview=SYNOPSIS, title="A Title", omit=["overview", "title"])

    assert call(body=left_out)[2] == bare != call(body=full)[2]
    batch = b"[" + left_out + b"," + full + b"]"
    first, second = call("/predict_batch", body=batch)[2]
    assert (first["mood"], second["mood"]["label"]) == (None, "bright")


@pytest.mark.parametrize("year", [2026, 2031])
def test_without_a_date_the_year_of_the_request_is_assumed(year, tmp_path):
    """The answer says so, alone and in a batch, and so does the prediction log; it is no warning."""
    log = PredictionLog(ServiceSettings(log_dir=tmp_path, log_slot="a"))
    log.start()
    app = a_guard(bundle=a_corrected_bundle(), year=year, log=log)
    undated, dated = film(title="A"), film(title="A", release_date="2019-05-03")
    omitted = film(title="A", release_date="2019-05-03", omit=["release_date"])

    one = [json.loads(asyncio.run(send(app, body=body))[2]) for body in (undated, dated, omitted)]
    many = json.loads(asyncio.run(send(app, "/predict_batch", body=b"[" + b",".join([undated, dated]) + b"]"))[2])
    log.close()

    assert [answer["assumed_release_year"] for answer in one] == [year, None, year]
    assert many == one[:2]
    assert "release_date" not in {warning["field"] for warning in one[0]["warnings"]}
    [file] = tmp_path.glob("*.jsonl")
    logged = [json.loads(line)["assumed_release_year"] for line in file.read_text().splitlines()]
    assert logged == [year, None, year, year, None]


def test_a_mood_may_be_set():
    """The response says that it was set."""
    dark, bright = (call(body=film(what_if={"overview_sentiment": mood}))[2] for mood in (-0.5, 0.5))

    assert dark["predicted_rating"] < bright["predicted_rating"]
    assert bright["what_if"] == {"overview_sentiment": 0.5}
    assert (bright["features"]["overview_sentiment"], bright["mood"]["label"]) == (0.5, "bright")
    assert call(body=film())[2]["what_if"] == {}
    assert call(body=film(what_if={}))[2] == call(body=film(what_if=None))[2] == call(body=film())[2]


def test_contributions_may_be_left_out():
    """By each film, alone or in a batch."""
    one = [call(body=film(**fields))[2] for fields in ({}, {"reasons": True}, {"reasons": False})]
    films = b",".join([film(), film(reasons=True), film(reasons=False), film(reasons=None)])
    many = call("/predict_batch", body=b"[" + films + b"]")[2]

    assert [answer["contributions"] is not None for answer in one] == [True, True, False]
    assert [answer["contributions"] is not None for answer in many] == [True, True, False, True]
    assert many[:3] == one
    assert one[2]["predicted_rating"] == one[0]["predicted_rating"]
    reached = one[0]["base_value"] + sum(one[0]["contributions"].values())
    assert reached == pytest.approx(one[0]["predicted_rating"], abs=1e-3)


@pytest.mark.parametrize(
    ("bundle", "note"),
    [
        (BUNDLE, NO_INTERVAL),
        (a_bundle(interval_note="Measured on 40 films."), "Measured on 40 films."),
        (a_bundle(interval=Interval(low=-1.0, high=1.0, floor=0.1)), None),
    ],
    ids=["without", "with a note", "with"],
)
def test_a_response_without_an_interval_says_why(bundle, note):
    """With the note of its card, if there is one."""
    answer = call(body=film(), options={"bundle": bundle})[2]

    assert (answer["interval"] is None, answer["interval_note"]) == (note is not None, note)


def test_a_bundle_is_loaded_from_its_folder(tmp_path):
    """Only with the digest of the build, and it is served only with a card."""
    for name, content in BUNDLE.files.items():
        (tmp_path / name).write_bytes(content)

    assert load_bundle(tmp_path, digest=BUNDLE.id, bundle_id="known so").id == "known so"
    with pytest.raises(BundleError):
        load_bundle(tmp_path, digest="0" * 64, bundle_id=BUNDLE.id)
    with pytest.raises(BundleError, match="has no card"):
        ServedBundle(replace(BUNDLE, card=None), "movie_rating:one")


def test_the_description_is_enough_for_a_form():
    """Optional facts, settable inputs, known names, ranges and examples, as the service accepts them."""
    status, _headers, description = call("/describe", method="GET")

    assert status == 200
    assert call(body=film(omit=description["may_omit"]))[0] == 200
    assert [one["name"] for one in description["what_if"]] == ["overview_sentiment"]
    assert description["known"] == {"genres": ["Comedy", "Drama"], "original_languages": ["en", "ko"]}
    assert description["ranges"] == {"runtime": {"lowest": 60.0, "highest": 200.0}}
    assert description["decision"] == BUNDLE.card.decision
    assert description["card"] == BUNDLE.card.model_dump(mode="json") | {"bundle_id": BUNDLE.id}
    assert description["examples"] == [
        movie.model_dump(mode="json", include=movie.model_fields_set) for movie in GOLDEN_MOVIES[:3]
    ]
    assert [call(body=json.dumps(example).encode())[0] for example in description["examples"]] == [200] * 3


@pytest.mark.parametrize("body", [b"", b"{}", b" { } "])
def test_the_description_is_the_same_by_post(body):
    """As BentoML's clients request it."""
    assert call("/describe", body=body)[2] == call("/describe", method="GET")[2]


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (b'{"film": 1}', JSON, 422),
        (b"[]", JSON, 422),
        (b"{", JSON, 400),
        (b"{}", {"content-type": "application/vnd.bentoml+pickle"}, 415),
        (b"{}", {"content-type": "multipart/form-data; boundary=x"}, 415),
        (b" " * 1_000_001, JSON, 413),
    ],
)
def test_the_description_takes_no_input(body, headers, status):
    """Any other body is refused."""
    assert call("/describe", body=body, headers=headers)[0] == status


def test_line_ends_and_tabs_are_part_of_a_synopsis():
    """Only control characters that no text has are refused."""
    assert call(body=film(overview="One.\r\n\tTwo."))[0] == 200


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999"])
@pytest.mark.parametrize("path", ["/predict", "/predict_batch"])
def test_nan_and_infinity_are_refused(path, number):
    """They never reach the estimator."""
    body = film().replace(b"112", number.encode())

    status, _headers, answer = call(path, body=body if path == "/predict" else b"[" + body + b"]")

    error = answer["error"] if path == "/predict" else answer[0]["error"]
    assert status == (422 if path == "/predict" else 200)
    assert (error["code"], error["field"]) == ("invalid_value", "runtime")


def test_a_missing_field_is_named():
    """Nothing is filled in for it."""
    status, _headers, answer = call(body=b'{"runtime": 112, "genres": []}')

    assert status == 422
    assert answer["error"]["code"] == "missing_field"
    assert answer["error"]["field"] == "original_language"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"[" * 5_000,
        b"[" * 500_000,
        b'{"a":' * 100_000,
        b'{"runtime": 1,}',
        b'{"runtime": ' + b"1" * 5_000 + b"}",
        b'{"genres": ["\\ud800"]}',
    ],
    ids=lambda body: repr(body[:12]),
)
def test_a_body_that_is_not_json_is_a_bad_request(body):
    """However deep or long it is."""
    status, _headers, answer = call(body=body)

    assert status == 400
    assert answer["error"]["code"] == "invalid_json"


@pytest.mark.parametrize("path", ["/predict", "/predict_batch"])
@pytest.mark.parametrize(
    "headers",
    [
        {"content-type": "application/vnd.bentoml+pickle"},
        {"content-type": "application/vnd.bentoml.pickled"},
        {"content-type": "multipart/form-data; boundary=x"},
        {"content-type": "text/plain"},
        {"content-type": "application/x-www-form-urlencoded"},
        {"content-type": "application/json", "content-encoding": "gzip"},
    ],
    ids=str,
)
def test_only_plain_json_is_accepted(path, headers):
    """Every other body is a 415, BentoML's pickles among them."""
    status, _headers, answer = call(path, body=film(), headers=headers)

    assert status == 415
    assert answer["error"]["code"] == "unsupported_media_type"


@pytest.mark.parametrize(
    ("path", "limit", "body"),
    [("/predict", "api_max_body_bytes", film()), ("/predict_batch", "api_max_batch_bytes", b"[" + film() + b"]")],
)
def test_a_body_that_is_too_large_is_refused(path, limit, body):
    """413 from the first byte too many: unread when it says how long it is, and dropped when it turns out to be."""
    settings = {limit: 1_000}

    fits = call(path, body=body.ljust(1_000), headers=JSON | {"content-length": "1000"}, options=settings)
    announced = call(path, headers=JSON | {"content-length": "1001"}, silent=True, options=settings)
    turned_out = call(path, pieces=[body.ljust(600), b" " * 401], options=settings)

    assert [fits[0], announced[0], turned_out[0]] == [200, 413, 413]
    assert announced[2]["error"]["allowed"] == "at most 1,000 bytes"


def count(name, **labels):
    return REGISTRY.get_sample_value(name, labels) or 0


@pytest.mark.parametrize(
    ("request_", "labels"),
    [
        ({"pieces": [None]}, {"route": "/predict", "method": "POST", "status": "499"}),  # the client has left
        ({"path": "/made-up", "method": "BREW"}, {"route": "other", "method": "other", "status": "404"}),
    ],
)
def test_every_request_is_counted_in_a_known_series(request_, labels):
    """A client that left without a response too; unknown paths and methods share one series."""
    before = count("movie_rating_requests_total", **labels)

    call(**request_)

    assert count("movie_rating_requests_total", **labels) == before + 1


@pytest.mark.parametrize(
    ("request_", "status", "code"),
    [
        ({"silent": True}, 408, "body_too_slow"),
        (
            {
                "path": "/predict_batch",
                "body": json.dumps([FILM] * 10_000).encode(),
                "options": {"api_batch_seconds": 0.02},
            },
            *(504, "timeout"),
        ),
    ],
)
def test_a_request_that_takes_too_long_is_ended(request_, status, code):
    """Its body, or the prediction of a batch."""
    answered, _headers, answer = call(**request_)

    assert (answered, answer["error"]["code"]) == (status, code)


def test_a_batch_is_answered_in_order_and_a_bad_film_spoils_none():
    """A refused film has the error of /predict in its place."""
    films = [FILM, FILM | {"runtime": 0}, FILM | {"runtime": 90}, 7]

    status, headers, answers = call("/predict_batch", body=json.dumps(films).encode())

    assert (status, headers["content-type"]) == (200, "application/json")
    alone = [call(body=json.dumps(film).encode())[2] for film in films]
    assert answers == alone
    assert [set(answer) == {"error"} for answer in answers] == [False, True, False, True]


def test_json_lines_are_answered_in_json_lines():
    """A line that is not JSON is a bad film; empty lines are skipped."""
    body = film() + b"\n\n{\n" + film(runtime=90)

    status, headers, content = asyncio.run(send(a_guard(), "/predict_batch", body=body, headers=JSON_LINES))

    assert (status, headers["content-type"]) == (200, "application/x-ndjson")
    first, second, third = map(json.loads, content.splitlines())
    assert [first, third] == [call(body=film())[2], call(body=film(runtime=90))[2]]
    assert second["error"]["code"] == "invalid_json"


@pytest.mark.parametrize("count", [0, 1, 40])
def test_a_batch_of_any_length_has_as_many_answers(count):
    """Batches are predicted in chunks, which nobody sees."""
    films = [FILM | {"runtime": 60 + place} for place in range(count)]

    answers = call("/predict_batch", body=json.dumps(films).encode())[2]

    assert [answer["features"]["runtime"] for answer in answers] == [film["runtime"] for film in films]


@pytest.mark.parametrize(
    ("body", "headers", "status", "code"),
    [
        (b"", JSON, 400, "invalid_json"),
        (b"[", JSON, 400, "invalid_json"),
        (b"[1,]", JSON, 400, "invalid_json"),
        (b"[1 2]", JSON, 400, "invalid_json"),
        (b"[1] 2", JSON, 400, "invalid_json"),
        (b"[" * 500_000, JSON, 400, "invalid_json"),
        (b"[" + b"1" * 5_000 + b"]", JSON, 400, "invalid_json"),
        (b"\xff", JSON, 400, "invalid_json"),
        (b"{}", JSON, 422, "invalid_value"),
        (b"[1,1,1,1]", JSON, 413, "too_many_films"),
        (b"[[" + b"1," * 599 + b"1]]", JSON, 413, "too_many_films"),
        (b"[[" + b"[]" * 600 + b"]]", JSON, 413, "too_many_films"),
        (b"{}\n" * 4, JSON_LINES, 413, "too_many_films"),
        (b"\n" * 7, JSON_LINES, 413, "too_many_films"),
    ],
    ids=lambda part: repr(part[:12]) if isinstance(part, bytes) else "",
)
def test_a_body_that_is_no_batch_is_refused_whole(body, headers, status, code):
    """Too many films too; a 413 says how many are allowed."""
    options = {"api_max_batch_films": 3}

    answered, _headers, answer = call("/predict_batch", body=body, headers=headers, options=options)

    assert (answered, answer["error"]["code"]) == (status, code)
    assert status != 413 or answer["error"]["allowed"] == "at most 3 films"


@pytest.mark.parametrize(
    ("body", "headers", "answers"),
    [
        (b"[1,1,1]", JSON, 3),
        (b" [ 1 , 1 ] ", JSON, 2),
        (b" [ ] ", JSON, 0),
        (b"[[" + b"1," * 597 + b"1]]", JSON, 1),
        (b"{}\n" * 3, JSON_LINES, 3),
        (b"\n" * 6, JSON_LINES, 0),
    ],
    ids=lambda part: repr(part[:12]) if isinstance(part, bytes) else "",
)
def test_as_many_films_as_are_allowed_are_answered(body, headers, answers):
    """The limit is inclusive."""
    status, _, content = asyncio.run(send(a_guard(api_max_batch_films=3), "/predict_batch", body=body, headers=headers))

    answered = json.loads(content) if headers is JSON else content.splitlines()
    assert (status, len(answered)) == (200, answers)


@pytest.mark.parametrize(
    ("body", "status"), [(json.dumps([FILM] * 2_000), 200), (json.dumps([FILM] * 2_000)[:-1], 400)]
)
def test_single_films_are_answered_while_a_batch_is_read_and_rated(body, status):
    """They do not wait for a batch; one that is broken at its end is read whole, and none of it predicted."""
    order = []

    async def both():
        app = a_guard()
        batch = asyncio.create_task(send(app, "/predict_batch", body=body.encode()))
        batch.add_done_callback(lambda _: order.append("batch"))
        await asyncio.sleep(0)
        for _ in range(3):
            assert (await send(app, body=film()))[0] == 200
            order.append("film")
        assert (await batch)[0] == status

    asyncio.run(both())

    assert order == ["film", "film", "film", "batch"]


@pytest.mark.parametrize(
    ("path", "settings"), [("/predict", {"api_max_requests": 2}), ("/predict_batch", {"api_max_batches": 2})]
)
def test_requests_beyond_the_limit_are_refused(path, settings):
    """With 429 and Retry-After, at once; the places are free again afterwards."""

    async def all_at_once():
        app = a_guard(**settings)
        body = film() if path == "/predict" else b"[" + film() + b"]"
        crowd = await asyncio.gather(*(send(app, path, body=body) for _ in range(5)))
        return crowd, await asyncio.gather(*(send(app, path, body=body) for _ in range(5)))

    crowd, afterwards = asyncio.run(all_at_once())

    for answers in (crowd, afterwards):
        assert sorted(status for status, _, _ in answers) == [200, 200, 429, 429, 429]
    refusals = [(headers, json.loads(body)) for status, headers, body in crowd if status == 429]
    assert {headers["retry-after"] for headers, _ in refusals} == {"1"}
    assert {answer["error"]["code"] for _, answer in refusals} == {"too_many_requests"}


KEY = "a long secret"
HASH = hashlib.sha256(KEY.encode()).hexdigest()
OTHER_HASH = hashlib.sha256(b"another").hexdigest()


@pytest.mark.parametrize(
    ("path", "method"),
    [("/predict", "POST"), ("/predict", "GET"), ("/describe", "GET"), ("/docs.json", "GET"), ("/nowhere", "GET")],
)
@pytest.mark.parametrize("sent", [None, "Bearer wrong", f"Basic {KEY}", "Bearer", f"Bearer {HASH}", "Bearer \xff"])
def test_without_a_known_key_every_path_is_a_401(path, method, sent):
    """It comes before any other error, and says how to send a key."""
    headers = JSON | ({"authorization": sent} if sent else {})

    status, answered, answer = call(
        path, method=method, body=film(), headers=headers, options={"api_key_hashes": f"{OTHER_HASH},{HASH}"}
    )

    assert status == 401
    assert answered["www-authenticate"] == "Bearer"
    assert answer["error"]["code"] == "unauthorized"
    assert KEY not in json.dumps(answer)


def test_every_known_key_is_accepted():
    """And probes need none."""
    settings = {"api_key_hashes": f"{OTHER_HASH}, {HASH}"}

    for key in (KEY, "another"):
        assert call(body=film(), headers=JSON | {"authorization": f"bearer {key}"}, options=settings)[0] == 200
    assert call("/livez", method="GET", options=settings)[0] == 200


@pytest.mark.parametrize(
    ("method", "path"), [("POST", "/predict"), ("POST", "/predict_batch"), ("GET", "/describe"), ("GET", "/readyz")]
)
def test_not_ready_says_why(method, path):
    """503 carries the reason, for predictions and probes alike."""
    problem = "Not ready: it was changed."

    status, headers, answer = call(path, method=method, body=b"[]", options={"problem": problem})

    assert (status, headers["retry-after"], answer["error"]["message"]) == (503, "2", problem)


def test_an_unknown_path_is_answered_with_the_routes():
    """In our shape, in place of the router's plain text."""
    status, _headers, answer = call("/predictions")

    assert status == 404
    assert "/predictions" in answer["error"]["message"]
    assert "/predict_batch" in answer["error"]["message"]


@pytest.mark.parametrize(
    ("path", "allowed"), [("/pass", "GET"), ("/predict", "GET, POST"), ("/predict_batch", "POST"), ("/status", "GET")]
)
def test_a_wrong_method_is_answered_with_the_allowed_ones(path, allowed):
    """In the message and the header."""
    status, headers, answer = call(path, method="PUT")

    assert status == 405
    assert headers["allow"] == allowed
    assert f"takes {allowed}, not PUT" in answer["error"]["message"]


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [("/broken", 500, "internal"), ("/failed", 500, "internal"), ("/odd", 400, "bad_request")],
)
def test_a_failure_reveals_nothing_of_the_inside(path, status, code):
    """No traceback, no text of the exception, no text of another library."""
    answered, _headers, answer = call(path, method="GET")

    assert (answered, answer["error"]["code"]) == (status, code)
    assert "secret" not in json.dumps(answer)
    assert "plain words" not in json.dumps(answer)
    assert ("cannot be answered" in answer["error"]["message"]) == (status == 400)
