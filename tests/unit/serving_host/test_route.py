"""The configuration file of Traefik."""

import json

import pytest

from bento_service.settings import ServiceSettings
from movie_assets.serving_host.route import ANSWER_SECONDS, LIMITS, Route, body_seconds


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


@pytest.mark.parametrize(
    ("variables", "seconds"),
    [
        ({}, 5),
        ({"MOVIE_API_SECONDS": "7.5"}, 8.5),
        ({"MOVIE_API_BATCH_SECONDS": "60", "MOVIE_API_SECONDS": "4"}, 31),
        ({"MOVIE_API_BATCH_SECONDS": "1", "MOVIE_API_SECONDS": ""}, 3),
        ({"MOVIE_API_SECONDS": "soon"}, 5),
    ],
)
def test_a_request_has_a_second_more_than_the_service_gives_it(variables, seconds):
    """So that the service's own answer reaches the client."""
    assert body_seconds(variables) == seconds


def test_the_limits_are_those_of_the_service():
    """It is not installed where the agent runs."""
    defaults = {f"MOVIE_{name.upper()}": field.default for name, field in ServiceSettings.model_fields.items()}

    assert {name: defaults[name] for name in LIMITS} == LIMITS
    [most] = [bound.le for bound in ServiceSettings.model_fields["api_batch_seconds"].metadata if hasattr(bound, "le")]
    assert most < ANSWER_SECONDS


def test_the_pages_of_the_agent_stand_in_for_errors(tmp_path):
    """With and without a slot, and in a rollout; the address is found again."""
    route = Route(tmp_path, errors="http://127.0.0.1:9")

    for change in (
        lambda: route.move(None, None),
        lambda: route.move("a", URLS["a"]),
        lambda: route.share("a", "b", URLS, kind="canary", percent=10),
    ):
        change()
        http = http_of(route)
        assert http["routers"]["service"]["middlewares"][0] == "errors"
        assert http["middlewares"]["errors"]["errors"]["status"] == ["502-504"]
        assert http["services"]["errors"]["loadBalancer"]["servers"] == [{"url": "http://127.0.0.1:9"}]
        assert Route(tmp_path).last_errors == "http://127.0.0.1:9"
    assert route.slot == "a"


def test_without_pages_there_is_no_address(route):
    """As in a file of an earlier version."""
    assert route.last_errors is None
    route.move("a", URLS["a"])

    assert (route.exists, route.last_errors) == (True, None)


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
