"""The predictions of a bundle: ratings, contributions and intervals."""

import numpy as np
import pytest

from movie_assets.prediction.interval import Interval
from tests.support.bentos import a_bundle
from tests.support.builders import a_movie

KOREAN = "은퇴한 형사가 마지막 사건을 해결하기 위해 조용한 마을로 돌아온다."
FILMS = [a_movie(), a_movie(genres=["Comedy"], runtime=180), a_movie(overview=None, original_language="qq")]


@pytest.mark.parametrize(("bias", "rating"), [(99.0, 10.0), (-99.0, 0.0)])
def test_a_rating_stays_on_the_scale(bias, rating):
    """Whatever an estimator extrapolates, a rating is between 0 and 10."""
    assert a_bundle(bias=bias).predict([a_movie()])[0].predicted_rating == rating


def test_films_are_rated_in_order_and_each_as_if_alone(bundle):
    """The rating of a film does not depend on the other films of a request."""
    films = [a_movie(runtime=80), a_movie(runtime=150), a_movie(overview=None)]

    together = bundle.predict(films)

    assert together == [bundle.predict([film])[0] for film in films]
    assert bundle.predict([]) == []
    assert together[0].predicted_rating < together[1].predicted_rating


def test_a_film_with_a_readable_synopsis_has_a_mood(bundle):
    """Without one the mood is unknown, not neutral."""
    known, unreadable = bundle.predict([a_movie(), a_movie(overview=KOREAN)])

    assert (known.warnings, known.mood.label, known.features["main_genre"]) == ([], "dark", "Drama")
    assert unreadable.mood is None


def test_contributions_add_up_to_the_prediction(bundle):
    """Base value and contributions, one for each feature, are the rating."""
    for answer in bundle.predict(FILMS):
        assert set(answer.contributions) == set(answer.features)
        assert answer.base_value + sum(answer.contributions.values()) == pytest.approx(
            answer.predicted_rating, abs=1e-3
        )


def test_contributions_have_the_signs_of_the_effects(bundle):
    """Comedies are rated lower by this estimator, long films higher."""
    drama, comedy, _ = bundle.predict(FILMS)

    assert comedy.contributions["main_genre"] < drama.contributions["main_genre"]
    assert comedy.contributions["runtime"] > 0.1


def test_the_contributions_of_a_clipped_rating_are_those_of_the_estimator(bundle):
    """They add up to the estimate before it was clipped to 0 to 10."""
    beyond = a_bundle(bias=11.0)

    answer = beyond.predict([a_movie()])[0]
    reached = answer.base_value + sum(answer.contributions.values())

    assert answer.predicted_rating == 10.0
    assert reached > 10.5
    [warning] = answer.warnings
    assert (warning.code, warning.field) == ("held_on_the_scale", None)
    assert f"estimate was {reached:.2f}" in warning.message


def test_a_mood_can_be_set(bundle):
    """The prediction is that of a film with this mood, and names it; other films of the batch keep theirs."""
    plain, set_, same = bundle.predict([a_movie()] * 3, what_if=[{}, {"overview_sentiment": 0.6}, {}])

    assert (set_.features["overview_sentiment"], set_.what_if) == (0.6, {"overview_sentiment": 0.6})
    assert set_.mood.label == "bright"
    assert set_.features | {"overview_sentiment": None} == plain.features | {"overview_sentiment": None}
    assert set_.predicted_rating > plain.predicted_rating
    assert plain == same == bundle.predict([a_movie()])[0]
    assert plain.what_if == {}


def test_columns_are_rated_like_films(with_interval):
    """Ratings, contributions and intervals."""
    answers = with_interval.predict(FILMS)
    columns = {name: [answer.features[name] for answer in answers] for name in answers[0].features}

    estimates = with_interval.rate(columns)
    bounds = with_interval.bounds(estimates)

    for row, answer in enumerate(answers):
        assert estimates.ratings[row] == answer.predicted_rating
        assert estimates.contributions[row].tolist() == list(answer.contributions.values())
        assert bounds[row].tolist() == [answer.interval.low, answer.interval.high]
        assert estimates.base_value == answer.base_value


def test_the_interval_is_around_the_prediction(bundle, with_interval):
    """In units of the error scale; a bundle without an interval gives none."""
    answers = with_interval.predict(FILMS)

    for answer in answers:
        usual = (answer.predicted_rating - answer.interval.low) / 1.2
        assert answer.interval.low < answer.predicted_rating < answer.interval.high
        assert answer.interval.high - answer.predicted_rating == pytest.approx(0.9 * usual)
        assert answer.interval.level == 0.8
    assert len({round(answer.interval.high - answer.interval.low, 4) for answer in answers}) == len(FILMS)
    assert bundle.predict(FILMS)[0].interval is None


def test_an_interval_stays_on_the_scale_and_has_a_least_width():
    """Bounds lie within 0 to 10; an error scale is at least the floor."""
    tiny, wide = (Interval(low=-1.0, high=1.0, floor=floor) for floor in (0.2, 50.0))
    ratings, below_the_floor = np.array([3.0, 9.9]), np.array([-50.0, 0.1])

    assert tiny.around(ratings, below_the_floor) == pytest.approx(np.array([[2.8, 3.2], [9.7, 10.0]]))
    assert wide.around(ratings, below_the_floor).tolist() == [[0.0, 10.0], [0.0, 10.0]]
