"""The stack in a browser: the asset graph in Dagster's UI, and a prediction on the page."""

import re

import pytest
from playwright.sync_api import expect

from tests.support.platform import LINE

GROUPS = ("catalogue", "training", "serving")
EXPANDED = "%2C".join(f"global%40global%3A{group}" for group in GROUPS)
CHECKS = {"cleaned_movies": 3, "best_model": 1}
SYNOPSIS = "A gentle widow teaches a brilliant boy to play the violin, and a tired village learns to be happy again."


def test_the_demo_prints_a_rating_and_where_everything_is(stack):
    """From nothing to a served rating with one command."""
    assert re.search(r"Predicted rating \d\.\d\d of 10", stack.output)
    for address in (stack.page, stack.dagster, stack.service):
        assert address in stack.output
    assert "total" in stack.output


def test_the_lineage_shows_every_asset_materialized(stack, tab):
    """With all days of each asset."""
    tab.set_viewport_size({"width": 2400, "height": 900})
    tab.goto(f"{stack.dagster}/asset-groups?expanded={EXPANDED}")

    for asset in (*LINE, "rating_service", "served_predictions"):
        expect(tab.get_by_text(asset, exact=True).first).to_be_visible()
    expect(tab.get_by_text("100% filled", exact=True)).to_have_count(len(LINE))
    expect(tab.get_by_text("Materialized", exact=True)).to_have_count(1)
    for asset, checks in CHECKS.items():
        expect(tab.get_by_text(f"{checks} / {checks} Passed", exact=True).first, asset).to_be_visible()


@pytest.mark.parametrize("asset", CHECKS)
def test_the_checks_of_an_asset_have_passed(stack, tab, asset):
    """Each has its day."""
    tab.goto(f"{stack.dagster}/assets/{asset}?view=checks")

    expect(tab.get_by_text(f"Checks ({CHECKS[asset]})")).to_be_visible()
    expect(tab.get_by_text("Succeeded")).to_have_count(CHECKS[asset])
    expect(tab.get_by_text(re.compile(r"^2026-01-0\d$")).first).to_be_visible()


def test_the_page_rates_a_typed_synopsis(stack, tab):
    """With the mood and the model; the browser contacts only the page."""
    tab.goto(stack.page)
    expect(tab.get_by_text("Synthetic data.", exact=False)).to_be_visible()

    tab.get_by_label("Running time (minutes)").fill("112")
    _choose(tab, "Main genre", "Drama")
    _choose(tab, "Original language", "English")
    _let_it_finish(tab)
    tab.get_by_label("Synopsis", exact=True).fill(SYNOPSIS)
    tab.get_by_role("button", name="Predict the rating").click()

    expect(tab.get_by_text("out of 10", exact=False).first).to_be_visible()
    expect(tab.get_by_text("movie_rating:", exact=False).first).to_be_visible()
    assert tab.hosts <= {stack.page.removeprefix("http://"), "inline"}, "the browser contacts only the page"


def _choose(tab, label, option):
    _let_it_finish(tab)
    box = tab.get_by_role("combobox", name=label)
    box.click()
    box.fill(option)  # the list shows a part of its options only
    tab.get_by_role("option", name=option, exact=True).click()
    expect(box).to_have_value(option)


def _let_it_finish(tab):
    """Wait until Streamlit has redrawn the page, which would overwrite a choice made meanwhile."""
    tab.wait_for_timeout(300)
    tab.locator('[data-testid="stApp"][data-test-script-state="notRunning"]').wait_for()
