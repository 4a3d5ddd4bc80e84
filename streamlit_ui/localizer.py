"""Sentences in two languages, and the choice of the language. Each view declares its own sentences.

In Korean no particle follows a value, because its form would depend on the value.
"""

import re
from datetime import date
from typing import Literal, NamedTuple

Language = Literal["en", "ko"]


class Sentence(NamedTuple):
    """One sentence in both languages; `{name}` stands for a value."""

    en: str
    ko: str


class Localizer:
    """Localizes sentences, names and dates to one language; `t` in the views."""

    def __init__(self, language: Language) -> None:
        self.language = language

    def __call__(self, sentence: Sentence, **values: object) -> str:
        """The sentence in this language, with its values filled in."""
        text = sentence.ko if self.language == "ko" else sentence.en
        return text.format(**values) if values else text

    def name(self, names: dict[str, Sentence], key: str) -> str:
        """The name of `key` in this language; the key itself if it has none."""
        return self(names[key]) if key in names else key

    def day(self, day: date) -> str:
        """A date in the long form of this language."""
        if self.language == "ko":
            return f"{day.year}년 {day.month}월 {day.day}일"
        return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def language_of(locale: str | None) -> Language:
    """The page's language for a browser's locale: Korean for Korean, else English."""
    return "ko" if (locale or "").lower().split("-")[0] == "ko" else "en"


def plain(text: str) -> str:
    """Escape text from outside for Markdown, so that no picture or link comes of it."""
    return re.sub(r"([\\`*_{}\[\]()<>#+\-.!|~:$&])", r"\\\1", text)


LANGUAGE_NAMES: dict[Language, str] = {"en": "English", "ko": "한국어"}
# The server's own locale is not the reader's.
MONTHS = [
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
]
