"""Reads the body of a request: the film or the batch in its bytes.

A bad film does not spoil a batch. The fields of a film: requests.py. Limits of bytes and time: limits.py.
"""

import codecs
import re
from collections.abc import Iterator
from json import JSONDecoder
from typing import Any

from pydantic import ValidationError
from pydantic_core import from_json
from starlette.requests import Request

from bento_service.errors import RefusedRequest, invalid_json
from bento_service.invalid_fields import invalid, unknown_fields
from bento_service.requests import PredictionRequest

JSON = "application/json"
JSON_LINES = "application/x-ndjson"
VALUES_A_FILM = 200  # three times what a film with every fact has; a tree of ten million values is half a gigabyte
LARGE_BYTES = 20_000  # an ordinary film has a thousandth of a body's limit; a larger one is checked before it is parsed
DECODER = JSONDecoder()
OPENING = re.compile(r"[ \t\n\r]*\[[ \t\n\r]*(?P<empty>\][ \t\n\r]*)?")
SEPARATOR = re.compile(r"[ \t\n\r]*(?P<mark>[,\]])[ \t\n\r]*")
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")  # all but tab, line feed and carriage return
MAY_HOLD_CONTROL = re.compile(rb"\\[ubf]|\x7f")  # in JSON a control character other than DEL is written as an escape


def media_type_of(request: Request, *accepted: str) -> str:
    """The media type of a request's body. Raises RefusedRequest (415) for one that is not accepted."""
    media_type = request.headers.get("content-type", JSON).split(";")[0].strip().lower()
    if media_type not in accepted:
        listed = " or ".join(accepted)
        raise RefusedRequest(415, f"The body is {media_type[:80]!r}; send {listed}.", allowed=listed)
    return media_type


def film_of(body: bytes) -> PredictionRequest:
    """The film in a body, by JSON's own types: a number in quotes is not a number.

    Raises RefusedRequest naming the field, the value and what is allowed.
    """
    body = _utf_8(body)
    if len(body) > LARGE_BYTES:
        _refuse_unknown_fields(body)
    if MAY_HOLD_CONTROL.search(body):
        _refuse_control_characters(_json(body))
    try:
        return PredictionRequest.model_validate_json(body, strict=True)
    except ValidationError as error:
        if error.errors(include_url=False, include_input=False)[0]["type"] == "json_invalid":
            _refuse_other_encodings(body)
        raise invalid(error) from None


def films_in(body: bytes, media_type: str, *, most: int) -> Iterator[bytes]:
    """The films of a batch as they were sent: the non-empty lines, or the elements of a JSON list.

    Raises RefusedRequest, perhaps after some films, where the body is neither, or holds more than `most`.
    """
    too_many = RefusedRequest(
        413,
        f"The batch holds more than {most:,} films, or far more values than that many films have; send it in parts.",
        code="too_many_films",
        allowed=f"at most {most:,} films",
    )
    body = _utf_8(body)
    films: Iterator[bytes]
    if media_type == JSON_LINES:
        if body.count(b"\n") > 2 * most:  # bounds the time spent on empty lines
            raise too_many
        films = (line for line in body.split(b"\n") if line.strip())
    else:
        if sum(body.count(mark) for mark in (b",", b"]", b"}")) > VALUES_A_FILM * most:
            raise too_many
        films = _elements(body)
    for number, film in enumerate(films):
        if number == most:
            raise too_many
        yield film


def refuse_input(body: bytes) -> None:
    """Raise RefusedRequest unless the body is empty or an empty object, as BentoML's clients send."""
    if body and _json(_utf_8(body)) != {}:
        raise RefusedRequest(422, "This takes no input.", allowed="an empty body, or {}")


def _utf_8(body: bytes) -> bytes:
    """The body without a byte order mark. Raises RefusedRequest for UTF-16 and UTF-32."""
    # JSON begins with an ASCII character, of which the wider encodings have a zero byte on one side or the other.
    if body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or b"\0" in body[:2]:
        raise RefusedRequest(
            400, "The body is in UTF-16 or UTF-32; send it in UTF-8.", code="invalid_json", allowed="JSON in UTF-8"
        )
    return body.removeprefix(codecs.BOM_UTF8)


def _json(body: bytes) -> Any:
    try:
        return from_json(body)
    except ValueError as error:
        _refuse_other_encodings(body)
        raise invalid_json(str(error)) from None


def _no_list(body: object) -> RefusedRequest:
    message = "The body is not a list."
    if isinstance(body, dict) and body.keys() & PredictionRequest.model_fields.keys():
        message = "The body is one film; send it to POST /predict, or in a list."
    elif isinstance(body, dict):
        message = "The body is an object; send the list of films itself."
    return RefusedRequest(422, message, allowed="a list of films, or JSON lines of them")


def _refuse_other_encodings(body: bytes) -> None:
    try:
        body.decode()
    except UnicodeDecodeError as error:
        message = f"The body is not UTF-8: byte {error.start + 1:,} is 0x{body[error.start]:02X}. Send it in UTF-8."
        raise RefusedRequest(400, message, code="invalid_json", allowed="JSON in UTF-8") from None


def _elements(body: bytes) -> Iterator[bytes]:
    """The elements of a JSON list one by one, so that other requests are served in between."""
    try:
        text = body.decode()
        opening = OPENING.match(text)
        if opening is None:
            raise _no_list(_json(body))
        begin, is_over = opening.end(), bool(opening["empty"])
        while not is_over:
            _, end = DECODER.raw_decode(text, begin)
            yield text[begin:end].encode()
            separator = SEPARATOR.match(text, end)
            if separator is None:
                raise ValueError(f"expected , or ] at character {end}")
            begin, is_over = separator.end(), separator["mark"] == "]"
        if begin < len(text):
            raise ValueError(f"expected nothing more at character {begin}")
    except (ValueError, RecursionError) as error:
        _refuse_other_encodings(body)
        raise invalid_json(str(error)) from None


def _refuse_unknown_fields(body: bytes) -> None:
    """pydantic would write a sentence for each of perhaps a hundred thousand."""
    value = _json(body)
    if isinstance(value, dict) and (names := [name for name in value if name not in PredictionRequest.model_fields]):
        raise unknown_fields({name: value[name] for name in names})


def _refuse_control_characters(film: Any) -> None:
    for name, value in film.items() if isinstance(film, dict) else ():
        for text in value if isinstance(value, list) else [value]:
            if isinstance(text, str) and name in PredictionRequest.model_fields and (found := CONTROL.search(text)):
                sign = f"U+{ord(found.group()):04X} at {found.start()}"
                raise RefusedRequest(422, f"{name} holds the control character {sign}.", field=name)
