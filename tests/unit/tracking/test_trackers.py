"""Who is told of days; that nobody listens, or nobody can, never fails a training run."""

import json

from movie_assets.tracking.batches import is_sent, keep_pending, pending_batches, unsent_runs
from movie_assets.tracking.runs import runs_of
from movie_assets.tracking.tracker import NoTracker
from movie_assets.tracking.wandb_tracker import WandbTracker
from tests.support.tracking import a_day_summary, a_tracked_day

KEY = "a" * 40


def a_tracker(directory):
    """A tracker that asks nobody."""
    return WandbTracker(
        mode="offline", project="movie-ratings", base_url="http://127.0.0.1:1", directory=directory, api_key=KEY
    )


def test_nobody_listening_is_said():
    """The record in the bucket is complete; the sentence says that it is the only one."""
    tracker = NoTracker()

    assert tracker.record(a_tracked_day()) == [
        "Tracking is off: 2 trials and 1 candidates are recorded in the bucket only."
    ]
    assert tracker.summarize(a_day_summary()) == [
        "Tracking is off: the decision of 2026-01-01 is recorded in the bucket only."
    ]
    tracker.close()


def test_a_directory_that_cannot_be_one_is_a_sentence(tmp_path):
    """Nothing is raised; the sentence names the day, where it is recorded and the reason."""
    taken = tmp_path / "taken"
    taken.write_text("a file")

    [sentence] = a_tracker(taken).record(a_tracked_day())

    assert sentence.startswith("W&B has none of the 3 runs of 2026-01-01, they are in the bucket only: ")
    assert str(taken) in sentence


def test_the_key_is_not_shown(tmp_path):
    """A tracker that is printed, as errors do, tells nothing."""
    assert KEY not in repr(a_tracker(tmp_path))


def test_a_batch_is_there_whole_or_not_at_all(tmp_path):
    """What was begun and not finished is no batch."""
    runs = runs_of(a_tracked_day())

    batch = keep_pending(tmp_path, runs, project="movie-ratings", label="a-day")
    unfinished = tmp_path / "pending" / ".another"
    unfinished.mkdir()
    (unfinished / "runs.json").write_text("{")

    assert pending_batches(tmp_path) == [batch]
    described = json.loads((batch / "runs.json").read_text())
    assert described["project"] == "movie-ratings"
    assert [run["name"] for run in described["runs"]] == [run.name for run in runs]


def test_plots_wait_as_files_beside_the_batch(tmp_path):
    """JSON holds no pictures."""
    [run] = runs_of(a_tracked_day(candidates=[], trials=a_tracked_day().trials[:1]))
    pictured = type(run)(**{**vars(run), "plots": {"residuals/by year": b"png"}})

    batch = keep_pending(tmp_path, [pictured], project="movie-ratings", label="a-day")

    [described] = json.loads((batch / "runs.json").read_text())["runs"]
    [(plot, file)] = described["plots"].items()
    assert plot == "residuals/by year"
    assert (batch / file).read_bytes() == b"png"


def test_a_run_counts_as_sent_by_the_mark_beside_it(tmp_path):
    """The mark is made by W&B's own program."""
    runs = []
    for name in ("one", "two"):
        folder = tmp_path / "wandb" / "a-day" / f"offline-run-20260101_000000-{name}"
        folder.mkdir(parents=True)
        runs.append(folder / f"run-{name}.wandb")
        runs[-1].write_bytes(b"")
    (runs[0].parent / "run-one.wandb.synced").write_bytes(b"")

    assert [is_sent(run) for run in runs] == [True, False]
    assert unsent_runs(tmp_path) == [runs[1]]
