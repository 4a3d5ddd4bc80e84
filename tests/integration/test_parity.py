"""A film has the same rating in training, from the bucket, from the Bento and on the page."""

import io
import re

import httpx
import joblib
import numpy as np
import pandas as pd
import pytest

from movie_assets.prediction.encodings import is_missing
from movie_assets.prediction.features import FEATURES
from movie_assets.prediction.movie import Movie
from movie_assets.storage.folders import find_folder, read_file
from movie_assets.storage.formats import frame_of
from movie_assets.storage.keys import MOVIES as MOVIES_FILE
from movie_assets.training.bundles import load_bundle
from movie_assets.training.champions import newest_champion
from movie_assets.training.window import Windows
from streamlit_ui.client import RatingClient
from streamlit_ui.contract import Film
from tests.support.bentos import a_bento, serving, unpacked
from tests.support.builders import a_movie
from tests.support.pages import opened

MOVIES = [
    a_movie(),
    a_movie(runtime=61.5, genres=["Horror", "Thriller"], overview="Cruel, terrible strangers wait in the dark house."),
    a_movie(genres=["Comedy"], original_language="ko", overview=None),
    a_movie(genres=[], original_language="qq", overview="은퇴한 형사가 조용한 마을로 돌아온다."),
    a_movie(runtime=240, genres=["Documentary"], overview="Bees. Happy, wonderful bees and the people who keep them."),
]
TYPED = (0, 2, 4)  # of MOVIES: the form takes whole minutes and languages that exist

ENCODED = [(112, 1, 0, 0.1, 240), (90.5, 5, -1, -0.35, 80), (61, -1, 3, 1 / 3, 0), (240, 2, 2, 0.0, 900)]


def test_ratings_are_equal_everywhere(platform, tmp_path, monkeypatch):
    """In process, from the bucket, from the built Bento over HTTP, and through the page's client, to 1e-6.

    On the page, as a person fills it in and reads it, to the digit that it draws.
    And in the legacy codes: the pickle of models/latest, and GET /predict.
    """
    assert platform.run("2026-01-01").success
    champion = newest_champion(platform.bucket, "synthetic")
    stored = load_bundle(platform.bucket, "synthetic", champion.bundle_id)
    in_process = [answer.predicted_rating for answer in stored.predict(MOVIES)]

    again = load_bundle(platform.bucket, "synthetic", champion.bundle_id)
    assert [answer.predicted_rating for answer in again.predict(MOVIES)] == in_process
    bento = a_bento(stored, tmp_path / "work")
    with serving(unpacked(bento, tmp_path / "bento"), log=tmp_path / "log", ready="/readyz") as url:
        page = RatingClient(url, timeout_seconds=10)
        answers = [page.predict(Film.model_validate(movie.model_dump())) for movie in MOVIES]
        page.close()
        monkeypatch.setenv("MOVIE_SERVICE_URL", url)
        drawn = [_on_the_page(MOVIES[number]) for number in TYPED]
        old_api = [_asked_in_codes(url, film) for film in ENCODED]

    assert [answer.predicted_rating for answer in answers] == pytest.approx(in_process, abs=1e-6)
    assert {answer.bundle_id for answer in answers} == {champion.bundle_id}
    assert drawn == [(f"{in_process[number]:.1f}",) * 2 for number in TYPED]
    assert len(set(drawn)) > 1, "films that differ are drawn apart"
    old_model = _pickled(platform.bucket, "best_model.pkl")
    columns = ["runtime", "genre_encoded", "lang_encoded", "overview_sentiment", "overview_len"]
    assert old_api == pytest.approx(old_model.predict(pd.DataFrame(ENCODED, columns=columns)).tolist(), abs=1e-6)
    assert _pickled(platform.bucket, "main_genre_encoder.pkl").classes_.tolist() == list(stored.legacy_model.genres)
    assert len({round(rating, 6) for rating in in_process}) == len(MOVIES), "films that differ are rated apart"


def _on_the_page(movie):
    """The rating as it is read aloud and drawn, after the form was filled in and the button pressed."""
    page = opened()
    page.number_input(key="runtime").set_value(int(movie.runtime))
    page.selectbox(key="main_genre").set_value(movie.genres[0] if movie.genres else None)
    page.multiselect(key="further_genres").set_value(movie.genres[1:])
    page.text_input(key="title").set_value(movie.title)
    page.date_input(key="release_date").set_value(movie.release_date)
    page.multiselect(key="production_countries").set_value(movie.production_countries)
    page.multiselect(key="spoken_languages").set_value(movie.spoken_languages)
    page.text_input(key="production_companies").set_value(", ".join(movie.production_companies))
    page.text_area(key="overview").set_value(movie.overview or "")
    page.selectbox(key="original_language").set_value(movie.original_language).run()
    page.button(key="predict").click().run()
    assert not page.exception
    [figure] = re.findall(r'rating ([\d.]+) out of 10">([\d.]+)<', " ".join(part.value for part in page.html))
    return figure


def _asked_in_codes(url, film):
    names = ("runtime", "genre_encoded", "lang_encoded", "sentiment", "overview_len")
    answer = httpx.get(f"{url}/predict", params=dict(zip(names, film, strict=True)), timeout=10, trust_env=False)
    return answer.raise_for_status().json()["predicted_rating"]


def _pickled(bucket, name):
    return joblib.load(io.BytesIO(bucket.get(f"synthetic/models/latest/{name}")))


def test_the_rating_decided_on_is_the_rating_served(platform):
    """A cleaned film's row gives what the same film gives as a request."""
    assert platform.run("2026-01-01").success
    champion = newest_champion(platform.bucket, "synthetic")
    bundle = load_bundle(platform.bucket, "synthetic", champion.bundle_id)
    part = Windows(platform.bucket, "synthetic").up_to("2026-01-01").holdout
    movies = [_as_a_request(film) for film in _cleaned(platform, part.ids)]

    served = [answer.predicted_rating for answer in bundle.predict(movies)]

    assert served == pytest.approx(bundle.rate(part.columns).ratings.tolist(), abs=1e-6)
    assert set(part.columns) == {feature.name for feature in FEATURES}, "the matrix has the allowed columns only"


def _as_a_request(film):
    """A cleaned film in the words of a request."""
    plain = {name: value.tolist() if isinstance(value, np.ndarray) else value for name, value in film.items()}
    return Movie(**{name: plain[name] for name in Movie.model_fields if not is_missing(plain[name])})


def _cleaned(platform, film_ids):
    folder = find_folder(platform.bucket, "synthetic/cleaned_movies/2026-01-01")
    movies = frame_of(read_file(platform.bucket, folder, MOVIES_FILE)).set_index("id")
    return movies.loc[film_ids].to_dict("records")
