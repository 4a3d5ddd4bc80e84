"""From the body of a request to films: one, or a batch in which a bad film does not spoil the rest.

What may be sent: questions.py. How a refusal reads: errors.py. How bytes arrive: limits.py.
"""

import io
import json
import re
from collections.abc import Iterator

from pydantic import ValidationError
from pydantic_core import from_json

from bento_service.errors import RefusedRequest, invalid_json, of_invalid_film, unknown_field
from bento_service.questions import Question

JSON = "application/json"
JSON_LINES = "application/x-ndjson"
LARGE_BYTES = 20_000  # an ordinary film has a thousandth of a body's limit; a larger one is looked at before it is read
DECODER = json.JSONDecoder()
NO_SPACE = re.compile(r"[^ \t\n\r]")
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")  # all but tab, line feed and carriage return


def film_of(body: str | bytes) -> Question:
    """The film a body holds, and what is wished of it, by JSON's own types: a number in quotes is no number.

    Raises RefusedRequest naming the field, the value and what is allowed.
    """
    if len(body) > LARGE_BYTES:
        _refuse_unknown_fields(body)
    try:
        film = Question.model_validate_json(body, strict=True)
    except ValidationError as invalid:
        raise of_invalid_film(invalid) from None
    for name, text in _texts(film) if _may_hold_control(body) else ():
        if found := CONTROL.search(text):
            raise RefusedRequest(
                422, f"{name} holds the control character U+{ord(found.group()):04X} at {found.start()}.", field=name
            )
    return film


def films_in(body: bytes, media_type: str, *, most: int) -> Iterator[str | bytes]:
    """The films of a batch one by one, each still as JSON: the elements of a list, or the lines that are not empty.

    Raises RefusedRequest where the body turns out to be neither, or to hold more than `most`.
    """
    films: Iterator[str | bytes] = _lines(body, most) if media_type == JSON_LINES else _elements(body)
    for place, film in enumerate(films):
        if place == most:
            raise too_many_films(most)
        yield film


def too_many_films(most: int) -> RefusedRequest:
    """For a batch that is too long."""
    return RefusedRequest(
        413,
        f"The batch holds more than {most:,} films; send it in parts.",
        code="too_many_films",
        allowed=f"at most {most:,} films",
    )


def _lines(body: bytes, most: int) -> Iterator[bytes]:
    if body.count(b"\n") > 2 * most:  # millions of empty lines are not looked through
        raise too_many_films(most)
    return (line for line in io.BytesIO(body) if line.strip())


def _elements(body: bytes) -> Iterator[str]:
    """The texts of a JSON list's elements, one at a time: a tree of the whole body could be twenty times as big."""
    try:
        text = body.decode()
        at = _after_space(text, 0)
        if text[at : at + 1] != "[":
            json.loads(text)  # for its error, if it is no JSON at all
            raise RefusedRequest(422, "The body is no list.", allowed="a list of films, or JSON lines of them")
        at = _after_space(text, at + 1)
        while text[at : at + 1] != "]":
            _film, end = DECODER.raw_decode(text, at)
            yield text[at:end]
            at = _after_space(text, end)
            if text[at : at + 1] == ",":
                at = _after_space(text, at + 1)
                if text[at : at + 1] == "]":
                    raise json.JSONDecodeError("Expecting value", text, at)
            elif text[at : at + 1] != "]":
                raise json.JSONDecodeError("Expecting ',' or ']'", text, at)
        if _after_space(text, at + 1) < len(text):
            raise json.JSONDecodeError("Extra data", text, at + 1)
    except UnicodeDecodeError as error:
        raise invalid_json("it is not UTF-8") from error
    except json.JSONDecodeError as error:
        raise invalid_json(f"{error.msg} at line {error.lineno} column {error.colno}") from None
    except (RecursionError, ValueError) as error:
        raise invalid_json("its values are nested too deeply or have too many digits") from error


def _after_space(text: str, at: int) -> int:
    found = NO_SPACE.search(text, at)
    return found.start() if found else len(text)


def _refuse_unknown_fields(body: str | bytes) -> None:
    """Stop at the first of perhaps a hundred thousand fields, each of which would be given a sentence."""
    try:
        value = from_json(body)
    except ValueError as error:
        raise invalid_json(str(error)) from None
    if isinstance(value, dict):
        for name in value:
            if name not in Question.model_fields:
                raise unknown_field(name)


def _may_hold_control(body: str | bytes) -> bool:
    """Whether it is worth looking: JSON takes a control character as an escape alone, but for the last of them."""
    return ("\\u" in body or "\x7f" in body) if isinstance(body, str) else (b"\\u" in body or b"\x7f" in body)


def _texts(film: Question) -> Iterator[tuple[str, str]]:
    for name, value in film:
        if isinstance(value, str):
            yield name, value
        elif isinstance(value, list):
            yield from ((name, item) for item in value)
