"""The daily partition, and the days of a search."""

from datetime import UTC, date, datetime

import pytest

from movie_assets.defs.partitions import daily, latest_search_day

START = date(2026, 1, 1)


@pytest.mark.parametrize(
    ("day", "search_day"),
    [
        ("2026-01-01", "2026-01-01"),
        ("2026-01-02", "2026-01-01"),
        ("2026-01-07", "2026-01-01"),
        ("2026-01-08", "2026-01-08"),
        ("2026-01-14", "2026-01-08"),
        ("2026-03-01", "2026-02-26"),
        ("2027-01-01", "2026-12-31"),
    ],
)
def test_settings_are_searched_on_the_first_day_and_weekly(day, search_day):
    """A pure function of the day: the newest search day at or before it."""
    assert latest_search_day(day, start=START) == search_day


def test_a_day_is_there_once_it_is_over():
    """From the first day to yesterday, UTC; today is not over yet."""
    at_noon = datetime(2026, 1, 4, 12, tzinfo=UTC)

    assert daily(START).get_partition_keys(current_time=at_noon) == ["2026-01-01", "2026-01-02", "2026-01-03"]


def test_a_calendar_may_end():
    """Its last day is a day, and nothing comes after it however late it is."""
    years_later = datetime(2030, 1, 1, tzinfo=UTC)

    assert daily(START, date(2026, 1, 2)).get_partition_keys(current_time=years_later) == ["2026-01-01", "2026-01-02"]
