"""The training window of a day: all accepted cleaned days up to it, the newest record of each film, and their split.

Add here what is read of a film or a day for training. The window is listed from the bucket and not declared day by day,
because a declared window would make a backfill of three days run every later day. All its days were cleaned by one
version of the rules, the current one: catalogue/cleaning_version.py. The columns that an estimator may see:
prediction/features.py. How days are written: storage/folders.py.
"""

import hashlib
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from movie_assets.catalogue.cleaning_version import CLEANING_VERSION, CLEANING_VERSIONS, cleaning_version_of
from movie_assets.prediction.features import FEATURES, READABLE, seen
from movie_assets.storage.bucket import Bucket
from movie_assets.storage.folders import Folder, days_of, find_folder, read_file
from movie_assets.storage.formats import json_of, table_of
from movie_assets.storage.keys import MOVIES, VOTES, asset_folder
from movie_assets.training.split import is_holdout

if TYPE_CHECKING:
    import pandas as pd  # a second to import, which definitions need not pay
    import pyarrow as pa

VOTES_AT_HALF_WEIGHT = 50  # a rating of n votes weighs n / (n + 50): its noise shrinks with the votes
DIGITS_OF_A_DAY = 16  # enough to tell a day from what it was; a window of years names thousands
READERS = 8  # a read waits for the server most of its time; botocore keeps ten connections
COLUMNS = ["id", "fetched_at", "rating", READABLE, *(feature.name for feature in FEATURES)]


@dataclass(frozen=True)
class FilmSet:
    """Films as columns: what an estimator sees, and what it should say."""

    frame: "pd.DataFrame"

    def __len__(self) -> int:
        return len(self.frame)

    @property
    def ids(self) -> list[int]:
        """Film ids."""
        return [int(film_id) for film_id in self.frame["id"]]

    @cached_property
    def columns(self) -> dict[str, list[Any]]:
        """What an estimator may see of the films, by the same function as of a request."""
        return seen({name: _values(self.frame[name]) for name in (READABLE, *(feature.name for feature in FEATURES))})

    @property
    def ratings(self) -> NDArray[np.float64]:
        """The target, from 0 to 10."""
        return self.frame["rating"].to_numpy(dtype=np.float64)

    @property
    def votes(self) -> NDArray[np.int64]:
        """How many votes each rating is the mean of; for weights and reports, never a feature."""
        return self.frame["vote_count"].to_numpy(dtype=np.int64)

    @property
    def weights(self) -> NDArray[np.float64]:
        """Row weights, votes / (votes + 50)."""
        return self.votes / (self.votes + VOTES_AT_HALF_WEIGHT)


@dataclass(frozen=True)
class TrainingWindow:
    """All accepted cleaned days up to a day, newest record per film."""

    source: str
    day: str
    days: tuple[str, ...]
    digest: str  # of the days and their contents: equal digests mean the same films
    frame: "pd.DataFrame"
    day_digests: Mapping[str, str] = field(default_factory=dict)  # of each day's content

    @cached_property
    def train(self) -> FilmSet:
        """What we learn from."""
        return FilmSet(self.frame[~self._holdout].reset_index(drop=True))

    @cached_property
    def holdout(self) -> FilmSet:
        """What we only measure on."""
        return FilmSet(self.frame[self._holdout].reset_index(drop=True))

    @property
    def summary(self) -> dict[str, Any]:
        """For cards and metadata."""
        return {
            "first_day": self.days[0],
            "last_day": self.days[-1],
            "films": len(self.frame),
            "train_films": len(self.train),
            "holdout_films": len(self.holdout),
            "digest": self.digest,
            "cleaning_version": CLEANING_VERSION,
        }

    @cached_property
    def _holdout(self) -> NDArray[np.bool_]:
        return is_holdout(int(film_id) for film_id in self.frame["id"])


class EmptyWindowError(LookupError):
    """No accepted day to learn from."""


class OutdatedDayError(LookupError):
    """A day of the window was cleaned by another version of the rules, or before a column was there."""


