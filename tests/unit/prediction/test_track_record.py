"""The track record of a name."""

from datetime import date, timedelta

import pytest

from movie_assets.prediction.track_record import TrackRecord

FIRST, SECOND = date(2010, 6, 15), date(2015, 6, 15)
ONE_DAY = timedelta(days=1)
RECORD = TrackRecord(
    half_at=2.0,
    names=("Ada", "Bo", "Cy"),
    starts=(0, 2, 3, 3),  # Cy has no film
    days=(FIRST.toordinal(), SECOND.toordinal(), FIRST.toordinal()),
    sums=(1.0, 4.0, -3.0),
    weights=(1.0, 2.0, 6.0),
)


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (FIRST - ONE_DAY, (0.0, 0.0)),
        (FIRST, (0.0, 0.0)),
        (FIRST + ONE_DAY, (1 / 3, 1 / 3)),
        (SECOND, (1 / 3, 1 / 3)),
        (SECOND + ONE_DAY, (4 / 4, 2 / 4)),
        (date.max, (4 / 4, 2 / 4)),
        (None, (4 / 4, 2 / 4)),
    ],
)
def test_only_films_released_strictly_before_count(day, expected):
    """Not those of the same day; from the day after on. Without a date all of them do."""
    assert RECORD.of(["Ada"], day) == pytest.approx(expected)


def test_the_names_of_a_film_are_taken_together():
    """Sums and weights of all of them, shrunk once; who has no film adds nothing."""
    assert RECORD.of(["Ada", "Bo", "Cy", "Nobody"], None) == pytest.approx(((4 - 3) / (2 + 6 + 2), 8 / 10))


@pytest.mark.parametrize("names", [[], ["Nobody"], ["Cy"], ["ada"]])
def test_names_without_history_say_nothing(names):
    """0 on no evidence, with and without a date."""
    assert RECORD.of(names, FIRST + ONE_DAY) == (0.0, 0.0)
    assert RECORD.of(names, None) == (0.0, 0.0)


def test_a_days_of_another_name_are_not_a_names_own():
    """Bo's one film is Bo's, although Ada has one of a later day before it in the table."""
    assert RECORD.of(["Bo"], FIRST + ONE_DAY) == pytest.approx((-3 / 8, 6 / 8))
    assert RECORD.of(["Bo"], FIRST) == (0.0, 0.0)


def test_little_evidence_counts_half_at_its_measure():
    """A mean of weight `half_at` is halved."""
    record = TrackRecord(half_at=3.0, names=("Ada",), starts=(0, 1), days=(1,), sums=(3.0,), weights=(3.0,))

    assert record.of(["Ada"], None) == (0.5, 0.5)
