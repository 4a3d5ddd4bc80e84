"""The one shape of every error."""

import asyncio
import json

import pytest

from bento_service.errors import MAX_BODY_BYTES, OneErrorShape, RefusedRequest, check_movie

FILM = {"runtime": 112, "genres": ["Drama"], "original_language": "en"}


async def echo(scope, receive, send):
    """A service that answers a film with itself, knows no other path, and breaks at /broken."""
    if scope["path"] == "/broken":
        raise ZeroDivisionError("a secret of the inside")
    status = {"/predict": 200, "/readyz": 503, "/pass": 405}.get(scope["path"], 404)
    headers = [(b"allow", b"GET")] if status == 405 else []
    body = (await receive())["body"] if status == 200 else b"plain words of another library"
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def ask(path="/predict", *, method="POST", body=b"", headers=None, problem=None, pieces=None, silent=False):
    """Status, headers and decoded body of one request to the middleware around `echo`."""
    given = {"content-type": "application/json"} if headers is None else headers
    raw = [(name.encode(), value.encode()) for name, value in given.items()]
    scope = {"type": "http", "method": method, "path": path, "headers": raw}
    parts = list(pieces or [body])
    sent = []

    async def receive():
        if silent:
            await asyncio.sleep(60)
        return {"type": "http.request", "body": parts.pop(0), "more_body": bool(parts)}

    async def send(message):
        sent.append(message)

    shape = OneErrorShape(echo, why_not_ready=lambda: problem, body_seconds=0.05)
    asyncio.run(shape(scope, receive, send))
    content = b"".join(message.get("body", b"") for message in sent[1:])
    return sent[0]["status"], dict(sent[0]["headers"]), json.loads(content)


def film(**said):
    return json.dumps(FILM | said).encode()


def test_a_film_passes_untouched():
    """What is valid reaches the service byte by byte."""
    assert ask(body=film()) == (200, {}, FILM)


def test_a_film_in_pieces_passes_whole():
    """A body that arrives in pieces is put together."""
    body = film()

    assert ask(pieces=[body[:5], body[5:]])[2] == FILM


@pytest.mark.parametrize(
    ("said", "code", "field", "value", "allowed"),
    [
        ({"runtime": -5}, "invalid_value", "runtime", "-5", "number, above 0, at most 1000"),
        ({"runtime": 0}, "invalid_value", "runtime", "0", "above 0"),
        ({"runtime": "long"}, "invalid_value", "runtime", "'long'", "minutes"),
        ({"runtime": None}, "invalid_value", "runtime", "None", "number"),
        ({"genres": "Drama"}, "invalid_value", "genres", "'Drama'", "list"),
        ({"genres": [""]}, "invalid_value", "genres", "''", "Genre names in English"),
        ({"original_language": "english"}, "invalid_value", "original_language", "^[a-zA-Z]{2,3}$", "ISO 639-1"),
        ({"release_date": "soon"}, "invalid_value", "release_date", "soon", "YYYY-MM-DD"),
        ({"overview": "x" * 20_001}, "invalid_value", "overview", "xxx", "at most 20,000 characters"),
        ({"budget": 5}, "unknown_field", "budget", "budget", "one of the fields runtime, genres"),
    ],
)
def test_a_value_that_is_not_allowed_is_named(said, code, field, value, allowed):
    """422 says the field, the value and what is allowed."""
    status, _headers, answer = ask(body=film(**said))

    assert status == 422
    assert answer["error"]["code"] == code
    assert answer["error"]["field"] == field
    assert value in answer["error"]["message"]
    assert allowed in answer["error"]["allowed"]


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999"])
def test_a_number_that_is_none_is_refused(number):
    """Not a number and infinity never reach the estimator."""
    status, _headers, answer = ask(body=film().replace(b"112", number.encode()))

    assert status == 422
    assert answer["error"]["field"] == "runtime"


def test_a_missing_field_is_named():
    """Nothing is filled in for what was not said."""
    status, _headers, answer = ask(body=b'{"runtime": 112, "genres": []}')

    assert status == 422
    assert answer["error"]["code"] == "missing_field"
    assert answer["error"]["field"] == "original_language"


def test_a_long_value_is_not_repeated():
    """An error quotes enough of a value to recognize it, never a whole synopsis."""
    with pytest.raises(RefusedRequest) as refused:
        check_movie(film(overview="word " * 5_000))

    assert len(str(refused.value)) < 300


@pytest.mark.parametrize("body", [b"", b"{", b"\xff\xfe", b"[" * 5_000, b'{"runtime": 1,}'])
def test_what_is_not_json_is_a_bad_request(body):
    """400 is for a body that cannot be read at all."""
    status, _headers, answer = ask(body=body)

    assert status == 400
    assert answer["error"]["code"] == "invalid_json"


@pytest.mark.parametrize(
    "media_type",
    [
        "application/vnd.bentoml+pickle",
        "multipart/form-data; boundary=x",
        "text/plain",
        "application/x-www-form-urlencoded",
    ],
)
def test_only_json_is_taken(media_type):
    """415 for every other kind of body, BentoML's pickles among them."""
    status, _headers, answer = ask(body=film(), headers={"content-type": media_type})

    assert status == 415
    assert answer["error"]["code"] == "unsupported_media_type"


def test_a_body_that_says_it_is_too_large_is_not_read():
    """413 comes before the body is taken in."""
    headers = {"content-type": "application/json", "content-length": str(MAX_BODY_BYTES + 1)}

    assert ask(headers=headers, silent=True)[0] == 413


def test_a_body_that_turns_out_too_large_is_dropped():
    """413 also when the length was not announced."""
    assert ask(pieces=[b" " * 600_000, b" " * 600_000])[0] == 413


def test_a_body_that_never_comes_is_given_up():
    """408 rather than a request that hangs."""
    status, _headers, answer = ask(silent=True)

    assert status == 408
    assert answer["error"]["code"] == "body_too_slow"


def test_not_ready_says_why():
    """503 carries the reason, for a prediction and for the readiness question alike."""
    asked = [
        ask(body=film(), problem="Not ready: it was changed."),
        ask("/readyz", method="GET", problem="Not ready: it was changed."),
    ]

    assert [status for status, _, _ in asked] == [503, 503]
    assert {answer["error"]["message"] for _, _, answer in asked} == {"Not ready: it was changed."}


def test_an_unknown_path_is_told_what_there_is():
    """404 in our shape replaces the plain text of the router."""
    status, _headers, answer = ask("/predictions")

    assert status == 404
    assert "/predictions" in answer["error"]["message"]
    assert "POST /predict" in answer["error"]["message"]


def test_a_wrong_method_is_told_the_right_one():
    """405 keeps the header that says what is allowed."""
    status, headers, answer = ask("/pass", method="PUT")

    assert status == 405
    assert headers[b"allow"] == b"GET"
    assert "takes GET, not PUT" in answer["error"]["message"]


def test_a_failure_inside_tells_nothing_of_the_inside():
    """500 has no traceback and no text of the exception."""
    status, _headers, answer = ask("/broken", method="GET")

    assert status == 500
    assert "secret" not in json.dumps(answer)
    assert answer["error"]["code"] == "internal"


def test_every_error_has_the_same_four_parts():
    """A client needs one way to read errors."""
    errors = [
        ask(body=b"{"),
        ask("/nope"),
        ask(body=film(runtime=0)),
        ask("/broken"),
        ask(headers={"content-type": "a/b"}),
    ]

    assert {tuple(answer["error"]) for _, _, answer in errors} == {("code", "message", "field", "allowed")}
