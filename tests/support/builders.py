"""Valid example films and requests with defaults: a test overrides only what it is about."""

from datetime import UTC, date, datetime
from typing import Any

from movie_assets.catalogue.source import RawFilm
from movie_assets.prediction.movie import Movie

OVERVIEW = "A retired detective returns to a quiet town to solve one last, terrible case."
FETCHED_AT = datetime(2024, 5, 1, 6, 0, tzinfo=UTC)


def a_record(**changes: Any) -> dict[str, Any]:
    """A made-up film in the shape of TMDB's details, which cleaning keeps on any day from 2024-03-15 on."""
    record = {
        "id": 603,
        "title": "The Quiet Harbour",
        "original_title": "The Quiet Harbour",
        "overview": OVERVIEW,
        "runtime": 112,
        "genres": [{"id": 18, "name": "Drama"}, {"id": 80, "name": "Crime"}],
        "original_language": "en",
        "release_date": "2024-03-15",
        "status": "Released",
        "adult": False,
        "video": False,
        "vote_average": 6.9,
        "vote_count": 214,
        "popularity": 31.4,
        "budget": 0,
        "revenue": 0,
        "imdb_id": None,
        "belongs_to_collection": None,
        "homepage": "",
        "tagline": "Some tides never turn.",
        "production_countries": [{"iso_3166_1": "GB", "name": "United Kingdom"}],
        "production_companies": [{"id": 9001, "name": "Harbour Lane Pictures", "origin_country": "GB"}],
        "spoken_languages": [{"iso_639_1": "en", "english_name": "English", "name": "English"}],
    }
    return record | changes


def a_raw_film(*, chosen_by: str = "popular", fetched_at: datetime = FETCHED_AT, **changes: Any) -> RawFilm:
    """A raw film around `a_record(**changes)`."""
    record = a_record(**changes)
    return RawFilm(film_id=record["id"], record=record, chosen_by=chosen_by, fetched_at=fetched_at)


def a_movie(**changes: Any) -> Movie:
    """A valid movie, the one of `a_record`."""
    facts = {
        "runtime": 112,
        "genres": ["Drama", "Crime"],
        "original_language": "en",
        "overview": OVERVIEW,
        "title": "The Quiet Harbour",
        "release_date": date(2024, 3, 15),
        "production_countries": ["GB"],
        "production_companies": ["Harbour Lane Pictures"],
        "spoken_languages": ["en"],
    }
    return Movie(**(facts | changes))
