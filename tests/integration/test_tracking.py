"""Tracking with Weights & Biases against real sockets: one that answers, refuses, falls silent, or is not there."""

import fcntl
import threading

import psutil
import pytest
from click.testing import CliRunner

from movie_assets.commands import commands
from movie_assets.tracking.batches import Recorder, keep_pending, pending_batches, unsent_runs
from movie_assets.tracking.runs import runs_of
from movie_assets.tracking.sending import LOCK, Patience
from movie_assets.tracking.wandb_tracker import WandbTracker, send_all
from tests.support.servers import free_port
from tests.support.tracking import BUNDLE, a_day_summary, a_plot, a_tracked_day, a_trial
from tests.support.wandb_lookalike import API_KEY, running_wandb, silent_server

DAY = "2026-01-01"
SHORT = Patience(answer=2, first=30, next=3, most=60)  # a silent server is left after two seconds, by the answer
LONG = Patience(answer=30, first=120, next=120, most=600)  # so that only a fault ends it, however busy the machine


@pytest.fixture(autouse=True)
def no_account(monkeypatch, tmp_path):
    """Not the login of the person who runs the tests."""
    monkeypatch.setenv("HOME", str(tmp_path / "home"))


@pytest.fixture
def directory(tmp_path):
    return tmp_path / "runs"


@pytest.fixture
def wandb():
    with running_wandb() as lookalike:
        yield lookalike


@pytest.fixture
def tracker_of(directory):
    """Make trackers that are closed when the test ends."""
    made = []

    def make(base_url="http://127.0.0.1:1", *, mode="online", api_key=API_KEY, patience=LONG, **said):
        made.append(
            WandbTracker(
                mode=mode,
                project="movie-ratings",
                base_url=base_url,
                directory=directory,
                api_key=api_key,
                patience=patience,
                **said,
            )
        )
        return made[-1]

    yield make
    for tracker in made:
        tracker.close()


def send_later(directory, wandb, *, patience=LONG):
    """What `make wandb-sync` does: the reason why not all was sent, and what it said."""
    said = []
    reason = send_all(directory, base_url=wandb.url, api_key=API_KEY, tell=said.append, patience=patience)
    return reason, said


def sent_once(wandb):
    """How many runs W&B has, none of them twice."""
    assert {run.times_sent for run in wandb.runs.values()} <= {1}
    return len(wandb.runs)


def test_offline_a_day_is_runs_on_this_machine(directory, tracker_of):
    """Without a key and without a network, in a directory that is made when it is not there."""
    tracker = tracker_of(mode="offline", api_key=None)

    assert tracker.record(a_tracked_day()) == []
    assert tracker.summarize(a_day_summary(plots={"residuals": a_plot()})) == []

    assert len(unsent_runs(directory)) == 4
    assert pending_batches(directory) == []


def test_online_a_day_is_one_group(directory, wandb, tracker_of):
    """Trials, candidates and the decision are found by one filter, with all that was chosen and measured."""
    tracker = tracker_of(wandb.url)

    unrecorded = tracker.record(a_tracked_day())
    unrecorded += tracker.summarize(a_day_summary(plots={"residuals by year": a_plot()}))

    assert unrecorded == []
    assert unsent_runs(directory) == []
    runs = {run.name: run for run in wandb.group(DAY)}
    assert sorted(runs) == [
        "synthetic-2026-01-01-summary",
        "synthetic-2026-01-01-xgboost",
        "synthetic-2026-01-01-xgboost-trial-0",
        "synthetic-2026-01-01-xgboost-trial-1",
    ]
    trial = runs["synthetic-2026-01-01-xgboost-trial-1"]
    assert (trial.project, trial.job_type, trial.tags) == ("movie-ratings", "xgboost", ["synthetic", "trial"])
    told = a_trial(1)
    assert told.pop("parameters").items() <= trial.config.items()
    assert trial.config["number"] == told.pop("number")
    assert trial.config["family"] == told.pop("family")
    assert told.items() <= trial.summary.items()
    assert runs["synthetic-2026-01-01-xgboost"].summary["fitted/fit_seconds"] == 2.5


