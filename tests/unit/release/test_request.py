"""Asking for a Bento, and waiting for it."""

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
    """Ask for BUNDLE's Bento, as built with this digest."""

    def asked(bundle=BUNDLE, *, tag="movie_rating:one", sha256="1" * 64):
        archive = tmp_path / "bento.tar.gz"
        archive.write_bytes(sha256.encode())
        bento = BuiltBento(tag=tag, archive=archive, sha256=sha256)
        return release(bundle, bento, releases=releases, by="me", why="a test", now=NOON)

    return asked


def wait(releases, bundle_id=BUNDLE.id):
    return wait_until_in_service(releases, bundle_id, timeout_seconds=0, poll_seconds=0)


def test_a_release_keeps_the_archive_and_names_the_champion(ask, bucket):
    """From the record alone one finds the archive, the bundle and its day; what is built again does not touch it."""
    wanted = ask(sha256="1" * 64).wanted
    again = ask(sha256="2" * 64).wanted  # a retried run may pack different bytes

    assert again == wanted
    assert bucket.get(wanted.bento_key) == b"1" * 64
    assert wanted.bento_key.startswith(f"synthetic/bentos/{BUNDLE.id}/")
    assert (wanted.bundle_id, wanted.day, wanted.bento_tag) == (BUNDLE.id, "2026-01-14", "movie_rating:one")


def test_a_bundle_without_a_card_is_not_released(ask):
    """A bundle that cannot say its day is refused before anything is written."""
    with pytest.raises(ValueError, match="has no card"):
        ask(dataclasses.replace(BUNDLE, card=None))


def test_waiting_ends_when_it_is_in_service(ask, releases):
    """The answer is the release that runs."""
    wanted = ask().wanted
    releases.report(about=wanted, phase="idle", message="Up.", by="agent", now=NOON, in_service=wanted)

    assert wait(releases) == wanted


def test_a_failure_is_told_in_the_records_words(ask, releases):
    """Whoever waits reads what the agent saw."""
    releases.report(about=ask().wanted, phase="failed", message="It was not ready within 60 s.", by="agent", now=NOON)

    with pytest.raises(ReleaseError, match=r"^It was not ready within 60 s\.$"):
        wait(releases)


def test_waiting_for_nobody_names_the_agent(ask, releases):
    """When time is up the error says who should have acted."""
    ask()

    with pytest.raises(ReleaseError, match="Is the release agent running"):
        wait(releases)


def test_another_wish_ends_the_wait(ask, releases):
    """A release that was overtaken is not waited for."""
    ask(a_bundle(bias=7.0), tag="movie_rating:two")

    with pytest.raises(ReleaseError, match="no longer wanted: movie_rating:two is"):
        wait(releases)


def test_one_that_was_taken_back_is_told_with_the_reason(ask, releases):
    """Whoever waits reads what the agent saw, and need not ask again."""
    first = ask().wanted
    releases.report(about=first, phase="idle", message="Up.", by="agent", now=NOON, in_service=first)
    other = a_bundle(bias=7.0)
    wanted = ask(other, tag="movie_rating:two").wanted
    releases.take_back(wanted, message="It was taken back, since its ratings are off.", by="agent", now=NOON)

    with pytest.raises(WithdrawnMeanwhileError, match=r"^Withdrawn by agent: It was taken back, since its ratings"):
        wait(releases, other.id)


def test_while_it_is_tried_the_time_does_not_run(ask, releases):
    """A canary of ten minutes is no failure after three."""
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
