"""The chain of champions: what best_model of each day names."""

import pytest

from movie_assets.storage.folders import write_folder
from movie_assets.storage.keys import CHOICE
from movie_assets.training.champions import Champion, champion_before, newest_champion
from tests.support.memory_bucket import MemoryBucket
from tests.support.records import a_choice


@pytest.fixture
def bucket():
    """Three days that name a champion, written in another order than theirs, and one that names none."""
    bucket = MemoryBucket()
    for day, named in (("2026-01-03", "b"), ("2026-01-01", None), ("2026-01-02", "a"), ("2026-01-05", "c")):
        name(bucket, day, named)
    return bucket


def name(bucket, day, champion, *, source="synthetic"):
    """best_model of a day that names this champion."""
    write_folder(bucket, f"{source}/best_model/{day}", {CHOICE: a_choice(champion=champion).to_json()})


def test_the_newest_day_names_the_champion(bucket):
    """By day and not by arrival."""
    assert newest_champion(bucket, "synthetic") == Champion(bundle_id="c", named_by="2026-01-05")


@pytest.mark.parametrize(
    ("day", "champion"),
    [
        ("2026-01-06", Champion(bundle_id="c", named_by="2026-01-05")),
        ("2026-01-05", Champion(bundle_id="b", named_by="2026-01-03")),
        ("2026-01-04", Champion(bundle_id="b", named_by="2026-01-03")),
        ("2026-01-02", None),
        ("2026-01-01", None),
    ],
)
def test_a_day_meets_the_champion_of_the_day_before_it(bucket, day, champion):
    """Later days do not matter, nor does what the day itself named when it was run before."""
    assert champion_before(bucket, "synthetic", day) == champion


def test_a_day_that_names_none_hides_no_earlier_champion(bucket):
    """With too few films there is nothing to name."""
    name(bucket, "2026-01-09", None)

    assert newest_champion(bucket, "synthetic").bundle_id == "c"


def test_a_bundle_that_was_rolled_back_is_passed_over(bucket):
    """The newest day that names another counts; without one it is an error."""
    assert newest_champion(bucket, "synthetic", without={"c", "b"}) == Champion(bundle_id="a", named_by="2026-01-02")
    with pytest.raises(LookupError, match="No champion"):
        newest_champion(bucket, "synthetic", without={"a", "b", "c"})


def test_sources_do_not_mix(bucket):
    """Each source has a chain of its own."""
    name(bucket, "2026-02-01", "d", source="dump")

    assert newest_champion(bucket, "synthetic").bundle_id == "c"
    assert newest_champion(bucket, "dump").bundle_id == "d"


def test_without_a_champion_it_is_said_what_to_do():
    """With the source and where it was looked for."""
    with pytest.raises(LookupError, match=r"No champion for source tmdb in memory: materialize best_model .*BUCKET"):
        newest_champion(MemoryBucket(), "tmdb")
