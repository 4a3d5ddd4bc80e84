"""champion_sensor: a promotion requests one deploy run."""

import dagster as dg
import pytest
from dagster._core.events import StepMaterializationData

from tests.support.dagster_runs import Ticks, report, waiting

A, B, C = ("a" * 64, "b" * 64, "c" * 64)
FIRST, SECOND, THIRD = "2026-01-01", "2026-01-02", "2026-01-03"
NOTHING = "best_model has nothing new."
# What happens before each tick, (day, champion[, source]), and the champion that is requested or the reason for none.
TICKS = {
    "nothing": [([], NOTHING)],
    "a promotion is requested once": [([(FIRST, A)], A), ([], NOTHING)],
    "a day keeps the champion": [
        ([(FIRST, A)], A),
        ([(SECOND, A)], f"best_model of {SECOND} keeps champion {A[:12]}: decided on {SECOND}"),
    ],
    "the first day has no champion": [
        ([(FIRST, "none")], f"best_model of {FIRST} keeps champion none: decided on {FIRST}"),
        ([(SECOND, A)], A),
    ],
    "days arrive out of order": [([(THIRD, C), (FIRST, A), (SECOND, B)], C)],
    "an older day runs again": [
        ([(THIRD, C)], C),
        ([(SECOND, B)], f"1 new events, none of {THIRD} or a later day."),
    ],
    "the newest day runs again": [([(THIRD, A)], A), ([(THIRD, B), (THIRD, C)], C)],
    "a champion comes back": [([(FIRST, A)], A), ([(SECOND, B)], B), ([(THIRD, A)], A)],
    "a later day of another source": [
        ([("2026-02-01", B, "dump")], "1 new events, none of this source or a later day."),
        ([(FIRST, A)], A),
    ],
    "a month of promotions is one request": [
        ([(f"2026-01-{day:02}", f"{day:064}") for day in range(1, 29)], f"{28:064}"),
        ([], NOTHING),
    ],
}


@pytest.fixture
def instance():
    with dg.DagsterInstance.ephemeral() as ephemeral:
        yield ephemeral


def a_day(day, champion, source="synthetic"):
    """best_model of a day, as the asset reports it."""
    metadata = {"source": source, "bundle_id": champion, "decision": f"decided on {day}"}
    return dg.AssetMaterialization("best_model", partition=day, metadata=metadata)


@pytest.mark.parametrize("ticks", TICKS.values(), ids=list(TICKS))
def test_the_newest_day_names_the_champion_to_release(instance, ticks):
    """By bundle, event and attempt in the run key, which is never used twice."""
    tick, keys = Ticks("champion_sensor", instance), []
    for days, expected in ticks:
        events = {}
        for day in days:
            instance.report_runless_asset_event(a_day(*day))
            newest = instance.fetch_materializations(dg.AssetKey("best_model"), limit=1).records[0]
            events[day[1]] = (newest.storage_id, day[0])

        result = tick()

        if expected not in events or expected == "none":
            assert (result.run_requests or [], result.skip_message) == ([], expected)
            continue
        [request] = result.run_requests
        event, day = events[expected]
        assert request.run_key == f"{expected}:{event}:1"
        assert (request.tags["movie/bundle"], request.tags["movie/champion_of"]) == (expected[:12], day)
        keys.append(request.run_key)
    assert len(set(keys)) == len(keys)


def test_a_run_that_continues_with_later_days_is_waited_for(instance):
    """Only the champion of its last day is worth a release, also if the run fails."""
    tick = Ticks("champion_sensor", instance)
    run_id = instance.create_run_for_job(waiting, status=dg.DagsterRunStatus.STARTED).run_id
    report(instance, run_id, "ASSET_MATERIALIZATION", StepMaterializationData(a_day(FIRST, A)))

    assert tick().skip_message == f"Run {run_id} continues with later days: the champion of the last one counts."

    instance.report_run_failed(instance.get_run_by_id(run_id))
    assert len(tick().run_requests) == 1
