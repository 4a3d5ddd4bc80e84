"""Made-up questions and answers, as the OpenAPI page shows them. What each field means: questions.py, answers.py."""

from typing import Any

from movie_assets.prediction.golden import GOLDEN_MOVIES

FILMS: list[dict[str, Any]] = [movie.model_dump(mode="json", exclude_defaults=True) for movie in GOLDEN_MOVIES]
QUESTIONS: dict[str, dict[str, Any]] = {
    "A film": FILMS[0],
    "The least there must be": {"runtime": 101, "genres": ["Action"], "original_language": "fr"},
    "Every fact there is": {
        **FILMS[1],
        "release_date": "2026-10-30",
        "production_countries": ["US"],
        "production_companies": ["Cold Lantern"],
        "spoken_languages": ["en"],
        "collection": "The Furnace Collection",
        "directors": ["Ada Example"],
        "cast": ["Ben Example", "Cleo Example"],
    },
    "Without its synopsis": {**FILMS[0], "omit": ["overview"]},
    "What if it were darker, and no reasons": {
        **FILMS[0],
        "what_if": {"overview_sentiment": -0.4},
        "reasons": False,
    },
}
ANSWER: dict[str, Any] = {
    "predicted_rating": 6.42,
    "interval": {"low": 5.48, "high": 7.21, "level": 0.8},
    "base_value": 6.31,
    "contributions": {
        "runtime": 0.06,
        "main_genre": 0.07,
        "original_language": -0.02,
        "overview_sentiment": 0.03,
        "overview_len": -0.03,
    },
    "mood": {"polarity": 0.22, "label": "bright"},
    "features": {
        "runtime": 112.0,
        "main_genre": "Drama",
        "original_language": "en",
        "overview_sentiment": 0.22,
        "overview_len": 95,
    },
    "what_if": {},
    "warnings": [
        {
            "code": "overview_len_out_of_range",
            "field": "overview",
            "message": "Nearly all films learnt from have overview_len from 98 to 960 characters, this one 95.",
        }
    ],
    "bundle_id": "7fe3e0bc9379" + "0" * 52,
    "bento_tag": "movie_rating:7fe3e0bc9379-b7fe166b",
    "source": "synthetic",
    "window": {"first_day": "2026-01-01", "last_day": "2026-01-14", "films": 4200},
    "provisional": False,
    "interval_note": None,
}
ERROR: dict[str, Any] = {
    "error": {
        "code": "invalid_value",
        "message": "runtime is 0: input should be greater than 0.",
        "field": "runtime",
        "allowed": "number, above 0, at most 1000. Running time in minutes.",
    }
}
BATCH_ANSWER = [ANSWER | {"base_value": None, "contributions": None}, ERROR]
RELEASE = {"bundle_id": ANSWER["bundle_id"], "bento_tag": ANSWER["bento_tag"], "day": "2026-01-14"}
STATUS: dict[str, Any] = {
    "in_service": RELEASE,
    "wanted": RELEASE,
    "pinned": None,
    "rollout": None,
    "phase": "idle",
    "message": "In service after 6.1 s.",
    "decisions": [],
    "updated_at": "2026-01-14T06:10:00Z",
    "bundle_id": ANSWER["bundle_id"],
    "bento_tag": ANSWER["bento_tag"],
    "ready": True,
    "problem": None,
    "since": "2026-01-14T06:09:58Z",
}
DESCRIPTION: dict[str, Any] = {
    "fields": [
        {
            "name": "runtime",
            "type": "number",
            "required": True,
            "unit": "minutes",
            "minimum": 0,
            "maximum": 1000,
            "description": "Running time in minutes.",
        }
    ],
    "may_omit": ["overview", "title"],
    "what_if": [
        {"name": "overview_sentiment", "minimum": -1, "maximum": 1, "description": "Mood of the synopsis."},
    ],
    "known": {"genres": ["Comedy", "Drama"], "original_languages": ["en", "ko"]},
    "ranges": {"runtime": {"lowest": 62, "highest": 191}},
    "examples": FILMS[:1],
    "decision": "Promoted: 0.731 beats the champion's 0.744 on the same 812 films.",
    "training_ratings": None,
    "holdout_sample": None,
    "errors_by_genre": None,
    "card": {"bundle_id": ANSWER["bundle_id"], "source": "synthetic", "day": "2026-01-14", "family": "lightgbm"},
    "bento_tag": ANSWER["bento_tag"],
}
