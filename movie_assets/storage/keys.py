"""The keys of the bucket: every prefix, and the names of the files of a day.

A new prefix is one function here and begins with the source, so that sources never mix; no other module writes one.
Folders have no slash at their end. How a folder is written and read: folders.py.
"""

from datetime import date, datetime
from typing import Literal

# raw_tmdb
FILMS = "films.parquet"
# cleaned_movies
MOVIES = "movies.parquet"
VOTES = "movie_votes.parquet"  # read for weights and measures only, never joined to features
DROPPED = "dropped.parquet"
COUNTS = "counts.json"
UNKNOWN_TERMS = "unknown_terms.json"  # genres, languages and countries that were left out
REASONS = "reasons.json"  # of a rejected day
# encoders
ENCODERS = "encoders.json"
WORDS_OUT_OF_FOLD = "words_out_of_fold.parquet"  # of each training film, by a model that had not seen it
# trained_candidates
CANDIDATE_RECORDS = "candidates.json"
TRIALS = "trials.json"
OUT_OF_FOLD = "out_of_fold.parquet"  # each candidate's rating of each training film it had not seen
# best_model
CHOICE = "choice.json"  # names the champion
# legacy artifacts of a day
LEGACY_FILMS = "cleaned_movies.csv"
LEGACY_FILMS_FETCHED_FROM = "films_fetched_from"  # in the manifest: the fetch of the oldest record in LEGACY_FILMS

BENTO_DIGITS = 16  # of an archive's SHA-256: one that a record names is never overwritten by another build


def asset_folder(source: str, asset: str, day: str | None = None) -> str:
    """A day of an asset, or all its days; served predictions too."""
    return "/".join(part for part in (source, asset, day) if part)


def rejected_folder(source: str, asset: str, day: str | None = None) -> str:
    """A rejected day, which nothing reads; or all of them."""
    return asset_folder(source, f"rejected/{asset}", day)


def unfinished_folder(source: str, area: Literal["progress", "searches"], day: date) -> str:
    """The checkpoint of a day's fetch or search."""
    return f"{source}/{area}/{day}"


def record_folders(source: str) -> tuple[str, ...]:
    """The folders that hold records of films, which expire."""
    return tuple(f"{source}/{name}" for name in ("raw_tmdb", "cleaned_movies", "rejected", "progress"))


def expired_record(source: str, asset: str, now: datetime) -> str:
    """The list of what a sweep has deleted."""
    return f"{source}/expired/{now:%Y-%m-%dT%H-%M-%S}-{asset}.json"


def bundle_folder(source: str, bundle_id: str) -> str:
    """A bundle's files."""
    return f"{source}/bundles/{bundle_id}"


def legacy_artifacts_folder(source: str, name: str | None = None) -> str:
    """A day's legacy artifacts, those of `latest`, or all of them."""
    return asset_folder(source, "models", name)


def bento_archive(source: str, bundle_id: str, sha256: str) -> str:
    """The archive of a Bento, named by its content."""
    return f"{source}/bentos/{bundle_id}/{sha256[:BENTO_DIGITS]}.tar.gz"


def tracking_marker(source: str, mode: str, asset: str, day: str) -> str:
    """The marker of what W&B was sent of a day of an asset, in this mode."""
    return f"{source}/wandb/{mode}/{asset}/{day}.json"


def release_record(source: str) -> str:
    """The release record."""
    return f"{source}/release.json"


def decisions_folder(source: str) -> str:
    """The decisions about releases, one object each."""
    return f"{source}/releases"
