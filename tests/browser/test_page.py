"""The page in a real Chromium over a real service: what a person does with it, and what becomes of it."""

import csv
import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from movie_assets.prediction.movie import Movie
from streamlit_ui.strings import batch as batch_words
from streamlit_ui.strings import form as form_words
from streamlit_ui.strings import frame as frame_words
from streamlit_ui.strings import states as state_words
from streamlit_ui.strings import translation as translation_words
from streamlit_ui.strings import what_if as what_if_words
from tests.support.page_stage import BUNDLE, SUCCESSOR
from tests.support.pages import KOREAN

PHONE = {"width": 390, "height": 844}
SERIOUS = ("serious", "critical")
MORE_TABS_THAN_THE_PAGE_HAS = 60
FILMS = 1_000


def test_with_the_keyboard_alone_an_example_is_rated_as_the_bundle_rates_it(stage, tab):
    """Tab and Enter lead from the top of the page to the number, which is the bundle's own."""
    opened(tab, stage)
    press_at(tab, ".st-key-example_1 button", "Enter")
    settled(tab)
    press_at(tab, ".st-key-runtime input", "Enter")

    expect(tab.locator(".st-key-answer")).to_contain_text(BUNDLE.id[:12])
    film = {"runtime": 112, "genres": ["Drama", "Music"], "original_language": "en"}
    overview = tab.get_by_label("Synopsis", exact=True).input_value()
    assert number_on(tab) == rating_of(BUNDLE, **film, overview=overview)
    assert tab.hosts <= {stage.page.removeprefix("http://"), "inline"}, "the browser asks nobody else"
    assert tab.get_by_text("Deploy", exact=True).count() == 0


def test_a_korean_synopsis_is_scored_as_the_translation_that_is_shown(stage, new_tab):
    """A translator that is silent, refuses or talks nonsense is said; then it works, and what is shown is scored."""
    tab = new_tab(locale="ko-KR")
    opened(tab, stage)
    tab.locator(".st-key-example_1 button").click()
    settled(tab)
    tab.get_by_label("줄거리", exact=True).fill(KOREAN)
    tab.get_by_role("button", name=form_words.PREDICT.ko).click()
    expect(tab.get_by_text("아직 아무것도 보내지 않았습니다.", exact=False)).to_be_visible()
    assert stage.translator.questions == []

    for fault, reason in (("silent", "silent"), ("refused", "refused"), ("not translated", "garbage")):
        stage.translator.fault = fault
        tab.locator(".st-key-translate button").click()
        expect(tab.get_by_text(translation_words.TRANSLATION_FAILURES[reason].ko)).to_be_visible()
    stage.translator.fault = None
    tab.locator(".st-key-translate button").click()

    expect(tab.get_by_label(form_words.OVERVIEW_ENGLISH.ko)).to_have_value(stage.translator.english)
    film = {"runtime": 112, "genres": ["Drama", "Music"], "original_language": "en"}
    assert number_on(tab) == rating_of(BUNDLE, **film, overview=stage.translator.english)


def test_what_if_and_a_reload(stage, tab):
    """A change is rated beside the film; after a reload form and answer are back, and no address has the synopsis."""
    opened(tab, stage)
    predicted(tab)

    slider = tab.locator(".st-key-what_if").get_by_role("slider").first
    slider.focus()
    for _ in range(10):
        slider.press("ArrowRight")
    expect(tab.get_by_text(what_if_words.CHANGE.en.split(" {")[0], exact=False).first).to_be_visible()
    settled(tab)
    tab.locator(".st-key-keep_version button").click()
    expect(tab.get_by_text(what_if_words.VERSION.en.format(number=1), exact=True)).to_be_visible()

    overview = tab.get_by_label("Synopsis", exact=True).input_value()
    before = number_on(tab)
    assert overview.split()[1] not in tab.url
    tab.reload()
    expect(tab.locator(".st-key-answer")).to_be_visible()
    assert number_on(tab) == before
    assert tab.get_by_label("Synopsis", exact=True).input_value() == overview


