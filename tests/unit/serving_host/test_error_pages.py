"""The pages that stand in for the proxy's own errors."""

import httpx
import pytest

from bento_service.errors import ERRORS, RETRY_AFTER_SECONDS, ErrorResponse
from movie_assets.serving_host import error_pages
from movie_assets.serving_host.error_pages import MESSAGES, ErrorPages


@pytest.fixture
def pages():
    """With a service that is not ready."""
    found = ErrorPages(lambda: "Not ready: the bundle was changed.")
    yield found
    found.close()


@pytest.mark.parametrize("status", MESSAGES)
def test_a_page_has_the_shape_of_the_service(pages, status):
    """And its codes, where it has the status."""
    answer = httpx.get(f"{pages.url}/{status}?url=x")

    error = ErrorResponse.model_validate_json(answer.content).error
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/json")
    assert error.message.endswith(".")
    assert error.code == (ERRORS[status][0] if status in ERRORS else "unavailable")
    assert answer.json() == ErrorResponse(error=error).model_dump(mode="json")


def test_the_reason_of_a_service_that_is_not_ready_is_passed_on(pages):
    """Traefik drops the body of its 503."""
    answer = httpx.get(f"{pages.url}/503")

    assert answer.json()["error"]["message"] == "Not ready: the bundle was changed."
    assert answer.headers["retry-after"] == str(RETRY_AFTER_SECONDS[503]) == str(error_pages.RETRY_AFTER_SECONDS)


def test_what_took_too_long_is_not_to_be_repeated(pages):
    """Only a service that restarts, or is not ready, is there in a moment."""
    waits = {status: httpx.get(f"{pages.url}/{status}").headers.get("retry-after") for status in MESSAGES}

    assert waits == {404: None, 502: "2", 503: "2", 504: None}


def test_many_pages_ask_the_service_once():
    """Each page would cost it a request while it is busy."""
    asked = []
    pages = ErrorPages(lambda: asked.append(1) or "Not ready.")

    for _ in range(5):
        httpx.get(f"{pages.url}/503")
    pages.close()

    assert len(asked) == 1


def test_any_other_address_is_not_found(pages):
    """Nobody is sent there."""
    assert [httpx.get(f"{pages.url}/{path}").status_code for path in ("", "500", "502/x")] == [404, 404, 404]


def test_a_taken_port_is_no_obstacle(pages):
    """Another one is used, and the route names it."""
    other = ErrorPages(lambda: None, port=int(pages.url.rpartition(":")[2]))

    assert other.url != pages.url
    assert httpx.get(f"{other.url}/503").json()["error"]["message"] == MESSAGES[503][1]
    other.close()
