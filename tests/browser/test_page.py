"""The page in a real Chromium over a real service: what a person does with it, and what becomes of it."""

import csv

import pytest
from playwright.sync_api import expect

from movie_assets.prediction.movie import Movie
from movie_assets.release.record import Attribution
from streamlit_ui.batch_file import template
from streamlit_ui.views import batch as batch_words
from streamlit_ui.views import form as form_words
from streamlit_ui.views import frame as frame_words
from streamlit_ui.views import messages as state_words
from streamlit_ui.views import messages as translation_words
from streamlit_ui.views import model_card as record_words
from streamlit_ui.views import what_if as what_if_words
from tests.support.browsing import chosen, number_on, opened, predicted, rating_of, serious, settled, walked_to
from tests.support.page_stage import BUNDLE, NOW, SUCCESSOR, a_release_record
from tests.support.pages import KOREAN

DESKTOP, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
FILMS = 1_000
EXAMPLE = {"runtime": 112, "genres": ["Drama", "Music"], "original_language": "en"}  # the first
PINNED = Attribution(at=NOW, by="dana", why="it rates every comedy 9")


@pytest.fixture(autouse=True)
def untroubled(stage):
    """Each test begins with a translator that works and a service that knows of no release."""
    stage.translator.fault, stage.translator.questions = None, []
    stage.write_status(None)


def test_with_the_keyboard_alone_an_example_is_rated_as_the_bundle_rates_it(stage, tab):
    """Tab and Enter lead from the top of the page to the number, which is the bundle's own, and on to what if."""
    opened(tab, stage.page)
    walked_to(tab, ".st-key-example_1 button")
    tab.keyboard.press("Enter")
    settled(tab)
    before = places_of(tab, ".st-key-film", ".st-key-waiting")
    walked_to(tab, ".st-key-runtime input")
    tab.keyboard.press("Enter")

    expect(tab.locator(".st-key-answer")).to_contain_text(BUNDLE.id[:12])
    overview = tab.get_by_label("Synopsis", exact=True).input_value()
    assert number_on(tab) == rating_of(BUNDLE, **EXAMPLE, overview=overview)
    assert places_of(tab, ".st-key-film", ".st-key-answer") == before, "an answer moves nothing"
    walked_to(tab, ".st-key-what_if :is([role=slider], [type=range])")
    tab.keyboard.press("ArrowRight")
    expect(tab.locator(".st-key-what_if .change .figure")).to_be_visible()
    walked_to(tab, ".st-key-keep_version button")
    tab.keyboard.press("Enter")
    expect(tab.get_by_text(what_if_words.VERSION.en.format(number=1), exact=True)).to_be_visible()
    assert tab.get_by_text("Deploy", exact=True).count() == 0


def test_a_korean_synopsis_is_scored_as_the_translation_that_is_shown(stage, new_tab):
    """A translator that is silent or talks nonsense is said; then it works, and what is shown is scored."""
    tab = new_tab(locale="ko-KR")
    opened(tab, stage.page)
    chosen(tab)
    tab.get_by_label("줄거리", exact=True).fill(KOREAN)
    tab.get_by_role("button", name=form_words.PREDICT.ko).click()
    expect(tab.get_by_text("아직 아무것도 보내지 않았습니다.", exact=False)).to_be_visible()
    assert stage.translator.questions == []

    for fault, reason in (("silent", "timeout"), ("not translated", "unusable")):  # a third failure would pause it
        stage.translator.fault = fault
        tab.locator(".st-key-translate button").click()
        expect(tab.get_by_text(translation_words.TRANSLATION_FAILURES[reason].ko)).to_be_visible()
    stage.translator.fault = None
    tab.locator(".st-key-translate button").click()

    expect(tab.get_by_label(form_words.OVERVIEW_ENGLISH.ko)).to_have_value(stage.translator.english)
    assert number_on(tab) == rating_of(BUNDLE, **EXAMPLE, overview=stage.translator.english)


