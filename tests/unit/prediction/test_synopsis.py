"""The mood and the language of a synopsis."""

import pytest

from movie_assets.prediction.synopsis import is_english, mood


@pytest.mark.parametrize(
    ("value", "label"),
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
def test_a_mood_begins_at_a_twentieth(value, label):
    """Bright from 0.05 on, dark down from -0.05, both included."""
    assert mood(value) == label


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
def test_another_language_is_recognized(overview):
    """A synopsis that the lexicon cannot read must not count as neutral."""
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
def test_english_and_unclear_texts_count_as_english(overview):
    """Short texts and lists of names get the benefit of the doubt."""
    assert is_english(overview)
