"""Encodings: how one fact of a film becomes the numbers an estimator sees, with what was learnt for that in training.

Names are looked up in the form of vocabulary.py, so that a bundle that learnt `United States of America` knows `US`.
Add a class here for a new kind of fact; which fact has which kind is listed in features.py. How each is learnt:
training/encoders.py.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Annotated, Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from movie_assets.prediction.tfidf_score import TfidfScore
from movie_assets.prediction.track_record import TrackRecord
from movie_assets.prediction.vocabulary import canonical_of

Columns = Mapping[str, Sequence[Any]]
Numbers = NDArray[np.float32]

_SEQUEL = re.compile(r"\s*[:–—].*$|\s-\s.*$|\s+(?:part|vol|volume|chapter|episode)\b.*$")
_BRACKETS = re.compile(r"\s*\(.*\)$")
_NUMBERED = re.compile(r"[\s,]+(?:[0-9]{1,4}|[ivx]{1,5})$")
_ARTICLE = re.compile(r"^(?:the|a|an|le|la|les|el|los|das|der|die|il)\s+")
_NEITHER_LETTER_NOR_SPACE = re.compile(r"[^\w\s]")


@dataclass(frozen=True)
class Season:
    """A month and weekday of a year, which stand in for a missing release date."""

    year: int
    month: int
    day_of_week: int

    def weekday(self) -> int:
        """As of a date: 0 is Monday."""
        return self.day_of_week


class Encoding(BaseModel):
    """The interface of all kinds."""

    model_config = ConfigDict(frozen=True)

    def labels(self, name: str) -> list[str]:
        """A name for each of its columns."""
        raise NotImplementedError

    def encode(self, name: str, columns: Columns) -> Numbers:
        """One row a film, one column a label."""
        raise NotImplementedError


class Number(Encoding):
    """A number; the training part's median where it is missing."""

    kind: Literal["number"] = "number"
    median: float
    low: float | None = None  # few films of the training part lie below, or above `high`
    high: float | None = None

    def labels(self, name: str) -> list[str]:
        """The number itself."""
        return [name]

    def encode(self, name: str, columns: Columns) -> Numbers:
        """Missing values become the median."""
        numbers = [self.median if is_missing(value) else value for value in columns[name]]
        return np.array(numbers, np.float32).reshape(len(numbers), 1)


class OneOf(Encoding):
    """One of several names: a column for each that enough films have, and one for every other name or none."""

    kind: Literal["one_of"] = "one_of"
    known: tuple[str, ...]  # the most frequent first
    seen: int  # how many of them have a column; rarer names are known, and share the last column
    as_learnt: bool = Field(default=False, exclude=True)  # looks names up as they were learnt, without the vocabulary

    def labels(self, name: str) -> list[str]:
        """`name=value` for each, the unknown last."""
        return [*(f"{name}={value}" for value in self.known[: self.seen]), f"{name}=?"]

    def encode(self, name: str, columns: Columns) -> Numbers:
        """A one in the column of the film's name."""
        place = self._places.of(name)
        chosen = [place.get(value, self.seen) if isinstance(value, str) else self.seen for value in columns[name]]
        encoded = np.zeros((len(chosen), self.seen + 1), np.float32)
        encoded[np.arange(len(chosen)), chosen] = 1
        return encoded

    @cached_property
    def _places(self) -> "_Places":
        return _Places(self.known[: self.seen], self.as_learnt)


class AnyOf(Encoding):
    """Several names of a list: a column for each that enough films have.

    Where none is given, those usual for the film's original language stand in, so that a missing record means nothing.
    """

    kind: Literal["any_of"] = "any_of"
    known: tuple[str, ...]
    usual: dict[str, tuple[str, ...]]  # original language -> names
    as_learnt: bool = Field(default=False, exclude=True)  # as above

    def labels(self, name: str) -> list[str]:
        """`name=value` for each."""
        return [f"{name}={value}" for value in self.known]

    def encode(self, name: str, columns: Columns) -> Numbers:
        """A one in the column of each of the film's names."""
        place = self._places.of(name)
        encoded = np.zeros((len(columns[name]), len(self.known)), np.float32)
        for row, (names, language) in enumerate(zip(columns[name], columns["original_language"], strict=True)):
            given = names if names is not None and len(names) else self._usual_of(language)
            for value in given:
                if value in place:
                    encoded[row, place[value]] = 1
        return encoded

    @cached_property
    def _places(self) -> "_Places":
        return _Places(self.known, self.as_learnt)

    def _usual_of(self, language: str) -> tuple[str, ...]:
        return self.usual.get(language) or self._usual_by_canonical.get(language, ())

    @cached_property
    def _usual_by_canonical(self) -> dict[str, tuple[str, ...]]:
        return {canonical_of("original_language", language): names for language, names in self.usual.items()}