class Windows:
    """Reads windows of one source; keeps the days it has read, since the next day's window holds them too."""

    def __init__(self, bucket: Bucket, source: str) -> None:
        self._bucket = bucket
        self._source = source
        self._read: dict[str, tuple[pa.Table, pa.Table]] = {}  # folder digest -> its films and their votes

    def up_to(self, day: str) -> TrainingWindow:
        """The window of `day`. Raises EmptyWindowError when it holds no film, OutdatedDayError when a day of it is not
        of the current cleaning version.
        """
        folders = self._folders(day)
        self._require_one_version(folders)
        with ThreadPoolExecutor(READERS) as readers:
            tables = dict(zip(folders, readers.map(self._tables, folders.values()), strict=True))
        filled = {found: day_tables for found, day_tables in tables.items() if len(day_tables[0])}
        if folders and not filled:
            raise EmptyWindowError(
                f"{len(folders)} days of cleaned_movies of source {self._source} up to {day} are in "
                f"{self._bucket.address}, and none holds a film: dropped.parquet of each has the reason for every "
                "record, and the metadata of its raw_tmdb how many were fetched."
            )
        if not filled:
            raise EmptyWindowError(
                f"No cleaned film of source {self._source} up to {day} in {self._bucket.address}: "
                f"materialize raw_tmdb and cleaned_movies for {day} or an earlier day first."
            )
        return TrainingWindow(
            source=self._source,
            day=day,
            days=tuple(folders),
            digest=_digest(folders),
            frame=_newest_per_film(filled),
            day_digests=_day_digests(folders),
        )

    def day_digests(self, last_day: str) -> dict[str, str]:
        """The days that the window of that day has now, with the digest of each; reads manifests only."""
        return _day_digests(self._folders(last_day))

    def digests(self, days: Iterable[str]) -> dict[str, str]:
        """The digest that the window of each of these days has now; reads manifests only, each once."""
        wanted = list(days)
        folders = self._folders(max(wanted)) if wanted else {}
        return {day: _digest({found: folder for found, folder in folders.items() if found <= day}) for day in wanted}

    def _folders(self, last_day: str) -> dict[str, Folder]:
        prefix = asset_folder(self._source, "cleaned_movies")
        days = [found for found in days_of(self._bucket, prefix) if found <= last_day]
        with ThreadPoolExecutor(READERS) as readers:
            return dict(
                zip(days, readers.map(lambda day: find_folder(self._bucket, f"{prefix}/{day}"), days), strict=True)
            )

    def _require_one_version(self, folders: Mapping[str, Folder]) -> None:
        """Raises OutdatedDayError naming the first day of another version, and how to clean all of them again."""
        versions = {day: cleaning_version_of(folder) for day, folder in folders.items()}
        outdated = [day for day, version in versions.items() if version != CLEANING_VERSION]
        if not outdated:
            return
        first, last = outdated[0], outdated[-1]
        raise OutdatedDayError(
            f"{first} of source {self._source} was cleaned by version {versions[first]} of the rules; this is version "
            f"{CLEANING_VERSION} ({CLEANING_VERSIONS[CLEANING_VERSION]}), and a window has films of one version. "
            "Clean it and every day like it again, from the films fetched then: run make clean-again, or in Dagster "
            f"materialize cleaned_movies from {first} to {last}."
        )

    def _tables(self, folder: Folder) -> "tuple[pa.Table, pa.Table]":
        if folder.digest not in self._read:
            try:
                movies = table_of(read_file(self._bucket, folder, MOVIES), COLUMNS)
            except KeyError as error:
                raise OutdatedDayError(
                    f"{folder.prefix} was cleaned by an earlier version: {error.args[0]}. "
                    "Materialize cleaned_movies again, of this day and of every other that is as old."
                ) from error
            self._read[folder.digest] = (
                movies,
                table_of(read_file(self._bucket, folder, VOTES), ["id", "vote_count"]),
            )
        return self._read[folder.digest]


def _day_digests(folders: dict[str, Folder]) -> dict[str, str]:
    return {day: folder.digest[:DIGITS_OF_A_DAY] for day, folder in folders.items()}


def _digest(folders: dict[str, Folder]) -> str:
    return hashlib.sha256(json_of({day: folder.digest for day, folder in folders.items()})).hexdigest()


def _newest_per_film(days: "dict[str, tuple[pa.Table, pa.Table]]") -> "pd.DataFrame":
    """Newest record per film by day, then by the time it was fetched; ordered by id, so that order is no chance."""
    movies = _stacked({day: tables[0] for day, tables in days.items()})
    votes = _stacked({day: tables[1] for day, tables in days.items()})
    films = movies.merge(votes, on=["partition", "id"], validate="one_to_one")
    films = films.sort_values(["partition", "fetched_at"], kind="stable").drop_duplicates("id", keep="last")
    return films.sort_values("id", ignore_index=True)


def _stacked(tables: "dict[str, pa.Table]") -> "pd.DataFrame":
    """The rows of all days, each with its day; one conversion to pandas, which costs as much for a day as for all."""
    import pyarrow as pa  # paid by who reads a window, not by definitions

    days = [table.append_column("partition", pa.repeat(day, len(table))) for day, table in tables.items()]
    frame: pd.DataFrame = pa.concat_tables(days, promote_options="permissive").to_pandas()
    return frame


def _values(series: "pd.Series") -> list[Any]:
    """A column as plain values: lists as lists, days as dates, None where something is missing."""
    values = series.astype(object).where(series.notna(), None).tolist()
    if series.dtype.kind == "M":
        return [None if value is None else value.date() for value in values]
    lists = isinstance(next(iter(values), None), list | np.ndarray)
    return [list(value) for value in values] if lists else values
