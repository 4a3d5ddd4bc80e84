"""Which synopses count as English."""

import pytest

from streamlit_ui.detection import UNNAMED, foreign_language


@pytest.mark.parametrize(
    "text",
    [
        "A retired detective returns to a quiet town to solve one last case.",
        "Paris",
        "A love story",
        "Ravi and Priya fall in love in Mumbai",
        "Life and death in Seoul, where the singer Lee (이소라) meets an old friend.",
        "1999",
        "",
    ],
)
def test_what_can_be_english_is_taken_as_english(text):
    """Names, titles and short texts are not suspected."""
    assert foreign_language(text) is None


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("은퇴한 형사가 조용한 마을로 돌아와 마지막 사건을 해결한다.", "ko"),
        ("Une femme cherche la vérité dans une petite ville.", "fr"),
        ("愛の物語が始まる。", "ja"),
        ("Una historia de amor en Madrid", UNNAMED),
    ],
)
def test_another_language_is_seen_and_named_when_sure(text, language):
    """A text that cannot be English is never scored without a word; a doubtful name is left out."""
    assert foreign_language(text) == language
