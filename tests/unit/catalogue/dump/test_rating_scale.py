"""The scale of a dump's ratings: taken for 0 to 10 where all of them look like it, else said by a setting."""

import pytest

from film_files.forms import Forms
from movie_assets.catalogue.dump.rating_scale import RatingScale, scale_of


@pytest.mark.parametrize(
    ("ratings", "highest", "scale"),
    [
        pytest.param({"6.1": 2, "7,4": 1}, None, RatingScale(10), id="usual ones"),
        pytest.param({"3.1": 2}, None, RatingScale(10), id="two poor films show no scale"),
        pytest.param({"0": 900, "": 9, "high": 9, "3": 2}, None, RatingScale(10), id="unrated films show none"),
        pytest.param({"6.1": 990, "61": 10}, None, RatingScale(10), id="a few slips"),
        pytest.param({"3.1": 3}, 10, RatingScale(10), id="poor films on a scale that was set"),
        pytest.param({"37": 5, "74": 5}, 100, RatingScale(100), id="a scale of 100 that was set"),
    ],
)
def test_ratings_fit_their_scale(ratings, highest, scale):
    """A file of a few films is not refused for being small."""
    assert scale_of(ratings, Forms(), highest) == scale


@pytest.mark.parametrize(
    ("ratings", "highest", "problem"),
    [
        ({"74": 2, "8": 1}, None, "2 of 3 rated films are above 10, up to 74: set MOVIE_DUMP_RATING_MAX"),
        ({"3.7": 2, "4.9": 1}, None, "none of 3 rated films is above 5: set MOVIE_DUMP_RATING_MAX"),
        ({"0.74": 3}, None, "none of 3 rated films is above 5"),
        ({"7.4": 3}, 100, "none of 3 rated films is above 10: set MOVIE_DUMP_RATING_MAX"),
        ({"7.4": 3}, 5, "3 of 3 rated films are above 5, up to 7.4"),
    ],
)
def test_a_scale_is_never_guessed(ratings, highest, problem):
    """The sentence has the count, a value and the setting."""
    assert problem in scale_of(ratings, Forms(), highest).problem


def test_each_rating_of_a_file_on_another_scale_says_so():
    """A film without a rating says nothing of the scale."""
    scale = RatingScale(problem="3 of 3 rated films are above 10")

    with pytest.raises(ValueError, match="vote_average is 74, and 3 of 3 rated films"):
        scale.of_ten(74)
    assert scale.of_ten(0) == 0
