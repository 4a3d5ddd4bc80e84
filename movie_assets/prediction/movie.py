"""Movie: the one form of a film, in cleaned data and in requests.

The meaning of a value (a runtime is minutes, the first genre is the main one) is decided here. Cleaning brings a
source's record into this form: catalogue/cleaning.py.
"""

from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

MAX_RUNTIME_MINUTES = 1_000
MAX_OVERVIEW_CHARACTERS = 20_000
MAX_LIST_ITEMS = 50

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]


class Movie(BaseModel):
    """The facts known about a film before its release; each row of `cleaned_movies`, and the body of a request.

    Unknown genres and languages are accepted: the encoders have an explicit unknown class for them.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    runtime: Annotated[float, Field(gt=0, le=MAX_RUNTIME_MINUTES)] = Field(
        description="Running time in minutes.", examples=[112], json_schema_extra={"unit": "minutes"}
    )
    genres: Annotated[list[Name], Field(max_length=MAX_LIST_ITEMS)] = Field(
        description="Genre names in English, the main genre first; may be empty when unknown.",
        examples=[["Drama", "Crime"]],
    )
    original_language: Annotated[
        str, StringConstraints(strip_whitespace=True, to_lower=True, pattern=r"^[a-zA-Z]{2,3}$")
    ] = Field(description="ISO 639-1 code of the original language, or TMDB's own `xx` and `cn`.", examples=["en"])
    overview: Annotated[str, Field(max_length=MAX_OVERVIEW_CHARACTERS)] | None = Field(
        default=None,
        description="Synopsis in English, up to 20,000 characters; without it the mood is left out.",
        examples=["A retired detective returns to a quiet town to solve one last case."],
    )
    title: Annotated[str, Field(max_length=500)] | None = Field(default=None, description="Title of the film.")
    release_date: date | None = Field(default=None, description="First release, as YYYY-MM-DD.")
    production_countries: Annotated[list[Name], Field(max_length=MAX_LIST_ITEMS)] = Field(
        default_factory=list, description="ISO 3166-1 codes of the producing countries."
    )
    production_companies: Annotated[list[Name], Field(max_length=MAX_LIST_ITEMS)] = Field(
        default_factory=list, description="Names of the producing companies."
    )
    spoken_languages: Annotated[list[Name], Field(max_length=MAX_LIST_ITEMS)] = Field(
        default_factory=list, description="ISO 639-1 codes of the languages spoken."
    )
    collection: Name | None = Field(default=None, description="Name of the series of films it belongs to.")
    directors: Annotated[list[Name], Field(max_length=MAX_LIST_ITEMS)] = Field(
        default_factory=list, description="Names of the directors."
    )
    cast: Annotated[list[Name], Field(max_length=MAX_LIST_ITEMS)] = Field(
        default_factory=list, description="Names of the leading actors, the first billed first."
    )
