"""Runs that died with their machine: reported as failed, so that no slot and no pool waits for them.

Dagster's own monitoring does not look after runs that are plain processes. Run this where runs are processes, after a
start and before anything new is launched: `python -m movie_assets.defs.orphaned_runs`.
"""

import dagster as dg

UNDER_WAY = [dg.DagsterRunStatus.STARTING, dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.CANCELING]
REASON = "The process of this run ended with its machine or its stack; what it had kept is kept. Launch it again."


def fail_orphaned_runs(instance: dg.DagsterInstance) -> list[str]:
    """Report every run under way as failed; their ids. Only right while no process of a run can be alive."""
    runs = instance.get_runs(dg.RunsFilter(statuses=UNDER_WAY))
    for run in runs:
        instance.report_run_failed(run, REASON)
    return [run.run_id for run in runs]


if __name__ == "__main__":
    with dg.DagsterInstance.get() as own:
        for run_id in fail_orphaned_runs(own):
            print(f"Run {run_id} had died unnoticed; it is failed now.")  # noqa: T201  # it speaks to a log
