"""A job whose runs are created and never executed, for tests of what Dagster records about runs."""

import dagster as dg


@dg.op
def wait():
    """Nothing: the run is never executed."""


@dg.job
def waiting():
    wait()
