"""What may be sent, in words: for a form that has never seen it, and for whoever sent something else.

All of it is read from the JSON schemas of Movie and Question, so that a new field appears here by itself.
"""

from functools import cache
from typing import Any

from pydantic import BaseModel

from bento_service.requests import Question, WhatIf
from movie_assets.prediction.movie import Movie

TYPE_NAMES = {
    "number": "number",
    "integer": "whole number",
    "array": "list",
    "string": "string",
    "boolean": "true or false",
    None: "object",
}
LOWER_BOUNDS = {"minimum": "at least {:g}", "exclusiveMinimum": "above {:g}"}
UPPER_BOUNDS = {
    "maximum": "at most {:g}",
    "exclusiveMaximum": "below {:g}",
    "maxLength": "at most {:,} characters",
    "maxItems": "at most {:,} of them",
}


class MovieField(BaseModel):
    """One field of a request: `type` is number, string, list (of strings) or date (YYYY-MM-DD).

    The bounds of a string are of its length in characters, those of a list of how many it holds.
    """

    name: str
    type: str
    required: bool
    unit: str | None
    minimum: float | None
    maximum: float | None
    description: str


class SettableInput(BaseModel):
    """A derived input that may be set: what the estimator sees under this name, whatever the film gives."""

    name: str
    minimum: float
    maximum: float
    description: str


@cache
def movie_fields() -> tuple[MovieField, ...]:
    """The fields of a request, in Movie's order."""
    return tuple(_field(name, form) for name, form in _forms(Movie).items())


@cache
def settable_inputs() -> tuple[SettableInput, ...]:
    """The inputs that `what_if` may set."""
    return tuple(
        SettableInput(name=name, description=form["description"], **_value(form))
        for name, form in _forms(WhatIf).items()
    )


def allowed_in(name: str | None, model: type[BaseModel] = Question) -> str | None:
    """A phrase that says what a field of `model` may hold; for a name that is no field, which fields there are."""
    if name is None:
        return None
    forms = _forms(model)
    if name not in forms:
        return "one of the fields " + ", ".join(forms)
    value = _value(forms[name])
    bounds = [words.format(value[bound]) for bound, words in (LOWER_BOUNDS | UPPER_BOUNDS).items() if bound in value]
    names = ["of " + ", ".join(value["items"]["enum"])] if "enum" in value.get("items", {}) else []
    return f"{', '.join([_type(value), *bounds, *names])}. {forms[name]['description']}"


@cache
def _forms(model: type[BaseModel]) -> dict[str, Any]:
    forms: dict[str, Any] = model.model_json_schema()["properties"]
    return forms


def _field(name: str, form: dict[str, Any]) -> MovieField:
    value = _value(form)
    return MovieField(
        name=name,
        type=_type(value),
        required=Movie.model_fields[name].is_required(),
        unit=form.get("unit"),
        minimum=next((value[bound] for bound in LOWER_BOUNDS if bound in value), None),
        maximum=next((value[bound] for bound in UPPER_BOUNDS if bound in value), None),
        description=form["description"],
    )


def _value(form: dict[str, Any]) -> dict[str, Any]:
    """The form of the value itself: an optional field is written as "this, or null"."""
    return next((choice for choice in form.get("anyOf", [form]) if choice.get("type") != "null"), form)


def _type(value: dict[str, Any]) -> str:
    return "date" if value.get("format") == "date" else TYPE_NAMES[value.get("type")]
