"""The known truth of the synthetic catalogue: what a film would be rated by endlessly many voters.

Every effect is a table or a short formula here, so that a test can ask how near a model comes. No model code may
import this module. How films are drawn: synthetic.py; how their synopses are written: synthetic_text.py.
"""

from collections.abc import Mapping
from typing import Any

# Plain arithmetic only (no exp, log or sin), so that a rating is the same to the last bit on every processor.

AVERAGE_RATING = 6.1
NOISE_SD_OF_ONE_VOTE = 1.9  # a mean of n votes strays by this over the square root of n

GENRE_EFFECT = {
    "Drama": 0.16,
    "Comedy": -0.22,
    "Action": -0.28,
    "Thriller": -0.16,
    "Horror": -0.62,
    "Romance": 0.02,
    "Documentary": 0.62,
    "Crime": 0.08,
    "Adventure": 0.02,
    "Animation": 0.4,
    "Family": -0.04,
    "Science Fiction": -0.34,
    "Fantasy": -0.08,
    "Mystery": 0.1,
    "History": 0.42,
    "War": 0.36,
    "Music": 0.5,
    "Western": 0.12,
    "TV Movie": -0.55,
}
SECOND_GENRE_SHARE = 0.3  # of the second genre's effect, counted besides the main one

# How much a long film is liked, per genre: the interaction of genre and runtime.
LENGTH_TASTE = {
    "Drama": 0.5,
    "History": 0.7,
    "War": 0.7,
    "Crime": 0.55,
    "Western": 0.5,
    "Romance": 0.35,
    "Comedy": 0.05,
    "Horror": 0.05,
    "Family": -0.2,
    "Animation": -0.2,
    "TV Movie": -0.1,
}
LENGTH_TASTE_OF_OTHERS = 0.35

LANGUAGE_EFFECT = {
    "en": -0.06,
    "fr": 0.1,
    "es": 0.04,
    "ja": 0.42,
    "ko": 0.38,
    "de": -0.04,
    "it": 0.14,
    "hi": -0.2,
    "zh": 0.06,
    "cn": -0.02,
    "ru": 0.16,
    "pt": 0.2,
    "sv": 0.12,
    "xx": -0.3,
}

# Old films that are still known are the good ones, more so in some genres.
ERA_TASTE = {
    "Western": 0.85,
    "Horror": 0.8,
    "Comedy": 0.6,
    "Science Fiction": 0.25,
    "Documentary": -0.2,
    "Animation": 0.1,
}
ERA_TASTE_OF_OTHERS = 0.45

# January is where weak films go, autumn is where strong ones wait.
MONTH_EFFECT = (-0.2, -0.14, -0.04, 0.0, 0.06, -0.04, -0.06, -0.1, 0.1, 0.16, 0.14, 0.12)

# Words that carry mood: nearly all are in TextBlob's lexicon too, but the weights are ours.
BRIGHT_WORDS = {
    "happy": 0.5,
    "beautiful": 0.9,
    "wonderful": 0.8,
    "brilliant": 1.0,
    "charming": 0.6,
    "delightful": 0.7,
    "kind": 0.6,
    "gentle": 0.7,
    "lovely": 0.5,
    "funny": 0.4,
    "sweet": 0.3,
    "perfect": 0.6,
    "proud": 0.6,
    "bright": 0.5,
    "magical": 0.4,
    "lucky": 0.2,
    "hopeful": 0.8,
    "tender": 0.9,
}
DARK_WORDS = {
    "terrible": -0.8,
    "cruel": -0.7,
    "sad": -0.2,
    "dark": -0.3,
    "violent": -0.8,
    "desperate": -0.6,
    "bitter": -0.2,
    "horrible": -1.0,
    "grim": -0.5,
    "broken": -0.3,
    "tragic": -0.3,
    "brutal": -0.7,
    "ruthless": -0.8,
    "vicious": -1.0,
    "bloody": -1.0,
    "miserable": -0.7,
    "sinister": -0.6,
    "dangerous": -0.6,
    "vile": -0.9,
    "hopeless": -0.7,
}
# Nouns no sentiment lexicon scores, liked or disliked all the same.
THEME_WORDS = {
    "lighthouse": 0.6,
    "orchestra": 1.0,
    "archive": 0.5,
    "harbour": 0.3,
    "courtroom": 0.7,
    "monastery": 0.6,
    "submarine": 0.2,
    "observatory": 0.5,
    "orchard": 0.4,
    "railway": 0.3,
    "manuscript": 0.8,
    "piano": 0.9,
    "vineyard": 0.1,
    "prison": 0.4,
    "diary": 0.2,
    "wedding": -0.5,
    "reunion": -0.3,
    "heist": -0.1,
    "tournament": -0.4,
    "casino": -0.5,
    "robot": -0.4,
    "spaceship": -0.3,
    "prank": -1.0,
    "makeover": -0.9,
    "mall": -0.8,
    "zombie": -0.9,
    "vampire": -0.6,
    "demon": -0.7,
    "virus": -0.6,
}
# Dark stories suit these genres and spoil those; the interaction of mood and genre.
MOOD_TASTE = {
    "Horror": -0.15,
    "Thriller": 0.1,
    "Crime": 0.1,
    "War": 0.05,
    "Family": 1.0,
    "Animation": 0.95,
    "Comedy": 0.8,
}
MOOD_TASTE_OF_OTHERS = 0.5

