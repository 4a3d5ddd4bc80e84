"""Movie: the one form of a film, in cleaned data and in requests.

The meaning of a value (a runtime is minutes, the first genre is the main one) is decided here, also that a genre, a
language and a country have one name: vocabulary.py. Cleaning brings a source's record into this form:
catalogue/cleaning.py.
"""

import re
from datetime import date
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints
from pydantic_core import PydanticCustomError

from movie_assets.prediction.vocabulary import COUNTRIES, GENRES, LANGUAGES, canonical_of

MAX_RUNTIME_MINUTES = 1_000
MAX_OVERVIEW_CHARACTERS = 20_000
MAX_LIST_ITEMS = 50

DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _day(value: object) -> object:
    """A date of exactly this form; pydantic also reads a number in a text, as seconds since 1970."""
    if value is None or isinstance(value, date):
        return value
    if isinstance(value, str) and not value.strip():
        return None
    if not isinstance(value, str) or not DAY.fullmatch(value):
        raise PydanticCustomError("day_form", "it must be a date written YYYY-MM-DD")
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise PydanticCustomError("no_such_day", "the calendar has no such day; write a date as YYYY-MM-DD") from None


def _text_or_none(value: str | None) -> str | None:
    return value if value and not value.isspace() else None


def _names(names: list[str]) -> list[str]:
    return [name for name in dict.fromkeys(names) if name]


def _language(name: str) -> str:
    return canonical_of("original_language", name)


Name = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)]
Names = Annotated[list[Name], Field(max_length=MAX_LIST_ITEMS), AfterValidator(_names)]
Genres = Annotated[list[Name], Field(max_length=MAX_LIST_ITEMS), AfterValidator(GENRES.canonical_or_same)]
Languages = Annotated[list[Name], Field(max_length=MAX_LIST_ITEMS), AfterValidator(LANGUAGES.canonical_or_same)]
Countries = Annotated[list[Name], Field(max_length=MAX_LIST_ITEMS), AfterValidator(COUNTRIES.canonical_or_same)]


class Movie(BaseModel):
    """The facts known about a film before its release; each row of `cleaned_movies`, and the body of a request.

    Genres, languages and countries may be written in any way that the vocabulary knows, and are kept in its form.
    Unknown ones stay as they are: the encoders have an explicit unknown class for them.
    A blank text is as none, a blank name in a list as left out, and a name given twice as given once.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    runtime: Annotated[float, Field(gt=0, le=MAX_RUNTIME_MINUTES)] = Field(
        description="Running time in minutes.", examples=[112], json_schema_extra={"unit": "minutes"}
    )
    genres: Genres = Field(
        description="Genre names in English, as TMDB has them, the main genre first; may be empty when unknown.",
        examples=[["Drama", "Crime"]],
    )
    original_language: Annotated[Name, Field(min_length=1), AfterValidator(_language)] = Field(
        description="ISO 639-1 code of the original language, or TMDB's own `xx` and `cn`.", examples=["en"]
    )
    overview: Annotated[
        Annotated[str, Field(max_length=MAX_OVERVIEW_CHARACTERS)] | None, AfterValidator(_text_or_none)
    ] = Field(
        default=None,
        description="Synopsis in English, up to 20,000 characters; without it the mood is left out.",
        examples=["A retired detective returns to a quiet town to solve one last case."],
    )
    title: Annotated[Annotated[str, Field(max_length=500)] | None, AfterValidator(_text_or_none)] = Field(
        default=None, description="Title of the film."
    )
    release_date: Annotated[date | None, BeforeValidator(_day)] = Field(
        default=None, description="First release, as YYYY-MM-DD; without it the year of the request is assumed."
    )
    production_countries: Countries = Field(
        default_factory=list, description="ISO 3166-1 codes of the producing countries."
    )
    production_companies: Names = Field(default_factory=list, description="Names of the producing companies.")
    spoken_languages: Languages = Field(default_factory=list, description="ISO 639-1 codes of the languages spoken.")
    collection: Annotated[Name | None, AfterValidator(_text_or_none)] = Field(
        default=None, description="Name of the series of films it belongs to."
    )
    directors: Names = Field(default_factory=list, description="Names of the directors.")
    cast: Names = Field(default_factory=list, description="Names of the leading actors, the first billed first.")