def test_what_if_and_a_reload(stage, tab):
    """A change is rated beside the film; after a reload form and answer are back, and no address has the synopsis."""
    opened(tab, stage.page)
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
    upload = tmp_path / "films.csv"
    upload.write_text("title,runtime,genres,original_language,overview\n" + "".join(rows) + "Bad,,Drama,en,\n")
    opened(tab, stage.page)
    tab.get_by_text(frame_words.VIEWS["batch"].en, exact=True).click()
    tab.locator(".st-key-batch input[type=file]").set_input_files(upload)
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
    ("scheme", "viewport", "language"), [("light", DESKTOP, "en"), ("dark", PHONE, "ko")], ids=["desktop", "phone"]
)
def test_every_state_can_be_used_by_everybody(stage, new_tab, scheme, viewport, language):
    """axe-core finds nothing serious, nothing is wider than the screen, and the browser asks nobody but the page."""
    tab = new_tab(color_scheme=scheme, viewport=viewport, locale={"en": "en-US", "ko": "ko-KR"}[language])
    stage.write_status(a_release_record(pinned=PINNED, phase="switching"))
    faults = {}
    for name, walk in STATES.items():
        if name not in CONTINUES_FROM_THE_LAST:
            opened(tab, stage.page)
        walk(tab, stage, language)
        settled(tab)
        assert tab.locator(".st-key-banners [data-testid=stAlert]").count() == 2
        wide = tab.evaluate("document.documentElement.scrollWidth > window.innerWidth")
        faults[name] = [*serious(tab), *(["wider than the screen"] if wide else [])]

    assert not any(faults.values()), faults
    assert tab.evaluate("document.documentElement.lang") == language
    assert tab.hosts <= {stage.page.removeprefix("http://"), "inline"}


def at_first(tab, stage, language):
    """Nothing was asked yet."""


def consent_is_needed(tab, stage, language):
    chosen(tab)
    tab.locator(".st-key-overview textarea").fill(KOREAN)
    tab.locator(".st-key-predict button").click()
    expect(tab.locator(".st-key-consent")).to_be_visible()


def the_translator_refuses(tab, stage, language):
    stage.translator.fault = "refused"
    tab.locator(".st-key-translate button").click()
    expect(tab.locator(".st-key-not_translated")).to_be_visible()


def it_translates(tab, stage, language):
    stage.translator.fault = None
    tab.locator(".st-key-translate button").click()
    expect(tab.locator(".st-key-overview_english")).to_be_visible()
    expect(tab.locator(".st-key-answer")).to_be_visible()


def versions_are_compared(tab, stage, language):
    tab.locator(".st-key-film details summary").click()
    slider = tab.locator(".st-key-what_if").get_by_role("slider").first
    slider.press("ArrowRight")
    expect(tab.locator(".st-key-what_if .change .figure")).to_be_visible()
    settled(tab)
    tab.locator(".st-key-keep_version button").click()
    expect(tab.locator("table.versions")).to_be_visible()


def a_batch_is_rated(tab, stage, language):
    view(tab, "batch", language)
    file = {"name": "films.csv", "mimeType": "text/csv", "buffer": template().encode() + b"A,,Drama,en\n"}
    tab.locator(".st-key-batch input[type=file]").set_input_files(files=[file])
    tab.locator(".st-key-rate_batch button").click()
    expect(tab.locator(".st-key-predictions")).to_be_visible()


def the_track_record(tab, stage, language):
    view(tab, "record", language)
    tab.locator(".st-key-record details summary").click()
    expect(tab.get_by_text(getattr(record_words.KINDS["taken back"], language), exact=False)).to_be_visible()


STATES = {
    "first": at_first,
    "consent": consent_is_needed,
    "refused": the_translator_refuses,
    "translated": it_translates,
    "compared": versions_are_compared,
    "batch": a_batch_is_rated,
    "record": the_track_record,
}
CONTINUES_FROM_THE_LAST = ("refused", "translated", "compared")


def test_the_page_goes_on_by_itself_with_the_successor_of_a_dead_service(stage, tab):
    """The form is kept, the page says what is the matter, and the answer then names the other bundle."""
    opened(tab, stage.page)
    predicted(tab)
    assert BUNDLE.id[:12] in tab.locator(".st-key-answer").inner_text()
    stage.stop()
    try:
        tab.get_by_role("button", name=form_words.PREDICT.en).click()
        expect(tab.get_by_text(state_words.INPUT_KEPT.en)).to_be_visible()
        assert serious(tab) == []
        stage.start(SUCCESSOR)

        expect(tab.locator(".st-key-answer")).to_contain_text(SUCCESSOR.id[:12])
        assert tab.locator(".st-key-runtime input").input_value() == "112"
    finally:
        stage.start(BUNDLE)


def view(tab, name, language):
    tab.get_by_text(getattr(frame_words.VIEWS[name], language), exact=True).click()
    expect(tab.locator(f".st-key-{name}")).to_be_visible()
    settled(tab)


def places_of(tab, *selectors):
    """Where parts of the page begin, in pixels."""
    boxes = [tab.locator(selector).first.bounding_box() for selector in selectors]
    return [(box["x"], box["y"]) for box in boxes]
