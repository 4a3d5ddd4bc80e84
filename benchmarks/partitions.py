"""Dagster with ten years of days: ticks of the champion sensor, and pages in a real browser. Called by catalogue.py.

A real run materializes the first day. Every later day is a copy of its rows in Dagster's SQLite file, as one run of
many days leaves them: real runs of 3,650 days would take hours.
"""

import json
import shutil
import sqlite3
import sys
import time
from contextlib import closing
from datetime import date, timedelta

from playwright.sync_api import sync_playwright

from benchmarks.measuring import PROJECT, in_own_process, run_job
from tests.support import chromium
from tests.support.dagster_servers import dagster_servers
from tests.support.platform import LINE, QUICK
from tests.support.servers import s3_server, stripped_environment

START = date(2015, 1, 1)
DAYS = 3_650
CALENDAR = {"MOVIE_START_DATE": str(START), "MOVIE_END_DATE": str(START + timedelta(days=DAYS - 1))}
TARGET = "2 s"
GROUPS = "%2C".join(f"global%40global%3A{group}" for group in ("catalogue", "training", "serving"))
PAGES = {  # page -> its address, and the text that is on it when the days are shown
    "the partitions of cleaned_movies in the browser": (
        "/assets/cleaned_movies?view=partitions",
        f"Materialized ({DAYS})",
    ),
    "the asset graph in the browser": (f"/asset-groups?expanded={GROUPS}", "100% filled"),
}
TIMEOUT_MILLISECONDS = 180_000


def rows(folder):
    """Rows of ticks and pages with ten years of days."""
    home = folder / "dagster"
    home.mkdir()
    shutil.copy(PROJECT / "dagster.yaml", home)
    browser_path = chromium.find_or_install()  # not beside Playwright's own loop
    with s3_server() as s3:
        settings = {**QUICK, **CALENDAR, "MOVIE_WANDB_DIR": str(folder / "wandb"), "DAGSTER_HOME": str(home)}
        environment = stripped_environment(**settings, **s3.environment())
        list(in_own_process("benchmarks.partitions", "fill", environment=environment))
        [seconds] = in_own_process("benchmarks.partitions", "tick", environment=environment)
        yield f"{DAYS:,} days: the first tick of the champion sensor", f"{seconds['first']:.2f} s", TARGET
        yield "the same: a tick with nothing new", f"{seconds['later']:.2f} s", TARGET
        with dagster_servers(s3, bucket="movies", home=home, **CALENDAR) as servers, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=browser_path, args=["--no-sandbox"])
            for what, (address, text) in PAGES.items():
                yield f"{DAYS:,} days: {what}", f"{_seconds_to_open(browser, servers.url, address, text):.1f} s", TARGET
            browser.close()


def _seconds_to_open(browser, url, address, text):
    """Seconds until a page shows its days, in a browser that has cached the UI but not this page."""
    with closing(browser.new_context(viewport={"width": 2400, "height": 900})) as context:
        tab = context.new_page()
        tab.goto(f"{url}/deployment")
        tab.wait_for_load_state("networkidle")
        began = time.perf_counter()
        tab.goto(f"{url}{address}")
        tab.get_by_text(text, exact=True).first.wait_for(timeout=TIMEOUT_MILLISECONDS)
        return time.perf_counter() - began


def tick():
    """Seconds of the sensor's first tick, which reads as many events as it may, and of one with nothing new."""
    import dagster as dg

    from movie_assets.definitions import defs

    sensor = defs.get_repository_def().get_sensor_def("champion_sensor")
    with dg.DagsterInstance.get() as instance:
        cursors, seconds = [None], []
        while len(cursors) < 3 or cursors[-1] != cursors[-2]:
            began = time.perf_counter()
            data = sensor.evaluate_tick(dg.build_sensor_context(instance=instance, cursor=cursors[-1]))
            seconds.append(time.perf_counter() - began)
            cursors.append(data.cursor)
    return {"first": seconds[0], "later": seconds[-1]}


def fill():
    """Ten years of days of all assets, materialized and checked, in the instance of DAGSTER_HOME."""
    import dagster as dg

    with dg.DagsterInstance.get() as instance:
        run_job(instance, "refresh_and_retrain", partition_key=str(START))
        with closing(sqlite3.connect(instance.event_log_storage.path_for_shard("index"))) as log, log:
            _copy_day(log, str(START), [str(START + timedelta(days=number)) for number in range(1, DAYS)])
        counted = {asset: len(instance.get_materialized_partitions(dg.AssetKey(asset))) for asset in LINE}
    if set(counted.values()) != {DAYS}:
        sys.exit(f"Dagster counts {counted} days, not {DAYS} of each asset.")
    return {}


def _copy_day(log, first, days):
    """Insert the first day's rows again for each of the days."""
    events = _rows(log, "event_logs", f'event LIKE \'%"partition": "{first}"%\'')
    tags = {row["id"]: _rows(log, "asset_event_tags", f"event_id = {row['id']}") for row in events}
    checks = _rows(log, "asset_check_executions", f"partition = '{first}'")
    for day in days:
        ids = {None: None}
        for row in events:
            ids[row["id"]] = _insert(log, "event_logs", row, first, day)
            for tag in tags[row["id"]]:
                _insert(log, "asset_event_tags", {**tag, "event_id": ids[row["id"]]}, first, day)
        for row in checks:
            links = {name: ids.get(row[name]) for name in row if name.endswith("_event_storage_id")}
            _insert(log, "asset_check_executions", {**row, **links}, first, day)


def _rows(log, table, where):
    found = log.execute(f"SELECT * FROM {table} WHERE {where} ORDER BY rowid")
    names = [column[0] for column in found.description]
    return [dict(zip(names, row, strict=True)) for row in found]


def _insert(log, table, row, first, day):
    copied = {
        name: value.replace(first, day) if isinstance(value, str) else value
        for name, value in row.items()
        if name != "id"
    }
    marks = ", ".join("?" * len(copied))
    return log.execute(f"INSERT INTO {table} ({', '.join(copied)}) VALUES ({marks})", list(copied.values())).lastrowid


if __name__ == "__main__":
    print(json.dumps({"fill": fill, "tick": tick}[sys.argv[1]]()))
