"""What the readers of all kinds share: a cell's text in one spelling, and its quotation in a message."""

import json
import re

LONGEST_QUOTE = 60

# Digits and marks of East Asian keyboards, the typographic minus, and apostrophes: one spelling each.
_SPELLINGS = str.maketrans(
    "０１２３４５６７８９，．／：－−‐‑–’‘ʼ", "0123456789,./:-----'''"
)  # fmt: skip  # of other digits (١٢, ²) none is read as a number
_BLANKS = re.compile(r"[\s\u200b\u200e\u200f\u2060\ufeff]+")


def cleaned(value: str) -> str:
    """The text with ASCII digits and marks, and single plain blanks for all kinds of blanks."""
    if value.isascii() and "  " not in value and value.isprintable():
        return value.strip()
    return _BLANKS.sub(" ", value.translate(_SPELLINGS)).strip()


def quoted(value: object) -> str:
    """The value for a message, shortened."""
    if isinstance(value, str):
        return json.dumps(value if len(value) <= LONGEST_QUOTE else f"{value[:LONGEST_QUOTE]}…", ensure_ascii=False)
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= LONGEST_QUOTE else f"{text[:LONGEST_QUOTE]}…"
