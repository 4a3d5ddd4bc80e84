"""Earlier fetches of a day, through the commands and a real S3 server."""

import uuid

import pytest
from click.testing import CliRunner

from movie_assets.cli import commands
from movie_assets.storage.folders import write_folder
from tests.support.platform import bucket_at

DAY = "2026-01-01"


@pytest.fixture
def stack(s3):
    """The settings of a new bucket, and the bucket."""
    name = f"b{uuid.uuid4().hex[:12]}"
    bucket = bucket_at(s3, name)
    bucket.create()
    return s3.environment(name), bucket


def run(environment, *words):
    return CliRunner().invoke(commands, words, env=environment)


def test_an_earlier_fetch_is_listed_and_read_back(stack, tmp_path):
    """By two commands, after the day was fetched again."""
    environment, bucket = stack
    for content in (b"first", b"second"):
        write_folder(bucket, f"synthetic/raw_tmdb/{DAY}", {"films.parquet": content})

    listed = run(environment, "raw-versions", DAY).output.splitlines()
    read = run(environment, "raw-version", DAY, listed[1].split()[0], "--out", str(tmp_path / "films.parquet"))

    assert [line.endswith("current") for line in listed] == [True, False]
    assert read.exit_code == 0, read.output
    assert (tmp_path / "films.parquet").read_bytes() == b"first"


def test_what_is_not_there_is_said(stack, tmp_path):
    """A day without a fetch, and a version that no fetch has."""
    environment, bucket = stack
    write_folder(bucket, f"synthetic/raw_tmdb/{DAY}", {"films.parquet": b"first"})

    unfetched = run(environment, "raw-versions", "2026-01-02")
    unknown = run(environment, "raw-version", DAY, "0" * 32, "--out", str(tmp_path / "films.parquet"))

    assert (unfetched.exit_code, unknown.exit_code) == (1, 1)
    assert "There is no fetch of 2026-01-02 for source synthetic." in unfetched.output
    assert f"synthetic/raw_tmdb/{DAY} has no version" in unknown.output
