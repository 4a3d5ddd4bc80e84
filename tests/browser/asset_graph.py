"""The picture of the asset graph in the docs, taken from the running stack: `make screenshots`. Others: pictures.py."""

import os

from playwright.sync_api import sync_playwright

from local_stack.settings import read_settings
from local_stack.state_dir import ROOT

IMAGES = ROOT / "docs" / "images"
GROUPS = "%2C".join(f"global%40global%3A{group}" for group in ("catalogue", "training", "serving"))
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
SETTLE_MILLISECONDS = 3_000


def main():
    """Write the picture; the stack must be up."""
    picture = IMAGES / "asset-graph.png"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=os.environ["MOVIE_CHROMIUM"], args=FLAGS)
        tab = browser.new_page(viewport={"width": 2200, "height": 640}, locale="en-US")
        tab.goto(f"{read_settings().dagster_url}/asset-groups?expanded={GROUPS}")
        tab.get_by_text("Hide navigation").click()
        tab.get_by_text("rating_service").first.wait_for()
        tab.wait_for_timeout(SETTLE_MILLISECONDS)
        tab.screenshot(path=picture, clip={"x": 370, "y": 110, "width": 1780, "height": 520})
        browser.close()
    print(picture)


if __name__ == "__main__":
    main()
