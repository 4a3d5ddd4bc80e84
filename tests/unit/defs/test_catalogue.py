"""The metadata of raw_tmdb and cleaned_movies, which is never deleted."""

from datetime import date

import dagster as dg
import pytest

from movie_assets.catalogue.cleaning_version import CLEANING_VERSION, cleaning_version_of
from movie_assets.catalogue.synthetic.source import SyntheticCatalogue
from movie_assets.defs.assets.catalogue import NO_PREVIEW, catalogue_assets
from movie_assets.defs.io_managers import DayFolders
from movie_assets.defs.partitions import daily
from movie_assets.settings import Settings
from movie_assets.storage.folders import days_of, find_folder, read_file
from movie_assets.storage.formats import frame_of, json_from, json_of
from tests.support.builders import a_raw_film
from tests.support.cleaning import GivenFilms
from tests.support.dumps import a_row, write_dump
from tests.support.memory_bucket import MemoryBucket
from tests.support.memory_store import memory_store

START = date(2026, 1, 1)
DAY = START.isoformat()
ASSETS = [dg.AssetKey("raw_tmdb"), dg.AssetKey("cleaned_movies")]


@pytest.fixture
def bucket():
    return MemoryBucket()


class MadeUpFilms:
    """Stands for the resource of the catalogue."""

    def __init__(self, **options):
        self.options = {"films_per_day": 20, "history_films": 0} | options

    def movies(self):
        return SyntheticCatalogue(seed=7, start=START, **self.options)

    def clear_checkpoint(self, day):
        """Made-up films are made at once."""


class TheseFilms:
    """Stands for the resource of the catalogue with this source."""

    def __init__(self, source):
        self.movies = lambda: source

    def clear_checkpoint(self, day):
        """Nothing is fetched in steps."""


def run(bucket, films, *, day=DAY, keeps_records=True, min_films=0):
    """Both assets of a day of these films, whether it succeeds or not."""
    store = memory_store(bucket)
    return dg.materialize(
        catalogue_assets(daily(START), Settings(min_films=min_films, retention_days=None if keeps_records else 180)),
        partition_key=day,
        resources={"catalogue": films, "store": store, "days": DayFolders(store=store)},
        raise_on_error=False,
    )


def materialized(bucket, *, keeps_records=True):
    """The metadata of both assets of a day of made-up films."""
    ended = run(bucket, MadeUpFilms(), keeps_records=keeps_records)
    return {event.asset_key: event.materialization.metadata for event in materializations(ended)}


def materializations(ended):
    """The materialization events of a run."""
    return [one for one in ended.all_events if one.event_type == dg.DagsterEventType.ASSET_MATERIALIZATION]


def reason_of(ended):
    """Why cleaned_movies failed, to its last sentence."""
    [failure] = [one.event_specific_data.error for one in ended.all_events if one.is_step_failure]
    while failure.cause:
        failure = failure.cause
    return failure.message.strip()


def test_a_person_sees_the_first_films(bucket):
    """Of each asset, in its metadata."""
    metadata = materialized(bucket)

    assert all(metadata[asset]["preview"].value.startswith("| ") for asset in ASSETS)


def test_no_record_that_expires_is_in_the_metadata(bucket):
    """What a sweep cannot delete is not written in the first place: no film is named."""
    metadata = materialized(bucket, keeps_records=False)

    films = frame_of(read_file(bucket, find_folder(bucket, f"synthetic/raw_tmdb/{DAY}"), "films.parquet"))
    text = " ".join(str(entry.value) for asset in ASSETS for entry in metadata[asset].values())
    titles = [json_from(record.encode())["title"] for record in films["record"].dropna()]
    assert {metadata[asset]["preview"].value for asset in ASSETS} == {NO_PREVIEW}
    assert [title for title in titles if title and title in text] == []


def test_columns_are_shown_with_what_they_mean(bucket):
    """The columns of the declared schema, in the place where the UI looks for them."""
    metadata = materialized(bucket)

    raw, cleaned = (metadata[asset]["dagster/column_schema"].value for asset in ASSETS)
    columns = {column.name: column for column in cleaned.columns}
    assert [column.name for column in raw.columns] == ["film_id", "record", "chosen_by", "fetched_at", "problem"]
    assert columns["runtime"].type == "float64"
    assert columns["runtime"].description == "Running time in minutes."
    assert columns["runtime"].constraints.other == ["above 0, at most 1000"]
    assert not columns["rating"].constraints.nullable
    assert columns["title"].constraints.nullable


def test_dropped_records_are_where_the_metadata_says(bucket):
    """The address is the object's own, and leads to each dropped record with its reason."""
    metadata = materialized(bucket)[ASSETS[1]]

    key = metadata["dropped_records"].value.removeprefix("s3://movies/")
    dropped = frame_of(bucket.get(key))
    by_reason = {name.removeprefix("dropped/"): entry.value for name, entry in metadata.items() if "dropped/" in name}
    assert len(dropped) == metadata["records"].value - metadata["movies"].value > 0
    assert dropped["reason"].value_counts().to_dict() == {name: count for name, count in by_reason.items() if count}
    assert dropped["detail"].str.len().min() > 0


