"""The days of served predictions, as their sensor reports them to Dagster."""

from datetime import UTC, date, datetime, timedelta

import dagster as dg
import pytest

from movie_assets.defs.assets.served_predictions import LOOK_BACK_DAYS, served_predictions
from movie_assets.storage.served_predictions import ServedPredictions
from tests.support.dagster_runs import Ticks
from tests.support.memory_store import memory_store
from tests.support.served_lines import a_line

NOW = datetime.now(UTC)  # the sensor looks at the days up to this one


@pytest.fixture
def store():
    return memory_store()


@pytest.fixture
def served(store):
    return ServedPredictions(store.bucket(), "synthetic")


@pytest.fixture
def tick(store):
    """Evaluates the sensor: the metadata of each day it reports."""
    with dg.DagsterInstance.ephemeral() as instance:
        ticks = Ticks("served_predictions_sensor", instance, store=store)
        yield lambda: {
            event.partition: {name: entry.value for name, entry in event.metadata.items()}
            for event in ticks().asset_events
        }


def day(at):
    return f"{at:%Y-%m-%d}"


def test_nothing_shipped_is_nothing_told(served, tick):
    """A minute without predictions leaves no trace."""
    assert tick() == {}


def test_a_day_is_told_with_its_counts_and_a_preview(served, tick):
    """By Bento and role, since these are what one compares."""
    served.keep([a_line(NOW), a_line(NOW), a_line(NOW, role="canary", predicted_rating=5.4, warnings=[])])

    metadata = tick()[day(NOW)]

    assert (metadata["files"], metadata["predictions"], metadata["with_warnings"]) == (1, 3, 2)
    assert metadata["mean_predicted_rating"] == pytest.approx(18.2 / 3)
    assert "| movie_rating:one | in service | 2 | 6.4 |" in metadata["by_bento_tag"]
    assert "| movie_rating:one | canary | 1 | 5.4 |" in metadata["by_bento_tag"]
    assert metadata["preview"].count("movie_rating:one") == 3


def test_a_day_that_grew_is_told_again_and_no_other(served, tick):
    """The newest event of a partition is about all of it."""
    yesterday = NOW - timedelta(days=1)
    served.keep([a_line(yesterday)])
    served.keep([a_line(NOW)])
    assert sorted(tick()) == sorted([day(yesterday), day(NOW)])
    assert tick() == {}

    served.keep([a_line(NOW, request="r2")])

    assert {one: metadata["predictions"] for one, metadata in tick().items()} == {day(NOW): 2}


def test_days_long_past_are_not_looked_at(served, tick):
    """A tick stays cheap after years."""
    served.keep([a_line(NOW - timedelta(days=LOOK_BACK_DAYS))])

    assert tick() == {}


def test_today_is_a_partition():
    """It grows while people ask."""
    assert day(NOW) in served_predictions(date(2026, 1, 1)).partitions_def.get_partition_keys()