def test_online_the_decision_comes_with_plots_and_the_bundle(wandb, tracker_of):
    """The bundle is a reference to the bucket: its weights are not uploaded."""
    picture = a_plot()

    assert tracker_of(wandb.url).summarize(a_day_summary(plots={"residuals": picture})) == []

    [run] = wandb.group(DAY)
    assert run.summary["decision"] == "There was no champion."
    assert run.summary["promoted"] is True
    assert [content for name, content in run.files.items() if name.startswith("media/images/plots/")] == [picture]
    [artifact] = [wandb.artifacts[number] for number in run.artifacts]
    assert (artifact["name"], artifact["type"], artifact["committed"]) == ("bundle-synthetic", "model", True)
    assert artifact["metadata"] == {"id": BUNDLE}
    assert DAY in artifact["aliases"]
    [entry] = artifact["manifest"]["contents"].values()
    assert entry["ref"] == f"s3://movies/synthetic/bundles/{BUNDLE}"


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ("refusing", "cannot be reached"),
        ("silent", "did not answer within 2 s"),
        ("key", "refused the key in WANDB_API_KEY"),
        ("no key", "There is no key: set WANDB_API_KEY, or WANDB_MODE=offline."),
        ("not W&B", "answered with HTTP 404"),
    ],
)
def test_what_cannot_be_sent_is_said_and_sent_later(fault, said, directory, wandb, tracker_of):
    """The runs wait on this machine, and W&B gets each of them once."""
    with silent_server() as silent:
        url = {"refusing": f"http://127.0.0.1:{free_port()}", "silent": silent, "not W&B": f"{wandb.url}/elsewhere"}
        key = {"key": "f" * 40, "no key": None}.get(fault, API_KEY)
        tracker = tracker_of(url.get(fault, wandb.url), api_key=key, patience=SHORT)

        [sentence] = tracker.record(a_tracked_day())

    assert sentence.startswith("3 of 3 runs of 2026-01-01 were not sent to W&B. ")
    assert said in sentence
    assert sentence.endswith("`make wandb-sync` sends them later.")
    assert wandb.runs == {}
    reason, _ = send_later(directory, wandb)
    assert reason is None
    assert sent_once(wandb) == 3


def test_a_server_that_falls_silent_is_left(directory, wandb, tracker_of):
    """What it took is not sent again; the rest is, under the same ids."""
    wandb.silent_after = 2
    patience = Patience(answer=30, first=60, next=2, most=60)
    day = a_tracked_day(trials=[a_trial(number) for number in range(24)], candidates=[])

    [sentence] = tracker_of(wandb.url, patience=patience).record(day)

    left = len(unsent_runs(directory))
    assert 0 < left < 24
    assert sentence.startswith(f"{left} of 24 runs of 2026-01-01 were not sent to W&B. ")
    assert "then no further one in time" in sentence
    wandb.silent_after = None
    reason, _ = send_later(directory, wandb)
    assert reason is None
    assert sent_once(wandb) == 24


def test_after_a_failure_later_days_are_not_tried(directory, wandb, tracker_of):
    """A W&B that is away is waited for once in a run of many days; every day says so and waits here."""
    tracker = tracker_of(wandb.url, api_key="f" * 40)

    first = tracker.record(a_tracked_day())
    wandb.api_key = "f" * 40
    second = tracker.record(a_tracked_day(day="2026-01-02"))

    assert "refused the key" in first[0]
    assert second == [first[0].replace("2026-01-01", "2026-01-02")]
    assert wandb.runs == {}
    assert len(unsent_runs(directory)) == 6


def test_a_recording_that_hangs_is_ended_and_made_up_for(directory, wandb, tracker_of):
    """W&B may hang offline as well: the batch waits, whole, and later days are kept beside it without a try."""
    tracker = tracker_of(wandb.url, record_seconds=0.01)

    [sentence] = tracker.record(a_tracked_day())
    [second] = tracker.summarize(a_day_summary(plots={"residuals": a_plot()}))

    assert sentence.startswith("W&B recorded none of the 3 runs of 2026-01-01: ")
    assert "did not end within" in sentence
    assert sentence.endswith("`make wandb-sync` sends them later.")
    assert second.startswith("W&B recorded none of the 1 summary runs of 2026-01-01: ")
    assert len(pending_batches(directory)) == 2
    reason, _ = send_later(directory, wandb)
    assert reason is None
    assert pending_batches(directory) == []
    assert sent_once(wandb) == 4


