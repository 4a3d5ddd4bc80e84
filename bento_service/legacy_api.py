"""GET /predict: a film in the codes of the old layout, as the API before this one was asked.

Kept for programs that encode a film themselves, with the LabelEncoders of `models/latest/`. Whoever can should ask
POST /predict. The model that answers: movie_assets/prediction/legacy_model.py.
"""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.datastructures import QueryParams

from bento_service.errors import SHOWN_CHARACTERS, RefusedRequest, of_invalid
from movie_assets.prediction.answer import Prediction
from movie_assets.prediction.legacy_model import COMPANION_COLUMNS, LegacyModel


class EncodedFilm(BaseModel):
    """The five numbers; a code that stands for no known genre or language counts as -1."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)

    runtime: Annotated[float, Field(gt=0, le=1_000, description="Running time in minutes.", examples=[112])]
    genre_encoded: Annotated[int, Field(description="Code of the main genre; -1 for an unknown one.", examples=[6])]
    lang_encoded: Annotated[int, Field(description="Code of the language; -1 for an unknown one.", examples=[2])]
    sentiment: Annotated[float, Field(ge=-1, le=1, description="Polarity of the synopsis.", examples=[0.1])]
    overview_len: Annotated[
        int, Field(ge=0, le=20_000, description="Length of the synopsis in characters.", examples=[240])
    ]


class EncodedAnswer(BaseModel):
    """What the API before this one answered."""

    predicted_rating: float = Field(description="Not held within 0 to 10, as ever.", examples=[6.4])


def encoded_prediction(asked: QueryParams, companion: LegacyModel | None, bundle_id: str) -> Prediction:
    """The companion's rating, not held within 0 to 10, and the five numbers as it saw them.

    Raises RefusedRequest naming the parameter, the value and what is allowed.
    """
    film = _film(asked)
    if companion is None:
        raise RefusedRequest(
            404, f"Bundle {bundle_id[:12]} has no companion that knows the old codes; ask POST /predict."
        )
    told = (film.runtime, film.genre_encoded, film.lang_encoded, film.sentiment, film.overview_len)
    return Prediction(
        predicted_rating=companion.predict(*told),
        interval=None,
        base_value=None,
        contributions=None,
        mood=None,
        features=dict(zip(COMPANION_COLUMNS, companion.row(*told), strict=True)),
        what_if={},
        warnings=[],
    )


def _film(asked: QueryParams) -> EncodedFilm:
    for name in asked:
        if len(asked.getlist(name)) > 1:
            shown = name[:SHOWN_CHARACTERS]
            raise RefusedRequest(422, f"{shown} is given more than once.", field=shown, allowed="one value")
    try:
        return EncodedFilm.model_validate(dict(asked))
    except ValidationError as invalid:
        raise of_invalid(invalid, EncodedFilm, "parameter of GET /predict") from None
