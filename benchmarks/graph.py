"""How far the graphs are from the libraries, and what they cost: `make bench-graph`, with DUMP=path on its films.

Each family with its first settings, its whole ensemble and the error scale, on the full feature set, fitted on the
training part of the films and evaluated on all of them.

- `library`: the largest difference to the mean of what the estimators themselves predict.
- `single`: the largest difference to the same graph with thresholds, leaves and base in single precision.
- `film`, `batch`: processor time of one film and of 2,000, with reasons and error scale.

Before the table, the difference to version 0.1.0, which had other graphs: a bundle kept from it beside its own answers.
Figures: docs/reference/benchmarks.md.
"""

import argparse
import json
import time
import zipfile
from pathlib import Path

import numpy as np

from benchmarks.measuring import PROJECT, machine, median_ms, print_table
from benchmarks.training import SEED, dump_films, synthetic_films, window_of
from movie_assets.prediction.features import encode
from movie_assets.prediction.movie import Movie
from movie_assets.prediction.runtime import Estimator
from movie_assets.training.bundle_format_2 import bundle_of_format_2
from movie_assets.training.candidates import CANDIDATES, rising_columns
from movie_assets.training.encoders import fit_encoders
from movie_assets.training.onnx_graph import features_of, graph_of, with_error_scale
from movie_assets.training.trees import Trees, mean_of
from movie_assets.training.weighting import WEIGHTINGS

SYNTHETIC_FILMS = 8_000
BATCH, ALONE = 2_000, 500  # films
COLUMNS = ("family", "trees", "leaves", "library", "single", "MB", "load s", "film ms", "batch ms")


def in_single_precision(trees):
    """The trees with thresholds, leaves and base as 32-bit floats."""
    nodes = trees.nodes.copy()
    for name in ("threshold", "expected"):
        nodes[name] = nodes[name].astype(np.float32)
    return Trees(nodes, trees.roots, float(np.float32(trees.base)), single=True)


def processor_ms(estimator, matrix, rows, times):
    """The median processor time of so many rows, in milliseconds."""
    begins = [begin % (len(matrix) - rows + 1) for begin in range(times)]
    return median_ms(estimator.estimate, [matrix[begin:][:rows] for begin in begins], clock=time.process_time)


def difference_to_0_1_0():
    """The largest differences, in rating points, of a kept bundle's predictions to those that 0.1.0 gave with it."""
    with zipfile.ZipFile(PROJECT / "tests" / "fixtures" / "bundle_0_1_0.zip") as packed:
        then = json.loads(packed.read("answers.json"))
        files = {Path(name).name: packed.read(name) for name in packed.namelist() if name.startswith("bundle/")}
    movies = [Movie.model_validate(golden["movie"]) for golden in json.loads(files["golden.json"])]
    ratings, contributions = [], []
    for now, old in zip(
        bundle_of_format_2(files, expected_id=then["id"]).predict(movies), then["predictions"], strict=True
    ):
        ratings.append(abs(now.predicted_rating - old["predicted_rating"]))
        contributions += [abs(now.contributions[name] - value) for name, value in old["contributions"].items()]
    return f"to 0.1.0: ratings differ by at most {max(ratings):.1e}, contributions by {max(contributions):.1e}"


def row_of(candidate, train, matrix, films, encoders):
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
    estimator.estimate(films[:1])
    load_seconds = time.perf_counter() - began
    rated = estimator.estimate(films).unclipped
    library = np.mean([one.predict(films) for one in estimators], axis=0)
    single = Estimator(graph_of(in_single_precision(trees), features)).estimate(films).unclipped
    return (
        candidate.family,
        len(trees.roots),
        (trees.nodes["low"] == np.arange(len(trees.nodes))).sum(),
        f"{np.abs(rated - library).max():.1e}",
        f"{np.abs(rated - single).max():.1e}",
        f"{len(model) / 1e6:.1f}",
        f"{load_seconds:.2f}",
        f"{processor_ms(estimator, films, 1, ALONE):.3f}",
        f"{processor_ms(estimator, films, BATCH, 5):.0f}",
    )


def main():
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("dump", type=Path, nargs="?", help="Without it the films are synthetic.")
    dump = parser.parse_args().dump
    window = window_of(dump_films(dump) if dump else synthetic_films(SYNTHETIC_FILMS))
    train = window.train
    encoded = fit_encoders(train, seed=SEED)
    matrix = encoded.matrix(train, encoded.encoders)
    films = encode({name: list(window.frame[name]) for name in train.columns}, encoded.encoders)
    print(f"{machine()}; {len(films)} films, {len(train)} of them in the training part;", f"{difference_to_0_1_0()}.\n")
    print_table(COLUMNS, (row_of(candidate, train, matrix, films, encoded.encoders) for candidate in CANDIDATES))


if __name__ == "__main__":
    main()
