"""The correction for missing facts, and the season that stands in for a missing date."""

import json
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from movie_assets.prediction.bundle import ModelBundle
from movie_assets.prediction.golden import GOLDEN_MOVIES
from movie_assets.prediction.missing_facts import FACTS_NOT_GIVEN, Absences, MissingFacts, facts_of
from movie_assets.prediction.movie import Movie
from tests.support.bentos import a_corrected_bundle
from tests.support.builders import a_movie


@pytest.fixture(scope="module")
def corrected():
    return a_corrected_bundle()


def without_correction(bundle):
    """The same bundle as an earlier version wrote it."""
    return replace(bundle, spec=bundle.spec.model_copy(update={"missing_facts": None}))


@pytest.mark.parametrize(
    ("missing", "offset"),
    [((False, False), 0.0), ((True, False), 0.25), ((False, True), -0.5), ((True, True), -0.125)],
)
def test_an_offset_has_a_term_for_each_fact_and_each_two(missing, offset):
    """Nothing for a film that lacks nothing."""
    assert MissingFacts(facts=("overview", "title"), terms=(0.25, -0.5, 0.125)).offsets(
        np.array([missing])
    ).tolist() == [offset]


def test_a_fact_is_missing_with_each_of_its_features():
    """A mood that was set is there without its synopsis; an empty list is missing, an empty title is not."""
    columns = {
        "runtime": [90.0, 90.0],
        "overview_sentiment": [None, 0.5],
        "overview_len": [None, None],
        "title": ["", float("nan")],
        "cast": [[], ["Ada"]],
    }
    features = ["runtime", "overview_sentiment", "overview_len", "title", "cast"]

    absent = Absences.of(columns, features=features, facts=facts_of(features))

    assert facts_of(features) == ("overview", "title", "cast")
    assert absent.facts.tolist() == [[True, False, True], [True, True, False]]
    assert absent.features.tolist() == [[False, True, True, False, True], [False, False, True, True, False]]


def test_the_mean_of_missing_facts_is_taken_off_the_rating(corrected):
    """They have one contribution together, and the contributions still add up to the rating."""
    film = a_movie(title=None, overview=None, release_date=date(2001, 5, 4))
    [before], [after] = without_correction(corrected).predict([film]), corrected.predict([film])

    assert after.predicted_rating == pytest.approx(before.predicted_rating + 0.125)
    assert list(after.contributions) == ["runtime", "main_genre", "original_language", "release_date", FACTS_NOT_GIVEN]
    together = sum(before.contributions[name] for name in ("title", "overview_sentiment", "overview_len"))
    assert after.contributions[FACTS_NOT_GIVEN] == pytest.approx(together + 0.125)
    assert after.base_value + sum(after.contributions.values()) == pytest.approx(after.predicted_rating)


def test_a_film_that_lacks_nothing_has_no_such_contribution(corrected):
    """Its rating is that of the graph."""
    film = a_movie(title="The Quiet Harbour", release_date=date(2001, 5, 4))

    assert corrected.predict([film]) == without_correction(corrected).predict([film])


def test_films_are_corrected_each_as_if_alone(corrected):
    films = [a_movie(title=title, overview=overview) for title in ("A", None) for overview in ("A happy town.", None)]

    assert corrected.predict(films, year=2026) == [corrected.predict([film], year=2026)[0] for film in films]


def test_without_a_date_the_year_of_the_request_is_assumed(corrected):
    """The answer says so; another year may rate otherwise, a film with a date does not."""
    undated, dated = a_movie(release_date=None), a_movie(release_date=date(2026, 6, 5))

    first, second, third = (corrected.predict([film], year=2026)[0] for film in (undated, dated, undated))

    assert (first.assumed_release_year, second.assumed_release_year) == (2026, None)
    assert first.features["release_date"] is None
    assert first.contributions == second.contributions, "the season is a Friday in June"
    assert first == third
    assert [warning.field for warning in first.warnings if warning.field == "release_date"] == []
    assert corrected.predict([undated], year=1950)[0].assumed_release_year == 1950


def test_a_bundle_of_an_earlier_version_is_the_same_bundle(corrected):
    """Its files, and so its id, know no correction; without a date it takes the newest, whatever the year."""
    earlier = without_correction(corrected)
    film, newest = a_movie(title=None, release_date=None), a_movie(title=None, release_date=date(2020, 1, 6))

    loaded = ModelBundle.from_files(earlier.files, expected_id=earlier.id)

    assert set(json.loads(earlier.files["spec.json"])) == {"feature_set", "features", "interval", "requires"}
    assert loaded.id == earlier.id != corrected.id
    assert loaded.predict([film], year=2031)[0].assumed_release_year is None
    assert loaded.predict([film], year=2031)[0].predicted_rating == loaded.predict([newest])[0].predicted_rating


def test_golden_examples_come_out_alike_in_any_year(corrected):
    """All have a date; those of an earlier version, which had none, do so too."""
    assert all(movie.release_date for movie in GOLDEN_MOVIES)
    corrected.verify()
    undated = [{**example["movie"], "release_date": None} for example in corrected.golden]
    earlier = without_correction(corrected)
    ratings = [answer.predicted_rating for answer in earlier.predict([Movie(**movie) for movie in undated])]
    golden = [{"movie": movie, "predicted_rating": rating} for movie, rating in zip(undated, ratings, strict=True)]

    replace(earlier, golden=golden).verify()


def test_the_correction_comes_back_from_the_files(corrected):
    loaded = ModelBundle.from_files(corrected.files, expected_id=corrected.id)

    assert loaded.spec.missing_facts == corrected.spec.missing_facts
    assert loaded.predict([a_movie(title=None)]) == corrected.predict([a_movie(title=None)])
