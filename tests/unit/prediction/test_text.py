"""What a synopsis says, as numbers."""

from datetime import date

import pytest
from textblob import TextBlob

from movie_assets.catalogue.synthetic.source import SyntheticCatalogue
from movie_assets.prediction.golden import GOLDEN_MOVIES
from movie_assets.prediction.sentiment import polarity
from movie_assets.prediction.text import is_english, mood

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


def test_the_mood_is_exactly_that_of_textblob():
    """The analyser below TextBlob gives the identical number, for odd texts and for whole synopses alike."""
    catalogue = SyntheticCatalogue(seed=3, start=date(2026, 1, 1), films_per_day=300)
    synopses = [film.record["overview"] or "" for film in catalogue.fetch(date(2026, 1, 2), with_history=False)]
    texts = [*ODD_TEXTS, *synopses, *(movie.overview or "" for movie in GOLDEN_MOVIES)]

    ours = [polarity(text) for text in texts]

    assert ours == [TextBlob(text).sentiment.polarity for text in texts]
    assert min(ours) < 0 < max(ours)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (1.0, "bright"),
        (0.05, "bright"),
        (0.0499, "neutral"),
        (0.0, "neutral"),
        (-0.0499, "neutral"),
        (-0.05, "dark"),
        (-1.0, "dark"),
    ],
)
def test_a_mood_begins_at_a_twentieth(value, said):
    """Bright from 0.05 on, dark down from -0.05, both included."""
    assert mood(value) == said


@pytest.mark.parametrize(
    "overview",
    [
        "은퇴한 형사가 마지막 사건을 해결하기 위해 조용한 마을로 돌아온다.",
        "Un détective à la retraite revient dans une ville paisible pour résoudre une dernière affaire.",
        "Ένας συνταξιούχος ντετέκτιβ επιστρέφει σε μια ήσυχη πόλη για να λύσει μια τελευταία υπόθεση.",
        "Ein pensionierter Kommissar kehrt in eine stille Stadt zurück, um einen letzten Fall zu lösen.",
        "Un detective jubilado regresa a un pueblo tranquilo para resolver un último caso con su hija.",
    ],
    ids=["Korean", "French", "Greek", "German", "Spanish"],
)
def test_another_language_is_told_apart(overview):
    """A synopsis the lexicon cannot read has no mood, rather than a neutral one."""
    assert not is_english(overview)


@pytest.mark.parametrize(
    "overview",
    [
        "A retired detective returns to a quiet town to solve one last case.",
        "Two brothers rob a bank.",
        "Love hurts.",
        "The Pope, the thief and the lover from Paris, who met by the sea.",
        "Akira Watanabe. Jean-Luc Moreau. Giulia Rossi.",
        "Marseille, 1944.",
        "",
        "???",
    ],
)
def test_english_and_what_cannot_be_told_count_as_english(overview):
    """Short texts and lists of names get the benefit of the doubt."""
    assert is_english(overview)
