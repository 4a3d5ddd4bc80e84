"""sync: sends Weights & Biases the records of training days that it does not have yet, each once.

The bucket holds the records; training writes them and calls nobody. What was sent is marked run by run in
`<source>/wandb/<mode>/<asset>/<day>.json`. What a run is made of: runs.py. How it is handed over: wandb_runs.py.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import PurePosixPath

from pydantic import BaseModel, ConfigDict

from movie_assets.storage.bucket import Bucket, MissingObjectError
from movie_assets.storage.folders import Folder, days_of, find_folder, read_file
from movie_assets.storage.keys import CANDIDATE_RECORDS, CHOICE, TRIALS, asset_folder, bundle_folder, tracking_marker
from movie_assets.tracking.runs import Run, runs_of, summary_run
from movie_assets.tracking.wandb_runs import NotSentError, WandbRuns
from movie_assets.training.records import FORMAT, Candidates, DayChoice, Trials
from movie_assets.training.window import READERS


class Marker(BaseModel):
    """What was sent of a day of an asset."""

    model_config = ConfigDict(frozen=True)

    folder: str | None = None  # the digest of the day's folder, once all of it was sent
    runs: tuple[str, ...] = ()  # ids


def sync(bucket: Bucket, source: str, wandb: WandbRuns, *, tell: Callable[[str], None]) -> None:
    """Send every run that has no marker, and mark it; `tell` is told of each day.

    A run that is sent and not marked, since the process was killed in between, is sent again under the same id.
    Raises NotSentError at the first run that W&B does not take.
    """
    sent = 0
    for asset, runs_in in (("trained_candidates", _tried), ("best_model", _decided)):
        for key, folder, marked in _unsent(bucket, source, asset, wandb.mode):
            marker, day = marked, PurePosixPath(key).stem
            runs = [run for run in runs_in(bucket, source, day, folder) if run.id not in marker.runs]
            for run in runs:
                try:
                    wandb.send(run)
                except NotSentError as error:
                    raise NotSentError(f"{error} {sent} runs were sent; the next sync goes on from there.") from error
                sent += 1
                marker = marker.model_copy(update={"runs": (*marker.runs, run.id)})
                bucket.put(key, marker.model_dump_json().encode())
            bucket.put(key, Marker(folder=folder.digest, runs=marker.runs).model_dump_json().encode())
            tell(f"{asset} {day}: {len(runs)} runs sent")
    tell(f"{sent} runs sent, none is left")


def _unsent(bucket: Bucket, source: str, asset: str, mode: str) -> Iterator[tuple[str, Folder, Marker]]:
    """The days whose folder is another than the one that was sent whole, in order, each by its marker's key."""
    days = days_of(bucket, asset_folder(source, asset))

    def looked_up(day: str) -> tuple[str, Folder, Marker]:
        key = tracking_marker(source, mode, asset, day)
        try:
            marker = Marker.model_validate_json(bucket.get(key))
        except MissingObjectError:
            marker = Marker()
        return key, find_folder(bucket, asset_folder(source, asset, day)), marker

    with ThreadPoolExecutor(READERS) as readers:
        looked = list(readers.map(looked_up, days))
    yield from (one for one in looked if one[2].folder != one[1].digest)


def _tried(bucket: Bucket, source: str, day: str, folder: Folder) -> list[Run]:
    trials = Trials.from_json(read_file(bucket, folder, TRIALS))
    candidates = Candidates.from_json(read_file(bucket, folder, CANDIDATE_RECORDS))
    if trials.format < FORMAT:
        return []  # the version that wrote them told W&B of them itself
    return runs_of(source, day, trials.trials, candidates.candidates)


def _decided(bucket: Bucket, source: str, day: str, folder: Folder) -> list[Run]:
    choice = DayChoice.from_json(read_file(bucket, folder, CHOICE))
    if choice.format < FORMAT:
        return []  # as above
    plots = {
        name.removesuffix(".png"): read_file(bucket, folder, name) for name in folder.sha256 if name.endswith(".png")
    }
    bundle_uri = f"s3://{bucket.name}/{bundle_folder(source, choice.champion)}" if choice.champion else None
    return [summary_run(source, day, choice, plots, bundle_uri)]
