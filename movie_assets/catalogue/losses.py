"""Why a day's records were dropped, and which of them should have become films: those old enough and with votes.

The share that must be kept is judged in quality.py; a further reason to drop a record belongs in cleaning.py.
"""

import json
from collections import Counter
from dataclasses import dataclass, field
from datetime import date

from movie_assets.catalogue.values import value_of

# A record dropped for one of these says nothing about how well the source can be read: MOVIE_MIN_KEPT_SHARE.
_BESIDE_THE_SHARE = ("gone", "duplicate", "adult", "not_released", "no_release_date", "too_few_votes")


@dataclass
class Losses:
    """Why records were dropped, by cause: the reason, and the first word of the detail, mostly a column."""

    dropped: Counter[tuple[str, str]] = field(default_factory=Counter)
    expected: Counter[tuple[str, str]] = field(default_factory=Counter)  # old enough, with votes or unreadable ones
    examples: dict[tuple[str, str], str] = field(default_factory=dict)  # the first detail, of every cause

    def add(self, reason: str, detail: str, record: object, *, day: date, min_votes: int) -> None:
        """Count a dropped record, given as the text of its JSON if there is one."""
        cause = (reason, detail.removeprefix("malformed: ").split(" ", 1)[0])
        expected = reason not in _BESIDE_THE_SHARE and _is_expected(record, day=day, min_votes=min_votes)
        self.examples.setdefault(cause, detail)
        self.dropped[cause] += 1
        self.expected[cause] += expected

    def example(self, reason: str, word: str) -> str:
        """The detail of the first record dropped for this cause."""
        return self.examples[reason, word].removeprefix("malformed: ")

    def example_of(self, reason: str) -> str:
        """The detail of the first record dropped for this reason."""
        return next(self.example(*cause) for cause in self.examples if cause[0] == reason)

    def update(self, other: "Losses") -> None:
        """Add those of another batch."""
        self.dropped.update(other.dropped)
        self.expected.update(other.expected)
        for cause, detail in other.examples.items():
            self.examples.setdefault(cause, detail)


def _is_expected(text: object, *, day: date, min_votes: int) -> bool:
    """Whether the film of a dropped record is old enough and has votes, or its record does not tell."""
    try:
        record = json.loads(text) if isinstance(text, str) else None
    except ValueError:
        return True
    if not isinstance(record, dict):
        return True
    try:
        released = value_of(record, "release_date")
        if released is None or released > day:
            return False
    except ValueError:
        pass  # a date that cannot be read may be one of an old film
    try:
        votes = value_of(record, "vote_count")
    except ValueError:
        return True
    return votes is not None and votes >= min_votes
