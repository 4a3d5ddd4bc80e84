"""Repairs of Dagster's instance before the stack launches anything: `python -m movie_assets.defs.startup`.

Orphaned runs are marked as failed, and renamed sensors and schedules keep their state. Add here what must be true of
the instance before the first run. Dagster's run monitoring does not watch runs that are plain processes, as ours are.
"""

import dagster as dg

UNDER_WAY = [dg.DagsterRunStatus.STARTING, dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.CANCELING]
REASON = "The process of this run ended with its machine or its stack; the days it had written stay. Launch it again."
RENAMED = {  # old name -> new name; an entry can go two versions after the rename
    "unchecked_days_sensor": "missing_checks_sensor",
    "daily_look_schedule": "daily_freshness_schedule",
}


def fail_orphaned_runs(instance: dg.DagsterInstance) -> list[str]:
    """Mark every run under way as failed; their ids. Correct only while no process of a run can be alive."""
    runs = instance.get_runs(dg.RunsFilter(statuses=UNDER_WAY))
    for run in runs:
        instance.report_run_failed(run, REASON)
    return [run.run_id for run in runs]


def rename_states(instance: dg.DagsterInstance) -> list[str]:
    """Move the status and the cursor of each sensor and schedule in RENAMED to its new name; the old names moved.

    A state that exists under the new name wins.
    """
    states = instance.all_instigator_state()
    existing = {(state.repository_origin_id, state.name) for state in states}
    moved = []
    for state in states:
        if new_name := RENAMED.get(state.name):
            if (state.repository_origin_id, new_name) not in existing:
                origin = type(state.origin)(state.origin.repository_origin, new_name)
                instance.add_instigator_state(
                    type(state)(origin, state.instigator_type, state.status, state.instigator_data)
                )
                moved.append(state.name)
            instance.delete_instigator_state(state.instigator_origin_id, state.selector_id)
    return moved


if __name__ == "__main__":
    with dg.DagsterInstance.get() as own:
        for run_id in fail_orphaned_runs(own):
            print(f"Run {run_id} was orphaned and is now marked as failed.")  # noqa: T201  # the output is a log
        for name in rename_states(own):
            print(f"{name} is now {RENAMED[name]}; it keeps its state.")  # noqa: T201  # as above
