"""The picture of the asset graph, taken from the running house. Those of the page: tests/browser/pictures.py.

Which Chromium: chromium.py. The addresses: settings.py.
"""

from pathlib import Path

from local_stack import chromium
from local_stack.settings import HouseSettings
from local_stack.state import ROOT

IMAGES = ROOT / "docs" / "images"
GROUPS = "%2C".join(f"global%40global%3A{group}" for group in ("catalogue", "training", "serving"))
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
SETTLE_MILLISECONDS = 3_000


def take(settings: HouseSettings) -> Path:
    """Write the picture; the file written. The house must be up."""
    from playwright.sync_api import sync_playwright

    picture = IMAGES / "asset-graph.png"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(chromium.find_or_install()), args=FLAGS)
        tab = browser.new_page(viewport={"width": 2200, "height": 640}, locale="en-US")
        tab.goto(f"{settings.dagster_url}/asset-groups?expanded={GROUPS}")
        tab.get_by_text("Hide navigation").click()
        tab.get_by_text("rating_service").first.wait_for()
        tab.wait_for_timeout(SETTLE_MILLISECONDS)
        tab.screenshot(path=picture, clip={"x": 370, "y": 110, "width": 1780, "height": 520})
        browser.close()
    return picture
