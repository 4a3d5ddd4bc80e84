"""The asset checks that block, and what every daily check shares: one result a day, with its properties as a table.

A property of a cleaned day is a function in catalogue/quality.py; it also decides whether the day is written at all.
Checks that only warn: warnings.py.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import isfinite
from typing import TYPE_CHECKING, Any, get_args, get_type_hints

import dagster as dg

from movie_assets.defs.days import DayReader
from movie_assets.defs.resources import ObjectStore
from movie_assets.storage.folders import quarantine_day
from movie_assets.storage.keys import CHOICE, COUNTS, DROPPED, MOVIES, VOTES
from movie_assets.training.records import DayChoice

if TYPE_CHECKING:
    from movie_assets.catalogue.quality import DayVerdict

FIT_TO_LEARN_FROM, AS_USUAL, BEATS_BASELINES = (
    dg.AssetCheckKey(dg.AssetKey(asset), name)
    for asset, name in (
        ("cleaned_movies", "day_is_fit_to_learn_from"),
        ("cleaned_movies", "day_is_as_usual"),
        ("best_model", "champion_beats_both_baselines"),
    )
)
DAILY_CHECKS = (FIT_TO_LEARN_FROM, AS_USUAL, BEATS_BASELINES)
EVENTS_AT_ONCE = 100


@dataclass(frozen=True)
class Examination:
    """One day's verdicts by property, and figures that Dagster can plot over the days."""

    verdicts: "Mapping[str, DayVerdict]"
    figures: Mapping[str, float] = field(default_factory=dict)


Examine = Callable[[DayReader, str], Examination]


def asset_checks(days: dg.DailyPartitionsDefinition) -> Sequence[dg.AssetChecksDefinition]:
    """The checks that block, over these days."""
    fit = daily_check(
        FIT_TO_LEARN_FROM,
        days,
        "Columns, ranges, ids, no leak, enough films, every record accounted for. A day that fails is quarantined: "
        "no window includes it until it passes.",
        lambda: _cleaned,
        blocking=True,
        quarantines=True,
    )
    better = daily_check(
        BEATS_BASELINES,
        days,
        "A promoted challenger has a smaller error than either baseline.",
        lambda: _best,
        blocking=True,
    )
    return [fit, better]


def op_name(check: dg.AssetCheckKey) -> str:
    """The step that evaluates a daily check."""
    return f"{check.asset_key.to_user_string()}_{check.name}"


def daily_check(
    key: dg.AssetCheckKey,
    days: dg.DailyPartitionsDefinition,
    description: str,
    begin: Callable[[], Examine],
    *,
    blocking: bool = False,
    quarantines: bool = False,
) -> dg.AssetChecksDefinition:
    """A check with one result for each day of a run; `begin` is called once a run, its result once a day.

    With `quarantines` a day that fails is quarantined until it passes. A check that does not block warns.
    """
    spec = dg.AssetCheckSpec(
        key.name, asset=key.asset_key, description=description, partitions_def=days, blocking=blocking
    )
    asset = spec.asset_key.to_user_string()
    severity = dg.AssetCheckSeverity.ERROR if spec.blocking else dg.AssetCheckSeverity.WARN

    @dg.multi_asset_check(specs=[spec], name=op_name(spec.key))
    def check(context: dg.AssetCheckExecutionContext, store: ObjectStore) -> Iterator[Any]:
        examine, reader = begin(), DayReader(store.bucket(), store.prefix(asset))
        keys = sorted(context.op_execution_context.partition_keys)
        targets = _targets(context.instance, spec.asset_key, keys)
        for day in keys:
            examined = examine(reader, day)
            failed = [f"{name}: {verdict.actual}" for name, verdict in examined.verdicts.items() if not verdict.passed]
            if quarantines:
                quarantine_day(store.bucket(), store.prefix(asset, day), failed)
            # An AssetCheckResult cannot name one day of a run of many.
            yield dg.AssetCheckEvaluation(
                asset_key=spec.asset_key,
                check_name=spec.name,
                passed=not failed,
                metadata={"properties": _table(examined.verdicts), "failed": len(failed), **examined.figures},
                description="; ".join(failed) or None,
                target_materialization_data=targets.get(day),
                severity=severity,
                blocking=spec.blocking,
                partition=day,
            )
        yield dg.Output(None, spec.get_python_identifier())  # downstream steps may run, unless a day failed

    return check


def _table(verdicts: "Mapping[str, DayVerdict]") -> dg.TableMetadataValue:
    return dg.MetadataValue.table(
        [
            dg.TableRecord(
                {"property": name, "expected": verdict.expected, "actual": verdict.actual, "passed": verdict.passed}
            )
            for name, verdict in verdicts.items()
        ],
        schema=dg.TableSchema(
            [dg.TableColumn(name) for name in ("property", "expected", "actual")] + [dg.TableColumn("passed", "bool")]
        ),
    )


def _targets(instance: dg.DagsterInstance, asset: dg.AssetKey, days: Sequence[str]) -> Mapping[str, Any]:
    """By day, the materialization that its check targets; the UI shows a day whose check names none as missing."""
    # the class of a public argument, which Dagster does not export
    target, _ = get_args(get_type_hints(dg.AssetCheckEvaluation)["target_materialization_data"])
    newest: dict[str, Any] = {}
    records_filter, cursor = dg.AssetRecordsFilter(asset, asset_partitions=list(days)), None
    while len(newest) < len(days):
        page = instance.fetch_materializations(records_filter, limit=EVENTS_AT_ONCE, cursor=cursor)
        for record in page.records:  # newest first
            materialization = target(storage_id=record.storage_id, run_id=record.run_id, timestamp=record.timestamp)
            newest.setdefault(str(record.partition_key), materialization)
        if not page.has_more:
            break
        cursor = page.cursor
    return newest


def _cleaned(reader: DayReader, day: str) -> Examination:
    from movie_assets.catalogue.columns import MOVIE_VOTES, schema_of  # pandas: paid by runs, not by definitions
    from movie_assets.catalogue.quality import day_verdicts, film_verdicts

    stored = reader.day(day)
    counts = stored.json(COUNTS)
    min_films = counts.pop("min_films")
    movies, votes = stored.frame(MOVIES), schema_of(MOVIE_VOTES).validate(stored.frame(VOTES))
    dropped = len(stored.frame(DROPPED))
    verdicts = film_verdicts(movies) | day_verdicts(
        movies["id"], votes["id"], dropped=dropped, counts=counts, min_films=min_films
    )
    return Examination(verdicts, {"films": len(movies), "records": sum(counts.values())})


def _best(reader: DayReader, day: str) -> Examination:
    from movie_assets.catalogue.quality import DayVerdict  # as above

    choice = DayChoice.from_json(reader.day(day).content(CHOICE))
    baseline, challenger = choice.rmse("baseline"), choice.rmse("challenger")
    verdict = DayVerdict(
        passed=not choice.promoted or challenger < baseline,
        expected=f"rmse below {baseline:.4f} where the challenger is promoted",
        actual=f"{challenger:.4f}, {'promoted' if choice.promoted else 'not promoted'}",
    )
    figures = {"challenger_rmse": challenger, "baseline_rmse": baseline}
    return Examination(
        {BEATS_BASELINES.name: verdict}, {name: rmse for name, rmse in figures.items() if isfinite(rmse)}
    )
