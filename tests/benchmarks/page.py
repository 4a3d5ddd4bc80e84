"""Twenty pages open at once, each asking every two seconds: `make bench-page`. The answers: `/predict` of a real Bento.

The time of an answer is from Enter in the form until the page shows the rating of just this film; Chromium draws all
twenty pages on the same machine.
"""

import argparse
import asyncio
import os
import statistics
import tempfile
import time
from pathlib import Path

from playwright.async_api import async_playwright

from tests.support.page_stage import film_stage

PAGES, EVERY_SECONDS = 20, 2.0
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
TIMEOUT_MILLISECONDS = 30_000
PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


async def main(seconds):
    """Print what was measured."""
    with tempfile.TemporaryDirectory() as folder, film_stage(Path(folder)) as stage:
        async with async_playwright() as play:
            browser = await play.chromium.launch(executable_path=os.environ["MOVIE_CHROMIUM"], args=FLAGS)
            tabs = [await _opened(browser, stage.page) for _ in range(PAGES)]
            warm = asyncio.gather(*(_ask_on(tab, number, 10) for number, tab in enumerate(tabs)))
            await warm
            before = _megabytes(stage.page_process)
            rounds = await asyncio.gather(*(_ask_on(tab, number, seconds) for number, tab in enumerate(tabs)))
            after = _megabytes(stage.page_process)
            await browser.close()
    times = sorted(taken for answers, _ in rounds for taken in answers)
    errors = [error for _, errors in rounds for error in errors]
    p95 = statistics.quantiles(times, n=20)[-1]
    print(f"| {PAGES} pages, each asking every {EVERY_SECONDS:g} s for {seconds} s | measured | target |")
    print("| --- | --- | --- |")
    print(f"| answers, errors | {len(times)}, {len(errors)} | 0 errors |")
    print(f"| p50, p95 of the answer | {statistics.median(times):.2f} s, {p95:.2f} s | p95 under 3 s |")
    print(f"| memory of the page's process, before and after | {before:.0f} MB, {after:.0f} MB | flat |")
    print(f"load of the machine: {os.getloadavg()[0]:.1f}")
    for error in errors[:3]:
        print(error)


async def _opened(browser, url):
    context = await browser.new_context(viewport={"width": 1280, "height": 800}, locale="en-US")
    tab = await context.new_page()
    tab.set_default_timeout(TIMEOUT_MILLISECONDS)
    await tab.goto(url)
    await tab.locator('[data-testid="stApp"][data-test-script-state="notRunning"] .st-key-predict').wait_for()
    await tab.locator(".st-key-example_1 button").click()
    await tab.locator(".st-key-runtime input[value='112']").wait_for()  # the example is in the form
    return tab


async def _ask_on(tab, number, seconds):
    """The seconds of each answer, and what went wrong."""
    answers, errors = [], []
    await asyncio.sleep(number * EVERY_SECONDS / PAGES)  # people do not press at the same moment
    end, asked = time.monotonic() + seconds, 0
    while time.monotonic() < end:
        begun, asked = time.monotonic(), asked + 1
        minutes = 70 + (number + asked) % 100
        try:
            field = tab.locator(".st-key-runtime input")
            await field.fill(str(minutes))
            await field.press("Enter")
            await tab.locator(".st-key-answer .facts").get_by_text(f" {minutes} min ", exact=False).wait_for()
            answers.append(time.monotonic() - begun)
        except Exception as error:  # noqa: BLE001 - every failure is counted
            errors.append(f"page {number}: {str(error)[:200]}")
        await asyncio.sleep(max(0.0, begun + EVERY_SECONDS - time.monotonic()))
    return answers, errors


def _megabytes(process):
    return int(Path(f"/proc/{process}/statm").read_text().split()[1]) * PAGE_BYTES / 1e6


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=int, default=60)
    asyncio.run(main(parser.parse_args().seconds))
