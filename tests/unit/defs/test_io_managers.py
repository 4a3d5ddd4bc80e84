"""Days as folders: what is reported of them, whether the step ends, fails or is killed."""

from datetime import date

import dagster as dg
import pytest
from dagster._core.events import DagsterEvent

from movie_assets.defs.days import Day, DayRejectedError, Days
from movie_assets.defs.io_managers import DayFolders
from movie_assets.defs.partitions import daily, daily_asset
from movie_assets.storage.folders import days_of, find_folder, write_folder
from tests.support.dagster_runs import waiting
from tests.support.memory_store import memory_store

DAYS = daily(date(2026, 1, 1), date(2026, 1, 3))
KEYS = ["2026-01-01", "2026-01-02", "2026-01-03"]
RAW, CLEANED = dg.AssetKey("raw"), dg.AssetKey("cleaned")


class Line:
    """Two assets over three days in a bucket in memory; `bad` has the error of a day of the second."""

    def __init__(self, instance):
        self.instance, self.store = instance, memory_store()
        self.made, self.bad, self.labels = [], {}, {}
        asset = daily_asset(DAYS, group="line")

        @asset()
        def raw(context: dg.AssetExecutionContext):
            return Days(context, lambda day: Day(day, {"raw.json": day}))

        @asset(deps=[raw])
        def cleaned(context: dg.AssetExecutionContext):
            return Days(
                context,
                self.make,
                labels=self.labels,
                metadata_of=lambda stored: {"content": stored.json("cleaned.json")},
            )

        self.assets = [raw, cleaned]

    def make(self, day):
        self.made.append(day)
        if error := self.bad.get(day):
            raise error
        return Day(day, {"cleaned.json": f"films of {day}"}, {"number": int(day[-2:])})

    def run(self, *keys):
        """One run of all days of these assets; whether it succeeded."""
        tags = {"dagster/asset_partition_range_start": KEYS[0], "dagster/asset_partition_range_end": KEYS[-1]}
        return dg.materialize(
            self.assets,
            selection=list(keys),
            resources={"days": DayFolders(store=self.store)},
            instance=self.instance,
            tags=tags,
            raise_on_error=False,
        ).success

    def killed_run(self, *days, ended=True):
        """A run that wrote days of `cleaned` and never reported them."""
        run_id = self.instance.create_run_for_job(waiting, status=dg.DagsterRunStatus.STARTING).run_id
        kinds = [dg.DagsterEventType.RUN_START, *([dg.DagsterEventType.RUN_FAILURE] if ended else [])]
        for kind in kinds:
            self.instance.report_dagster_event(DagsterEvent(event_type_value=kind.value, job_name="waiting"), run_id)
        for day in days:
            write_folder(self.store.bucket(), f"synthetic/cleaned/{day}", {"cleaned.json": b'"written"'}, run_id=run_id)
        return run_id

    def reported(self):
        """Day -> the metadata of its newest event; each day of `cleaned` that has one."""
        records = self.instance.fetch_materializations(CLEANED, limit=100).records
        assert len({record.partition_key for record in records}) == len(records), "a day was reported twice"
        return {
            record.partition_key: {name: entry.value for name, entry in record.asset_materialization.metadata.items()}
            for record in records
        }


@pytest.fixture
def line():
    with dg.DagsterInstance.ephemeral() as instance:
        yield Line(instance)


def test_each_day_is_reported_once_with_its_own_metadata(line):
    """In order, and its folder names the run."""
    assert line.run(RAW, CLEANED)

    assert line.made == KEYS
    assert line.reported() == {day: {"number": number} for number, day in enumerate(KEYS, start=1)}
    folder = find_folder(line.store.bucket(), f"synthetic/cleaned/{KEYS[0]}")
    assert line.instance.get_run_by_id(folder.run_id).is_success


def test_a_day_has_the_labels_of_its_asset(line):
    """In its manifest; its digest is that of its files."""
    line.labels = {"version": 2}
    assert line.run(RAW, CLEANED)

    raw, cleaned = (find_folder(line.store.bucket(), f"synthetic/{asset}/{KEYS[0]}") for asset in ("raw", "cleaned"))
    assert (raw.labels, cleaned.labels) == ({}, {"version": 2})


@pytest.mark.parametrize("error", [DayRejectedError("too few films"), OSError("no space"), KeyboardInterrupt()])
def test_a_failing_step_reports_the_days_it_has_written(line, error):
    """A rejected day does not stop the others, another error or a cancellation does; written days are reported."""
    line.bad = {KEYS[1]: error}

    assert not line.run(RAW, CLEANED)

    written = [KEYS[0], KEYS[2]] if isinstance(error, DayRejectedError) else [KEYS[0]]
    assert sorted(line.reported()) == days_of(line.store.bucket(), "synthetic/cleaned") == written


def test_days_that_a_killed_run_has_written_are_found(line):
    """They are reported with the metadata that can be read from them; only the others are made."""
    assert line.run(RAW)
    killed = line.killed_run(KEYS[0], KEYS[1])

    assert line.run(CLEANED)

    assert line.made == [KEYS[2]]
    found = {"content": "written", "kept_by": f"run {killed}, which was killed"}
    assert line.reported() == {KEYS[0]: found, KEYS[1]: found, KEYS[2]: {"number": 3}}


def found_before(line):
    """A run has found and reported the days of a killed one; whoever launches them again wants them made again."""
    line.run(RAW)
    line.killed_run(KEYS[0])
    line.run(CLEANED)
    line.instance.wipe_assets([RAW])


def wiped_events(line):
    """A person has wiped the events of days that were reported."""
    line.run(RAW, CLEANED)
    line.instance.wipe_assets([CLEANED])


def newer_upstream(line):
    """A day upstream was materialized after the kill."""
    line.killed_run(KEYS[0])
    line.run(RAW)


def running(line):
    """The run has not ended, and may still report its days."""
    line.run(RAW)
    line.killed_run(KEYS[0], ended=False)


def unknown_runs(line):
    """The manifests name no run, as those of old buckets, or one that this Dagster does not know."""
    line.run(RAW)
    for day, run_id in ((KEYS[0], None), (KEYS[1], "00000000-0000-4000-8000-000000000000")):
        write_folder(line.store.bucket(), f"synthetic/cleaned/{day}", {"cleaned.json": b'"old"'}, run_id=run_id)


def another_version(line):
    """The killed run was of a version of the asset that labels its days otherwise, or not at all."""
    line.run(RAW)
    line.killed_run(KEYS[0])
    line.labels = {"version": 2}


@pytest.mark.parametrize("before", [found_before, wiped_events, newer_upstream, running, unknown_runs, another_version])
def test_other_days_in_the_bucket_are_made_again(line, before):
    """Only days that a killed run has written and not reported are taken as they are."""
    before(line)
    line.made.clear()

    assert line.run(CLEANED)

    assert line.made == KEYS


def test_anything_but_days_is_refused(line):
    """An asset of another type fails with the reason."""

    @dg.asset(partitions_def=DAYS, io_manager_key="days")
    def wrong():
        return 1

    result = dg.materialize(
        [wrong],
        partition_key=KEYS[0],
        instance=line.instance,
        resources={"days": DayFolders(store=line.store)},
        raise_on_error=False,
    )
    assert not result.success
