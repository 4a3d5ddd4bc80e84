"""NearestNames: the known name that an unknown one is probably a slip of.

Which names are known is decided in known_names.py. Comparing a name with 100,000 others takes tens of milliseconds, so
it is compared only with those that begin like it, which takes hundredths of one; a slip in the first letters finds
nothing.
"""

from collections import defaultdict
from collections.abc import Iterable
from functools import cached_property

from movie_assets.prediction.vocabulary import key_of

FEWEST_LETTERS = 4  # a shorter name is a slip of too many
MOST_COMPARED = 5_000
MOST_BEGINNINGS = 2  # of a name: those of its last two words


class NearestNames:
    """The names to search; what the search needs is made with the first one."""

    def __init__(self, names: Iterable[str], *, least_likeness: float) -> None:
        """`least_likeness` is from 0 to 100: twice the letters in common, in order, by the letters of both."""
        self._names = names
        self._least_likeness = least_likeness

    def of(self, name: str) -> str | None:
        """The most similar name, if it is similar enough."""
        from rapidfuzz import fuzz, process  # paid by the first unknown name

        words = _words(name)
        key = "".join(words)
        if len(key) < FEWEST_LETTERS:
            return None
        best: tuple[float, str] | None = None
        beginnings = dict.fromkeys(_beginning([words[0], word]) for word in reversed(words[1:]))
        for beginning in list(beginnings or [_beginning(words)])[:MOST_BEGINNINGS]:
            keys, names = self._by_beginning.get(beginning, ([], []))
            least = best[0] if best else self._least_likeness
            found = process.extractOne(key, keys, scorer=fuzz.ratio, score_cutoff=least)
            if found and (best is None or found[1] > best[0]):
                best = found[1], names[found[2]]
        return best[1] if best else None

    def prepare(self) -> "NearestNames":
        """Make now what the first search would make: for 100,000 names half a second."""
        self.of("somebody")
        return self

    @cached_property
    def _by_beginning(self) -> dict[str, tuple[list[str], list[str]]]:
        """By their beginning the keys of names, and the names: the first MOST_COMPARED of them."""
        groups: dict[str, tuple[list[str], list[str]]] = defaultdict(lambda: ([], []))
        for name in sorted(self._names):  # of two that are equally similar the first, in every process
            if words := _words(name):
                keys, names = groups[_beginning(words)]
                if len(keys) < MOST_COMPARED:
                    keys.append("".join(words))
                    names.append(name)
        return dict(groups)


def _beginning(words: list[str]) -> str:
    """The first letter, and of a name of several words two of the last word as well."""
    first = words[0][0]
    return first + words[-1][:2] if len(words) > 1 and first.isascii() else first


def _words(name: str) -> list[str]:
    return [key for key in map(key_of, name.split()) if key]
