"""What the films of a day leave in the metadata, which is never deleted."""

from datetime import date

import dagster as dg
import pytest

from movie_assets.definitions import build_definitions
from movie_assets.defs.assets.catalogue import NO_PREVIEW, catalogue_assets
from movie_assets.defs.io_managers import DayFolders
from movie_assets.defs.partitions import daily
from movie_assets.defs.resources import ObjectStore
from movie_assets.settings import Settings
from movie_assets.storage.folders import find_folder, read_file
from movie_assets.storage.formats import frame_of, json_from
from tests.support.memory_bucket import MemoryBucket

START = date(2026, 1, 1)
DAY = START.isoformat()
ASSETS = [dg.AssetKey("raw_tmdb"), dg.AssetKey("cleaned_movies")]


@pytest.fixture
def bucket():
    return MemoryBucket()


def materialized(bucket, **said):
    """The metadata of both assets of a day of made-up films, under these settings."""

    class MemoryStore(ObjectStore):
        def bucket(self):
            return bucket

    store = MemoryStore(
        source="synthetic", bucket_name="movies", endpoint_url=None, access_key="", secret_key="", region=""
    )
    settings = Settings(films_per_day=20, history_films=0, **said)
    catalogue = build_definitions(settings).resources["catalogue"]
    ended = dg.materialize(
        catalogue_assets(daily(START), start=START, min_votes=6, min_films=0, keeps_records=settings.keep_days is None),
        partition_key=DAY,
        resources={"catalogue": catalogue, "store": store, "days": DayFolders(store=store)},
    )
    return {event.asset_key: event.materialization.metadata for event in materializations(ended)}


def materializations(ended):
    """The events of a run that tell what was kept."""
    return [one for one in ended.all_events if one.event_type == dg.DagsterEventType.ASSET_MATERIALIZATION]


def test_a_person_sees_the_first_films(bucket):
    """Of each asset, in its metadata."""
    metadata = materialized(bucket)

    assert all(metadata[asset]["preview"].value.startswith("| ") for asset in ASSETS)


def test_no_record_that_expires_is_in_the_metadata(bucket):
    """What a sweep cannot delete is not written in the first place: no film is named."""
    metadata = materialized(bucket, retention_days=30)

    films = frame_of(read_file(bucket, find_folder(bucket, f"synthetic/raw_tmdb/{DAY}"), "films.parquet"))
    shown = " ".join(str(entry.value) for asset in ASSETS for entry in metadata[asset].values())
    titles = [json_from(record.encode())["title"] for record in films["record"].dropna()]
    assert {metadata[asset]["preview"].value for asset in ASSETS} == {NO_PREVIEW}
    assert [title for title in titles if title and title in shown] == []
