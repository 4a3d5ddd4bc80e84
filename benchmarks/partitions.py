"""How Dagster bears ten years of days: a tick of the sensor, and its pages in a real browser. Called by catalogue.py.

The first day is made by a real run. Every further day is a copy of that day's rows in Dagster's SQLite file, as one
run of many days would have left them: 47 rows a day, 170,000 in all, would take hours otherwise.
"""

import json
import shutil
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from datetime import date, timedelta

from playwright.sync_api import sync_playwright

from tests.support import chromium
from tests.support.bentos import PROJECT
from tests.support.dagster_servers import dagster_servers
from tests.support.platform import LINE, QUICK
from tests.support.servers import s3_server, stripped_environment

START = date(2015, 1, 1)
DAYS = 3_650
CALENDAR = {"MOVIE_START_DATE": str(START), "MOVIE_END_DATE": str(START + timedelta(days=DAYS - 1))}
TARGET = "2 s"
GROUPS = "%2C".join(f"global%40global%3A{group}" for group in ("catalogue", "training", "serving"))
PAGES = {  # what a person opens -> its address, and what is there when the days are shown
    "the partitions of cleaned_movies in the browser": (
        "/assets/cleaned_movies?view=partitions",
        f"Materialized ({DAYS})",
    ),
    "the asset graph in the browser": (f"/asset-groups?expanded={GROUPS}", "100% filled"),
}
SHOWN_WITHIN_MILLISECONDS = 180_000


def rows(folder):
    """The rows about ten years of days."""
    home = folder / "dagster"
    home.mkdir()
    shutil.copy(PROJECT / "dagster.yaml", home)
    browser_path = chromium.find_or_install()  # not beside Playwright's own loop
    with s3_server() as s3:
        settings = {**QUICK, **CALENDAR, "MOVIE_WANDB_DIR": str(folder / "wandb"), "DAGSTER_HOME": str(home)}
        environment = stripped_environment(**settings, **s3.environment())
        _measured("fill", environment)
        ticked = _measured("tick", environment)
        yield f"{DAYS:,} days: the first tick of the champion sensor", f"{ticked['first']:.2f} s", TARGET
        yield "the same: a tick with nothing new", f"{ticked['later']:.2f} s", TARGET
        with dagster_servers(s3, bucket="movies", home=home, **CALENDAR) as servers, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=browser_path, args=["--no-sandbox"])
            for what, (address, shown) in PAGES.items():
                yield f"{DAYS:,} days: {what}", f"{_opened(browser, servers.url, address, shown):.1f} s", TARGET
            browser.close()


def _measured(name, environment):
    """What a measurement says, as a process of its own."""
    command = [sys.executable, "-m", "benchmarks.partitions", name]
    child = subprocess.run(command, env=environment, cwd=PROJECT, capture_output=True, text=True, check=False)
    if child.returncode != 0:
        sys.exit(f"{name} failed:\n{child.stderr[-4000:]}")
    return json.loads(child.stdout.splitlines()[-1])


def _opened(browser, url, address, shown):
    """Seconds until a page has its days, in a browser that knows the UI but not this page."""
    with closing(browser.new_context(viewport={"width": 2400, "height": 900})) as context:
        tab = context.new_page()
        tab.goto(f"{url}/deployment")
        tab.wait_for_load_state("networkidle")
        began = time.perf_counter()
        tab.goto(f"{url}{address}")
        tab.get_by_text(shown, exact=True).first.wait_for(timeout=SHOWN_WITHIN_MILLISECONDS)
        return time.perf_counter() - began


def tick():
    """Seconds of the sensor's first tick, which reads as many events as it may, and of one that finds nothing new."""
    import dagster as dg

    from movie_assets.definitions import defs

    sensor = defs.get_repository_def().get_sensor_def("champion_sensor")
    with dg.DagsterInstance.get() as instance:

        def ticked(cursor):
            began = time.perf_counter()
            found = sensor.evaluate_tick(dg.build_sensor_context(instance=instance, cursor=cursor))
            return found.cursor, time.perf_counter() - began

        before, first = ticked(None)
        cursor, later = ticked(before)
        while cursor != before:
            before = cursor
            cursor, later = ticked(before)
    return {"first": first, "later": later}


def fill():
    """Ten years of days of the whole line, materialized and checked, in the instance of DAGSTER_HOME."""
    import dagster as dg

    from movie_assets.definitions import defs
    from tests.support.platform import failures

    with dg.DagsterInstance.get() as instance:
        job = defs.resolve_job_def("refresh_and_retrain")
        made = job.execute_in_process(instance=instance, partition_key=str(START), raise_on_error=False)
        if not made.success:
            sys.exit(failures(made))
        with closing(sqlite3.connect(instance.event_log_storage.path_for_shard("index"))) as log, log:
            copied = _copy_day(log, str(START), [str(START + timedelta(days=number)) for number in range(1, DAYS)])
        counted = {asset: len(instance.get_materialized_partitions(dg.AssetKey(asset))) for asset in LINE}
    if set(counted.values()) != {DAYS}:
        sys.exit(f"Dagster counts other days than were written: {counted}")
    return {"rows": copied}


def _copy_day(log, first, days):
    """Give each of the days the rows that the first one has; how many rows that makes."""
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
            told = {name: ids.get(row[name]) for name in row if name.endswith("_event_storage_id")}
            _insert(log, "asset_check_executions", {**row, **told}, first, day)
    return len(days) * (len(events) + len(checks))


def _rows(log, table, where):
    found = log.execute(f"SELECT * FROM {table} WHERE {where} ORDER BY rowid")
    names = [column[0] for column in found.description]
    return [dict(zip(names, row, strict=True)) for row in found]


def _insert(log, table, row, first, day):
    told = {
        name: value.replace(first, day) if isinstance(value, str) else value
        for name, value in row.items()
        if name != "id"
    }
    marks = ", ".join("?" * len(told))
    written = log.execute(f"INSERT INTO {table} ({', '.join(told)}) VALUES ({marks})", list(told.values()))
    return written.lastrowid


if __name__ == "__main__":
    print(json.dumps({"fill": fill, "tick": tick}[sys.argv[1]]()))
