"""The pictures of the page in the docs, taken of a real service: `make screenshots`. The asset graph: asset_graph.py.

The model is trained on the first day of a small synthetic catalogue; the translator is a stand-in of this machine.
"""

import os
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from benchmarks.model_card import challenger_and_plots
from movie_assets.release.record import Attribution
from tests.support.browsing import stretched
from tests.support.page_stage import NOW, a_release_record, film_stage
from tests.support.pages import KOREAN

IMAGES = Path(__file__).parents[2] / "docs" / "images" / "page"
HISTORY_FILMS, TRIALS = 3_000, 3
DESKTOP, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--hide-scrollbars")
ENGLISH = "A retired detective comes home to a quiet village and, with a gentle friend, solves one last case."
BATCH_FILE = (
    "title,runtime,genres,original_language,overview\n"
    "봄날의 장부,128,코미디|로맨스,ko,An accountant falls in love with the owner of a happy noodle bar.\n"
    "Cold Furnace,94,Horror,en,Trapped in an abandoned mill four cruel strangers die one by one in a terrible night.\n"
    "마지막 사건,112,드라마|범죄,ko,은퇴한 형사가 조용한 마을로 돌아와 마지막 사건을 해결한다.\n"
    "The Long Silence,,Drama,en,A quiet family meets again after thirty years.\n"
    "Harbour Lights,about 100,Romance,en,Two old friends open a wonderful bakery by the sea.\n"
)


def main():
    """Take every picture."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    bundle = challenger_and_plots(history_films=HISTORY_FILMS, trials=TRIALS)[0]
    with tempfile.TemporaryDirectory() as folder, film_stage(Path(folder), bundle) as stage, sync_playwright() as play:
        stage.translator.english = ENGLISH
        stage.write_status(a_release_record(bundle))
        browser = play.chromium.launch(executable_path=os.environ["MOVIE_CHROMIUM"], args=list(FLAGS))
        for name, take in PICTURES.items():
            context = browser.new_context(
                viewport=PHONE if "phone" in name else DESKTOP,
                locale="ko-KR" if "korean" in name else "en-US",
                color_scheme="dark" if "dark" in name else "light",
            )
            tab = context.new_page()
            tab.goto(stage.page)
            tab.locator(".st-key-predict").wait_for()
            _settle(tab)
            take(tab, stage)
            tab.mouse.move(0, 0)
            _settle(tab)
            if name not in SCROLLED:
                tab.locator("[data-testid=stMain]").evaluate("main => main.scrollTo(0, 0)")
            if name.endswith("whole"):
                stretched(tab)
                _settle(tab)
            tab.screenshot(path=IMAGES / f"{name}.png")
            context.close()
            print(IMAGES / f"{name}.png")
        browser.close()


def _first(tab, stage):
    """The page as it is opened."""


def _answer(tab, stage, *, example=1):
    tab.locator(f".st-key-example_{example} button").click()
    _settle(tab)
    tab.locator(".st-key-predict button").click()
    tab.locator(".st-key-answer").wait_for()


def _korean_answer(tab, stage):
    _answer(tab, stage, example=3)


def _what_if(tab, stage):
    _answer(tab, stage, example=2)
    _settle(tab)
    tab.locator(".st-key-keep_version button").click()
    _settle(tab)
    for number, presses in ((0, 24), (1, 70)):
        slider = tab.locator(".st-key-what_if").get_by_role("slider").nth(number)
        slider.focus()
        for _ in range(presses):
            slider.press("ArrowRight")
        _settle(tab)
        tab.locator(".st-key-keep_version button").click()
        _settle(tab)
    tab.locator(".st-key-what_if").evaluate("part => part.scrollIntoView()")


def _consent(tab, stage):
    tab.locator(".st-key-example_1 button").click()
    _settle(tab)
    tab.locator(".st-key-overview textarea").fill(KOREAN)
    tab.locator(".st-key-predict button").click()
    tab.locator(".st-key-consent").wait_for()


def _translated(tab, stage):
    _consent(tab, stage)
    tab.locator(".st-key-translate button").click()
    tab.locator(".st-key-answer").wait_for()


def _not_translated(tab, stage):
    stage.translator.fault = "refused"
    _consent(tab, stage)
    tab.locator(".st-key-translate button").click()
    tab.locator(".st-key-not_translated").wait_for()
    stage.translator.fault = None


def _pinned(tab, stage):
    pin = Attribution(at=NOW, by="dana", why="it rates every comedy 9")
    stage.write_status(a_release_record(stage.bundle, pinned=pin))
    tab.reload()
    tab.locator(".st-key-predict").wait_for()
    _answer(tab, stage)
    stage.write_status(a_release_record(stage.bundle))


def _batch(tab, stage):
    tab.locator(".st-key-view button").nth(1).click()
    file = {"name": "films.csv", "mimeType": "text/csv", "buffer": BATCH_FILE.encode()}
    tab.locator(".st-key-batch input[type=file]").set_input_files(files=[file])
    tab.locator(".st-key-rate_batch button").click()
    tab.locator(".st-key-batch_outcome").wait_for()


def _record(tab, stage):
    tab.locator(".st-key-view button").nth(2).click()
    tab.locator(".st-key-record_scatter canvas, .st-key-record_scatter svg.marks").first.wait_for()


def _down(tab, stage):
    _answer(tab, stage)
    _settle(tab)
    stage.stop()
    tab.locator(".st-key-predict button").click()
    tab.locator(".st-key-service_error").wait_for()


PICTURES = {
    "first": _first,
    "answer": _answer,
    "answer-korean-dark": _korean_answer,
    "first-phone-korean": _first,
    "answer-phone-dark-korean": _korean_answer,
    "what-if": _what_if,
    "asked-first-korean": _consent,
    "translated": _translated,
    "not-translated": _not_translated,
    "pinned-dark": _pinned,
    "batch-korean-whole": _batch,
    "record-whole": _record,
    "record-korean-dark-whole": _record,
    "service-down": _down,  # the last: nothing answers after it
}
SCROLLED = ("what-if", "answer-phone-dark-korean")  # the others are seen from the top


def _settle(tab):
    tab.wait_for_timeout(700)
    tab.locator('[data-testid="stApp"][data-test-script-state="notRunning"]').wait_for()
    tab.wait_for_timeout(500)


if __name__ == "__main__":
    main()
