"""PredictionRequest, the body of /predict and each element of a batch, and its fields in words.

/describe and error messages take their words from the JSON schemas of these models, so a new field appears in both by
itself. The facts of a film: movie_assets/prediction/movie.py. How a body is read: request_body.py.
"""

from functools import cache
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from movie_assets.prediction.movie import Movie

Omittable = Literal[
    "overview",
    "title",
    "release_date",
    "production_countries",
    "production_companies",
    "spoken_languages",
    "collection",
    "directors",
    "cast",
]
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


class WhatIf(BaseModel):
    """Derived inputs to set; the others are computed from the film."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    overview_sentiment: Annotated[float, Field(ge=-1, le=1)] | None = Field(
        default=None, description="Mood of the synopsis, from -1 (dark) to 1 (bright).", examples=[0.4]
    )


class PredictionRequest(Movie):
    """A film, and options of its prediction."""

    omit: Annotated[list[Omittable], Field(max_length=50)] = Field(
        default_factory=list,
        description="Names of optional facts to leave out of the prediction, as if they had not been sent.",
        examples=[["overview"]],
    )
    what_if: WhatIf | None = Field(
        default=None,
        description="An object that sets derived inputs: overview_sentiment, a number from -1 to 1.",
        examples=[{"overview_sentiment": 0.4}],
    )
    reasons: bool | None = Field(
        default=None,
        description="false leaves the contributions out of the answer.",
        examples=[False],
    )

    @property
    def movie(self) -> Movie:
        """The film without the omitted facts."""
        if not self.omit:
            return self
        fields = Movie.model_fields
        return self.model_copy(update={name: fields[name].get_default(call_default_factory=True) for name in self.omit})

    @property
    def set_inputs(self) -> dict[str, float]:
        """The derived inputs to set, by name of the feature."""
        return self.what_if.model_dump(exclude_none=True) if self.what_if else {}


class MovieField(BaseModel):
    """One field of a request: `type` is number, string, list (of strings) or date (YYYY-MM-DD).

    The bounds of a string are of its length in characters, those of a list of its length.
    """

    name: str
    type: str
    required: bool
    unit: str | None
    minimum: float | None
    maximum: float | None
    description: str


class SettableInput(BaseModel):
    """A derived input that `what_if` may set."""

    name: str
    minimum: float
    maximum: float
    description: str


@cache
def movie_fields() -> tuple[MovieField, ...]:
    """The fields of Movie, in its order."""
    return tuple(
        MovieField(
            name=name,
            type=_type(_value(schema)),
            required=Movie.model_fields[name].is_required(),
            unit=schema.get("unit"),
            minimum=next((_value(schema)[bound] for bound in LOWER_BOUNDS if bound in _value(schema)), None),
            maximum=next((_value(schema)[bound] for bound in UPPER_BOUNDS if bound in _value(schema)), None),
            description=schema["description"],
        )
        for name, schema in _schemas(Movie).items()
    )


@cache
def settable_inputs() -> tuple[SettableInput, ...]:
    """The inputs that `what_if` may set."""
    return tuple(
        SettableInput(name=name, description=schema["description"], **_value(schema))
        for name, schema in _schemas(WhatIf).items()
    )


def allowed_in(name: str | None, model: type[BaseModel] = PredictionRequest) -> str | None:
    """A phrase for the values a field of `model` may have; for an unknown field, the names of the fields."""
    if name is None:
        return None
    schemas = _schemas(model)
    if name not in schemas:
        return "one of the fields " + ", ".join(schemas)
    value = _value(schemas[name])
    bounds = [words.format(value[bound]) for bound, words in (LOWER_BOUNDS | UPPER_BOUNDS).items() if bound in value]
    names = ["of " + ", ".join(value["items"]["enum"])] if "enum" in value.get("items", {}) else []
    return f"{', '.join([_type(value), *bounds, *names])}. {schemas[name]['description']}"


@cache
def _schemas(model: type[BaseModel]) -> dict[str, Any]:
    schemas: dict[str, Any] = model.model_json_schema()["properties"]
    return schemas


def _value(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema of the value: that of an optional field is "this, or null"."""
    return next((choice for choice in schema.get("anyOf", [schema]) if choice.get("type") != "null"), schema)


def _type(value: dict[str, Any]) -> str:
    return "date" if value.get("format") == "date" else TYPE_NAMES[value.get("type")]
