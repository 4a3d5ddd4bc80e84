"""The file that Traefik watches."""

import json

import pytest

from movie_assets.serving_host.route import Route


@pytest.fixture
def route(tmp_path):
    return Route(tmp_path)


def test_before_the_first_release_there_is_no_route(route):
    """Nobody is sent anywhere."""
    assert route.slot is None

    route.move(None, None)

    assert route.slot is None


def test_a_moved_route_is_read_back(route):
    """After a restart the agent knows which slot serves."""
    route.move("a", "http://127.0.0.1:1")
    route.move("b", "http://127.0.0.1:2")

    assert route.slot == "b"
    assert "http://127.0.0.1:2" in (route.folder / "route.yml").read_text()


def test_nothing_but_the_route_lies_in_its_folder(route):
    """Traefik reads every file there."""
    route.move("a", "http://127.0.0.1:1")

    assert [path.name for path in route.folder.iterdir()] == ["route.yml"]


def test_moving_to_where_it_leads_is_no_move(route):
    """When it was moved last is how long the other slot has been idle."""
    route.move("a", "http://127.0.0.1:1")
    before = route.moved_at

    route.move("a", "http://127.0.0.1:1")

    assert route.moved_at == before


URLS = {"a": "http://127.0.0.1:1", "b": "http://127.0.0.1:2"}


def http_of(route):
    return json.loads((route.folder / "route.yml").read_text())["http"]


def test_of_a_shared_route_the_old_slot_counts(route):
    """After a restart everybody is sent to it."""
    route.share("b", "a", URLS, kind="canary", percent=10)

    assert route.slot == "b"


def test_a_canary_gets_its_part(route):
    """And a request that finds nobody there is sent once more."""
    route.share("a", "b", URLS, kind="canary", percent=10)

    http = http_of(route)
    parts = http["services"]["tried"]["weighted"]["services"]
    assert parts == [{"name": "a", "weight": 90}, {"name": "b", "weight": 10}]
    assert http["routers"]["service"]["service"] == "tried"
    assert http["services"]["b"]["loadBalancer"]["servers"] == [{"url": URLS["b"]}]
    assert "retry" in http["middlewares"]["again"]


def test_a_shadow_gets_copies(route):
    """Traefik answers with what the old one said."""
    route.share("a", "b", URLS, kind="shadow", percent=25)

    tried = http_of(route)["services"]["tried"]["mirroring"]
    assert (tried["service"], tried["mirrors"]) == ("a", [{"name": "b", "percent": 25}])


def test_a_route_that_is_shared_no_longer_leads_to_one_slot(route):
    """Nothing of the other is left in it."""
    route.share("a", "b", URLS, kind="canary", percent=10)

    route.move("a", URLS["a"])

    assert list(http_of(route)["services"]) == ["a"]