def test_a_thousand_films_are_rated_and_downloaded(stage, tab, tmp_path):
    """Each row of the download has the bundle's own rating; the bad one has its reason."""
    rows = [f"Film {number},{80 + number % 90},Drama,en,A happy town awakes.\n" for number in range(FILMS - 1)]
    sheet = tmp_path / "films.csv"
    sheet.write_text("title,runtime,genres,original_language,overview\n" + "".join(rows) + "Bad,,Drama,en,\n")
    opened(tab, stage)
    tab.get_by_text(frame_words.VIEWS["batch"].en, exact=True).click()
    tab.locator(".st-key-batch input[type=file]").set_input_files(sheet)
    tab.get_by_role("button", name=batch_words.START.en.format(films=FILMS - 1)).click()
    expect(tab.get_by_text(batch_words.DONE.en.format(films=FILMS - 1, bad=1))).to_be_visible()
    settled(tab)

    with tab.expect_download() as download:
        tab.get_by_role("button", name=batch_words.DOWNLOAD.en).click()

    with download.value.path().open(encoding="utf-8-sig") as file:
        found = list(csv.DictReader(file))
    film = {"runtime": 83, "genres": ["Drama"], "original_language": "en", "overview": "A happy town awakes."}
    assert len(found) == FILMS
    assert float(found[3]["predicted_rating"]) == pytest.approx(
        BUNDLE.predict([Movie(**film)])[0].predicted_rating, abs=1e-3
    )
    assert "runtime" in found[-1]["problem"]


@pytest.mark.parametrize(
    ("scheme", "viewport", "locale"), [("light", None, "en-US"), ("dark", PHONE, "ko-KR")], ids=["desktop", "phone"]
)
def test_axe_finds_nothing_serious(stage, new_tab, scheme, viewport, locale):
    """On each view, with an answer and the folded facts open; nothing is wider than a phone."""
    said = {"viewport": viewport} if viewport else {}
    tab = new_tab(color_scheme=scheme, locale=locale, **said)
    opened(tab, stage)
    predicted(tab)
    tab.locator(".st-key-film details summary").click()
    tongue = 1 if locale == "ko-KR" else 0
    faults = serious(tab)
    for view in ("batch", "record"):
        tab.get_by_text(frame_words.VIEWS[view][tongue], exact=True).click()
        expect(tab.locator(f".st-key-{view}")).to_be_visible()
        settled(tab)
        faults += serious(tab)
        assert tab.evaluate("document.documentElement.scrollWidth <= window.innerWidth")

    assert faults == []
    assert tab.evaluate("document.documentElement.lang") == locale[:2]


def test_the_page_goes_on_by_itself_with_the_successor_of_a_dead_service(stage, tab):
    """The form is kept, the page says what is the matter, and the answer then names the other bundle."""
    opened(tab, stage)
    predicted(tab)
    assert BUNDLE.id[:12] in tab.locator(".st-key-answer").inner_text()
    stage.end()
    try:
        tab.get_by_role("button", name=form_words.PREDICT.en).click()
        expect(tab.get_by_text(state_words.KEPT.en)).to_be_visible()
        stage.start(SUCCESSOR)

        expect(tab.locator(".st-key-answer")).to_contain_text(SUCCESSOR.id[:12])
        assert tab.locator(".st-key-runtime input").input_value() == "112"
    finally:
        stage.start(BUNDLE)


def opened(tab, stage):
    stage.translator.fault, stage.translator.questions = None, []
    tab.goto(stage.page)
    expect(tab.locator(".st-key-predict")).to_be_visible()
    settled(tab)


def predicted(tab):
    tab.locator(".st-key-example_1 button").click()
    settled(tab)
    tab.locator(".st-key-predict button").click()
    expect(tab.locator(".st-key-answer")).to_be_visible()
    settled(tab)


def settled(tab):
    """Streamlit draws the page anew after each change; what is chosen meanwhile could be drawn over."""
    tab.wait_for_timeout(300)
    tab.locator('[data-testid="stApp"][data-test-script-state="notRunning"]').wait_for()


def press_at(tab, selector, key):
    """Walk there with the tabulator and press a key."""
    for _ in range(MORE_TABS_THAN_THE_PAGE_HAS):
        tab.keyboard.press("Tab")
        if tab.evaluate("selector => document.activeElement.matches(selector)", selector):
            tab.keyboard.press(key)
            return
    raise AssertionError(f"the tabulator never comes to {selector}")


def number_on(tab):
    """The rating in large figures."""
    expect(tab.locator(".st-key-answer .figure").first).to_be_visible()
    settled(tab)
    words = tab.locator(".st-key-answer .figure").first.inner_text()
    return re.match(r"\d+\.\d", words)[0]


def rating_of(bundle, **facts):
    """As the page writes it."""
    return f"{bundle.predict([Movie(**facts)])[0].predicted_rating:.1f}"


def serious(tab):
    found = Axe().run(tab).response["violations"]
    return [(fault["id"], fault["nodes"][0]["html"][:200]) for fault in found if fault["impact"] in SERIOUS]
