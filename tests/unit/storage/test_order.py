"""How far each day has come, and which days have learnt from a window that is another now."""

import pytest

from movie_assets.storage.folders import hold_day, withdraw_folder, write_folder
from movie_assets.storage.formats import json_of
from movie_assets.storage.names import CHOICE, ENCODERS
from movie_assets.storage.order import day_states, out_of_order
from movie_assets.storage.windows import Windows
from tests.support.cleaned_days import a_cleaned_film, keep_day
from tests.support.memory_bucket import MemoryBucket

DAYS = ["2026-01-01", "2026-01-02", "2026-01-04"]


def train(bucket, day, *, assets=("encoders", "best_model")):
    """Keep these assets of the day as made from the window of now."""
    digest = Windows(bucket, "synthetic").digests([day])[day]
    for asset, name in {"encoders": ENCODERS, "best_model": CHOICE}.items():
        if asset in assets:
            write_folder(bucket, f"synthetic/{asset}/{day}", {name: json_of({"window": digest})})


@pytest.fixture
def bucket():
    """Three days, made one after the other; the third of January is a gap."""
    bucket = MemoryBucket()
    for number, day in enumerate(DAYS):
        keep_day(bucket, day, a_cleaned_film(id=number))
        train(bucket, day)
    return bucket


def test_days_made_one_after_the_other_are_in_order(bucket):
    """Each has learnt from what is there now, whatever other sources hold."""
    keep_day(bucket, "2026-01-01", a_cleaned_film(id=9), source="dump")

    assert out_of_order(bucket, "synthetic") == []


def test_a_filled_gap_leaves_the_later_days_out_of_order(bucket):
    """And no earlier one; a withdrawn day does the same."""
    keep_day(bucket, "2026-01-03", a_cleaned_film(id=7))

    assert out_of_order(bucket, "synthetic") == ["2026-01-04"]

    withdraw_folder(bucket, "synthetic/cleaned_movies/2026-01-02")

    assert out_of_order(bucket, "synthetic") == ["2026-01-02", "2026-01-04"]


def test_a_day_is_in_order_only_when_its_champion_is(bucket):
    """Mending that was stopped after the encoders has not mended the day."""
    keep_day(bucket, "2026-01-03", a_cleaned_film(id=7))
    train(bucket, "2026-01-04", assets=["encoders"])
    half = out_of_order(bucket, "synthetic")
    train(bucket, "2026-01-04", assets=["best_model"])

    assert half == ["2026-01-04"]
    assert out_of_order(bucket, "synthetic") == []


def test_a_champion_that_does_not_name_its_window_is_out_of_order(bucket):
    """Nobody can vouch for it."""
    write_folder(bucket, "synthetic/best_model/2026-01-01", {CHOICE: json_of({"champion": None})})

    assert out_of_order(bucket, "synthetic") == ["2026-01-01"]


def test_the_state_of_a_day_is_what_the_bucket_holds(bucket):
    """What is there, and why a day is in no window."""
    write_folder(bucket, "synthetic/rejected/cleaned_movies/2026-01-05", {"reasons.json": json_of(["too few"])})
    write_folder(bucket, "synthetic/raw_tmdb/2026-01-05", {"films.parquet": b""})
    write_folder(bucket, "synthetic/rejected/cleaned_movies/2026-01-01", {"reasons.json": json_of(["long ago"])})
    hold_day(bucket, "synthetic/cleaned_movies/2026-01-04", ["ids_are_unique"])

    states = {state.day: state for state in day_states(bucket, "synthetic")}

    assert list(states) == [*DAYS, "2026-01-05"]
    assert states["2026-01-01"].there == ("cleaned_movies", "encoders", "best_model")
    assert states["2026-01-05"].there == ("raw_tmdb",)
    assert [day for day, state in states.items() if state.rejected] == ["2026-01-05"]
    assert [day for day, state in states.items() if state.held] == ["2026-01-04"]
    assert [day for day, state in states.items() if state.out_of_order] == ["2026-01-04"]


def test_an_empty_bucket_has_no_days():
    """Before anything was made."""
    assert day_states(MemoryBucket(), "synthetic") == []
