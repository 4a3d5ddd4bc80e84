"""Steps and readings of the page in a real browser."""

import re

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from movie_assets.prediction.movie import Movie

SERIOUS = ("serious", "critical")
MORE_TABS_THAN_THE_PAGE_HAS = 60


def opened(tab, url):
    """The page at its form."""
    tab.goto(url)
    expect(tab.locator(".st-key-predict")).to_be_visible()
    settled(tab)


def predicted(tab):
    """The first example and its answer."""
    chosen(tab)
    tab.locator(".st-key-predict button").click()
    expect(tab.locator(".st-key-answer")).to_be_visible()
    settled(tab)


def chosen(tab, *, example=1):
    """An example in the form."""
    tab.locator(f".st-key-example_{example} button").click()
    settled(tab)


def settled(tab):
    """Wait until Streamlit has redrawn the page, which would overwrite a choice made meanwhile."""
    tab.wait_for_timeout(300)
    tab.locator('[data-testid="stApp"][data-test-script-state="notRunning"]').wait_for()


def walked_to(tab, selector):
    """Move the focus there with the tab key."""
    for _ in range(MORE_TABS_THAN_THE_PAGE_HAS):
        tab.keyboard.press("Tab")
        if tab.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"the tab key never reaches {selector}")


def number_on(tab):
    """The displayed rating."""
    expect(tab.locator(".st-key-answer .figure").first).to_be_visible()
    settled(tab)
    words = tab.locator(".st-key-answer .figure").first.inner_text()
    return re.match(r"\d+\.\d", words)[0]


def rating_of(bundle, **facts):
    """The bundle's own rating, as the page writes it."""
    return f"{bundle.predict([Movie(**facts)])[0].predicted_rating:.1f}"


def stretched(tab):
    """Make the window as high as the page; returns its previous size."""
    size = tab.viewport_size
    height = tab.evaluate("document.querySelector('[data-testid=stMain]').scrollHeight")
    tab.set_viewport_size({"width": size["width"], "height": max(height, size["height"])})
    return size


def serious(tab):
    """What axe-core finds on the page as it is now that somebody could not use; it skips what is scrolled away."""
    size = stretched(tab)
    settled(tab)
    found = Axe().run(tab).response["violations"]
    tab.set_viewport_size(size)
    return [(fault["id"], fault["nodes"][0]["html"][:200]) for fault in found if fault["impact"] in SERIOUS]
