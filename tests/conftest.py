"""The handful of fixtures every tier uses: an S3 server for the session, and the platform on a bucket of its own."""

import os
import uuid

import pytest

# Only what a test sets can be what works; before anything below reads its settings.
for _name in list(os.environ):
    if _name.startswith(("AWS_", "TMDB_", "WANDB_")) or (_name.startswith("MOVIE_") and _name != "MOVIE_CHROMIUM"):
        del os.environ[_name]

from tests.support.platform import Platform  # noqa: E402  # as above
from tests.support.servers import s3_server  # noqa: E402


@pytest.fixture(scope="session")
def s3():
    """A real S3 server, shared: each test that needs one takes a bucket of its own."""
    with s3_server() as server:
        yield server


@pytest.fixture
def platform(s3, monkeypatch, tmp_path):
    """The whole platform over a bucket of its own, with small, quick settings."""
    return Platform.over(s3, bucket=f"b{uuid.uuid4().hex[:12]}", monkeypatch=monkeypatch, folder=tmp_path)
