"""What becomes of runs whose process is gone."""

import dagster as dg

from movie_assets.defs.orphaned_runs import fail_orphaned_runs


@dg.op
def wait():
    """Nothing: the run is never executed."""


@dg.job
def waiting():
    wait()


def test_a_run_that_died_with_its_machine_is_failed_and_others_are_left(tmp_path):
    """Its slot and its pool are free again; a run that has ended stays as it ended."""
    with dg.DagsterInstance.ephemeral(tempdir=str(tmp_path)) as instance:
        died = instance.create_run_for_job(waiting, status=dg.DagsterRunStatus.STARTED)
        done = instance.create_run_for_job(waiting, status=dg.DagsterRunStatus.SUCCESS)

        assert fail_orphaned_runs(instance) == [died.run_id]

        assert instance.get_run_by_id(died.run_id).status == dg.DagsterRunStatus.FAILURE
        assert instance.get_run_by_id(done.run_id).status == dg.DagsterRunStatus.SUCCESS
        assert fail_orphaned_runs(instance) == []
