"""The mood label of a polarity, and whether a synopsis is English; for cleaning and requests alike.

The polarity itself: sentiment.py.
"""

from functools import cache
from typing import Any

BRIGHT_FROM = 0.05  # polarity
DARK_UP_TO = -0.05
ENGLISH_FUNCTION_WORDS = frozenset(
    {"the", "and", "of", "with", "his", "her", "their", "from", "who", "that", "which", "when", "they", "she", "by"}
)
ENOUGH_FUNCTION_WORDS = 3
SURELY_ANOTHER_LANGUAGE = 0.8  # probability of the best guess; names alone stay far below it


def mood(value: float) -> str:
    """`bright`, `neutral` or `dark`, by polarity."""
    if value >= BRIGHT_FROM:
        return "bright"
    if value <= DARK_UP_TO:
        return "dark"
    return "neutral"


def is_english(overview: str) -> bool:
    """False when the text is surely not English; short or mixed texts count as English.

    TextBlob knows English words only: in another language its polarity of 0 means nothing.
    """
    if len(ENGLISH_FUNCTION_WORDS.intersection(overview.lower().split())) >= ENOUGH_FUNCTION_WORDS:
        return True  # nearly every real synopsis; the model would take a third of a millisecond
    language, probability = _language_identifier().classify(overview)
    return bool(language == "en" or probability < SURELY_ANOTHER_LANGUAGE)


@cache
def _language_identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # takes half a second

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
