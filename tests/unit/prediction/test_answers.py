"""What a bundle answers: ratings, warnings, reasons and intervals."""

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


def test_films_are_answered_in_order_and_each_as_if_alone(bundle):
    """A film's rating does not depend on the films asked together with it."""
    films = [a_movie(runtime=80), a_movie(runtime=150), a_movie(overview=None)]

    together = bundle.predict(films)

    assert together == [bundle.predict([film])[0] for film in films]
    assert together[0].predicted_rating < together[1].predicted_rating


def test_no_film_is_no_answer(bundle):
    """Nobody asked, nothing answered."""
    assert bundle.predict([]) == []


@pytest.mark.parametrize(
    ("said", "code", "field", "message"),
    [
        ({"genres": ["Slow Television"]}, "unknown_main_genre", "genres", "'Slow Television'"),
        ({"genres": []}, "unknown_main_genre", "genres", "treated as unknown"),
        ({"original_language": "qq"}, "unknown_original_language", "original_language", "'qq'"),
        ({"overview": None}, "no_overview", "overview", "Without a synopsis"),
        ({"overview": "  "}, "no_overview", "overview", "Without a synopsis"),
        ({"overview": KOREAN}, "overview_not_english", "overview", "not in English"),
    ],
)
def test_what_makes_a_prediction_worth_less_is_said(bundle, said, code, field, message):
    """A warning, not an error: with the field it is about."""
    [warning] = bundle.predict([a_movie(**said)])[0].warnings

    assert (warning.code, warning.field) == (code, field)
    assert message in warning.message


def test_a_film_like_those_learnt_from_warns_of_nothing(bundle):
    """Known genre and language, an English synopsis: a mood and no warning."""
    answer = bundle.predict([a_movie()])[0]

    assert answer.warnings == []
    assert answer.mood is not None
    assert answer.mood.label == "dark"
    assert answer.features["main_genre"] == "Drama"


def test_without_a_readable_synopsis_there_is_no_mood(bundle):
    """Not neutral: unknown."""
    assert bundle.predict([a_movie(overview=KOREAN)])[0].mood is None


def test_the_reasons_add_up_to_the_prediction(bundle):
    """Base value and contributions, one for each feature, are the rating."""
    for answer in bundle.predict(FILMS):
        assert set(answer.contributions) == set(answer.features)
        assert answer.base_value + sum(answer.contributions.values()) == pytest.approx(
            answer.predicted_rating, abs=1e-3
        )


def test_the_reasons_say_what_speaks_for_a_film_and_what_against(bundle):
    """Comedies are rated lower by this estimator, long films higher."""
    drama, comedy, _ = bundle.predict(FILMS)

    assert comedy.contributions["main_genre"] < drama.contributions["main_genre"]
    assert comedy.contributions["runtime"] > 0.1


def test_the_reasons_of_a_rating_at_the_end_of_the_scale_are_those_of_the_estimator(bundle):
    """They add up to what it said before the rating was held within 0 to 10."""
    beyond = a_bundle(bias=11.0)

    answer = beyond.predict([a_movie()])[0]
    reached = answer.base_value + sum(answer.contributions.values())

    assert answer.predicted_rating == 10.0
    assert reached > 10.5
    [warning] = answer.warnings
    assert (warning.code, warning.field) == ("held_on_the_scale", None)
    assert f"said {reached:.2f}" in warning.message


def test_a_mood_may_be_set_to_see_what_it_would_change(bundle):
    """The answer is that of a film with this mood, and says that it was set; others of the batch keep theirs."""
    plain, set_, same = bundle.predict([a_movie()] * 3, what_if=[{}, {"overview_sentiment": 0.6}, {}])

    assert (set_.features["overview_sentiment"], set_.what_if) == (0.6, {"overview_sentiment": 0.6})
    assert set_.mood.label == "bright"
    assert set_.features | {"overview_sentiment": None} == plain.features | {"overview_sentiment": None}
    assert set_.predicted_rating > plain.predicted_rating
    assert plain == same == bundle.predict([a_movie()])[0]
    assert plain.what_if == {}


def test_films_and_their_columns_are_one(with_interval):
    """Measuring on columns goes the way of the service: ratings, reasons and intervals."""
    answers = with_interval.predict(FILMS)
    columns = {name: [answer.features[name] for answer in answers] for name in answers[0].features}

    estimates = with_interval.rate(columns)
    bounds = with_interval.bounds(estimates)

    for row, answer in enumerate(answers):
        assert estimates.ratings[row] == answer.predicted_rating
        assert estimates.contributions[row].tolist() == list(answer.contributions.values())
        assert bounds[row].tolist() == [answer.interval.low, answer.interval.high]
        assert estimates.base_value == answer.base_value


def test_without_an_interval_none_is_made_up(bundle):
    """Where the training films were too few, the answer says nothing rather than something."""
    assert bundle.predict([a_movie()])[0].interval is None


def test_the_interval_is_around_the_prediction(with_interval):
    """So many usual errors of such a film below and above it."""
    answers = with_interval.predict(FILMS)

    for answer in answers:
        usual = (answer.predicted_rating - answer.interval.low) / 1.2
        assert answer.interval.low < answer.predicted_rating < answer.interval.high
        assert answer.interval.high - answer.predicted_rating == pytest.approx(0.9 * usual)
        assert answer.interval.level == 0.8
    assert len({round(answer.interval.high - answer.interval.low, 4) for answer in answers}) == len(FILMS)


def test_an_interval_stays_on_the_scale_and_is_never_nothing():
    """Bounds lie within 0 to 10; a usual error is at least the floor."""
    tiny, wide = (Interval(low=-1.0, high=1.0, floor=floor) for floor in (0.2, 50.0))
    ratings, below_the_floor = np.array([3.0, 9.9]), np.array([-50.0, 0.1])

    assert tiny.around(ratings, below_the_floor) == pytest.approx(np.array([[2.8, 3.2], [9.7, 10.0]]))
    assert wide.around(ratings, below_the_floor).tolist() == [[0.0, 10.0], [0.0, 10.0]]
