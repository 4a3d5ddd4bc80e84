"""GET /predict, the deprecated API of the pipeline before this one: a film as five numbers.

It stays for programs that encode a film themselves, with the LabelEncoders of `models/latest/`; nothing is added to it.
Its model: movie_assets/prediction/legacy_model.py.
"""

import re
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from pydantic_core import PydanticCustomError
from starlette.datastructures import QueryParams

from bento_service.errors import MAX_QUOTED_CHARACTERS, RefusedRequest
from bento_service.invalid_fields import invalid
from movie_assets.prediction.answer import Prediction
from movie_assets.prediction.legacy_model import LEGACY_COLUMNS, LegacyModel

NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?")


def _written_as_in_json(text: str) -> str:
    """Python also reads 1_12, "+112", " 112 ", the digits of other scripts, inf and nan."""
    if not NUMBER.fullmatch(text):
        raise PydanticCustomError("number_form", "it must be a number written as in JSON, such as 112 or -0.5")
    return text


Number = Annotated[float, BeforeValidator(_written_as_in_json)]
WholeNumber = Annotated[int, BeforeValidator(_written_as_in_json)]


class LegacyRequest(BaseModel):
    """The five numbers; an unknown code counts as -1."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)

    runtime: Annotated[Number, Field(gt=0, le=1_000, description="Running time in minutes.", examples=[112])]
    genre_encoded: Annotated[
        WholeNumber, Field(description="Code of the main genre; -1 for an unknown one.", examples=[6])
    ]
    lang_encoded: Annotated[
        WholeNumber, Field(description="Code of the language; -1 for an unknown one.", examples=[2])
    ]
    sentiment: Annotated[Number, Field(ge=-1, le=1, description="Polarity of the synopsis.", examples=[0.1])]
    overview_len: Annotated[
        WholeNumber, Field(ge=0, le=20_000, description="Length of the synopsis in characters.", examples=[240])
    ]


class LegacyResponse(BaseModel):
    """The body of the legacy API's response."""

    predicted_rating: float = Field(description="Not limited to 0 to 10.", examples=[6.4])


def legacy_prediction(query: QueryParams, model: LegacyModel | None, bundle_id: str) -> Prediction:
    """The legacy model's rating, not limited to 0 to 10, and the five numbers as the model saw them.

    Raises RefusedRequest naming the parameter, the value and what is allowed.
    """
    request = _request(query)
    if model is None:
        raise RefusedRequest(404, f"Bundle {bundle_id[:12]} has no legacy model for these codes; ask POST /predict.")
    film = request.runtime, request.genre_encoded, request.lang_encoded, request.sentiment, request.overview_len
    return Prediction(
        predicted_rating=model.predict(*film),
        interval=None,
        base_value=None,
        contributions=None,
        mood=None,
        features=dict(zip(LEGACY_COLUMNS, model.row(*film), strict=True)),
        what_if={},
        warnings=[],
    )


def _request(query: QueryParams) -> LegacyRequest:
    for name in query:
        if len(query.getlist(name)) > 1:
            quoted = name[:MAX_QUOTED_CHARACTERS]
            raise RefusedRequest(422, f"{quoted} is given more than once.", field=quoted, allowed="one value")
    try:
        return LegacyRequest.model_validate(dict(query))
    except ValidationError as error:
        raise invalid(error, LegacyRequest, "parameter of GET /predict") from None
