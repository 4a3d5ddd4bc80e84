"""Days: what a partitioned asset gives back, one day after the other, and what it reads.

A run of many days keeps each day as it is finished; the metadata, the checks and the event of a day belong to that
day alone. Writing a day: io_managers.py. What is in a day: the assets.
"""

from collections.abc import Callable, Generator, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import dagster as dg
from dagster._core.events import DagsterEvent  # the only way to report a check of one day of a run of many

from movie_assets.prediction.bundle import ModelBundle
from movie_assets.storage.bucket import Bucket, MissingObjectError
from movie_assets.storage.folders import Folder, days_of, find_folder, read_file
from movie_assets.storage.formats import frame_of, json_from
from movie_assets.storage.old_layout import OldLayout

if TYPE_CHECKING:
    import pandas as pd


class DayRejectedError(ValueError):
    """A day is not fit to be learnt from; the message says what is wrong. It was kept under rejected/."""


@dataclass(frozen=True)
class Day:
    """One day of an asset: files by name (frames, JSON values or bytes), and what is worth seeing."""

    key: str
    files: Mapping[str, Any]
    metadata: Mapping[str, Any] = field(default_factory=dict)
    bundle: ModelBundle | None = None  # kept on its own, before the day that names it
    old_layout: OldLayout | None = None  # of that bundle; kept in the same way
    once_kept: Callable[[], None] | None = None  # what is left to do when the day is in the bucket


@dataclass(frozen=True)
class Days:
    """The days of a run, made one after the other as they are taken."""

    taken: Generator[Day]

    def __iter__(self) -> Iterator[Day]:
        return self.taken

    def close(self) -> None:
        """No further day is wanted."""
        self.taken.close()


@dataclass(frozen=True)
class KeptDay:
    """One day of an asset as the bucket has it: all its files of one writing, each read when it is asked for."""

    bucket: Bucket
    folder: Folder

    def frame(self, name: str) -> "pd.DataFrame":
        """A table of the day."""
        return frame_of(self.content(name))

    def json(self, name: str) -> Any:
        """A JSON value of the day."""
        return json_from(self.content(name))

    def content(self, name: str) -> bytes:
        """A file of the day. Raises CorruptFolderError when it is missing or changed."""
        return read_file(self.bucket, self.folder, name)


class DayReader:
    """An upstream asset's days, each read when it is asked for by its key, so that none can take another's place."""

    def __init__(self, bucket: Bucket, prefix: str) -> None:
        self._bucket = bucket
        self._prefix = prefix

    def days(self) -> list[str]:
        """The days that are there and not held, in order."""
        return days_of(self._bucket, self._prefix)

    def day(self, key: str) -> KeptDay:
        """That day. Raises MissingObjectError with what to do when it is not there."""
        try:
            return KeptDay(self._bucket, find_folder(self._bucket, f"{self._prefix}/{key}"))
        except MissingObjectError as error:
            source, asset = self._prefix.split("/")
            raise MissingObjectError(
                f"{asset} of {key} (source {source}) is not in {self._bucket.address}: materialize {asset} for {key} "
                "first. If it failed there, its reasons are in that run and under rejected/."
            ) from error

    def frame(self, day: str, name: str) -> "pd.DataFrame":
        """A table of that day."""
        return self.day(day).frame(name)

    def json(self, day: str, name: str) -> Any:
        """A JSON value of that day."""
        return self.day(day).json(name)

    def content(self, day: str, name: str) -> bytes:
        """A file of that day."""
        return self.day(day).content(name)


def each_day(context: dg.AssetExecutionContext, produce: Callable[[str], Day]) -> Days:
    """The run's days in order, each as soon as it is produced; a rejected day does not stop the others.

    At the end the step fails if a day was rejected.
    """
    return Days(_produced(context, produce))


def _produced(context: dg.AssetExecutionContext, produce: Callable[[str], Day]) -> Generator[Day]:
    days = sorted(context.partition_keys)
    rejected: list[str] = []
    for number, key in enumerate(days, start=1):
        try:
            day = produce(key)
        except DayRejectedError as error:
            rejected.append(str(error))
            context.log.error(f"{key} rejected ({number} of {len(days)}): {error}")
            continue
        yield day
        if day.once_kept is not None:
            day.once_kept()
        context.log.info(f"{context.asset_key.to_user_string()} {key} kept ({number} of {len(days)})")
    if rejected:
        raise dg.Failure(
            description=f"{len(rejected)} of {len(days)} days rejected, nothing downstream can learn from them. "
            + " ".join(rejected)
        )


def version_tags(context: dg.OutputContext) -> Mapping[str, str]:
    """What Dagster writes on every event of this step, to tell later which versions its day was made of."""
    from dagster._core.definitions.assets.definition.asset_spec import AssetExecutionType
    from dagster._core.execution.plan.execute_step import _get_output_asset_events

    step = context.step_context
    output = step.op_def.output_def_named(context.name)
    [event] = _get_output_asset_events(
        context.asset_key,
        context.asset_partition_keys[:1],
        dg.Output(None),
        output,
        {},
        step,
        AssetExecutionType.MATERIALIZATION,
    )
    return event.tags or {}


def report_kept(context: dg.OutputContext, day: Day, tags: Mapping[str, str]) -> None:
    """Tell Dagster at once that the day is kept, in the words it would use at the end of the step.

    So the days of a run that is killed are not forgotten, and a person sees each as it comes.
    """
    context.log_event(
        dg.AssetMaterialization(context.asset_key, partition=day.key, metadata=dict(day.metadata), tags=tags)
    )


def report_nothing_more(context: dg.OutputContext) -> None:
    """Every day was told by report_kept: at the end of the step Dagster would tell all of them once more."""
    context._asset_key = None


def report_check(context: dg.AssetCheckExecutionContext, evaluation: dg.AssetCheckEvaluation) -> None:
    """Record one check of one day within the run; a check's return value can speak of a single day only."""
    step = context.op_execution_context._step_execution_context
    DagsterEvent.asset_check_evaluation(step, evaluation)
