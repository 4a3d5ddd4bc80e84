"""The whole stack, brought up by the demo's own command, and a real Chromium to look at it."""

import contextlib
import os

import pytest
from playwright.sync_api import expect, sync_playwright

from tests.support.demo_stack import demo_stack
from tests.support.page_stage import film_stage

SEEN_WITHIN_MILLISECONDS = 60_000
DESKTOP = {"width": 1440, "height": 900}
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


@pytest.fixture(scope="session")
def stack(tmp_path_factory):
    """`python -m local_stack demo` with three days of few films, until it says that everything is up."""
    with demo_stack(tmp_path_factory.mktemp("stack") / "output") as running:
        yield running


@pytest.fixture(scope="session")
def chromium():
    """The Chromium that `make test-browser` has found or installed."""
    path = os.environ.get("MOVIE_CHROMIUM")
    assert path, "MOVIE_CHROMIUM names no Chromium: run these tests with `make test-browser`."
    expect.set_options(timeout=SEEN_WITHIN_MILLISECONDS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture
def new_tab(chromium):
    """Opens a fresh tab that remembers each host it has asked; `said` goes to the browser's context."""
    with contextlib.ExitStack() as opened:

        def open_tab(**said):
            context = chromium.new_context(**{"viewport": DESKTOP, "locale": "en-US", **said})
            opened.callback(context.close)
            tab = context.new_page()
            tab.set_default_timeout(SEEN_WITHIN_MILLISECONDS)
            tab.hosts = set()
            tab.on("request", lambda asked: tab.hosts.add(asked.url.split("/")[2] if "://" in asked.url else "inline"))
            return tab

        yield open_tab


@pytest.fixture
def tab(new_tab):
    """A fresh tab, in English."""
    return new_tab()


@pytest.fixture(scope="session")
def stage(tmp_path_factory):
    """A page over a served Bento and a translator's stand-in, all of this machine."""
    with film_stage(tmp_path_factory.mktemp("stage")) as running:
        yield running
