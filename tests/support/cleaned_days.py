"""Example cleaned films: as rows, as days in a bucket, as a training window."""

from datetime import UTC, datetime
from typing import Any

import numpy as np
import pandas as pd

from movie_assets.catalogue.cleaning_version import CLEANING_VERSION, LABEL
from movie_assets.prediction.features import FEATURES
from movie_assets.storage.bucket import Bucket
from movie_assets.storage.folders import Folder, write_folder
from movie_assets.storage.formats import parquet_of
from movie_assets.storage.keys import MOVIES, VOTES
from movie_assets.training.promotion import Rule
from movie_assets.training.window import FilmSet, TrainingWindow
from tests.support.builders import OVERVIEW

TITLE_WORDS = ("Harbour", "Winter", "Ledger", "Orchard", "Signal", "Furnace")
OVERVIEW_WORDS = (*OVERVIEW.lower().replace(",", "").rstrip(".").split(), "the", "and", "of", "with", "her", "who")
GENRES = ("Drama", "Comedy", "Horror", "Documentary")
GENRE_EFFECT = dict(zip(GENRES, (0.3, 0.0, -0.6, 0.6), strict=True))


def a_cleaned_film(**changes: Any) -> dict[str, Any]:
    """A row of cleaned_movies with the columns that training reads, and its votes."""
    genre = changes.get("main_genre", "Drama")
    facts: dict[str, Any] = {
        **{feature.name: None for feature in FEATURES},
        "id": 603,
        "fetched_at": datetime(2026, 1, 1, 6, tzinfo=UTC),
        "rating": 6.5,
        "overview_is_english": True,
        "runtime": 112.0,
        "main_genre": "Drama",
        "original_language": "en",
        "overview_sentiment": 0.1,
        "overview_len": 80,
        "overview": OVERVIEW,
        "genres": [genre] if isinstance(genre, str) else [],
        "release_date": pd.Timestamp(2024, 3, 15),
        "production_countries": ["GB"],
        "spoken_languages": ["en"],
        "title": "The Quiet Harbour",
        "collection": None,
        "production_companies": ["Harbour Lane Pictures"],
        "directors": [],
        "cast": [],
        "vote_count": 200,
    }
    return facts | changes


def made_up_films(films: int, *, seed: int = 1) -> list[dict[str, Any]]:
    """Films whose rating follows runtime, genre and mood, with noise of half a point.

    They are released over ten years, by few companies, directors and actors, none of whom is better than another.
    """
    generator = np.random.default_rng(seed)
    others = np.random.default_rng([seed, 1])
    rows = []
    for film_id in range(1, films + 1):
        runtime = float(generator.integers(70, 180))
        genre = str(generator.choice(GENRES))
        sentiment = float(np.round(generator.uniform(-0.5, 0.5), 3))
        truth = 6 + 0.012 * (runtime - 110) + GENRE_EFFECT[genre] + sentiment
        rows.append(
            a_cleaned_film(
                id=film_id,
                runtime=runtime,
                main_genre=genre,
                original_language=str(generator.choice(["en", "ko", "fr"])),
                overview_sentiment=sentiment,
                overview_len=int(generator.integers(40, 600)),
                vote_count=int(generator.integers(6, 900)),
                rating=float(np.clip(truth + generator.normal(0, 0.5), 0, 10)),
                **_made_by_somebody(film_id, others),
            )
        )
    return rows


def _made_by_somebody(film_id: int, chance: np.random.Generator) -> dict[str, Any]:
    """What a film is called and who made it; half of the films have no people recorded, as in real sources."""
    known = chance.random() < 0.5
    return {
        "title": f"The {chance.choice(TITLE_WORDS)} {chance.choice(TITLE_WORDS)}",
        "overview": " ".join(chance.choice(OVERVIEW_WORDS, 12)).capitalize() + ".",
        "release_date": pd.Timestamp(2014, 1, 1) + pd.Timedelta(days=int(chance.integers(0, 3_650))),
        "production_countries": [str(chance.choice(["US", "KR", "FR"]))],
        "collection": f"{chance.choice(TITLE_WORDS)} Collection" if film_id % 10 == 0 else None,
        "production_companies": [f"Company {chance.integers(20)}"],
        "directors": [f"Director {chance.integers(30)}"] if known else [],
        "cast": [f"Actor {number}" for number in chance.integers(0, 60, 6)] if known else [],
    }


def a_part(*films: dict[str, Any]) -> FilmSet:
    """These films as the part of a window."""
    return FilmSet(pd.DataFrame(list(films)))


def a_window(films: int = 400, *, seed: int = 1, day: str = "2026-01-07") -> TrainingWindow:
    """A window of made-up films."""
    frame = pd.DataFrame(made_up_films(films, seed=seed))
    return TrainingWindow(source="synthetic", day=day, days=(day,), digest=f"films-{films}-{seed}", frame=frame)


def keep_day(
    bucket: Bucket, day: str, *films: dict[str, Any], source: str = "synthetic", version: int | None = CLEANING_VERSION
) -> Folder:
    """Write a cleaned day, as the asset does; without a `version` as it did before it named one."""
    frame = pd.DataFrame(list(films) or [a_cleaned_film()])
    if not films:
        frame = frame.head(0)
    files = {MOVIES: parquet_of(frame.drop(columns="vote_count")), VOTES: parquet_of(frame[["id", "vote_count"]])}
    labels = {} if version is None else {LABEL: version}
    return write_folder(bucket, f"{source}/cleaned_movies/{day}", files, labels=labels)


def a_rule(**changes: Any) -> Rule:
    """The promotion rule as the settings have it for real films, with seed 0."""
    usual = {"policy": "holdout", "min_holdout": 100, "gap_margin": 0.25, "leak_r2": 0.6, "seed": 0}
    return Rule(**(usual | changes))
