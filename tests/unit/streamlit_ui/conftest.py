"""A running service look-alike and a LibreTranslate stand-in, for the tests of the page."""

import pytest

from tests.support.libretranslate import libretranslate_stand_in
from tests.support.pages import opened
from tests.support.service_lookalike import service_lookalike


@pytest.fixture
def service():
    """The service's look-alike, running."""
    with service_lookalike() as running:
        yield running


@pytest.fixture
def libretranslate():
    """A LibreTranslate server on a free port of this machine."""
    with libretranslate_stand_in() as running:
        yield running


@pytest.fixture
def stack(service, libretranslate, monkeypatch):
    """A service and a translator of this machine, for a page to be opened on."""
    monkeypatch.setenv("MOVIE_SERVICE_URL", service.url)
    monkeypatch.setenv("MOVIE_SERVICE_TIMEOUT_SECONDS", "0.5")
    monkeypatch.setenv("MOVIE_LIBRETRANSLATE_URL", libretranslate.url)
    monkeypatch.setenv("MOVIE_TRANSLATION_TIMEOUT_SECONDS", "0.5")


@pytest.fixture
def page(stack):
    """The page, opened for the first time."""
    return opened()
