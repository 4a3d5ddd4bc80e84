"""The file that Traefik watches."""

import pytest

from movie_assets.deployment.route import Route


@pytest.fixture
def route(tmp_path):
    return Route(tmp_path / "route")


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
