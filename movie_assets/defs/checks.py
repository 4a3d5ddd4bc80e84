"""Asset checks: which property of which asset, for people to see, day by day.

The properties themselves: catalogue/validation.py and training/. The same ones are asked before a day is written; a
day that fails one later is held back from every window until it passes. What only warns: day_warnings.py.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import dagster as dg

from movie_assets.defs.days import DayReader, report_check
from movie_assets.defs.event_log import Target, newest_materializations
from movie_assets.defs.resources import ObjectStore
from movie_assets.prediction.features import FEATURES
from movie_assets.storage.folders import hold_day
from movie_assets.storage.names import (
    CANDIDATE_RECORDS,
    CHOICE,
    COUNTS,
    DROPPED,
    ENCODERS,
    FILMS,
    MOVIES,
    TRIALS,
    VOTES,
)
from movie_assets.training.records import Candidates, DayChoice, FittedEncoders, Trials


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One property of one day, with what a person compares."""

    check: str
    passed: bool
    expected: str
    actual: str


Examine = Callable[[str], Iterator[Finding]]

CLEANED_CHECKS = {
    "columns_are_as_declared": "Exactly the declared columns, each with its type and range.",
    "no_column_is_only_known_after_release": "No votes, popularity, budget, revenue or anything derived from them.",
    "ids_are_unique": "One row for each film.",
    "ratings_are_between_0_and_10": "The target is a mean vote on the source's scale.",
    "enough_films_were_read": "The source gave at least MOVIE_MIN_FILMS films that could be read, kept or not.",
    "every_film_has_its_votes": "movie_votes holds the same films.",
    "every_record_is_accounted_for": "Films kept and records dropped, by reason, add up to the records read.",
}


def asset_checks(days: dg.DailyPartitionsDefinition) -> Sequence[dg.AssetChecksDefinition]:
    """Every check, over these days."""
    return [
        checks_of(
            "raw_tmdb", days, {"records_have_their_columns": "Each row says what came, why and when."}, _each(_raw)
        ),
        checks_of("cleaned_movies", days, CLEANED_CHECKS, _each(_cleaned), holds=True),
        checks_of(
            "encoders",
            days,
            {"only_allowed_features_are_encoded": "The training matrix has the feature spec's columns only."},
            _each(_encoders),
        ),
        checks_of(
            "trained_candidates",
            days,
            {"every_family_was_tried": "Each family has a trial, and one at least an estimator."},
            _each(_candidates),
        ),
        checks_of(
            "best_model",
            days,
            {"champion_beats_both_baselines": "A promoted challenger has a smaller error than either baseline."},
            _each(_best),
        ),
    ]


def checks_of(
    asset: str,
    days: dg.DailyPartitionsDefinition,
    checks: dict[str, str],
    begin: Callable[[DayReader], Examine],
    *,
    name: str | None = None,
    holds: bool = False,
    warns: bool = False,
) -> dg.AssetChecksDefinition:
    """The checks of an asset: `begin` is called once a run, what it gives once a day.

    With `holds` a day that fails is kept out of the windows, with `warns` a failure is a warning only.
    """
    specs = [
        dg.AssetCheckSpec(name, asset=asset, description=description, partitions_def=days)
        for name, description in checks.items()
    ]

    @dg.multi_asset_check(specs=specs, name=name or f"{asset}_checks", can_subset=True)
    def check(context: dg.AssetCheckExecutionContext, store: ObjectStore) -> Iterator[dg.AssetCheckResult]:
        examine = begin(DayReader(store.bucket(), store.prefix(asset)))
        asked = {key.name for key in context.selected_asset_check_keys}
        keys = sorted(context.op_execution_context.partition_keys)
        looked_at = newest_materializations(context.instance, dg.AssetKey(asset), keys)
        for day in keys:
            findings = list(examine(day))
            for finding in findings:
                if finding.check in asked:
                    report_check(context, _evaluation(asset, day, finding, looked_at.get(day), warns=warns))
            if holds:  # by every property, also where a person asked for one of them alone
                failed = [f"{found.check}: {found.actual}" for found in findings if not found.passed]
                hold_day(store.bucket(), store.prefix(asset, day), failed)
        yield from ()  # each day was reported on its own: a result could speak of one day only

    return check


