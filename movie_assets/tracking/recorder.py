"""The program that makes offline W&B runs of a batch: `python recorder.py`, a path on each line, a reply to each.

A process of its own, since W&B may hang even offline: whoever asks waits as long as it likes and ends it. It imports
W&B once for many batches. Nothing of ours is imported here. What a batch is, and who asks: batches.py.

A batch is recorded whole or not at all: its runs are made within its folder and then moved by one rename.
"""

import fcntl
import json
import os
import shutil
import sys
from pathlib import Path
from typing import Any

RUNS = "runs.json"
LOCK = "lock"


def record(batch: Path, target: Path) -> None:
    """Make the runs of the batch below `target`, and forget the batch. Raises BlockingIOError while another does."""
    with (batch / LOCK).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if not target.exists():  # it does where a process died between the move and the end
            staging = batch / "staging"
            shutil.rmtree(staging, ignore_errors=True)
            staging.mkdir()
            described = json.loads((batch / RUNS).read_bytes())
            for run in described["runs"]:
                _make(run, project=described["project"], batch=batch, folder=staging)
            made = staging / "made"
            made.mkdir()
            for folder in staging.glob("wandb/offline-run-*"):
                for needless in ("logs", "tmp"):  # nothing of them is sent
                    shutil.rmtree(folder / needless, ignore_errors=True)
                folder.rename(made / folder.name)
            target.parent.mkdir(parents=True, exist_ok=True)
            made.rename(target)
        shutil.rmtree(batch)


def _make(run: dict[str, Any], *, project: str, batch: Path, folder: Path) -> None:
    import wandb  # a second: within the time a batch is given

    settings = wandb.Settings(
        silent=True,
        console="off",
        disable_git=True,
        disable_code=True,
        disable_job_creation=True,
        x_disable_meta=True,
        x_disable_stats=True,
        x_save_requirements=False,
    )
    with wandb.init(
        project=project,
        group=run["group"],
        job_type=run["job_type"],
        name=run["name"],
        tags=run["tags"],
        config=run["config"],
        mode="offline",
        dir=str(folder),
        reinit="create_new",
        settings=settings,
    ) as told:
        pictures = {f"plots/{name}": wandb.Image(str(batch / file)) for name, file in run["plots"].items()}
        told.log({**run["metrics"], **pictures})
        told.summary.update(run["notes"])
        if run["bundle_uri"] is not None:
            config = run["config"]
            bundle = wandb.Artifact(f"bundle-{config['source']}", type="model", metadata={"id": config["champion"]})
            bundle.add_reference(run["bundle_uri"], name="bundle", checksum=False)  # a reference: nothing is uploaded
            told.log_artifact(bundle, aliases=[run["group"]])


def main() -> None:
    """Record batch after batch until there is no further line; each reply is one line of JSON."""
    replies = os.fdopen(os.dup(sys.stdout.fileno()), "w")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # whatever W&B prints is no reply
    for line in sys.stdin:
        asked = json.loads(line)
        try:
            record(Path(asked["batch"]), Path(asked["target"]))
            reply = {}
        except Exception as error:  # noqa: BLE001 - whatever W&B raises, who asked is told and goes on
            reply = {"error": f"{type(error).__name__}: {error}"}
        replies.write(json.dumps(reply) + "\n")
        replies.flush()


if __name__ == "__main__":
    main()
