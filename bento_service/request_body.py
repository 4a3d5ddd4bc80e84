"""From the body of a request to films: one, or a batch in which a bad film does not spoil the rest.

What may be sent: questions.py. How a refusal reads: errors.py. How bytes arrive: limits.py.
"""

import re
from collections.abc import Iterator
from json import JSONDecoder
from typing import Any

from pydantic import ValidationError
from pydantic_core import from_json

from bento_service.errors import NOUN, SHOWN_CHARACTERS, UNKNOWN_FIELD, RefusedRequest, invalid_json, of_invalid
from bento_service.requests import Question

JSON = "application/json"
JSON_LINES = "application/x-ndjson"
VALUES_A_FILM = 200  # three times what a film with every fact has; a tree of ten million values is half a gigabyte
LARGE_BYTES = 20_000  # an ordinary film has a thousandth of a body's limit; a larger one is looked at before it is read
READER = JSONDecoder()
OPENING = re.compile(r"[ \t\n\r]*\[[ \t\n\r]*(?P<empty>\][ \t\n\r]*)?")
MARK = re.compile(r"[ \t\n\r]*(?P<mark>[,\]])[ \t\n\r]*")
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")  # all but tab, line feed and carriage return


def film_of(body: bytes) -> Question:
    """The film a body holds, and what is wished of it, by JSON's own types: a number in quotes is no number.

    Raises RefusedRequest naming the field, the value and what is allowed.
    """
    if len(body) > LARGE_BYTES:
        _refuse_unknown_fields(body)
    try:
        film = Question.model_validate_json(body, strict=True)
    except ValidationError as invalid:
        raise of_invalid(invalid) from None
    # JSON takes a control character as an escape alone, but for the last of them
    if b"\\u" in body or b"\x7f" in body:
        for name, value in film:
            for text in value if isinstance(value, list) else [value]:
                if isinstance(text, str) and (found := CONTROL.search(text)):
                    sign = f"U+{ord(found.group()):04X} at {found.start()}"
                    raise RefusedRequest(422, f"{name} holds the control character {sign}.", field=name)
    return film


def films_in(body: bytes, media_type: str, *, most: int) -> Iterator[bytes]:
    """The films of a batch, each as it was sent: the lines that are not empty, or the elements of a JSON list.

    Raises RefusedRequest, perhaps after some films, where the body is neither, or holds more than `most`.
    """
    too_many = RefusedRequest(
        413,
        f"The batch holds more than {most:,} films, or far more values than so many have; send it in parts.",
        code="too_many_films",
        allowed=f"at most {most:,} films",
    )
    films: Iterator[bytes]
    if media_type == JSON_LINES:
        if body.count(b"\n") > 2 * most:  # millions of empty lines are not looked through
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
    """For what takes no input but is posted to, as BentoML's clients do: an empty body and an empty object are none."""
    if body and _json(body) != {}:
        raise RefusedRequest(422, "This takes no input.", allowed="an empty body, or {}")


def _json(body: bytes) -> Any:
    try:
        return from_json(body)
    except ValueError as error:
        raise invalid_json(str(error)) from None


def _elements(body: bytes) -> Iterator[bytes]:
    """The elements of a JSON list one by one, since all at once would keep other requests waiting."""
    try:
        text = body.decode()
        opening = OPENING.match(text)
        if opening is None:
            _json(body)
            raise RefusedRequest(422, "The body is no list.", allowed="a list of films, or JSON lines of them")
        begin, is_over = opening.end(), bool(opening["empty"])
        while not is_over:
            _, end = READER.raw_decode(text, begin)
            yield text[begin:end].encode()
            mark = MARK.match(text, end)
            if mark is None:
                raise ValueError(f"expected , or ] at character {end}")
            begin, is_over = mark.end(), mark["mark"] == "]"
        if begin < len(text):
            raise ValueError(f"expected nothing more at character {begin}")
    except (ValueError, RecursionError) as error:
        raise invalid_json(str(error)) from None


def _refuse_unknown_fields(body: bytes) -> None:
    """Stop at the first of perhaps a hundred thousand fields, each of which would be given a sentence."""
    value = _json(body)
    for name in value if isinstance(value, dict) else ():
        if name not in Question.model_fields:
            shown = name[:SHOWN_CHARACTERS]
            raise RefusedRequest(422, f"{shown} is no {NOUN}.", code=UNKNOWN_FIELD, field=shown)
