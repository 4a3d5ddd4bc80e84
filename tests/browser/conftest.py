"""The whole house, brought up by the demo's own command, and a real Chromium to look at it."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass

import pytest
from playwright.sync_api import expect, sync_playwright

from tests.support.bentos import PROJECT
from tests.support.page_stage import film_stage
from tests.support.platform import QUICK
from tests.support.servers import free_port, stripped_environment

DEMO_SECONDS = 480
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


@dataclass
class House:
    """Where the parts answer, and what the demo printed."""

    page: str
    dagster: str
    service: str
    said: str


@pytest.fixture(scope="session")
def house(tmp_path_factory):
    """`python -m local_stack demo` with three days of few films, until it says that everything is up."""
    ports = {
        f"MOVIE_{part}_PORT": str(free_port()) for part in ("S3", "DAGSTER", "SERVICE", "SLOT_A", "SLOT_B", "PAGE")
    }
    settings = {**QUICK, "MOVIE_DEMO_DAYS": "3", "MOVIE_RELEASE_WAIT_SECONDS": "180", **ports}
    output = tmp_path_factory.mktemp("house") / "output"
    with output.open("wb") as sink:
        demo = subprocess.Popen(
            [sys.executable, "-m", "local_stack", "demo"],
            env=stripped_environment(**settings),
            cwd=PROJECT,
            stdin=subprocess.DEVNULL,
            stdout=sink,
            stderr=subprocess.STDOUT,
        )
    try:
        deadline = time.monotonic() + DEMO_SECONDS
        while "Everything is up" not in output.read_text():
            assert demo.poll() is None, output.read_text()
            assert time.monotonic() < deadline, output.read_text()
            time.sleep(0.5)
        addresses = {
            part: f"http://127.0.0.1:{ports[f'MOVIE_{part.upper()}_PORT']}" for part in ("page", "dagster", "service")
        }
        yield House(**addresses, said=output.read_text())
    finally:
        if demo.poll() is None:
            demo.send_signal(signal.SIGTERM)
        demo.wait(timeout=60)


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