COMPANY_EFFECT = {
    "Northlight Pictures": 0.55,
    "Blue Heron Films": 0.4,
    "Seventh Floor": 0.15,
    "Cinema Lantern": 0.6,
    "Halgrove Studios": -0.1,
    "Paper Boat": 0.45,
    "Redline Entertainment": -0.55,
    "Monolith Row": -0.2,
    "Silver Gate": 0.05,
    "Wexford & Daughters": 0.3,
    "Quickreel": -0.7,
    "Atlas Harbour Films": 0.1,
    "Ninth Street Video": -0.6,
    "Orchid House": 0.35,
    "Grand Meridian": -0.25,
    "Kestrel Animation": 0.3,
    "Starfall Distribution": -0.4,
    "Low Tide Collective": 0.2,
    "Tin Rocket": -0.3,
    "Midnight Matinee": -0.5,
    "Hanbit Pictures": 0.35,
    "Tsukimi Eiga": 0.4,
    "Les Films du Canal": 0.2,
    "Rio Verde Cine": 0.1,
}
# Film-making runs in families; a director's quality goes with the family name.
DIRECTOR_EFFECT = {
    "Aldane": 0.5,
    "Brisko": -0.3,
    "Cawdor": 0.2,
    "Delmare": 0.35,
    "Ekholt": -0.1,
    "Fennimore": -0.45,
    "Garavel": 0.1,
    "Hsiung": 0.3,
    "Ilvary": -0.2,
    "Jandro": 0.0,
    "Kimura-Vale": 0.4,
    "Lostrand": -0.35,
    "Mehrotra": 0.15,
    "Norwick": -0.25,
    "Okonjo": 0.25,
    "Pellworm": -0.5,
}

_MOOD_WEIGHTS = BRIGHT_WORDS | DARK_WORDS


def true_rating(facts: Mapping[str, Any]) -> float:
    """The rating endlessly many votes would give, before noise and before it is held within 0.5 and 10.

    `facts` is a record in TMDB's details shape, complete as before anything of it went missing. Only what is known
    before a release is read: votes, popularity, budget and revenue change nothing. Unknown names count as average.
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
    """What `runtime` in minutes does: rises to about two and a half hours, then tires; how steeply is the genre's."""
    from_usual = (runtime - 102) / 25
    return LENGTH_TASTE.get(main_genre, LENGTH_TASTE_OF_OTHERS) * from_usual / (1 + 0.3 * from_usual * from_usual)


def era_effect(year: int, main_genre: str) -> float:
    """What the year does: flat from 2005 on, more and more slowly rising into the past."""
    decades_back = max(0, 2005 - year) / 10
    return ERA_TASTE.get(main_genre, ERA_TASTE_OF_OTHERS) * 1.6 * decades_back / (2 + decades_back)


def synopsis_effect(overview: str, main_genre: str) -> float:
    """What the synopsis gives away: its mood as the genre takes it, its themes, and the care of a longer text."""
    words = overview.lower().replace(",", " ").replace(".", " ").replace(":", " ").split()
    moods = [_MOOD_WEIGHTS[word] for word in words if word in _MOOD_WEIGHTS]
    themes = [THEME_WORDS[word] for word in words if word in THEME_WORDS]
    mood = sum(moods) / len(moods) if moods else 0.0
    theme = sum(themes) / (1 + len(themes))
    length = min(len(words), 90) / 90
    return MOOD_TASTE.get(main_genre, MOOD_TASTE_OF_OTHERS) * 1.1 * mood + 1.0 * theme + 0.35 * (length - 0.6)


def director_effect(facts: Mapping[str, Any]) -> float:
    """What the director's family name promises; nothing when the record names no director."""
    crew = facts.get("credits", {}).get("crew", [])
    return sum(DIRECTOR_EFFECT.get(person["name"].rpartition(" ")[2], 0.0) for person in crew[:1])
