"""The handful of fixtures every tier uses: an S3 server for the session, and the platform on a bucket of its own."""

import os
import uuid

import pytest

from tests.support.platform import Platform
from tests.support.servers import s3_server


@pytest.fixture(scope="session", autouse=True)
def _no_settings_from_outside():
    """Only what a test sets can be what works."""
    for name in list(os.environ):
        if name.startswith(("AWS_", "TMDB_", "WANDB_")) or (name.startswith("MOVIE_") and name != "MOVIE_CHROMIUM"):
            del os.environ[name]


@pytest.fixture(scope="session")
def s3():
    """A real S3 server, shared: each test that needs one takes a bucket of its own."""
    with s3_server() as server:
        yield server


@pytest.fixture
def platform(s3, monkeypatch, tmp_path):
    """The whole platform over a bucket of its own, with small, quick settings."""
    return Platform.over(s3, bucket=f"b{uuid.uuid4().hex[:12]}", monkeypatch=monkeypatch, folder=tmp_path)
