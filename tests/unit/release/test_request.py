"""Requesting a release, and waiting for it."""

import dataclasses
from datetime import UTC, datetime, timedelta

import pytest

from movie_assets.release.bento_build import BuiltBento
from movie_assets.release.record import Rollout
from movie_assets.release.request import ReleaseError, WithdrawnMeanwhileError, release, wait_until_in_service
from movie_assets.release.store import Releases
from tests.support.bentos import a_bundle
from tests.support.memory_bucket import MemoryBucket
from tests.support.records import NOON

BUNDLE = a_bundle()


@pytest.fixture
def bucket():
    return MemoryBucket()


@pytest.fixture
def releases(bucket):
    return Releases(bucket, "synthetic")


@pytest.fixture
def ask(releases, tmp_path):
    """Requests the release of a bundle's Bento, as built with this digest."""

    def request(bundle=BUNDLE, *, tag="movie_rating:one", sha256="1" * 64):
        archive = tmp_path / "bento.tar.gz"
        archive.write_bytes(sha256.encode())
        bento = BuiltBento(tag=tag, archive=archive, sha256=sha256)
        return release(bundle, bento, releases=releases, by="me", why="a test", now=NOON)

    return request


def wait(releases, bundle_id=BUNDLE.id):
    return wait_until_in_service(releases, bundle_id, timeout_seconds=0, poll_seconds=0)


def test_a_release_names_the_archive_and_the_champion(ask, bucket):
    """A Bento built again, with other bytes, does not replace the archive."""
    wanted = ask(sha256="1" * 64).wanted
    again = ask(sha256="2" * 64).wanted  # a retried run may pack different bytes

    assert again == wanted
    assert bucket.get(wanted.bento_key) == b"1" * 64
    assert wanted.bento_key.startswith(f"synthetic/bentos/{BUNDLE.id}/")
    assert (wanted.bundle_id, wanted.day, wanted.bento_tag) == (BUNDLE.id, "2026-01-14", "movie_rating:one")


def test_a_bundle_without_a_card_is_not_released(ask):
    """The card names its day."""
    with pytest.raises(ValueError, match="has no card"):
        ask(dataclasses.replace(BUNDLE, card=None))


def test_waiting_ends_when_it_is_in_service(ask, releases):
    """It returns the release."""
    wanted = ask().wanted
    releases.report(about=wanted, phase="idle", message="Up.", by="agent", now=NOON, in_service=wanted)

    assert wait(releases) == wanted


def test_a_failure_ends_the_wait_with_the_records_message(ask, releases):
    """It is the agent's."""
    releases.report(about=ask().wanted, phase="failed", message="It was not ready within 60 s.", by="agent", now=NOON)

    with pytest.raises(ReleaseError, match=r"^It was not ready within 60 s\.$"):
        wait(releases)


def test_a_timeout_names_the_release_agent(ask, releases):
    """It may not be running."""
    ask()

    with pytest.raises(ReleaseError, match="Is the release agent running"):
        wait(releases)


def test_a_newer_release_ends_the_wait(ask, releases):
    """The error names it."""
    ask(a_bundle(bias=7.0), tag="movie_rating:two")

    with pytest.raises(ReleaseError, match="no longer wanted: movie_rating:two is"):
        wait(releases)


def test_a_withdrawal_ends_the_wait_with_its_reason(ask, releases):
    """It is the agent's message."""
    first = ask().wanted
    releases.report(about=first, phase="idle", message="Up.", by="agent", now=NOON, in_service=first)
    other = a_bundle(bias=7.0)
    wanted = ask(other, tag="movie_rating:two").wanted
    releases.take_back(wanted, message="It was taken back, since its ratings are off.", by="agent", now=NOON)

    with pytest.raises(WithdrawnMeanwhileError, match=r"^Withdrawn by agent: It was taken back, since its ratings"):
        wait(releases, other.id)


def test_a_rollout_is_added_to_the_timeout(ask, releases):
    """A canary of ten minutes is not a timeout after three."""
    wanted = ask().wanted
    now = datetime.now(UTC)
    rollout = Rollout(kind="canary", percent=10, begun_at=now, until=now + timedelta(seconds=0.2))
    releases.report(about=wanted, phase="switching", message="Tried.", by="agent", now=now, rollout=rollout)
    looks = []

    class Looking:
        def read(self):
            looks.append(datetime.now(UTC))
            return releases.read()

    with pytest.raises(ReleaseError, match="was not in service after"):
        wait_until_in_service(Looking(), BUNDLE.id, timeout_seconds=0, poll_seconds=0.05)
    assert looks[-1] >= rollout.until
