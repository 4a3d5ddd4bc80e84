"""The configuration file of Traefik."""

import json

import pytest

from movie_assets.serving_host.route import Route


@pytest.fixture
def route(tmp_path):
    return Route(tmp_path)


def test_before_the_first_release_there_is_no_route(route):
    """Requests are refused."""
    assert route.slot is None

    route.move(None, None)

    assert route.slot is None


def test_a_moved_route_is_read_back(route):
    """A restarted agent finds the slot in service."""
    route.move("a", "http://127.0.0.1:1")
    route.move("b", "http://127.0.0.1:2")

    assert route.slot == "b"
    assert "http://127.0.0.1:2" in (route.folder / "route.yml").read_text()


def test_the_folder_holds_the_route_only(route):
    """Traefik reads every file in it."""
    route.move("a", "http://127.0.0.1:1")

    assert [path.name for path in route.folder.iterdir()] == ["route.yml"]


def test_an_unchanged_route_is_not_written(route):
    """Its time tells how long the other slot has been idle."""
    route.move("a", "http://127.0.0.1:1")
    before = route.moved_at

    route.move("a", "http://127.0.0.1:1")

    assert route.moved_at == before


URLS = {"a": "http://127.0.0.1:1", "b": "http://127.0.0.1:2"}


def http_of(route):
    return json.loads((route.folder / "route.yml").read_text())["http"]


def test_the_slot_of_a_rollout_is_the_old_one(route):
    """A restarted agent sends every request to it."""
    route.share("b", "a", URLS, kind="canary", percent=10)

    assert route.slot == "b"


def test_a_canary_gets_its_share(route):
    """Requests that no slot accepted are retried."""
    route.share("a", "b", URLS, kind="canary", percent=10)

    http = http_of(route)
    parts = http["services"]["tried"]["weighted"]["services"]
    assert parts == [{"name": "a", "weight": 90}, {"name": "b", "weight": 10}]
    assert http["routers"]["service"]["service"] == "tried"
    assert http["services"]["b"]["loadBalancer"]["servers"] == [{"url": URLS["b"]}]
    assert "retry" in http["middlewares"]["again"]


def test_a_shadow_gets_copies(route):
    """Clients get the answers of the old slot."""
    route.share("a", "b", URLS, kind="shadow", percent=25)

    tried = http_of(route)["services"]["tried"]["mirroring"]
    assert (tried["service"], tried["mirrors"]) == ("a", [{"name": "b", "percent": 25}])


def test_a_route_after_a_rollout_leads_to_one_slot(route):
    """The other one is gone from it."""
    route.share("a", "b", URLS, kind="canary", percent=10)

    route.move("a", URLS["a"])

    assert list(http_of(route)["services"]) == ["a"]
