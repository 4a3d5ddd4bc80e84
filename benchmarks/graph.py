"""How far the graphs are from the libraries, and what they cost: `make bench-graph`, with DUMP=path on its films.

Each family with its first settings, its members and the error scale, on the full feature set, learnt from the training
part of the films and asked about all of them. `library`: the largest difference to the mean of what the estimators
themselves predict. `single`: the largest difference to the same graph with thresholds, leaves and base in single
precision, as version 0.1.0 kept them. `film` and `batch`: processor time of the bundle's estimator for one film and for
2,000, reasons and error scale included. The figures of one machine: docs/reference/benchmarks.md.
"""

import argparse
import time
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np

from benchmarks.catalogue import machine
from benchmarks.quality import films_of
from movie_assets.catalogue.raw import raw_frame
from movie_assets.catalogue.synthetic.source import SyntheticCatalogue
from movie_assets.prediction.features import encode
from movie_assets.prediction.runtime import Estimator
from movie_assets.training.candidates import CANDIDATES, rising_columns
from movie_assets.training.encoders import fit_encoders
from movie_assets.training.onnx_graph import features_of, graph_of, with_error_scale
from movie_assets.training.trees import Trees, mean_of
from movie_assets.training.weighting import WEIGHTINGS
from movie_assets.training.window import TrainingWindow
from tests.support.cleaning import clean

SEED = 7
DAY = date(2026, 1, 1)
SYNTHETIC_FILMS = 8_000
BATCH, ALONE = 2_000, 500  # films


def window_of(dump):
    """The films of a dump, or synthetic ones, as a training window."""
    if dump:
        frame = films_of(dump)
    else:
        catalogue = SyntheticCatalogue(seed=SEED, start=DAY, films_per_day=0, history_films=SYNTHETIC_FILMS)
        cleaned = clean(raw_frame(catalogue.fetch(DAY, with_history=True)), day=DAY)
        frame = cleaned.movies.merge(cleaned.votes, on="id").sort_values("id", ignore_index=True)
    return TrainingWindow(source="", day=str(DAY), days=(str(DAY),), digest="", frame=frame)


def in_single_precision(trees):
    """As version 0.1.0 kept them."""
    nodes = trees.nodes.copy()
    for name in ("threshold", "expected"):
        nodes[name] = nodes[name].astype(np.float32)
    return Trees(nodes, trees.roots, float(np.float32(trees.base)), single=True)


def milliseconds(estimator, matrix, rows, times):
    """Processor time of asking for so many rows, the median of so many times."""
    taken = []
    for begin in range(times):
        asked = matrix[begin % (len(matrix) - rows + 1) :][:rows]
        began = time.process_time()
        estimator.estimate(asked)
        taken.append(1000 * (time.process_time() - began))
    return float(np.median(taken))


def row_of(candidate, train, matrix, asked, encoders):
    """The figures of one family."""
    settings, weights = candidate.starting_points["full"], WEIGHTINGS["full"].of(train)
    rising = rising_columns(encoders)
    estimators = [candidate.build(settings, SEED + one, rising) for one in range(candidate.ensemble_size)]
    for estimator in estimators:
        estimator.fit(matrix, train.ratings, sample_weight=weights)
    trees = mean_of([candidate.trees(estimator) for estimator in estimators])
    features = features_of(encoders)
    model = with_error_scale(graph_of(trees, features), trees)
    began = time.perf_counter()
    estimator = Estimator(model)
    estimator.estimate(asked[:1])
    loaded = time.perf_counter() - began
    rated = estimator.estimate(asked).unclipped
    library = np.mean([one.predict(asked) for one in estimators], axis=0)
    before = Estimator(graph_of(in_single_precision(trees), features)).estimate(asked).unclipped
    return {
        "trees": len(trees.roots),
        "leaves": int((trees.nodes["low"] == np.arange(len(trees.nodes))).sum()),
        "library": f"{np.abs(rated - library).max():.1e}",
        "single": f"{np.abs(rated - before).max():.1e}",
        "MB": f"{len(model) / 1e6:.1f}",
        "load s": f"{loaded:.2f}",
        "film ms": f"{milliseconds(estimator, asked, 1, ALONE):.3f}",
        "batch ms": f"{milliseconds(estimator, asked, BATCH, 5):.0f}",
    }


def main():
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("dump", type=Path, nargs="?", help="Without it synthetic films are made.")
    window = window_of(parser.parse_args().dump)
    train = window.train
    encoded = fit_encoders(train, seed=SEED)
    matrix = encoded.matrix(train, encoded.encoders)
    asked = encode({name: list(window.frame[name]) for name in train.columns}, encoded.encoders)
    print(f"{machine()}, {datetime.now(UTC):%Y-%m-%d}; {len(asked)} films, {len(train)} of them learnt from.\n")
    for number, candidate in enumerate(CANDIDATES):
        row = row_of(candidate, train, matrix, asked, encoded.encoders)
        if number == 0:
            print(f"| family | {' | '.join(row)} |\n|{' --- |' * (len(row) + 1)}")
        print(f"| {candidate.family} | {' | '.join(str(value) for value in row.values())} |", flush=True)


if __name__ == "__main__":
    main()