def test_a_cleaned_day_says_by_which_version_of_the_rules(bucket):
    """In its manifest and in its metadata; the raw day needs none."""
    metadata = materialized(bucket)

    raw, cleaned = (find_folder(bucket, f"synthetic/{asset}/{DAY}") for asset in ("raw_tmdb", "cleaned_movies"))
    assert (raw.labels, cleaned.labels) == ({}, {"cleaning_version": CLEANING_VERSION})
    assert metadata[ASSETS[1]]["cleaning_version"].value == CLEANING_VERSION
    assert cleaning_version_of(cleaned) == CLEANING_VERSION
    assert cleaning_version_of(raw) == 1


def test_an_outdated_day_that_current_rules_reject_leaves_the_windows(bucket):
    """Else no later day could be trained: it can neither be read nor be cleaned."""
    assert run(bucket, MadeUpFilms(films_per_day=5), day=DAY).success
    manifest = f"synthetic/cleaned_movies/{DAY}/manifest.json"
    bucket.put(manifest, json_of({**json_from(bucket.get(manifest)), "cleaning_version": 1}))

    assert not run(bucket, MadeUpFilms(films_per_day=5), day=DAY, min_films=500).success

    assert days_of(bucket, "synthetic/cleaned_movies") == []
    rejected = find_folder(bucket, f"synthetic/rejected/cleaned_movies/{DAY}")
    assert cleaning_version_of(rejected) == CLEANING_VERSION


@pytest.mark.parametrize(("min_films", "accepted"), [(5, True), (6, False)])
def test_a_day_needs_films_of_its_own(bucket, min_films, accepted):
    """What it fetches again of the history does not stand for a list that has hardly a film."""
    films = MadeUpFilms(films_per_day=5, history_films=300, history_again_days=10)

    ended = run(bucket, films, day="2026-01-02", min_films=min_films)

    assert ended.success is accepted
    assert bool(bucket.keys("synthetic/cleaned_movies/2026-01-02/")) is accepted


NUMBERS = range(1, 5)
UNREADABLE = [a_raw_film(id=number, runtime="long") for number in NUMBERS]


@pytest.mark.parametrize(("lost", "min_films"), [(UNREADABLE, 0), (UNREADABLE, 4), ([], 4)])
def test_a_day_that_lost_its_films_leaves_the_earlier_one(bucket, lost, min_films):
    """It goes under rejected/ and the run fails; what was good stays in every window, also if all films are lost."""
    day = "2026-01-02"
    assert run(bucket, TheseFilms(GivenFilms([a_raw_film(id=number) for number in NUMBERS])), day=day).success
    before = find_folder(bucket, f"synthetic/cleaned_movies/{day}").digest

    ended = run(bucket, TheseFilms(GivenFilms(lost)), day=day, min_films=min_films)

    assert not ended.success
    assert find_folder(bucket, f"synthetic/cleaned_movies/{day}").digest == before
    assert bucket.keys(f"synthetic/rejected/cleaned_movies/{day}/")
    assert "the version accepted before stays in the windows." in reason_of(ended)


def test_an_outdated_day_whose_films_are_lost_leaves_the_windows(bucket):
    """No window may have it, so it would block training for ever."""
    day = "2026-01-02"
    assert run(bucket, TheseFilms(GivenFilms([a_raw_film(id=number) for number in NUMBERS])), day=day).success
    manifest = f"synthetic/cleaned_movies/{day}/manifest.json"
    bucket.put(manifest, json_of({**json_from(bucket.get(manifest)), "cleaning_version": 1}))

    ended = run(bucket, TheseFilms(GivenFilms(UNREADABLE)), day=day)

    assert days_of(bucket, "synthetic/cleaned_movies") == []
    assert "the version accepted before left the windows." in reason_of(ended)


def test_a_day_rejected_at_first_has_no_earlier_version(bucket):
    """The sentence says nothing of one."""
    ended = run(bucket, TheseFilms(GivenFilms(UNREADABLE)), day="2026-01-02")

    assert reason_of(ended).endswith("The rejected day is under synthetic/rejected/cleaned_movies/2026-01-02.")


def test_the_form_of_a_dump_is_in_the_metadata(bucket, tmp_path):
    """How it is written, and the films that no day has."""
    source = write_dump(tmp_path, [a_row(1), a_row(2, release_date="2031-05-17")])

    ended = run(bucket, TheseFilms(source), day="2026-01-02")

    [metadata] = [one.materialization.metadata for one in materializations(ended) if one.asset_key == ASSETS[0]]
    assert metadata["form/encoding"].value == "utf-8"
    assert metadata["form/delimiter"].value == "comma"
    assert metadata["form/rating scale"].value == "0 to 10"
