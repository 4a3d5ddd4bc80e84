"""The known truth of the synthetic catalogue: the rating of a film with infinitely many votes.

Every effect is a table of tables.toml or a short formula here, so that tests can measure how close a model comes. No
model code may import this module.
"""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

# Plain arithmetic only (no exp, log or sin), so that a rating has the same bits on every processor.

TABLES: dict[str, Any] = tomllib.loads(Path(__file__).with_name("tables.toml").read_text(encoding="utf-8"))

AVERAGE_RATING = 6.1
NOISE_SD_OF_ONE_VOTE = 1.9  # the standard error of a mean of n votes is this over the square root of n
SECOND_GENRE_SHARE = 0.3  # of the second genre's effect, added to the main one's
LENGTH_TASTE_OF_OTHERS = 0.35
ERA_TASTE_OF_OTHERS = 0.45
MOOD_TASTE_OF_OTHERS = 0.5
# January is where weak films go, autumn is where strong ones wait.
MONTH_EFFECT = (-0.2, -0.14, -0.04, 0.0, 0.06, -0.04, -0.06, -0.1, 0.1, 0.16, 0.14, 0.12)

_Table = dict[str, float]
GENRE_EFFECT: _Table = TABLES["effect"]["genre"]
LANGUAGE_EFFECT: _Table = TABLES["effect"]["language"]
COMPANY_EFFECT: _Table = TABLES["effect"]["company"]
DIRECTOR_EFFECT: _Table = TABLES["effect"]["director"]
LENGTH_TASTE: _Table = TABLES["taste"]["length"]
ERA_TASTE: _Table = TABLES["taste"]["era"]
MOOD_TASTE: _Table = TABLES["taste"]["mood"]
BRIGHT_WORDS: _Table = TABLES["words"]["bright"]
DARK_WORDS: _Table = TABLES["words"]["dark"]
THEME_WORDS: _Table = TABLES["words"]["theme"]
_MOOD_WEIGHTS = BRIGHT_WORDS | DARK_WORDS


def true_rating(facts: Mapping[str, Any]) -> float:
    """The rating before noise and before it is limited to 0.5 to 10.

    `facts` is a record in TMDB's details shape before a fact goes missing. Only facts known before a release are read:
    votes, popularity, budget and revenue change nothing. Unknown names count as average.
    """
    genres = [genre["name"] for genre in facts["genres"]]
    main_genre = genres[0] if genres else ""
    year, month = int(facts["release_date"][:4]), int(facts["release_date"][5:7])
    rating = AVERAGE_RATING
    rating += GENRE_EFFECT.get(main_genre, 0.0)
    rating += SECOND_GENRE_SHARE * sum(GENRE_EFFECT.get(name, 0.0) for name in genres[1:2])
    rating += length_effect(facts["runtime"], main_genre)
    rating += LANGUAGE_EFFECT.get(facts["original_language"], 0.0)
    rating += era_effect(year, main_genre)
    rating += MONTH_EFFECT[month - 1]
    rating += synopsis_effect(facts["overview"], main_genre)
    rating += sum(COMPANY_EFFECT.get(company["name"], 0.0) for company in facts["production_companies"][:1])
    rating += director_effect(facts)
    return rating


def length_effect(runtime: float, main_genre: str) -> float:
    """The effect of `runtime` in minutes: rises to about two and a half hours, then falls; the genre sets the slope."""
    from_usual = (runtime - 102) / 25
    return LENGTH_TASTE.get(main_genre, LENGTH_TASTE_OF_OTHERS) * from_usual / (1 + 0.3 * from_usual * from_usual)


def era_effect(year: int, main_genre: str) -> float:
    """The effect of the year: none from 2005 on, rising more and more slowly into the past."""
    decades_back = max(0, 2005 - year) / 10
    return ERA_TASTE.get(main_genre, ERA_TASTE_OF_OTHERS) * 1.6 * decades_back / (2 + decades_back)


def synopsis_effect(overview: str, main_genre: str) -> float:
    """The effect of the synopsis: its mood, which depends on the genre, its themes and its length."""
    words = overview.lower().replace(",", " ").replace(".", " ").replace(":", " ").split()
    moods = [_MOOD_WEIGHTS[word] for word in words if word in _MOOD_WEIGHTS]
    themes = [THEME_WORDS[word] for word in words if word in THEME_WORDS]
    mood = sum(moods) / len(moods) if moods else 0.0
    theme = sum(themes) / (1 + len(themes))
    length = min(len(words), 90) / 90
    return MOOD_TASTE.get(main_genre, MOOD_TASTE_OF_OTHERS) * 1.1 * mood + 1.0 * theme + 0.35 * (length - 0.6)


def director_effect(facts: Mapping[str, Any]) -> float:
    """The effect of the family name of the director, who is the first of a synthetic crew; 0 without one."""
    crew = facts.get("credits", {}).get("crew", [])
    return sum(DIRECTOR_EFFECT.get(person["name"].rpartition(" ")[2], 0.0) for person in crew[:1])