def _each(examine: Callable[[DayReader, str], Iterator[Finding]]) -> Callable[[DayReader], Examine]:
    """For checks that keep nothing from one day to the next."""
    return lambda reader: partial(examine, reader)


def _evaluation(
    asset: str, day: str, finding: Finding, looked_at: Target | None, *, warns: bool
) -> dg.AssetCheckEvaluation:
    return dg.AssetCheckEvaluation(
        asset_key=dg.AssetKey(asset),
        check_name=finding.check,
        passed=finding.passed,
        metadata={"expected": finding.expected, "actual": finding.actual},
        partition=day,
        target_materialization_data=looked_at,
        severity=dg.AssetCheckSeverity.WARN if warns else dg.AssetCheckSeverity.ERROR,
        blocking=False,
    )


def _raw(reader: DayReader, day: str) -> Iterator[Finding]:
    from movie_assets.catalogue.columns import RAW_TMDB  # pandas: paid by runs, not by definitions

    actual = list(reader.frame(day, FILMS).columns)
    expected = [column.name for column in RAW_TMDB]
    yield Finding(
        check="records_have_their_columns", passed=actual == expected, expected=str(expected), actual=str(actual)
    )


def _cleaned(reader: DayReader, day: str) -> Iterator[Finding]:
    from movie_assets.catalogue.columns import MOVIE_VOTES, schema_of  # as above
    from movie_assets.catalogue.validation import DAY_PROPERTIES, CleanedDay, films_read

    kept = reader.day(day)
    counts = kept.json(COUNTS)
    min_films = counts.pop("min_films")
    movies = kept.frame(MOVIES)
    cleaned = CleanedDay(movies=movies, films_read=films_read(counts), min_films=min_films)
    for asked in DAY_PROPERTIES:
        verdict = asked.check(cleaned)
        yield Finding(check=asked.name, passed=verdict.passed, expected=verdict.expected, actual=verdict.actual)
    votes = schema_of(MOVIE_VOTES).validate(kept.frame(VOTES))
    yield Finding(
        check="every_film_has_its_votes",
        passed=set(votes["id"]) == set(movies["id"]),
        expected=f"votes of {len(movies)} films",
        actual=f"votes of {len(votes)} films",
    )
    dropped = len(kept.frame(DROPPED))
    yield Finding(
        check="every_record_is_accounted_for",
        passed=sum(counts.values()) == len(movies) + dropped,
        expected=f"{sum(counts.values())} records",
        actual=f"{len(movies)} films and {dropped} dropped records",
    )


def _encoders(reader: DayReader, day: str) -> Iterator[Finding]:
    fitted = FittedEncoders.from_json(reader.content(day, ENCODERS)).encoders
    expected = sorted(feature.name for feature in FEATURES)
    actual = sorted(fitted.encodings)
    yield Finding(
        check="only_allowed_features_are_encoded",
        passed=actual == expected,
        expected=", ".join(expected),
        actual=", ".join(actual),
    )


def _candidates(reader: DayReader, day: str) -> Iterator[Finding]:
    from movie_assets.training.candidates import CANDIDATES  # as above

    expected = sorted(candidate.family for candidate in CANDIDATES)
    actual = sorted({trial.family for trial in Trials.from_json(reader.content(day, TRIALS)).trials})
    fitted = [one.family for one in Candidates.from_json(reader.content(day, CANDIDATE_RECORDS)).candidates]
    yield Finding(
        check="every_family_was_tried",
        passed=actual == expected and fitted != [],
        expected=f"{expected} tried, one fitted",
        actual=f"{actual} tried, {fitted} fitted",
    )


def _best(reader: DayReader, day: str) -> Iterator[Finding]:
    choice = DayChoice.from_json(reader.content(day, CHOICE))
    baseline, challenger = choice.rmse("baseline"), choice.rmse("challenger")
    yield Finding(
        check="champion_beats_both_baselines",
        passed=not choice.promoted or challenger < baseline,
        expected=f"rmse below {baseline:.4f} where the challenger is promoted",
        actual=f"{challenger:.4f}, {'promoted' if choice.promoted else 'not promoted'}",
    )
