"""Which bodies are read, and what each refusal says: a table of what the reference promises."""

import asyncio
import json

import pytest

from tests.support.guarded import JSON, a_guard, call, send

FILM = {"runtime": 97, "genres": ["Comedy"], "original_language": "ko"}
JSON_LINES = {"content-type": "application/x-ndjson"}
NOT_A_DAY = "it must be a date written YYYY-MM-DD."


def film(**fields):
    return json.dumps(FILM | fields).encode()


def answered_alike(left, right):
    """Whether two films are rated, and alike."""
    (left_status, _, left_answer), (right_status, _, right_answer) = call(body=left), call(body=right)
    assert (left_status, right_status) == (200, 200)
    return left_answer == right_answer


@pytest.mark.parametrize(
    "written",
    [
        *("7", "-7", "172800", "1893456000", "1893456000000", "2029", "20290406", "2029-4-6", "2029-04", "2029-W14-5"),
        *("2029-04-06T00:00:00", "2029-04-06T10:30:00Z", "2029-04-06 ", " 2029-04-06", "06.04.2029", "2029/04/06"),
        *("Infinity", "٢٠٢٩-٠٤-٠٦", "２０２９-０４-０６", "+2029-04-06"),
        *(0, 1893456000, 20.5, True, [], ["2029-04-06"], {}),
    ],
)
def test_a_date_is_a_text_of_one_form(written):
    """No number of seconds, as text or not, no time of day and no other digits."""
    status, _, answer = call(body=film(release_date=written))

    error = answer["error"]
    assert (status, error["code"], error["field"]) == (422, "invalid_value", "release_date")
    assert error["message"] == f"release_date is {written!r}: {NOT_A_DAY}"
    assert "YYYY-MM-DD" in error["allowed"]


@pytest.mark.parametrize("written", ["2029-02-29", "2029-13-01", "2029-04-00", "0000-01-01"])
def test_a_day_that_does_not_exist_is_refused(written):
    """Its form is right, so the message says what is wrong."""
    status, _, answer = call(body=film(release_date=written))

    assert status == 422
    assert answer["error"]["message"].startswith(f"release_date is {written!r}: the calendar has no such day")


@pytest.mark.parametrize("written", ["2029-04-06", "2028-02-29", "1897-12-31", None])
def test_a_date_of_the_form_is_read(written):
    """Or null."""
    assert call(body=film(release_date=written))[0] == 200


@pytest.mark.parametrize("field", ["title", "overview", "collection", "release_date"])
@pytest.mark.parametrize("blank", ["", " ", "\t\n", "\u00a0\u3000"])
def test_a_blank_text_is_as_null(field, blank):
    """And as none at all: the rating, the features and the warnings are the same."""
    assert answered_alike(film(**{field: blank}), film(**{field: None}))
    assert answered_alike(film(**{field: blank}), film())


@pytest.mark.parametrize(
    "field",
    ["genres", "production_countries", "production_companies", "spoken_languages", "directors", "cast"],
)
def test_a_blank_name_in_a_list_is_left_out(field):
    """In every list."""
    assert answered_alike(film(**{field: ["", "Somebody", "  "]}), film(**{field: ["Somebody"]}))
    assert answered_alike(film(**{field: [" "]}), film(**{field: []}))


@pytest.mark.parametrize(
    "values", [["identity"], ["Identity"], [""], ["identity, identity"], ["identity", "identity"], [" identity ,"]]
)
@pytest.mark.parametrize("path", ["/predict", "/predict_batch"])
def test_a_body_as_it_is_may_be_called_identity(path, values):
    """However often it is said."""
    body = film() if path == "/predict" else b"[" + film() + b"]"
    raw = [("content-type", "application/json"), *(("content-encoding", value) for value in values)]

    assert call(path, body=body, headers=raw)[0] == 200


@pytest.mark.parametrize("value", ["gzip", "br", "identity, gzip", "deflate", "aws-chunked", "none"])
def test_any_other_encoding_is_a_415(value):
    """It names the encoding and what is accepted."""
    status, _, answer = call(body=film(), headers=JSON | {"content-encoding": value})

    assert status == 415
    assert repr(value.split(", ")[-1]) in answer["error"]["message"]
    assert answer["error"]["allowed"] == "no Content-Encoding, or identity"


def test_a_byte_order_mark_is_skipped():
    """Windows programs write one before UTF-8."""
    mark = b"\xef\xbb\xbf"
    one = call(body=film())[2]

    assert call(body=mark + film())[2] == one
    assert call("/predict_batch", body=mark + b"[" + film() + b"]")[2] == [one]
    assert call("/describe", body=mark + b"{}")[0] == 200
    _, _, lines = asyncio.run(
        send(a_guard(), "/predict_batch", body=mark + film() + b"\r\n" + mark + film(), headers=JSON_LINES)
    )
    assert [json.loads(line) for line in lines.splitlines()] == [one, one]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-be", "utf-32-le"])
@pytest.mark.parametrize(
    ("path", "headers"), [("/predict", JSON), ("/predict_batch", JSON), ("/predict_batch", JSON_LINES)]
)
def test_wider_encodings_are_named(path, headers, encoding):
    """A batch of them is refused whole."""
    text = json.dumps(FILM if headers is JSON_LINES or path == "/predict" else [FILM])

    status, _, answer = call(path, body=text.encode(encoding), headers=headers)

    assert (status, answer["error"]["code"]) == (400, "invalid_json")
    assert answer["error"]["message"] == "The body is in UTF-16 or UTF-32; send it in UTF-8."


@pytest.mark.parametrize("path", ["/predict", "/predict_batch"])
def test_a_body_of_another_encoding_names_its_first_byte(path):
    """CP949 here."""
    text = '{"title": "봄"}' if path == "/predict" else '[{"title": "봄"}]'
    body = text.encode("cp949")

    status, _, answer = call(path, body=body)

    assert (status, answer["error"]["code"]) == (400, "invalid_json")
    place = body.index("봄".encode("cp949")) + 1
    assert answer["error"]["message"] == f"The body is not UTF-8: byte {place} is 0xBA. Send it in UTF-8."


@pytest.mark.parametrize(
    ("escape", "sign"), [("\\b", "U+0008"), ("\\f", "U+000C"), ("\\u0000", "U+0000"), ("\\u001f", "U+001F")]
)
@pytest.mark.parametrize("field", ["title", "collection"])
def test_control_characters_are_refused_however_they_are_escaped(field, escape, sign):
    """At the end of a name too, where white space is cut."""
    body = film(**{field: "SPRING?"}).replace(b"?", escape.encode())

    status, _, answer = call(body=body)

    assert (status, answer["error"]["field"]) == (422, field)
    assert answer["error"]["message"] == f"{field} holds the control character {sign} at 6."
