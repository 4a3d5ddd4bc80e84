"""The polarity of a text, piece by piece: TextBlob's number to the last bit."""

import random
import subprocess
import sys
from datetime import date

import pytest
from textblob import TextBlob
from textblob._text import EMOTICONS
from textblob.en import sentiment

from movie_assets.catalogue.synthetic.source import SyntheticCatalogue
from movie_assets.prediction.golden import GOLDEN_MOVIES
from movie_assets.prediction.sentiment import LONGEST_CACHED, polarity

EMOTICON_TEXTS = sorted(emoticon for alike in EMOTICONS.values() for emoticon in alike)
WORDS = [
    *("good", "bad", "great", "terrible", "awful", "ugly", "wonderful", "very", "really", "is", "a", "house"),
    *("not", "no", "never", "n't", "don't", "isn't", "Dn't", "D", "O", "x", "1988", "Chicago", "İ", "ß", "사랑"),
    *("Mr.", "U.S.", "e.g.", "A.", "etc.", "w/", "END-OF-SENTENCE"),
]
MARKS = [
    *(".", "...", "..", "!", "?", ",", ":", ";", "-", "–", "_", "*", "#", "/", "`", "(", ")", "(!)", "'", '"'),
    *("’", "‘", "“", "”", "'s", "'d", "\n\n", "\r\n", "\x1c", "\u00a0", "\u2003", "e\u0301", "\ud83d"),
]
GAPS = ["", "", " ", " ", " ", "\n"]
ODD_TEXTS = [
    "",
    " ",
    "...",
    "not very good, not bad either",
    "The worst, most terrible film of all; a MASTERPIECE!!! :-)",
    "don't love it; isn't awful",
    "Café, naïve – “wonderful” … señor",
    "사랑은 아름답다",
    "a\nsad\r\n\tstory\u00a0of love",
    "10/10 would watch again :(",
    "\U0001f600 happy \U0001f62d",
    "very " * 400 + "happy",
]


def hostile_texts(count, *, emoticons, seed):
    """Words, marks and emoticons run together at random, with and without space between."""
    chance = random.Random(seed)
    for _ in range(count):
        parts = (
            chance.choice(chance.choices((EMOTICON_TEXTS, MARKS, WORDS), (emoticons, 0.35, 0.65))[0])
            + chance.choice(GAPS)
            for _ in range(chance.randint(1, 25))
        )
        yield "".join(parts)


def test_whole_synopses_and_odd_texts_have_the_polarity_of_textblob():
    """The analyser below TextBlob gives the identical number, for odd texts and for whole synopses alike."""
    catalogue = SyntheticCatalogue(seed=3, start=date(2026, 1, 1), films_per_day=300)
    synopses = [film.record["overview"] or "" for film in catalogue.fetch(date(2026, 1, 2), with_history=False)]
    texts = [*ODD_TEXTS, *synopses, *(movie.overview or "" for movie in GOLDEN_MOVIES)]

    ours = [polarity(text) for text in texts]

    assert ours == [TextBlob(text).sentiment.polarity for text in texts]
    assert min(ours) < 0 < max(ours)


@pytest.mark.parametrize("emoticons", [0, 0.02, 0.3])
def test_hostile_texts_have_the_polarity_of_textblob(emoticons):
    """Emoticons, sarcasm, abbreviations, quotes, contractions and ends of sentences, wherever they meet."""
    for text in hostile_texts(5_000, emoticons=emoticons, seed=11):
        assert polarity(text) == sentiment(text)[0], repr(text)


@pytest.mark.parametrize("emoticon", EMOTICON_TEXTS)
def test_an_emoticon_is_seen_with_spaces_in_it(emoticon):
    """TextBlob closes such gaps, and a closed one changes what the words beside it mean."""
    for text in (f"a good house {' '.join(emoticon)} not bad", f"good{' '.join(emoticon)}n't bad", emoticon):
        assert polarity(text) == sentiment(text)[0]


@pytest.mark.parametrize(
    "text",
    [
        "Peter O . Toole is not good",
        "Max D , a really awful man",
        "* END-OF-SENTENCE ) good",
        "good ( ! ) and bad",
        "wonderful-" * LONGEST_CACHED + " not good",
        "He said “not good”... and 'really' left. \n\nBad!",
    ],
)
def test_what_reaches_from_one_piece_into_the_next(text):
    """Texts in which a word is more than what stands between two spaces."""
    assert polarity(text) == sentiment(text)[0]


def test_a_text_is_scored_without_the_rest_of_textblob():
    """Whoever imports textblob in the same process afterwards still has the whole of it, with the same number."""
    program = (
        "import sys; from movie_assets.prediction.sentiment import polarity; score = polarity('A happy :-) end');"
        "assert 'nltk' not in sys.modules and 'textblob' not in sys.modules;"
        "from textblob import TextBlob; assert TextBlob('A happy :-) end').sentiment.polarity == score"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
