"""Predictions of two services, compared as the log grows."""

import math

import pytest

from movie_assets.serving_host.answer_shift import Comparison, Shift, Tally
from movie_assets.serving_host.prediction_log_shipping import PredictionFiles
from tests.support.served_lines import a_line

OLD, NEW = "movie_rating:old", "movie_rating:new"


@pytest.fixture
def files(tmp_path):
    return PredictionFiles(tmp_path)


def log(files, *lines, name="1.jsonl"):
    with (files.folder / name).open("ab") as file:
        file.write(b"".join(lines))


def old(rating, request="r1"):
    return a_line(bento_tag=OLD, role="in service", predicted_rating=rating, request=request)


def new(rating, request="r1", role="canary"):
    return a_line(bento_tag=NEW, role=role, predicted_rating=rating, request=request)


def test_a_tally_has_the_mean_and_its_variance():
    """By the textbook formula."""
    tally = Tally()
    for value in (1.0, 2.0, 3.0, 6.0):
        tally.add(value)

    assert (tally.count, tally.mean) == (4, pytest.approx(3.0))
    assert tally.variance_of_mean == pytest.approx((4 + 1 + 0 + 9) / 3 / 4)


def test_a_canary_is_compared_by_means(files):
    """The two get different requests; the error is that of both means."""
    comparison = Comparison(files, OLD, NEW, "canary")
    log(files, old(6.0), old(7.0), new(5.0), new(5.0))

    shift = comparison.update()

    assert shift == Shift(points=-1.5, error=pytest.approx(0.5), old=2, new=2, is_paired=False)


def test_a_shadow_is_compared_on_the_same_requests(files):
    """Other requests of the old one do not count, and the order of lines does not matter."""
    comparison = Comparison(files, OLD, NEW, "shadow")
    log(files, new(5.0, "early", role="shadow"), old(9.0, "unseen"), old(6.0, "r1"), new(6.2, "r1", role="shadow"))
    assert comparison.update().points == pytest.approx(0.2)

    log(files, old(5.4, "early"))

    shift = comparison.update()
    assert (shift.new, shift.is_paired) == (2, True)
    assert shift.points == pytest.approx((0.2 - 0.4) / 2)
    assert shift.error == pytest.approx(math.sqrt((0.3**2 + 0.3**2) / 1 / 2))


def test_only_later_lines_count(files):
    """In existing files and in new ones."""
    log(files, old(1.0), new(1.0))
    comparison = Comparison(files, OLD, NEW, "canary")
    log(files, old(6.0))
    log(files, new(7.0), name="2.jsonl")

    assert comparison.update().points == pytest.approx(1.0)


def test_other_roles_and_other_bentos_do_not_count(files):
    """Such as the agent's own requests to a standby."""
    comparison = Comparison(files, OLD, NEW, "canary")
    log(files, old(6.0), new(6.0), new(1.0, role="standby"), a_line(bento_tag="movie_rating:other"))

    shift = comparison.update()

    assert (shift.old, shift.new, shift.points) == (1, 1, 0.0)


def test_an_incomplete_line_is_read_once_it_is_complete(files):
    """A file may be read while it is written."""
    comparison = Comparison(files, OLD, NEW, "canary")
    line = new(6.0)
    log(files, old(5.0), line[:30])
    assert comparison.update().new == 0

    log(files, line[30:])

    assert comparison.update().new == 1


def test_a_file_may_be_shipped_meanwhile(files):
    """Its lines have been counted."""
    comparison = Comparison(files, OLD, NEW, "canary")
    log(files, old(6.0), new(6.0))
    comparison.update()
    (files.folder / "1.jsonl").unlink()

    assert comparison.update().new == 1


@pytest.mark.parametrize(
    ("points", "error", "is_beyond"), [(0.4, 0.0, True), (-0.4, 0.0, True), (0.4, 0.06, False), (0.2, 0.0, False)]
)
def test_a_shift_is_beyond_a_limit_by_more_than_chance(points, error, is_beyond):
    """By two standard errors, in both directions."""
    assert Shift(points=points, error=error, old=10, new=10, is_paired=False).is_beyond(0.3) is is_beyond
