"""What has expired is gone from a real S3 server, every version and marker of it."""

import uuid
from datetime import UTC, datetime, timedelta

import dagster as dg
from click.testing import CliRunner

from movie_assets.cli import commands
from movie_assets.definitions import build_definitions
from movie_assets.settings import Settings
from movie_assets.storage.folders import days_of, find_folder, read_file, withdraw_folder, write_folder
from movie_assets.storage.formats import frame_of
from movie_assets.storage.keys import FILMS
from movie_assets.storage.served_predictions import ServedPredictions
from movie_assets.training.window import Windows
from tests.support.builders import a_raw_film
from tests.support.cleaning import raw_day
from tests.support.platform import bucket_at, failures
from tests.support.served_lines import a_line

OLD, YOUNG = "2024-05-01", "2024-05-02"


def keep(bucket, folder, *fetched):
    """Write a day once for each time it was fetched."""
    for fetched_at in fetched:
        films = raw_day([a_raw_film(fetched_at=fetched_at)])
        write_folder(bucket, folder, {"films.parquet": films, "counts.json": b"{}"})


def test_the_command_lists_what_it_deletes_and_proves_it(s3):
    """One source's records of years ago, fetched twice and withdrawn; the young ones and the other source stay."""
    name = f"b{uuid.uuid4().hex[:12]}"
    bucket = bucket_at(s3, name)
    bucket.create()
    now = datetime.now(UTC)
    ages_ago = datetime(2024, 5, 1, tzinfo=UTC)
    keep(bucket, f"tmdb/cleaned_movies/{OLD}", ages_ago, ages_ago.replace(hour=6))
    withdraw_folder(bucket, f"tmdb/cleaned_movies/{OLD}")
    keep(bucket, f"tmdb/cleaned_movies/{YOUNG}", ages_ago, now)
    keep(bucket, f"synthetic/cleaned_movies/{OLD}", ages_ago)
    ServedPredictions(bucket, "tmdb").keep([a_line(), a_line(now)])
    environment = {**s3.environment(name), "MOVIE_SOURCE": "tmdb", "MOVIE_SERVED_RETENTION_DAYS": "2"}

    asked = CliRunner().invoke(commands, ["expire", "--dry-run"], env=environment)
    kept = bucket.versions("")
    ended = CliRunner().invoke(commands, ["expire"], env=environment)

    assert ended.exit_code == 0, ended.output
    said = [line for line in ended.output.splitlines() if not line.startswith("Nothing")]
    assert asked.output.replace("would be deleted", "deleted").splitlines() == said
    # of the withdrawn day two films, two manifests, two counts and a marker; of the other one film and one manifest
    assert "9 object versions would be deleted." in asked.output
    assert "1 object versions would be deleted." in asked.output
    assert len(kept) - len(bucket.versions("")) == 10
    assert "Nothing that was fetched before" in ended.output
    assert "Nothing that was served before" in ended.output
    assert [key.split("/")[2] for key in bucket.keys("tmdb/served_predictions/")] == [f"{now:%Y-%m-%d}"]
    assert bucket.versions(f"tmdb/cleaned_movies/{OLD}") == []
    assert days_of(bucket, "tmdb/cleaned_movies") == [YOUNG]
    assert days_of(bucket, "synthetic/cleaned_movies") == [OLD]


def test_where_records_do_not_expire_served_predictions_do(s3):
    """No film is deleted by a setting that nobody made."""
    name = f"b{uuid.uuid4().hex[:12]}"
    bucket = bucket_at(s3, name)
    bucket.create()
    keep(bucket, f"synthetic/cleaned_movies/{OLD}", datetime(2024, 5, 1, tzinfo=UTC))
    ServedPredictions(bucket, "synthetic").keep([a_line(datetime(2024, 5, 1, tzinfo=UTC))])

    ended = CliRunner().invoke(commands, ["expire"], env=s3.environment(name))

    assert ended.exit_code == 0, ended.output
    assert "Records of source synthetic do not expire. To let them, set MOVIE_RETENTION_DAYS." in ended.output
    assert days_of(bucket, "synthetic/cleaned_movies") == [OLD]
    assert bucket.versions("synthetic/served_predictions/") == []


def test_windows_learn_from_what_remains(platform):
    """After the job a day of long ago is gone with every copy; the days since are there, and are the window."""
    today = datetime.now(UTC).date()
    old, young = (today - timedelta(days=200)).isoformat(), (today - timedelta(days=10)).isoformat()
    platform.set(MOVIE_START_DATE=old, MOVIE_RETENTION_DAYS=180)
    for day in (old, old, young):
        assert platform.run(day, job="refresh").success

    definitions = build_definitions(Settings.from_environment())
    ended = definitions.resolve_job_def("expire").execute_in_process(instance=platform.instance, raise_on_error=False)

    assert ended.success, failures(ended)
    assert Windows(platform.bucket, "synthetic").up_to(young).days == (young,)
    assert [one for one in platform.bucket.versions("synthetic/") if old in one.key] == []
    [told] = platform.instance.fetch_observations(dg.AssetKey("raw_tmdb"), limit=1).records
    assert told.asset_observation.metadata["left"].value == 0
    assert told.asset_observation.metadata["deleted"].value > 0


def test_the_history_outlives_its_first_day(platform):
    """Days that went on until the first had expired have fetched all of it again; nothing is left that is too old."""
    today = datetime.now(UTC).date()
    first, last = today - timedelta(days=9), today - timedelta(days=1)
    platform.set(MOVIE_START_DATE=first, MOVIE_RETENTION_DAYS=6, MOVIE_HISTORY_FILMS=300)
    assert platform.run(str(first), str(last), job="refresh").success
    before = set(Windows(platform.bucket, "synthetic").up_to(str(first)).frame["id"])

    definitions = build_definitions(Settings.from_environment())
    ended = definitions.resolve_job_def("expire").execute_in_process(instance=platform.instance, raise_on_error=False)

    assert ended.success, failures(ended)
    window = Windows(platform.bucket, "synthetic").up_to(str(last))
    history = {film_id for film_id in before if film_id <= 300}
    assert len(history) > 200
    assert history <= set(window.frame["id"])
    assert str(first) not in window.days
    limit = datetime.now(UTC) - timedelta(days=6)
    kept = [find_folder(platform.bucket, f"synthetic/raw_tmdb/{day}") for day in platform.days("raw_tmdb")]
    films = [frame_of(read_file(platform.bucket, folder, FILMS)) for folder in kept]
    assert all((one["fetched_at"] >= limit).all() for one in films)
    assert {one.key.split("/")[2] for one in platform.bucket.versions("synthetic/raw_tmdb/")} == {*window.days}
