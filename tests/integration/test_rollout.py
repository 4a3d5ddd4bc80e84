"""Rollouts with real processes: a canary that passes, and one that is taken back.

Errors, shadows, kills and manual changes: tests/slow/test_rollouts.py.
"""

import time

import pytest

from movie_assets.release.request import WithdrawnMeanwhileError
from tests.support.bentos import a_bento, a_bundle, with_bundle
from tests.support.builders import a_movie
from tests.support.load import steady_load
from tests.support.servers import s3_server
from tests.support.serving_host import canary_of, serving_host, until

RATE = 30  # a second
OLD, FAR = a_bundle(bias=6.0), a_bundle(bias=4.0)


@pytest.fixture(scope="module")
def bentos(tmp_path_factory):
    old = a_bento(OLD, tmp_path_factory.mktemp("bento") / "work")
    return {OLD.id: old, FAR.id: with_bundle(old, FAR, tmp_path_factory.mktemp("far"))}


@pytest.fixture(scope="module")
def host(bentos):
    """A host with rollouts, and a first release in service, which had none."""
    with s3_server() as s3, serving_host(s3, **canary_of(percent=30, seconds=5)) as host:
        host.ask_for(bentos[OLD.id], OLD)
        host.wait(OLD)
        yield host


def test_a_canary_answers_a_share_of_the_requests_and_then_all(host, bentos):
    """No request is lost, and the record has the result."""
    with steady_load(host.url, a_movie(), rate=RATE) as load:
        host.release_again(bentos[OLD.id], OLD, tag="movie_rating:the-next")
        until(lambda: host.rollout() is not None)
        begun = time.time() + 1  # Traefik has read the route by then
        until(lambda: host.rollout() is None)
        ended = time.time() - 1
        time.sleep(1.5)

    assert load.failures == []
    tried = [one.bento_tag for one in load.answered if begun < one.sent_at < ended]
    assert 0.2 < tried.count("movie_rating:the-next") / len(tried) < 0.4
    assert load.answered[-1].bento_tag == "movie_rating:the-next"
    record = host.releases.read()
    assert record.in_service.bento_tag == "movie_rating:the-next"
    assert "is in service, after a canary of 30 % for" in record.message
    assert "+0.00 rating points" in record.message
    assert "0 errors" in record.message


def test_a_canary_with_other_ratings_is_taken_back(host, bentos):
    """The old one answers every request again, the bundle is withdrawn, and the wait ends with the reason."""
    before = host.releases.read().in_service
    with steady_load(host.url, a_movie(), rate=RATE) as load:
        host.ask_for(bentos[FAR.id], FAR)
        with pytest.raises(WithdrawnMeanwhileError, match=r"ratings are -\d\.\d\d rating points"):
            host.wait(FAR)
        time.sleep(1)
        ended = time.time()
        time.sleep(1.5)

    assert load.failures == []
    assert bentos[FAR.id].tag in load.tags()
    assert {one.bento_tag for one in load.answered if one.sent_at > ended} == {before.bento_tag}
    record = host.releases.read()
    assert (record.in_service, record.wanted, record.pinned) == (before, before, None)
    assert FAR.id in record.withdrawn_bundles
    assert record.decisions[0].kind == "taken back"
