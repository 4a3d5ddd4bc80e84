"""Which language a synopsis is in, judged on this machine. What is done about it: flow.py."""

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

# The mood is read from English words, so the question is only whether English is out of the question. Measured on
# 3,000 English synopses: all but those truly in another language lie above; names and titles alone lie above too.
HARDLY_ENGLISH = 0.005
ENGLISH = ("en", "pcm")  # the identifier takes some plain English for Nigerian Pidgin
OTHER_SCRIPT_SHARE = 0.3  # a text with names in its own script is still English
SURE = 0.5  # below it the language is not named
UNNAMED = ""


def foreign_language(text: str) -> str | None:
    """None when the text can be English; else the ISO 639-1 code of its language, or `UNNAMED` when that is unsure."""
    letters = [character for character in text if character.isalpha()]
    if not letters:
        return None
    ranking: list[tuple[str, float]] = _identifier().rank(text)
    language, probability = ranking[0]
    can_be_english = language in ENGLISH or dict(ranking)["en"] >= HARDLY_ENGLISH
    other_script = sum(not _is_latin(letter) for letter in letters) / len(letters)
    if can_be_english and other_script <= OTHER_SCRIPT_SHARE:
        return None
    return language if probability >= SURE and language not in ENGLISH else UNNAMED


def _is_latin(letter: str) -> bool:
    return letter <= "\u024f"  # the end of Latin Extended-B


@cache
def _identifier() -> "LanguageIdentifier":
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # half a second: only once there is a synopsis

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
