"""Twenty pages open at once, each asking every two seconds; and one person's first answer: `make bench-page`.

A page here is what a browser is to the page's server: a connection that sends what is pressed and reads what is to be
drawn. Twenty Chromiums would measure their own drawing, which is done on twenty machines in life. The time of an answer
is from pressing the button until all is sent that shows the rating of just this film, `/predict` of a real Bento
included. One Chromium then opens fresh tabs one after another: from pressing the button until the rating is drawn.
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
PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


class Page:
    """One visit, without a browser to draw it."""

    def __init__(self, connection):
        self._connection = connection
        self._buttons, self._numbers = {}, {}  # the ids of widgets by their label
        self._drawn = ""

    @classmethod
    async def opened(cls, url):
        """A visit with the first example in its form."""
        address = url.replace("http", "ws", 1) + "/_stcore/stream"
        page = cls(await websocket_connect(address, subprotocols=["streamlit"], max_message_size=50_000_000))
        await page.run()
        await page.run(press="The Lighthouse Orchestra")
        return page

    async def rate(self, minutes):
        """Ask for the film with this running time; raises AssertionError when its rating is not drawn."""
        await self.run(press="Predict the rating", minutes=minutes)
        assert f"{minutes} min" in self._drawn, "another film than the one that was asked for"

    async def run(self, *, press=None, minutes=None):
        """Send what is pressed and set, and read until the page is drawn."""
        asked = BackMsg()
        asked.rerun_script.SetInParent()
        states = asked.rerun_script.widget_states.widgets
        if press is not None:
            states.add(id=self._buttons[press], trigger_value=True)
        if minutes is not None:
            states.add(id=self._numbers["Running time (minutes)"], double_value=minutes)
        await self._connection.write_message(asked.SerializeToString(), binary=True)
        async with asyncio.timeout(TIMEOUT_SECONDS):
            while not await self._is_finished():
                pass

    async def _is_finished(self):
        raw = await self._connection.read_message()
        assert raw is not None, "the page's server has closed the connection"
        said = ForwardMsg.FromString(raw)
        kind = said.WhichOneof("type")
        if kind == "delta" and said.delta.WhichOneof("type") == "new_element":
            element = said.delta.new_element
            match element.WhichOneof("type"):
                case "button":
                    self._buttons[element.button.label] = element.button.id
                case "number_input":
                    self._numbers[element.number_input.label] = element.number_input.id
                case "html" if "What was scored" in element.html.body:
                    self._drawn = element.html.body
                case "exception":
                    raise AssertionError(element.exception.message)
        # A run that ends because the next was asked for is not the last.
        return kind == "script_finished" and said.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY


def main(seconds):
    """Print what was measured."""
    with tempfile.TemporaryDirectory() as folder, film_stage(Path(folder)) as stage:
        first, *next_ones = _first_answers(stage.page)
        times, errors, before, after = asyncio.run(_twenty(stage, seconds))
    print(f"| {PAGES} pages, each asking every {EVERY_SECONDS:g} s for {seconds} s | measured | target |")
    print("| --- | --- | --- |")
    print(f"| answers, errors | {len(times)}, {len(errors)} | 0 errors |")
    if len(times) > 1:
        p95 = statistics.quantiles(times, n=20)[-1]
        print(f"| p50, p95 of the answer | {statistics.median(times):.2f} s, {p95:.2f} s | p95 under 3 s |")
    print(f"| memory of the page's process, before and after | {before:.0f} MB, {after:.0f} MB | flat |")
    usual, longest = statistics.median(next_ones), max(next_ones)
    print(f"| first answer in a fresh tab, p50 and longest of {TABS} | {usual:.2f} s, {longest:.2f} s | under 1.5 s |")
    print(f"| the very first, page and service just started | {first:.2f} s | |")
    print(f"load of the machine: {os.getloadavg()[0]:.1f}")
    for error in errors[:3]:
        print(error)


def _first_answers(url):
    """Seconds from pressing the button until the rating is drawn: right after the start, then in `TABS` fresh tabs."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=os.environ["MOVIE_CHROMIUM"], args=["--no-sandbox"])
        taken = []
        for _ in range(1 + TABS):
            context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-US")
            tab = context.new_page()
            opened(tab, url)
            chosen(tab)
            taken.append(tab.evaluate(PRESSED) / 1_000)
            context.close()
        browser.close()
    return taken


async def _twenty(stage, seconds):
    """The seconds of all answers, what went wrong, and the megabytes of the page's process before and after."""
    pages = [await Page.opened(stage.page) for _ in range(PAGES)]
    await asyncio.gather(*(_ask_on(page, number, WARM_SECONDS) for number, page in enumerate(pages)))
    before = _megabytes(stage.page_process)
    rounds = await asyncio.gather(*(_ask_on(page, number, seconds) for number, page in enumerate(pages)))
    times = [taken for answers, _ in rounds for taken in answers]
    errors = [error for _, errors in rounds for error in errors]
    return times, errors, before, _megabytes(stage.page_process)


async def _ask_on(page, number, seconds):
    """The seconds of each answer, and what went wrong."""
    answers, errors = [], []
    await asyncio.sleep(number * EVERY_SECONDS / PAGES)  # people do not press at the same moment
    end, asked = time.monotonic() + seconds, 0
    while time.monotonic() < end:
        begun, asked = time.monotonic(), asked + 1
        try:
            await page.rate(70 + (number + asked) % 100)
            answers.append(time.monotonic() - begun)
        except Exception as error:  # noqa: BLE001 - every failure is counted
            errors.append(f"page {number}: {type(error).__name__} {str(error)[:200]}")
        await asyncio.sleep(max(0.0, begun + EVERY_SECONDS - time.monotonic()))
    return answers, errors


def _megabytes(process):
    return int(Path(f"/proc/{process}/statm").read_text().split()[1]) * PAGE_BYTES / 1e6


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=int, default=60)
    main(parser.parse_args().seconds)
