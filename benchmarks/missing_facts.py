"""What a fact that is left out does to a rating, before and after the correction: `make bench-missing DUMP=path`.

Before is the same estimator without the correction (prediction/missing_facts.py). The films are split in time as in
quality.py: contributions are averaged over the earlier films, errors measured on the later ones. Without a dump the
films are synthetic. Figures: docs/reference/benchmarks.md.
"""

import argparse
import time
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np

from benchmarks.measuring import machine, peak_mb, print_figures, print_table
from benchmarks.quality import FIRST_MEASURED, LAST_MEASURED, errors, parts_of
from benchmarks.training import SEED, dump_films, synthetic_films
from movie_assets.prediction.encodings import Season
from movie_assets.prediction.features import FEATURES, encode, labels, names_of
from movie_assets.prediction.missing_facts import ALWAYS_GIVEN, FACT_OF, Absences
from movie_assets.prediction.runtime import Estimator
from movie_assets.training.candidates import CANDIDATES, candidate_name
from movie_assets.training.encoders import fit_encoders
from movie_assets.training.evaluation import VOTE_THRESHOLDS
from movie_assets.training.selection import bundle_of
from movie_assets.training.tuning import refit

SYNTHETIC_FILMS = 10_000
COMMONEST, RANDOM, SHOWN = 20, 50, 10
DATES = [date(2012, month, day) for month in range(1, 13) for day in (3, 9, 14, 20, 25)]
YEAR = 2012
FILMS_OF_A_DATE = 500


def bundles_of(train, family, seed):
    """The bundle of a family's first settings on the full feature set, and the same without the correction."""
    [candidate] = [one for one in CANDIDATES if one.family == family]
    encoded = fit_encoders(train, seed=seed)
    settings = {candidate_name(family, "full"): candidate.starting_points["full"]}
    bundle = bundle_of(refit([candidate], train, encoded, settings, seed=seed), train, encoded, seed=seed)
    return bundle, replace(bundle, spec=bundle.spec.model_copy(update={"missing_facts": None}))


def left_out(columns, facts):
    """The films without these facts."""
    films = len(columns["runtime"])
    return columns | {feature.name: [None] * films for feature in FEATURES if feature.fact in facts}


def sets_of(train, bundle, facts):
    """The commonest sets of missing facts with their films, and sets at random."""
    missing = Absences.of(train.columns, features=names_of(bundle.encoders), facts=facts).facts
    found, films = np.unique(missing, axis=0, return_counts=True)
    commonest = np.argsort(-films, kind="stable")[:COMMONEST]
    drawn = np.random.default_rng(SEED).random((RANDOM, len(facts))) < 0.5

    def named(marks):
        return tuple(fact for fact, out in zip(facts, marks, strict=True) if out)

    return [(named(found[row]), films[row]) for row in commonest], [named(row) for row in drawn]


class Contributions:
    """The mean contribution of missing facts over the training films, which are encoded once."""

    def __init__(self, train, bundle, facts):
        self._columns, self._bundle = train.columns, bundle
        self._estimator = Estimator(bundle.model)
        self._full = encode(train.columns, bundle.encoders)
        self._masked = encode(left_out(train.columns, facts), bundle.encoders)
        self._owners = [FACT_OF[feature] for feature, _ in labels(bundle.encoders)]

    def mean(self, facts):
        """Without and with the correction, where these facts are left out of every film."""
        matrix = np.where([owner in facts for owner in self._owners], self._masked, self._full)
        estimates, columns = self._estimator.estimate(matrix), left_out(self._columns, facts)
        correction, features = self._bundle.spec.missing_facts, names_of(self._bundle.encoders)
        after = correction.correct(estimates, columns, features=features).facts_not_given
        return (after + correction.offsets_of(columns, features=features)).mean(), after.mean()


def contribution_rows(train, bundle, facts):
    """A row for each of the commonest sets of missing facts, and the largest mean of all sets of each kind."""
    contributions = Contributions(train, bundle, facts)
    commonest, drawn = sets_of(train, bundle, facts)
    means = [contributions.mean(chosen) for chosen, _ in commonest]
    for (chosen, films), (before, after) in zip(commonest[:SHOWN], means[:SHOWN], strict=True):
        yield ", ".join(chosen) or "none", films, f"{before:+.3f}", f"{after:+.3f}"
    at_random = [contributions.mean(chosen) for chosen in drawn]
    for name, found in ((f"{COMMONEST} commonest, largest", means), (f"{RANDOM} random, largest", at_random)):
        yield name, "", *(f"{np.abs(sizes).max():.3f}" for sizes in zip(*found, strict=True))


def error_rows(measured, bundle, bare, facts):
    """The errors without and with the correction: of the films as they are, without each fact, without all."""
    sets = {"as they are": ()} | {f"without {fact}": (fact,) for fact in facts} | {"without all of them": facts}
    sets["without optional facts"] = tuple(set(facts) - {"overview", "genres"})
    for name, chosen in sets.items():
        columns = left_out(measured.columns, chosen)
        for label, one in (("before", bare), ("after", bundle)):
            yield f"{name}, {label}", errors(measured, one.rate(columns).ratings)


def season_figures(train, bundle):
    """How far a film without a date is from the mean over the dates of a year: the mean, and the mean size."""
    season = bundle.spec.missing_facts.season
    columns = {name: values[:FILMS_OF_A_DATE] for name, values in train.columns.items()}
    columns = left_out(columns, {feature.fact for feature in FEATURES if "record" in feature.kinds})
    films = len(columns["runtime"])
    dated = np.array([bundle.rate(columns | {"release_date": [day] * films}).unclipped for day in DATES])
    away = bundle.rate(columns | {"release_date": [Season(YEAR, *season)] * films}).unclipped - dated.mean(axis=0)
    usual = np.abs(dated - dated.mean(axis=0)).mean()
    return season, f"{away.mean():+.3f}", f"{np.abs(away).mean():.3f}", f"{usual:.3f}"


def main():
    """Measure, and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("dump", type=Path, nargs="?")
    parser.add_argument("--family", default="lightgbm", choices=[candidate.family for candidate in CANDIDATES])
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    began = time.perf_counter()
    print(f"{machine()}.")
    if options.dump:
        train, measured = parts_of(dump_films(options.dump), FIRST_MEASURED, LAST_MEASURED)
    else:
        films = synthetic_films(SYNTHETIC_FILMS)
        middle = int(films["release_date"].dt.year.quantile(0.7))
        train, measured = parts_of(films, middle, int(films["release_date"].dt.year.max()))
    bundle, bare = bundles_of(train, options.family, options.seed)
    facts = tuple(dict.fromkeys(one.fact for one in FEATURES if one.fact not in ALWAYS_GIVEN))
    print(f"\n{len(train)} films train, {len(measured)} measure; {options.family}.\n")
    columns = ["facts left out of every training film", "films that lack them", "before", "after"]
    print_table(columns, contribution_rows(train, bundle, facts))
    print()
    columns = ["month and weekday", "mean difference to all dates", "mean size of it", "mean size for any date"]
    print_table(columns, [season_figures(train, bundle)])
    print()
    columns = [f"RMSE {votes}" for votes in VOTE_THRESHOLDS]
    print_figures("films measured", columns, error_rows(measured, bundle, bare, facts))
    print(f"\n{time.perf_counter() - began:.0f} s in all, {peak_mb():,.0f} MB at most.")


if __name__ == "__main__":
    main()