class ReleaseDay(Encoding):
    """A release date, or the season that stands in for it, as year, month and day of the week.

    Where there is neither, the newest date of the training part.
    """

    kind: Literal["release_day"] = "release_day"
    newest: date
    low: date | None = None  # few films of the training part are older

    def labels(self, name: str) -> list[str]:
        """Year, month (1 to 12) and weekday (0 is Monday)."""
        return [f"{name}.{part}" for part in ("year", "month", "weekday")]

    def encode(self, name: str, columns: Columns) -> Numbers:
        """One row a film."""
        days = [self.newest if is_missing(value) else value for value in columns[name]]
        return np.array([(day.year, day.month, day.weekday()) for day in days], np.float32).reshape(len(days), 3)


class TitleFacts(Encoding):
    """The shape of a title; the training part's medians where there is none."""

    kind: Literal["title"] = "title"
    medians: tuple[float, ...]

    def labels(self, name: str) -> list[str]:
        """Characters, spaces, whether there is a digit, whether there is a colon."""
        return [f"{name}.{part}" for part in ("characters", "spaces", "digit", "colon")]

    def encode(self, name: str, columns: Columns) -> Numbers:
        """One row a film."""
        looks = [self.medians if is_missing(title) else title_facts(title) for title in columns[name]]
        return np.array(looks, np.float32).reshape(len(looks), 4)


class TfidfEncoding(Encoding):
    """The rating points of a synopsis's words beyond the other facts; 0 without an English synopsis."""

    kind: Literal["words"] = "words"
    score: TfidfScore

    def labels(self, name: str) -> list[str]:
        """The score in rating points."""
        return [f"{name}.words"]

    def encode(self, name: str, columns: Columns) -> Numbers:
        """One row a film."""
        scores = [0.0 if is_missing(text) else self.score.of(text) for text in columns[name]]
        return np.array(scores, np.float32).reshape(len(scores), 1)


class TrackRecordEncoding(Encoding):
    """The mean residual of earlier films with the same names, in rating points, and its evidence.

    Only films released strictly before the film count; without names, or without earlier films, both are 0.
    """

    kind: Literal["record"] = "record"
    record: TrackRecord
    of_title: bool = False  # the name is the beginning of the title, which sequels share
    tells_evidence: bool = True

    def labels(self, name: str) -> list[str]:
        """The shrunk mean, and the evidence for it (0 to 1)."""
        return [f"{name}.record", f"{name}.evidence"][: 1 + self.tells_evidence]

    def encode(self, name: str, columns: Columns) -> Numbers:
        """One row a film."""
        values = [
            self.record.of(names, None if is_missing(day) or isinstance(day, Season) else day)
            for names, day in zip(self.names(name, columns), columns["release_date"], strict=True)
        ]
        return np.array(values, np.float32).reshape(len(values), 2)[:, : 1 + self.tells_evidence]

    def names(self, name: str, columns: Columns) -> list[list[str]]:
        """The names whose track record counts, film by film."""
        if self.of_title:
            return [title_stem(value) for value in columns["title"]]
        return [_names(value) for value in columns[name]]


class _Places:
    """The column of each known name, by its form in the vocabulary of a feature.

    Names that mean the same share the column of the first, the most frequent of them.
    """

    def __init__(self, known: Sequence[str], as_learnt: bool) -> None:
        self._known = known
        self._as_learnt = as_learnt
        self._by_feature: dict[str, dict[str, int]] = {}

    def of(self, feature: str) -> dict[str, int]:
        """The columns of a feature; also by the names as they were learnt."""
        if feature not in self._by_feature:
            canonical = [name if self._as_learnt else canonical_of(feature, name) for name in self._known]
            first = {name: index for index, name in reversed(list(enumerate(canonical)))}
            as_learnt = {name: first[form] for name, form in zip(self._known, canonical, strict=True)}
            self._by_feature[feature] = first | as_learnt
        return self._by_feature[feature]


AnyEncoding = Annotated[
    Number | OneOf | AnyOf | ReleaseDay | TitleFacts | TfidfEncoding | TrackRecordEncoding, Field(discriminator="kind")
]


def is_missing(value: Any) -> bool:
    """Whether a value is None, NaN or NaT."""
    return value is None or value != value  # noqa: PLR0124  # NaN and NaT differ from themselves


def title_facts(title: str) -> tuple[float, ...]:
    """Characters, spaces, whether there is a digit, whether there is a colon."""
    return (
        float(len(title)),
        float(title.count(" ")),
        float(any(character.isdigit() for character in title)),
        float(":" in title),
    )


def title_stem(title: Any) -> list[str]:
    """The beginning that a title shares with its sequels, in a list; empty where it is too short to tell."""
    if is_missing(title):
        return []
    stem = _SEQUEL.sub("", str(title).lower().strip())
    stem = _NUMBERED.sub("", _BRACKETS.sub("", stem))
    stem = _NEITHER_LETTER_NOR_SPACE.sub("", _ARTICLE.sub("", stem)).strip()
    return [stem] if len(stem) > 2 else []


def _names(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    return [] if value is None or isinstance(value, float) else list(value)
