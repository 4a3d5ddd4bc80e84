"""Question: a film, and how its rating is wished for; the body of /predict, and each element of a batch.

What a film may hold: movie_assets/prediction/movie.py. How bodies are read: films.py. What is answered: answers.py.
"""

from typing import Annotated, Literal

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


class WhatIf(BaseModel):
    """Derived inputs, set to see what they would change; those left out come from the film."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    overview_sentiment: Annotated[float, Field(ge=-1, le=1)] | None = Field(
        default=None, description="Mood of the synopsis, from -1 (dark) to 1 (bright).", examples=[0.4]
    )


class Question(Movie):
    """A film, and how its rating is wished for."""

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
        """The film without what is to be left out."""
        if not self.omit:
            return self
        fields = Movie.model_fields
        return self.model_copy(update={name: fields[name].get_default(call_default_factory=True) for name in self.omit})

    @property
    def set_inputs(self) -> dict[str, float]:
        """The derived inputs that were set, by name of the feature."""
        return self.what_if.model_dump(exclude_none=True) if self.what_if else {}
