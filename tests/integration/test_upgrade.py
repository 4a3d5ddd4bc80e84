"""A bucket written by version 0.1.0, opened by this one: served, trained on and rolled back."""

import json
import tarfile
from datetime import UTC, datetime
from pathlib import Path

import httpx
import joblib
import pytest

from movie_assets.storage.folders import find_folder, read_file
from movie_assets.storage.formats import json_from
from movie_assets.storage.keys import CHOICE
from movie_assets.training.bundles import load_bundle
from tests.support.platform import Platform, bucket_at, failures
from tests.support.servers import s3_server
from tests.support.serving_host import serving_host, until

FIXTURE = Path(__file__).parents[1] / "fixtures" / "bucket_0_1_0"
ANSWERS = json.loads((FIXTURE / "answers.json").read_text())
CHAMPION = "9454a26697de5fe87008634ce9ec16003070143b90e7b67dd60d51c2b4bfc352"
PREVIOUS = "49ea0136e37ab9476a0a2787e5a7e72564372e4027dbbf91bd2a184bee7c533b"
SETTINGS = {"MOVIE_FILMS_PER_DAY": "60", "MOVIE_HISTORY_FILMS": "160", "MOVIE_MIN_HOLDOUT": "40"}


@pytest.fixture(scope="module")
def s3():
    """An S3 server whose bucket is that of version 0.1.0."""
    with s3_server() as server:
        bucket = bucket_at(server, "movies")
        bucket.create()
        with tarfile.open(FIXTURE / "objects.tar.xz") as objects:
            for member in objects.getmembers():
                if member.isfile():
                    bucket.put(f"synthetic/{member.name}", objects.extractfile(member).read())
        yield server


@pytest.fixture(scope="module")
def host(s3):
    """A serving host of this version."""
    with serving_host(s3, MOVIE_STANDBY_SECONDS="0") as host:
        yield host


@pytest.fixture
def upgraded(s3, monkeypatch, tmp_path):
    """The platform of this version over that bucket."""
    platform = Platform.over(s3, bucket="movies", monkeypatch=monkeypatch, folder=tmp_path)
    platform.set(**SETTINGS)
    return platform


def rating_of(host, film):
    """The rating of a film over HTTP."""
    answer = httpx.post(f"{host.url}/predict", json=film, timeout=20)
    assert answer.status_code == 200, answer.text
    return answer.json()["predicted_rating"]


def bundle_served(host):
    """The id of the bundle that answers; None while none does."""
    try:
        answer = httpx.get(f"{host.url}/describe", timeout=20)
    except httpx.TransportError:
        return None
    return answer.json()["card"]["bundle_id"] if answer.status_code == 200 else None


def test_the_release_of_the_version_before_is_served_with_the_same_ratings(host):
    """The Bento carries the code of its own version."""
    until(lambda: bundle_served(host) == CHAMPION)

    assert bundle_served(host) == CHAMPION
    for answer in ANSWERS:
        assert rating_of(host, answer["film"]) == pytest.approx(answer["predicted_rating"], abs=1e-6)


@pytest.mark.parametrize("bundle_id", [CHAMPION, PREVIOUS])
def test_a_bundle_of_the_version_before_keeps_its_id_and_repeats_its_golden_examples(s3, bundle_id):
    """The training side compares challengers with it."""
    bundle = load_bundle(bucket_at(s3, "movies"), "synthetic", bundle_id)

    assert bundle.id == bundle_id
    bundle.verify()


def test_the_next_day_continues_the_chain(upgraded):
    """An ordinary day refits the settings of the last search day and compares with the old champion."""
    result = upgraded.run("2026-01-10")

    assert result.success, failures(result)
    folder = find_folder(upgraded.bucket, "synthetic/best_model/2026-01-10")
    assert json_from(read_file(upgraded.bucket, folder, CHOICE))["before"] == CHAMPION


def test_the_days_of_the_version_before_are_all_there(upgraded):
    """A backfill skips what the bucket has."""
    assert upgraded.days("cleaned_movies")[:9] == [f"2026-01-0{day}" for day in range(1, 10)]
    assert upgraded.days("best_model")[:9] == [f"2026-01-0{day}" for day in range(1, 10)]


def test_a_rollback_serves_the_release_before(host):
    """The previous Bento is fetched and started."""
    until(lambda: bundle_served(host) is not None)
    host.releases.rollback(by="a test", why="to see the one before", now=datetime.now(UTC))
    until(lambda: bundle_served(host) == PREVIOUS)

    assert bundle_served(host) == PREVIOUS


def test_the_legacy_artifacts_load(s3, tmp_path):
    """Other people's programs read them by their fixed names."""
    path = tmp_path / "best_model.pkl"
    path.write_bytes(bucket_at(s3, "movies").get("synthetic/models/latest/best_model.pkl"))

    assert joblib.load(path).n_features_in_ == 5
