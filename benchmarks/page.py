"""The page under load, and the first answer of one visitor: `make bench-page`.

Twenty pages are open at once, and each requests a rating every two seconds. A page here is a browser's connection: it
sends what is pressed and reads what is to be drawn, but draws nothing, since twenty Chromiums on one machine would
measure their own drawing. The time of an answer is from the press to the end of the run that draws the rating of this
film, with a real Bento behind it. Then one Chromium opens fresh tabs: the time is from the press until the rating is
drawn. Figures: docs/reference/benchmarks.md.
"""

import argparse
import asyncio
import os
import statistics
import tempfile
import time
from pathlib import Path

from playwright.sync_api import sync_playwright
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from tornado.websocket import websocket_connect

from benchmarks.measuring import machine, print_table, resident_mb
from tests.support.browsing import chosen, opened
from tests.support.page_stage import film_stage

PAGES, EVERY_SECONDS, WARM_SECONDS = 20, 2.0, 10
TIMEOUT_SECONDS = 20.0
TABS = 10
PRESSED = """() => new Promise((drawn) => {
  const begun = performance.now();
  const look = () =>
    document.querySelector(".st-key-answer .figure") ? drawn(performance.now() - begun) : requestAnimationFrame(look);
  document.querySelector(".st-key-predict button").click();
  look();
})"""


class Page:
    """A page that is open in a browser, without the browser."""

    def __init__(self, connection):
        self._connection = connection
        self._buttons, self._numbers = {}, {}  # label -> id of the widget
        self._drawn = ""

    @classmethod
    async def opened(cls, url):
        """A page with the first example in its form."""
        address = url.replace("http", "ws", 1) + "/_stcore/stream"
        page = cls(await websocket_connect(address, subprotocols=["streamlit"], max_message_size=50_000_000))
        await page.run()
        await page.run(press="The Lighthouse Orchestra")
        return page

    async def rate(self, minutes):
        """Predict the film with this running time; raises AssertionError when its rating is not drawn."""
        await self.run(press="Predict the rating", minutes=minutes)
        assert f"{minutes} min" in self._drawn, "the page shows another film"

    async def run(self, *, press=None, minutes=None):
        """Send what is pressed and set, and read until the page is drawn."""
        message = BackMsg()
        message.rerun_script.SetInParent()
        states = message.rerun_script.widget_states.widgets
        if press is not None:
            states.add(id=self._buttons[press], trigger_value=True)
        if minutes is not None:
            states.add(id=self._numbers["Running time (minutes)"], double_value=minutes)
        await self._connection.write_message(message.SerializeToString(), binary=True)
        async with asyncio.timeout(TIMEOUT_SECONDS):
            while not await self._is_finished():
                pass

    async def _is_finished(self):
        raw = await self._connection.read_message()
        assert raw is not None, "the page's server has closed the connection"
        message = ForwardMsg.FromString(raw)
        kind = message.WhichOneof("type")
        if kind == "delta" and message.delta.WhichOneof("type") == "new_element":
            element = message.delta.new_element
            match element.WhichOneof("type"):
                case "button":
                    self._buttons[element.button.label] = element.button.id
                case "number_input":
                    self._numbers[element.number_input.label] = element.number_input.id
                case "html" if "What was scored" in element.html.body:
                    self._drawn = element.html.body
                case "exception":
                    raise AssertionError(element.exception.message)
        # A run that is interrupted by the next one finishes too, but not successfully.
        return kind == "script_finished" and message.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY


def main():
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=60)
    seconds = parser.parse_args().seconds
    with tempfile.TemporaryDirectory() as folder, film_stage(Path(folder)) as stage:
        first, *later = first_answers(stage.page)
        times, errors, before, after = asyncio.run(load_pages(stage, seconds))
    p95 = statistics.quantiles(times, n=20)[-1] if len(times) > 1 else float("nan")
    print(f"{machine()}; {PAGES} pages, each predicting every {EVERY_SECONDS:g} s for {seconds} s.\n")
    rows = [
        ("answers, errors", f"{len(times)}, {len(errors)}", "0 errors"),
        ("p50, p95 of the answer", f"{statistics.median(times):.2f} s, {p95:.2f} s", "p95 under 3 s"),
        ("memory of the page's process, before and after", f"{before:.0f} MB, {after:.0f} MB", "flat"),
        (
            f"first answer in a fresh tab, p50 and longest of {TABS}",
            f"{statistics.median(later):.2f} s, {max(later):.2f} s",
            "under 1.5 s",
        ),
        ("the very first, page and service just started", f"{first:.2f} s", "–"),
    ]
    print_table(["what", "measured", "target"], rows)
    for error in errors[:3]:
        print(error)


def first_answers(url):
    """Seconds from the press until the rating is drawn: right after the start, then in `TABS` fresh tabs."""
    times = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=os.environ["MOVIE_CHROMIUM"], args=["--no-sandbox"])
        for _ in range(1 + TABS):
            context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-US")
            tab = context.new_page()
            opened(tab, url)
            chosen(tab)
            times.append(tab.evaluate(PRESSED) / 1_000)
            context.close()
        browser.close()
    return times


async def load_pages(stage, seconds):
    """The seconds of all answers, the errors, and the megabytes of the page's process before and after."""
    pages = [await Page.opened(stage.page) for _ in range(PAGES)]
    await asyncio.gather(*(load_page(page, number, WARM_SECONDS) for number, page in enumerate(pages)))
    before = resident_mb(stage.page_process)
    rounds = await asyncio.gather(*(load_page(page, number, seconds) for number, page in enumerate(pages)))
    times = [spent for answers, _ in rounds for spent in answers]
    errors = [error for _, errors in rounds for error in errors]
    return times, errors, before, resident_mb(stage.page_process)


async def load_page(page, number, seconds):
    """The seconds of each answer of a page, and its errors."""
    times, errors = [], []
    await asyncio.sleep(number * EVERY_SECONDS / PAGES)  # visitors do not press at the same moment
    end, presses = time.monotonic() + seconds, 0
    while time.monotonic() < end:
        begun, presses = time.monotonic(), presses + 1
        try:
            await page.rate(70 + (number + presses) % 100)
            times.append(time.monotonic() - begun)
        except Exception as error:  # noqa: BLE001 - every failure is counted
            errors.append(f"page {number}: {type(error).__name__} {str(error)[:200]}")
        await asyncio.sleep(max(0.0, begun + EVERY_SECONDS - time.monotonic()))
    return times, errors


if __name__ == "__main__":
    main()