def test_a_batch_that_another_process_records_is_left_to_it(directory):
    """Two at a time would make each run twice."""
    batch = keep_pending(directory, runs_of(a_tracked_day()), project="movie-ratings", label="a-day")
    reasons = []

    def record():
        recorder = Recorder(directory)
        try:
            recorder.record(batch, seconds=60)
        except RuntimeError as error:
            reasons.append(str(error))
        finally:
            recorder.close()

    both = [threading.Thread(target=record) for _ in range(2)]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()

    assert len(reasons) == 1
    assert len(unsent_runs(directory)) == 3


def test_one_process_sends_at_a_time(directory, wandb, tracker_of):
    """The other says so, so that nothing is sent twice."""
    tracker_of(mode="offline").record(a_tracked_day())
    with (directory / LOCK).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        refused, _ = send_later(directory, wandb)

    reason, _ = send_later(directory, wandb)

    assert refused == f"Another process is sending what is in {directory}."
    assert reason is None
    assert sent_once(wandb) == 3


def test_the_key_is_in_no_argument_and_in_no_file(directory, wandb, tracker_of):
    """While it is sent to a server that answers whose key it is, and then no more; and afterwards."""
    wandb.silent_after = 0
    tracker = tracker_of(wandb.url, patience=Patience(answer=30, first=6, next=3, most=60))
    seen = set()
    done = threading.Event()

    def look():
        while not done.wait(0.05):
            seen.update(arguments())

    looking = threading.Thread(target=look)
    looking.start()
    [sentence] = tracker.record(a_tracked_day())
    done.set()
    looking.join()

    assert any("wandb sync" in line for line in seen)
    assert not any(API_KEY in line for line in seen)
    assert "took 0 of 3 runs in " in sentence
    assert API_KEY not in sentence
    kept = [path for path in directory.parent.rglob("*") if path.is_file()]
    assert kept
    assert not [path for path in kept if API_KEY.encode() in path.read_bytes()]


def arguments():
    """The command lines of this process's children and of theirs."""
    lines = set()
    for child in psutil.Process().children(recursive=True):
        try:
            lines.add(" ".join(child.cmdline()))
        except psutil.Error:
            continue  # it has ended
    return lines


def test_the_command_sends_what_waits_and_nothing_twice(directory, wandb, tracker_of):
    """It says how far it is; asked again it has nothing to do."""
    tracker_of(mode="offline").record(a_tracked_day())
    environment = {"WANDB_API_KEY": API_KEY, "WANDB_BASE_URL": wandb.url, "MOVIE_WANDB_DIR": str(directory)}

    first = CliRunner().invoke(commands, ["wandb-sync"], env=environment)
    second = CliRunner().invoke(commands, ["wandb-sync", str(directory)], env=environment)

    assert first.exit_code == 0, first.output
    assert f"3 runs in {directory} wait for being sent." in first.output
    assert "3 of 3 sent" in first.output
    assert second.exit_code == 0
    assert f"0 runs in {directory} wait for being sent." in second.output
    assert sent_once(wandb) == 3


def test_the_command_fails_with_the_reason(directory, wandb, tracker_of):
    """So that a script notices; what was not sent still waits."""
    tracker_of(mode="offline").record(a_tracked_day())
    environment = {"WANDB_BASE_URL": wandb.url, "MOVIE_WANDB_DIR": str(directory)}

    keyless = CliRunner().invoke(commands, ["wandb-sync"], env=environment)
    refused = CliRunner().invoke(commands, ["wandb-sync"], env=environment | {"WANDB_API_KEY": "f" * 40})

    assert keyless.exit_code == refused.exit_code == 1
    assert "W&B takes nothing without a key: set WANDB_API_KEY." in keyless.output
    assert "refused the key in WANDB_API_KEY" in refused.output
    assert len(unsent_runs(directory)) == 3
