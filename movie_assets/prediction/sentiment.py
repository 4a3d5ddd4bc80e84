"""TextBlob's polarity of a text: exactly its number, in a quarter of its time.

TextBlob's own tokenizer and lexicon do the work. A text is cut at its white space and each piece is tokenized once,
since only an emoticon or a mark of sarcasm can reach from one piece into the next; a text that may contain one is left
to TextBlob as a whole. Why: docs/decisions/0015-textblobs-analyser-without-the-package.md.
"""

import re
import sys
from functools import cache, lru_cache
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import Any

CACHED_PIECES = 100_000  # words with punctuation; 40,000 real synopses have 80,000, some 20 MB
LONGEST_CACHED = 40  # characters
END_OF_SENTENCE = "END-OF-SENTENCE"  # TextBlob's own mark for an empty line, which it takes out of a text again
SARCASM = r"\(\s*!\s*\)"


def polarity(text: str) -> float:
    """`TextBlob(text).sentiment.polarity`, from -1 to 1; 0 where no word is known."""
    analyser = _analyser()
    if _spanning().search(text):
        return float(analyser(text)[0])
    words: list[str] = []
    for piece in text.split():
        if piece.isalpha():  # nothing to split
            words.append(piece.lower())
        elif len(piece) <= LONGEST_CACHED:
            words.extend(_cached_words(piece))
        else:
            words.extend(_words(piece))
    return float(analyser(words)[0])


def _words(piece: str) -> tuple[str, ...]:
    """The words of a piece without white space, as TextBlob looks them up."""
    return tuple(word.lower() for word in " ".join(_analyser().tokenizer(piece)).split())


_cached_words = lru_cache(CACHED_PIECES)(_words)


@cache
def _analyser() -> Any:
    """TextBlob's analyser with its lexicon loaded, so that a look-up does not check whether it is."""
    english, _ = _parts()
    sentiment = english.sentiment

    class Loaded(english.Sentiment):  # type: ignore[misc,name-defined]  # textblob is untyped
        __contains__ = dict.__contains__
        __getitem__ = dict.__getitem__

    analyser = Loaded(
        path=sentiment.path,
        tokenizer=sentiment.tokenizer,
        negations=sentiment.negations,
        modifiers=sentiment.modifiers,
        modifier=sentiment.modifier,
    )
    analyser.load()
    return analyser


@cache
def _spanning() -> re.Pattern[str]:
    """Matches every text that has an emoticon or a mark of sarcasm, and few others.

    White space may stand within one. One that ends in a letter or digit ends its word, which `n't` alone can split.
    """
    _, general = _parts()
    emoticons = (
        r"\s*".join(map(re.escape, emoticon)) + (r"(?=n't|[\W_]|$)" if emoticon[-1].isalnum() else "")
        for alike in general.EMOTICONS.values()
        for emoticon in sorted(alike)
    )
    return re.compile("|".join([*emoticons, SARCASM, END_OF_SENTENCE]))


@cache
def _parts() -> tuple[ModuleType, ModuleType]:
    """TextBlob's modules for English and for any language, without the package around them.

    The package imports all of nltk and, where they are installed, SciPy, scikit-learn and pandas: seconds and 150 MB,
    which these two modules do not need. An `import textblob` elsewhere still gets the whole package.
    """
    if "textblob" in sys.modules:
        return import_module("textblob.en"), import_module("textblob._text")
    found = find_spec("textblob")
    if found is None:
        raise ModuleNotFoundError("textblob is not installed; it scores the mood of a synopsis.", name="textblob")
    package = ModuleType("textblob")
    package.__path__ = list(found.submodule_search_locations or ())
    sys.modules["textblob"] = package
    try:
        return import_module("textblob.en"), import_module("textblob._text")
    finally:
        for name in [name for name in sys.modules if name.partition(".")[0] == "textblob"]:
            del sys.modules[name]
