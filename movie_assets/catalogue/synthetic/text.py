"""Texts of synthetic films: synopses, titles and names, all invented.

Words and sentence forms are in tables.toml. The effect of a word on a rating belongs in truth.py, other facts of a film
in film.py.
"""

from collections.abc import Iterator, Sequence
from typing import TypeVar

from movie_assets.catalogue.synthetic.truth import BRIGHT_WORDS, DARK_WORDS, DIRECTOR_EFFECT, TABLES, THEME_WORDS

T = TypeVar("T")

MAX_SENTENCES = 7
DRAWS_FOR_TEXT = 20 + 6 * MAX_SENTENCES  # the most numbers that a film's texts use

BRIGHT = tuple(BRIGHT_WORDS)
DARK = tuple(DARK_WORDS)
THEMES = tuple(THEME_WORDS)
FAMILY_NAMES = tuple(DIRECTOR_EFFECT)
_Words = list[str]
PLAIN: _Words = TABLES["text"]["plain"]
PLACES: _Words = TABLES["text"]["places"]
PEOPLE: _Words = TABLES["text"]["people"]
GIVEN_NAMES: _Words = TABLES["text"]["given_names"]
TITLE_FORMS: _Words = TABLES["text"]["title_forms"]
TAGLINES: _Words = TABLES["text"]["taglines"]
OPENINGS: _Words = TABLES["text"]["openings"]
MIDDLES: _Words = TABLES["text"]["middles"]
ENDINGS: _Words = TABLES["text"]["endings"]
ORIGINAL_WORDS: dict[str, _Words] = TABLES["text"]["original_words"]


class Draws:
    """The random numbers of one film, taken one after another; the same row gives the same film."""

    def __init__(self, row: list[int], *, bits: int) -> None:
        self._numbers: Iterator[int] = iter(row)
        self._unit = 1.0 / (1 << bits)

    def pick(self, table: Sequence[T]) -> T:
        """One entry of `table`, each as likely as the next."""
        return table[next(self._numbers) % len(table)]

    def unit(self) -> float:
        """A number from 0 up to, not including, 1."""
        return next(self._numbers) * self._unit


def write_synopsis(draws: Draws, *, brightness: float) -> str:
    """A synopsis of one to seven English sentences (some 15 to 120 words).

    `brightness` (0 to 1) is the share of bright moods among bright and dark ones; a third of the moods are plain.
    """
    hero, rival = draws.pick(GIVEN_NAMES), draws.pick(GIVEN_NAMES)
    if rival == hero:
        rival = "the stranger"
    length = draws.unit()
    middles = int(length * (0.35 + 0.65 * length) * (MAX_SENTENCES - 1))
    forms = (OPENINGS, *([MIDDLES] * middles), ENDINGS)[: 1 if length < 0.08 else None]
    sentences = []
    for form in forms:
        words = {
            "mood": pick_mood(draws, brightness=brightness),
            "theme": draws.pick(THEMES),
            "place": draws.pick(PLACES),
            "person": draws.pick(PEOPLE),
        }
        sentence = draws.pick(form).format(hero=hero, rival=rival, **words)
        sentences.append(sentence[0].upper() + sentence[1:])
    return " ".join(sentences)


def pick_mood(draws: Draws, *, brightness: float) -> str:
    """A word for a mood: bright, dark or plain."""
    tone = draws.unit() * 1.5
    if tone >= 1:
        return draws.pick(PLAIN)
    return draws.pick(BRIGHT) if tone < brightness else draws.pick(DARK)


def write_title(draws: Draws) -> str:
    """A title in English and in title case."""
    title = draws.pick(TITLE_FORMS).format(
        theme=draws.pick(THEMES), mood=draws.pick(PLAIN), person=draws.pick(PEOPLE), hero=draws.pick(GIVEN_NAMES)
    )
    return " ".join(word[0].upper() + word[1:] for word in title.split())


def write_name(draws: Draws) -> str:
    """Given name and family name of a person."""
    return f"{draws.pick(GIVEN_NAMES)} {draws.pick(FAMILY_NAMES)}"
