"""The pictures of the README, taken from the running house: the page with an answer, and the asset graph.

Which Chromium: chromium.py. The addresses: settings.py.
"""

from pathlib import Path

from local_stack import chromium
from local_stack.settings import HouseSettings
from local_stack.state import ROOT

IMAGES = ROOT / "docs" / "images"
GROUPS = "%2C".join(f"global%40global%3A{group}" for group in ("catalogue", "training", "serving"))
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
EXAMPLE = "Cold Furnace"
SETTLE_MILLISECONDS = 3_000


def take(settings: HouseSettings) -> list[Path]:
    """Write both pictures; the files written. The house must be up and serving."""
    from playwright.sync_api import sync_playwright

    IMAGES.mkdir(parents=True, exist_ok=True)
    page_picture, graph_picture = IMAGES / "page.png", IMAGES / "asset-graph.png"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(chromium.find_or_install()), args=FLAGS)
        tab = browser.new_page(viewport={"width": 1280, "height": 860}, locale="en-US")
        tab.goto(settings.page_url)
        tab.get_by_role("button", name=EXAMPLE).click()
        tab.wait_for_timeout(SETTLE_MILLISECONDS)
        tab.get_by_role("button", name="Predict the rating").click()
        tab.get_by_text("out of 10").first.wait_for()
        tab.wait_for_timeout(SETTLE_MILLISECONDS)
        tab.screenshot(path=page_picture)
        tab.set_viewport_size({"width": 2200, "height": 640})
        tab.goto(f"{settings.dagster_url}/asset-groups?expanded={GROUPS}")
        tab.get_by_text("Hide navigation").click()
        tab.get_by_text("rating_service").first.wait_for()
        tab.wait_for_timeout(SETTLE_MILLISECONDS)
        tab.screenshot(path=graph_picture, clip={"x": 370, "y": 110, "width": 1780, "height": 520})
        browser.close()
    return [page_picture, graph_picture]
