"""What has expired is gone from a real S3 server, every version and marker of it."""

import uuid
from datetime import UTC, datetime

from click.testing import CliRunner

from movie_assets.catalogue.raw import raw_frame
from movie_assets.commands import commands
from movie_assets.storage.folders import days_of, withdraw_folder, write_folder
from movie_assets.storage.formats import parquet_of
from tests.support.builders import a_raw_film
from tests.support.platform import bucket_at

OLD, YOUNG = "2024-05-01", "2024-05-02"


def keep(bucket, folder, *fetched):
    """Write a day once for each time it was fetched."""
    for fetched_at in fetched:
        films = parquet_of(raw_frame([a_raw_film(fetched_at=fetched_at)]))
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
    environment = {**s3.environment(name), "MOVIE_SOURCE": "tmdb"}

    asked = CliRunner().invoke(commands, ["expire", "--dry-run"], env=environment)
    kept = bucket.versions("")
    ended = CliRunner().invoke(commands, ["expire"], env=environment)

    assert ended.exit_code == 0, ended.output
    assert asked.output.splitlines()[:-1] == ended.output.splitlines()[:-2]
    # of the withdrawn day two films, two manifests, two counts and a marker; of the other one film and one manifest
    assert "9 object versions would be deleted." in asked.output
    assert len(kept) - len(bucket.versions("")) == 9
    assert "Nothing that was fetched before" in ended.output
    assert bucket.versions(f"tmdb/cleaned_movies/{OLD}") == []
    assert days_of(bucket, "tmdb/cleaned_movies") == [YOUNG]
    assert days_of(bucket, "synthetic/cleaned_movies") == [OLD]
