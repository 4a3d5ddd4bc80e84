"""Running times with their units."""

from datetime import time, timedelta

import pytest

from tests.support.film_columns import Refused, read_column


@pytest.mark.parametrize(
    "cell",
    [
        "94",
        "94.0",
        "94,0",
        "94 min",
        "94min",
        "94 mins.",
        "94 minutes",
        "94 Minuten",
        "94분",
        "94'",
        "1h 34m",
        "1h34",
        "1 h 34 min",
        "1hr 34min",
        "1 hour and 34 minutes",
        "1시간 34분",
        "1시간34분",
        "1:34:00",
        "01:34:00",
        "0 days 01:34:00",
        "PT1H34M",
        "PT94M",
        "PT5640S",
        "5640 s",
        "９４ min",
        "94\u00a0min",
        94,
        94.0,
        time(1, 34),
        timedelta(minutes=94),
    ],
)
def test_a_running_time_is_read_in_minutes(cell):
    """Each of them is 94 minutes."""
    assert read_column("runtime", [cell]) == [94]


@pytest.mark.parametrize(("cell", "minutes"), [("2h", 120), ("1.5h", 90), ("0", 0), ("94.5 min", 94.5), ("", None)])
def test_hours_alone_and_parts_of_minutes(cell, minutes):
    """0 is a value, nothing is none."""
    assert read_column("runtime", [cell]) == [minutes]


@pytest.mark.parametrize(
    "cell",
    [
        "1:34",
        "1h 75m",
        "90-100",
        "94 min (cut)",
        "h",
        "min",
        "-94",
        "94 m 5",
        "1,200 min",
        "94 parsecs",
        "PT",
        "P",
        "1h 1h",
        True,
        "9" * 500_000,
        "1h" * 100_000,
        [94],
    ],
)
def test_anything_else_is_refused_with_the_cell(cell):
    """`1:34` can be hours and minutes or minutes and seconds."""
    [found] = read_column("runtime", [cell])

    assert isinstance(found, Refused)
    assert found.startswith("runtime is ")
    assert len(found) < 300
