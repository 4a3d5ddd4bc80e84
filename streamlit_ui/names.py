"""Names of genres, languages, countries, moods, features and measures in Korean and English.

A new genre, language, country, mood or feature is one line in names.csv; an unknown one is shown as it is.
"""

import csv
from datetime import date
from pathlib import Path

from streamlit_ui.contract import FACTS_NOT_GIVEN
from streamlit_ui.localizer import Localizer, Sentence

with (Path(__file__).parent / "names.csv").open(encoding="utf-8", newline="") as file:
    _ROWS = list(csv.DictReader(file))


def _named(table: str) -> dict[str, Sentence]:
    return {row["key"]: Sentence(row["en"], row["ko"]) for row in _ROWS if row["table"] == table}


GENRES = _named("genre")
LANGUAGES = _named("language")
COUNTRIES = _named("country")
MOODS = _named("mood")
FEATURES = _named("feature")

# The same as reasons, except that mood and length of the synopsis are reasons of their own.
REASONS = FEATURES | {
    "overview": Sentence("words of the synopsis", "줄거리의 단어"),
    FACTS_NOT_GIVEN: Sentence("facts not given", "입력하지 않은 항목"),
}

METRICS = {
    "test_rmse": Sentence(
        "Error on unseen films, weighted by votes (RMSE)", "학습하지 않은 영화의 오차, 투표수 가중(RMSE)"
    ),
    "train_rmse": Sentence("Error on the films it learned from (RMSE)", "학습한 영화의 오차(RMSE)"),
    "rmse_gap": Sentence("Difference of the two", "두 오차의 차이"),
    "cross_validated_rmse": Sentence("Error in cross-validation (RMSE)", "교차 검증 오차(RMSE)"),
}
# Metrics of holdout films with at least so many votes, called `<metric>_<votes>_votes` in the card.
METRICS_BY_VOTES = {
    "films": Sentence("Unseen films with {votes} votes or more", "투표 {votes}건 이상인, 학습하지 않은 영화 수"),
    "rmse": Sentence("Their error (RMSE), {votes} votes or more", "그 영화들의 오차(RMSE), 투표 {votes}건 이상"),
    "mae": Sentence("Their mean error, {votes} votes or more", "그 영화들의 평균 오차, 투표 {votes}건 이상"),
    "r2": Sentence("Their explained variance, {votes} votes or more", "그 영화들의 설명된 분산, 투표 {votes}건 이상"),
}
MINUTES = Sentence("{minutes:g} min", "{minutes:g}분")

FeatureValue = float | str | list[str] | None
MAX_LISTED = 3  # entries of a long list, such as the cast
NAMES_OF = {
    "main_genre": GENRES,
    "genres": GENRES,
    "original_language": LANGUAGES,
    "spoken_languages": LANGUAGES,
    "production_countries": COUNTRIES,
}


def feature_value(t: Localizer, name: str, value: FeatureValue) -> str:
    """The value of a feature in the page's language; empty if there is none."""
    if value is None:
        return ""
    if isinstance(value, list):
        return ", ".join(t.name(NAMES_OF.get(name, {}), entry) for entry in value[:MAX_LISTED])
    if name == "release_date" and isinstance(value, str):
        return t.day(date.fromisoformat(value))
    if isinstance(value, str):
        return t.name(NAMES_OF.get(name, {}), value)
    if name == "runtime":
        return t(MINUTES, minutes=value)
    return f"{value:+.2f}".replace("-", "−") if name == "overview_sentiment" else f"{value:,.0f}"
