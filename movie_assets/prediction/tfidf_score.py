"""TfidfScore: the rating points of a synopsis's words, as scikit-learn computes them, without scikit-learn.

How the weights are fitted: training/encoders.py.
"""

import math
import re
import unicodedata
from collections import Counter
from functools import cached_property
from itertools import filterfalse

from pydantic import BaseModel, ConfigDict

WORD = r"(?u)\b\w[\w']+\b"  # two characters or more
_WORDS = re.compile(WORD)


class TfidfScore(BaseModel):
    """A linear score over words weighted by rarity (tf-idf, logarithmic counts, unit length)."""

    model_config = ConfigDict(frozen=True)

    words: tuple[str, ...]
    rarities: tuple[float, ...]  # inverse document frequency
    points: tuple[float, ...]  # rating points of each
    bias: float

    def of(self, text: str) -> float:
        """Rating points; only the bias where no word is known."""
        total = length = 0.0
        for word, count in Counter(_WORDS.findall(plain(text))).items():
            index = self._place.get(word)
            if index is None:
                continue
            value = (1 + math.log(count)) * self.rarities[index]
            total += value * self.points[index]
            length += value * value
        return self.bias + (total / math.sqrt(length) if length else 0.0)

    @cached_property
    def _place(self) -> dict[str, int]:
        return {word: index for index, word in enumerate(self.words)}


def plain(text: str) -> str:
    """Lower case, without accents."""
    lowered = text.lower()
    if lowered.isascii():
        return lowered
    return "".join(filterfalse(unicodedata.combining, unicodedata.normalize("NFKD", lowered)))
