"""MissingFacts: the correction of a prediction for the facts that a film lacks, so that lacking them moves no rating.

Not the stand-in for a single missing value, which is its encoding's (encodings.py). How the correction is fitted:
training/correction.py.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from movie_assets.prediction.encodings import Columns, Season, is_missing
from movie_assets.prediction.features import FEATURES
from movie_assets.prediction.runtime import Estimates

FACTS_NOT_GIVEN = "facts_not_given"  # the name of their common contribution
FACT_OF = {feature.name: feature.fact for feature in FEATURES}
ALWAYS_GIVEN = {"runtime", "original_language", "release_date"}  # a season stands in for a missing date

Marks = NDArray[np.bool_]  # a row per film


@dataclass(frozen=True, eq=False)
class Absences:
    """What films lack."""

    features: Marks  # a column per feature
    facts: Marks  # a column per fact

    @classmethod
    def of(cls, columns: Columns, *, features: Sequence[str], facts: Sequence[str]) -> "Absences":
        """From columns as an estimator may see them; a fact is missing where any of its features is."""
        films = len(columns["runtime"])
        marks = {
            name: np.fromiter(map(_is_absent, columns[name]), bool, films)
            for name in features
            if FACT_OF[name] not in ALWAYS_GIVEN
        }
        none = np.zeros(films, bool)
        of_facts = [
            np.logical_or.reduce([mark for name, mark in marks.items() if FACT_OF[name] == fact] or [none])
            for fact in facts
        ]
        of_features = [marks.get(name, none) for name in features]
        return cls(*(np.array(found, bool).reshape(len(found), films).T for found in (of_features, of_facts)))


class MissingFacts(BaseModel):
    """An offset for each set of missing facts: the sum of a term for each fact and of one for each two."""

    model_config = ConfigDict(frozen=True)

    facts: tuple[str, ...]
    terms: tuple[float, ...]  # rating points: of each fact, then of each two in the order of `combinations`
    season: tuple[int, int] | None = None  # month and weekday (0 is Monday) that rate like the mean of all dates

    def offsets(self, missing: Marks) -> NDArray[np.float64]:
        """The mean contribution of the missing facts, in rating points; `missing` has a column for each of `facts`."""
        offsets: NDArray[np.float64] = terms_of(missing) @ np.array(self.terms, np.float64)
        return offsets

    def dated(self, days: Sequence[date | None], year: int | None) -> list[date | Season | None]:
        """The release dates, each missing one as the season of this year; as they are without a year or a season."""
        if year is None or self.season is None:
            return list(days)
        return [Season(year, *self.season) if day is None else day for day in days]

    def offsets_of(self, columns: Columns, *, features: Sequence[str]) -> NDArray[np.float64]:
        """The offset of each film, from columns as an estimator of these features may see them."""
        return self.offsets(Absences.of(columns, features=features, facts=self.facts).facts)

    def correct(self, estimates: Estimates, columns: Columns, *, features: Sequence[str]) -> Estimates:
        """The estimates with one contribution of all missing facts, less its mean over the training films."""
        absent = Absences.of(columns, features=features, facts=self.facts)
        together = np.where(absent.features, estimates.contributions, 0.0).sum(axis=1)
        return replace(
            estimates,
            contributions=np.where(absent.features, 0.0, estimates.contributions),
            facts_not_given=together - self.offsets(absent.facts),
            absent=absent.features,
        )


def facts_of(features: Sequence[str]) -> tuple[str, ...]:
    """The facts that a film may lack, of these features."""
    return tuple(dict.fromkeys(FACT_OF[name] for name in features if FACT_OF[name] not in ALWAYS_GIVEN))


def terms_of(missing: Marks) -> NDArray[np.float64]:
    """The columns that the terms of the offset multiply."""
    pairs = [missing[:, one] & missing[:, other] for one, other in combinations(range(missing.shape[1]), 2)]
    return np.column_stack([missing, *pairs]).astype(np.float64)


def _is_absent(value: Any) -> bool:
    return is_missing(value) or (isinstance(value, list) and not value)
