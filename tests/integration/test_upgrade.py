"""A bucket written by version 0.1.0, opened by this one: served, cleaned again, trained on and rolled back."""

import io
import json
import tarfile
from datetime import UTC, datetime
from pathlib import Path

import httpx
import joblib
import pytest
from click.testing import CliRunner
from rich.console import Console

from local_stack.backfill import clean_again
from movie_assets.catalogue.cleaning_version import CLEANING_VERSION
from movie_assets.cli import commands
from movie_assets.storage.folders import find_folder, read_file
from movie_assets.storage.formats import json_from
from movie_assets.storage.keys import CHOICE
from movie_assets.training.bundles import load_bundle
from tests.support.dagster_servers import dagster_servers
from tests.support.platform import Platform, bucket_at, failures
from tests.support.servers import s3_server
from tests.support.serving_host import serving_host, until

FIXTURE = Path(__file__).parents[1] / "fixtures" / "bucket_0_1_0"
ANSWERS = json.loads((FIXTURE / "answers.json").read_text())
CHAMPION = "9454a26697de5fe87008634ce9ec16003070143b90e7b67dd60d51c2b4bfc352"
PREVIOUS = "49ea0136e37ab9476a0a2787e5a7e72564372e4027dbbf91bd2a184bee7c533b"
DAYS = [f"2026-01-0{day}" for day in range(1, 10)]
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


def serves_the_champion_with_its_ratings(host):
    """Whether every request is answered by the champion as version 0.1.0 answered it."""
    until(lambda: bundle_served(host) == CHAMPION)
    rated = [rating_of(host, answer["film"]) for answer in ANSWERS]
    expected = [answer["predicted_rating"] for answer in ANSWERS]
    return bundle_served(host) == CHAMPION and rated == pytest.approx(expected, abs=1e-6)


def days_listed():
    """What `days --json` prints of the days of 0.1.0."""
    return json.loads(CliRunner().invoke(commands, ["days", "--json"]).output)


def test_the_release_of_the_version_before_is_served_with_the_same_ratings(host):
    """The Bento carries the code of its own version."""
    assert serves_the_champion_with_its_ratings(host)


@pytest.mark.parametrize("bundle_id", [CHAMPION, PREVIOUS])
def test_a_bundle_of_the_version_before_keeps_its_id_and_repeats_its_golden_examples(s3, bundle_id):
    """The training side compares challengers with it."""
    bundle = load_bundle(bucket_at(s3, "movies"), "synthetic", bundle_id)

    assert bundle.id == bundle_id
    bundle.verify()


def test_the_days_of_the_version_before_are_all_there(upgraded):
    """A backfill skips what the bucket has."""
    assert upgraded.days("cleaned_movies") == DAYS
    assert upgraded.days("best_model") == DAYS


def test_the_chain_continues_once_the_old_days_are_cleaned_again(upgraded, host, s3, tmp_path_factory):
    """The next day's films are there and are not mixed with the old ones; the service does not notice any of it."""
    refused = upgraded.run("2026-01-10")
    before = {day["day"]: day["cleaning_version"] for day in days_listed()}
    home = tmp_path_factory.mktemp("dagster")
    with dagster_servers(s3, bucket="movies", home=home, **SETTINGS) as servers, servers.daemon():
        clean_again(servers.api, days_listed(), Console(file=io.StringIO()))
    after = {day["cleaning_version"] for day in days_listed()}
    continued = upgraded.run("2026-01-10", job="retrain")

    assert "2026-01-01 of source synthetic was cleaned by version 1" in failures(refused)
    assert "make clean-again" in failures(refused)
    assert before == {**dict.fromkeys(DAYS, 1), "2026-01-10": CLEANING_VERSION}
    assert after == {CLEANING_VERSION}
    assert continued.success, failures(continued)
    folder = find_folder(upgraded.bucket, "synthetic/best_model/2026-01-10")
    assert json_from(read_file(upgraded.bucket, folder, CHOICE))["before"] == CHAMPION
    assert serves_the_champion_with_its_ratings(host)


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
