"""The commands of a serving host, and the names that commands had before."""

import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from movie_assets.cli import commands


def run(*words, **environment):
    return CliRunner().invoke(commands, words, env=environment)


def test_the_slot_without_a_bento_says_who_brings_one(tmp_path):
    """Started too early, the slot ends with a sentence and no traceback."""
    ended = run("slot", "a", MOVIE_SERVING_DIR=str(tmp_path))

    assert ended.exit_code == 1
    assert "No Bento at" in ended.output
    assert "the release agent puts one there" in ended.output


@pytest.mark.parametrize("command", ["agent", "proxy", "slot a", "status", "rollback --why x", "pin --why x", "days"])
def test_a_wrong_setting_is_named(command):
    """Nothing starts on a value that cannot be used."""
    ended = run(*command.split(), MOVIE_SERVICE_PORT="http")

    assert ended.exit_code == 1
    assert "MOVIE_SERVICE_PORT is 'http'" in ended.output


@pytest.mark.parametrize("command", ["rollback", "pin"])
def test_a_rollback_or_a_pin_needs_a_reason(command):
    """Whoever reads the record later wants to know why."""
    ended = run(command)

    assert ended.exit_code == 2
    assert "Missing option '--why'" in ended.output


@pytest.mark.parametrize("words", [("raw-versions", "May"), ("raw-version", "2026-13-01", "v1", "--out", "films")])
def test_a_day_that_is_none_is_named(words):
    """Before any request."""
    ended = run(*words)

    assert ended.exit_code == 2
    assert f"'{words[1]}' does not match the format" in ended.output


def test_the_earlier_module_names_the_new_one_and_runs_it():
    """For one version, so that a service file that was not copied again still starts its host."""
    ended = subprocess.run(
        [sys.executable, "-m", "movie_assets.commands", "slot", "c"], capture_output=True, text=True, check=False
    )

    assert ended.stderr.startswith("python -m movie_assets.commands is now python -m movie_assets.cli;")
    assert "'c' is not one of 'a', 'b'" in ended.stderr
    assert ended.returncode == 2


def test_make_mend_names_the_new_target_and_runs_it():
    """For one version."""
    shown = subprocess.run(
        ["make", "--dry-run", "mend"], cwd=Path(__file__).parents[2], capture_output=True, text=True, check=True
    ).stdout

    assert "make mend is now make retrain-stale" in shown
    assert "-m local_stack retrain-stale" in shown
