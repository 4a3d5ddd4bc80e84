"""The 422 of fields that are unknown, missing or invalid: which, with their values and what was probably meant.

A further hint belongs here. The shape of the error: errors.py. What a field may hold, in words: requests.py.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from itertools import islice
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails
from rapidfuzz import fuzz, process

from bento_service.errors import MAX_QUOTED_CHARACTERS, RefusedRequest, invalid_json
from bento_service.requests import PredictionRequest, allowed_in

MAX_SENTENCES = 8  # the names of further fields follow
MAX_MESSAGE_CHARACTERS = 300  # of sentences after the first
MAX_NAMES = 10
MAX_KEYS = 20  # of a wrapped film that are compared with the fields
MAX_NAME_CHARACTERS = 30
LEAST_LIKENESS = 80  # of a misspelt name, in percent
NOUN = "field of a film"
UNKNOWN = "extra_forbidden"
CODES = {"missing": "missing_field", UNKNOWN: "unknown_field"}


def invalid(error: ValidationError, model: type[BaseModel] = PredictionRequest, noun: str = NOUN) -> RefusedRequest:
    """The error of an invalid `model`: the fields, unknown ones first, their values and what is allowed."""
    # Without the input's own text in the error: a synopsis must not reach a log.
    problems = error.errors(include_url=False, include_context=False)
    if problems[0]["type"] == "json_invalid":
        return invalid_json(problems[0]["msg"].removeprefix("Invalid JSON: "))
    problems.sort(key=lambda problem: problem["type"] != UNKNOWN)
    sentences = (_sentence(problem, model, noun) for problem in problems)
    first = problems[0]
    return _refused(sentences, [_place(problem["loc"]) for problem in problems], first["loc"], first["type"], model)


def unknown_fields(values: dict[str, Any]) -> RefusedRequest:
    """The error of a film with these unknown fields."""
    sentences = (_unknown(name, value, PredictionRequest, NOUN) for name, value in values.items())
    return _refused(sentences, list(values), list(values)[:1], UNKNOWN, PredictionRequest)


def _refused(
    sentences: Iterable[str], places: Sequence[str], loc: Sequence[int | str], problem: str, model: type[BaseModel]
) -> RefusedRequest:
    field = str(loc[0])[:MAX_QUOTED_CHARACTERS] if loc else None
    message = _joined(sentences, places)
    return RefusedRequest(422, message, code=CODES.get(problem), field=field, allowed=allowed_in(field, model))


def _joined(sentences: Iterable[str], places: Sequence[str]) -> str:
    """The sentences, of which each is about one place, as far as they fit, then the names of the other places."""
    written: list[str] = []
    for sentence in sentences:
        if len(written) == MAX_SENTENCES or (written and len(" ".join(written)) > MAX_MESSAGE_CHARACTERS):
            break
        written.append(sentence)
    if others := places[len(written) :]:
        names = [name[:MAX_NAME_CHARACTERS] for name in others[:MAX_NAMES]]
        more = f" and {len(others) - MAX_NAMES:,} more" if len(others) > MAX_NAMES else ""
        written.append(f"Also refused: {', '.join(names)}{more}.")
    return " ".join(written)


def _sentence(problem: ErrorDetails, model: type[BaseModel], noun: str) -> str:
    place, value = _place(problem["loc"]), problem["input"]
    if problem["type"] == "missing":
        return f"{place} is missing."
    if problem["type"] == UNKNOWN:
        return _unknown(place, value, model if len(problem["loc"]) == 1 else None, noun)
    if not place and isinstance(value, list):
        return "The body is a list; send one film as an object, or the list to POST /predict_batch."
    if not place and isinstance(value, str) and value.lstrip().startswith("{"):
        return "The body is a string that holds JSON; send the object itself, encoded once."
    quoted = repr(value)
    if len(quoted) > MAX_QUOTED_CHARACTERS:
        quoted = quoted[:MAX_QUOTED_CHARACTERS] + "…"
    return f"{place or 'The body'} is {quoted}: {problem['msg'][:1].lower()}{problem['msg'][1:]}."


def _unknown(name: str, value: object, model: type[BaseModel] | None, noun: str) -> str:
    sentence = f"{name[:MAX_QUOTED_CHARACTERS]} is no {noun}"
    if model is None:
        return f"{sentence}."
    inner = value[0] if isinstance(value, list) and value else value
    if isinstance(inner, dict) and any(_meant(key, model) for key in islice(inner, MAX_KEYS)):
        films = "each of its films" if inner is not value else "the film in it"
        return f"{sentence}; send {films} as the body itself."
    meant = _meant(name, model)
    return f"{sentence}; did you mean {meant}?" if meant else f"{sentence}."


def _meant(name: str, model: type[BaseModel]) -> str | None:
    """The field that a name in another case, in camel case or misspelt stands for."""
    plain = _fields_of(model)
    found = process.extractOne(_plain(name), list(plain), scorer=fuzz.ratio, score_cutoff=LEAST_LIKENESS)
    return plain[found[0]] if found else None


@cache
def _fields_of(model: type[BaseModel]) -> Mapping[str, str]:
    return {_plain(field): field for field in model.model_fields}


def _plain(name: str) -> str:
    return "".join(sign for sign in name[:MAX_QUOTED_CHARACTERS].casefold() if sign.isalnum())


def _place(loc: Sequence[int | str]) -> str:
    return ".".join(str(part) for part in loc)[:MAX_QUOTED_CHARACTERS]
