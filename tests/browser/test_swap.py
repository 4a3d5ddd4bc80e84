"""A model is replaced while the page is open: two real Bentos behind the real route, in a real Chromium."""

import contextlib

import pytest
from playwright.sync_api import expect

from streamlit_ui.views import answer as answer_words
from streamlit_ui.views import form as form_words
from streamlit_ui.views import frame as frame_words
from tests.support.bentos import a_bento, with_bundle
from tests.support.browsing import number_on, opened, predicted, rating_of, settled
from tests.support.page_stage import BUNDLE, SUCCESSOR, film_page
from tests.support.servers import free_port, s3_server
from tests.support.serving_host import serving_host

FILM = {"genres": ["Drama", "Music"], "original_language": "en"}
OF_BUNDLE = {bundle.id[:12]: bundle for bundle in (BUNDLE, SUCCESSOR)}
MOST_PRESSES = 200


@pytest.fixture(scope="module")
def bentos(tmp_path_factory):
    old = a_bento(BUNDLE, tmp_path_factory.mktemp("bento") / "work")
    return {BUNDLE.id: old, SUCCESSOR.id: with_bundle(old, SUCCESSOR, tmp_path_factory.mktemp("successor"))}


@pytest.fixture(scope="module")
def host(bentos):
    """A serving host with the first bundle in service, and the page over its route."""
    with contextlib.ExitStack() as stack:
        host = stack.enter_context(serving_host(stack.enter_context(s3_server())))
        host.ask_for(bentos[BUNDLE.id], BUNDLE)
        host.wait(BUNDLE)
        host.page = f"http://127.0.0.1:{free_port()}"
        stack.enter_context(film_page(host.page, service=host.url))
        yield host


def test_a_model_is_replaced_while_the_page_is_open(host, bentos, new_tab):
    """Every request gets an answer of one model; an idle page shows a banner."""
    looking, pressing = new_tab(), new_tab()
    for tab in (looking, pressing):
        opened(tab, host.page)
        predicted(tab)
    before = number_on(looking)
    overview = pressing.locator(".st-key-overview textarea").input_value()

    host.ask_for(bentos[SUCCESSOR.id], SUCCESSOR)
    answered = []
    while SUCCESSOR.id[:12] not in answered and len(answered) < MOST_PRESSES:
        minutes = 80 + len(answered)
        rating, answered_by = asked_for(pressing, minutes)
        assert rating == rating_of(OF_BUNDLE[answered_by], runtime=minutes, overview=overview, **FILM)
        answered.append(answered_by)

    assert set(answered) == {BUNDLE.id[:12], SUCCESSOR.id[:12]}
    expect(pressing.get_by_text(answer_words.ANOTHER_MODEL.en)).to_be_visible()
    expect(looking.get_by_text(frame_words.REPLACED.en)).to_be_visible()
    assert number_on(looking) == before
    looking.get_by_role("button", name=form_words.PREDICT.en).click()
    expect(looking.locator(".st-key-answer")).to_contain_text(SUCCESSOR.id[:12])
    expect(looking.get_by_text(frame_words.REPLACED.en)).to_have_count(0)
    assert looking.locator(".st-key-runtime input").input_value() == "112"


def asked_for(tab, minutes):
    """The displayed rating for this running time, and its bundle."""
    field = tab.locator(".st-key-runtime input")
    field.fill(str(minutes))
    field.press("Enter")
    # Streamlit takes away what stood there before only when the page is drawn whole.
    expect(tab.locator(".st-key-answer .facts", has_text=f"{minutes} min")).to_be_visible()
    expect(tab.locator(".st-key-answer .facts")).to_have_count(1)
    settled(tab)
    assert tab.locator(".st-key-service_error").count() == 0
    said = tab.locator(".st-key-answer .facts").inner_text()
    return number_on(tab), next(name for name in OF_BUNDLE if name in said)
