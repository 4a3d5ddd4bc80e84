"""The same window, settings and seed give the same bundles, whatever else the machine has to do."""

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.support.servers import stripped_environment

PROJECT = Path(__file__).parents[2]
TRAIN = """
import json
from movie_assets.training.candidates import CANDIDATES
from movie_assets.training.encoders import fit_encoders
from movie_assets.training.selection import bundle_of
from movie_assets.training.tuning import tune
from tests.support.cleaned_days import a_window

train = a_window(400).train
encoded = fit_encoders(train, seed=7)
candidates = tune(CANDIDATES, train, encoded, trials=2, seed=7)
print(json.dumps({one.name: bundle_of(one, train, encoded, seed=7).id for one in candidates}))
"""
BUSY = "while True: sum(range(1_000_000))"


def started(program, **environment):
    """A Python process of its own, with hashes of its own."""
    return subprocess.Popen(
        [sys.executable, "-c", program],
        stdout=subprocess.PIPE,
        text=True,
        cwd=PROJECT,
        env=stripped_environment(**environment),
    )


def ended(process):
    """What a process that trained has printed."""
    output, _ = process.communicate()
    assert process.returncode == 0
    return json.loads(output)


def test_two_processes_train_the_same_bundles():
    """All families on both feature sets: one process alone, then one beside another that trains, on a machine with
    more to do than it has cores.
    """
    alone = ended(started(TRAIN, PYTHONHASHSEED="1"))
    busy = [started(BUSY) for _ in range(os.cpu_count() or 1)]
    try:
        beside = [ended(process) for process in [started(TRAIN, PYTHONHASHSEED=seed) for seed in ("2", "3")]]
    finally:
        for process in busy:
            process.kill()
            process.communicate()

    assert set(alone) == {
        f"{family}_{feature_set}"
        for family in ("xgboost", "lightgbm", "random_forest")
        for feature_set in ("core", "full")
    }
    assert len(set(alone.values())) == 6
    assert beside == [alone, alone]
