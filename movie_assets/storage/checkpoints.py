"""Checkpoints of a day that is not written yet, in the bucket: `<source>/<area>/<day>/<name>.json`.

The areas are `progress` of a fetch (catalogue/tmdb/checkpoint.py) and the ended trials of `searches`
(training/trial_checkpoint.py). Complete days: folders.py.
"""

from datetime import date
from functools import partial
from typing import Any, Literal

from movie_assets.storage.bucket import Bucket, MissingObjectError
from movie_assets.storage.formats import json_from, json_of
from movie_assets.storage.keys import unfinished_folder


class BucketCheckpoints:
    """JSON values by day and name in the bucket, one object each; for any number of threads."""

    def __init__(self, bucket: Bucket, source: str, *, area: Literal["progress", "searches"] = "progress") -> None:
        self._bucket = bucket
        self._folder = partial(unfinished_folder, source, area)

    def load(self, day: date, name: str) -> Any:
        """The value saved under this name, or None."""
        try:
            return json_from(self._bucket.get(self._key(day, name)))
        except MissingObjectError:
            return None

    def save(self, day: date, name: str, value: Any) -> None:
        """Save a value that JSON can express."""
        self._bucket.put(self._key(day, name), json_of(value))

    def clear(self, day: date) -> None:
        """Remove everything of the day permanently, earlier versions included."""
        # In reverse: a plan goes before its films, and deleting a version never uncovers an earlier one.
        for version in reversed(self._bucket.versions(f"{self._folder(day)}/")):
            self._bucket.delete_version(version)

    def _key(self, day: date, name: str) -> str:
        return f"{self._folder(day)}/{name}.json"
