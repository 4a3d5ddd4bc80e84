"""TextBlob's polarity of a text: exactly its number, in a quarter of its time.

TextBlob's own tokenizer and lexicon do the work; here is only what spares them repetition. A text is cut at its white
space and each piece is tokenized once, since nothing but an emoticon or a mark of sarcasm can reach from one piece
into the next; a text in which one might is left to TextBlob as a whole. What the number means: text.py.
"""

import re
from functools import cache, lru_cache
from typing import Any

REMEMBERED_PIECES = 100_000  # words with punctuation; 40,000 real synopses have 80,000, some 20 MB
LONGEST_REMEMBERED = 40  # characters
END_OF_SENTENCE = "END-OF-SENTENCE"  # TextBlob's own mark for an empty line, which it takes out of a text again
SARCASM = r"\(\s*!\s*\)"


def polarity(text: str) -> float:
    """`TextBlob(text).sentiment.polarity`, from -1 to 1; 0 where no word is known."""
    analyser = _analyser()
    if _reaching_further().search(text):
        return float(analyser(text)[0])
    words: list[str] = []
    for piece in text.split():
        if piece.isalpha():  # nothing to split
            words.append(piece.lower())
        elif len(piece) <= LONGEST_REMEMBERED:
            words.extend(_remembered_words(piece))
        else:
            words.extend(_words(piece))
    return float(analyser(words)[0])


def _words(piece: str) -> tuple[str, ...]:
    """The words of a piece without white space, as TextBlob looks them up."""
    return tuple(word.lower() for word in " ".join(_analyser().tokenizer(piece)).split())


_remembered_words = lru_cache(REMEMBERED_PIECES)(_words)


@cache
def _analyser() -> Any:
    """TextBlob's analyser with its lexicon loaded, so that a look-up need not ask each time whether it is."""
    from textblob.en import Sentiment, sentiment  # pulls in nltk, seconds to import: paid only by who scores a text

    class Loaded(Sentiment):  # type: ignore[misc]  # textblob is untyped
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
def _reaching_further() -> re.Pattern[str]:
    """What is found in every text that has an emoticon or a mark of sarcasm, and in few others.

    White space may stand within one. One that ends in a letter or digit ends its word, which `n't` alone can split.
    """
    from textblob._text import EMOTICONS

    emoticons = (
        r"\s*".join(map(re.escape, emoticon)) + (r"(?=n't|[\W_]|$)" if emoticon[-1].isalnum() else "")
        for alike in EMOTICONS.values()
        for emoticon in sorted(alike)
    )
    return re.compile("|".join([*emoticons, SARCASM, END_OF_SENTENCE]))
