"""The search, and the fit of the settings found."""

from collections import Counter
from dataclasses import replace
from itertools import count

import numpy as np
import pytest

from movie_assets.prediction.features import FEATURE_SETS
from movie_assets.training.encoders import fit_encoders
from movie_assets.training.evaluation import weighted_rmse
from movie_assets.training.records import Candidates
from movie_assets.training.search import WARM_UP_TRIALS, no_checkpoint
from movie_assets.training.selection import bundle_of
from movie_assets.training.split import FOLDS, fold_of
from movie_assets.training.trees import NODE, Trees
from movie_assets.training.tuning import FittedCandidate, tune
from tests.support.cleaned_days import a_cleaned_film, a_part, a_window, made_up_films

A_LEAF = Trees(np.zeros(1, NODE), np.array([0]), base=6.0, single=False)  # of an estimator that has no trees


@pytest.fixture(scope="module")
def learnt():
    """The training part of a small window, and what was learnt from it."""
    train = a_window(200).train
    return train, fit_encoders(train, seed=7)


@pytest.fixture
def tuned(learnt):
    """Tunes candidates on the small window."""

    def tuned(candidates, *, trials=1, seed=7, seconds=None, settings_of=None, load_trial=no_checkpoint, on_trial=None):
        return tune(
            candidates,
            *learnt,
            trials=trials,
            seed=seed,
            seconds=seconds,
            settings_of=settings_of,
            load_trial=load_trial,
            on_trial=on_trial or (lambda _: None),
        )

    return tuned


def test_the_same_search_gives_the_same_bytes(tuned, small_candidates):
    """Part, encoders, trials and seed settle every estimator of every family on both feature sets."""
    first, again = (tuned(small_candidates) for _ in range(2))

    assert [candidate.name for candidate in first] == [
        f"{family}_{feature_set}"
        for feature_set in ("core", "full")
        for family in ("xgboost", "lightgbm", "random_forest")
    ]
    for one, other in zip(first, again, strict=True):
        assert one.model == other.model
        np.testing.assert_array_equal(one.out_of_fold, other.out_of_fold)


def test_the_same_seed_tries_the_same_settings(tuned, small_candidates):
    """Beyond the first trial too, which is no chance."""
    heard = {name: [] for name in ("first", "again", "other")}
    for name, seed in zip(heard, (7, 7, 8), strict=True):
        tuned(small_candidates[:1], trials=4, seed=seed, on_trial=heard[name].append)

    first, again, other = ([trial.parameters for trial in trials] for trials in heard.values())
    assert len(first) == 2 * len(FEATURE_SETS)
    assert first == again
    assert first != other


def test_another_seed_is_another_search(tuned, small_candidates):
    """Randomness has a seed that is a parameter."""
    one, other = (tuned(small_candidates[:1], seed=seed)[0] for seed in (1, 2))

    assert one.model != other.model


def test_every_trial_is_told(tuned, small_candidates):
    """Who listens hears each trial as it ends, in order, with its settings and its figures."""
    heard = []
    fitted = tuned(small_candidates[:1], trials=4, on_trial=heard.append)

    assert [(trial.family, trial.feature_set, trial.number) for trial in heard] == [
        ("xgboost", feature_set, number) for feature_set in ("core", "full") for number in (0, 1)
    ]
    for trial in heard:
        assert trial.folds == FOLDS
        assert trial.rmse_gap == pytest.approx(trial.test_rmse - trial.train_rmse)
        assert 0 < trial.train_rmse < trial.test_rmse
        assert trial.mae < trial.test_rmse * 1.5
        assert trial.r2 < 1
    for candidate, trials in zip(fitted, (heard[:2], heard[2:]), strict=True):
        assert trials[0].parameters == small_candidates[0].starting_points[trials[0].feature_set]
        assert trials[0].parameters != trials[1].parameters
        assert candidate.cross_validated == min(trials, key=lambda trial: trial.test_rmse)
        assert candidate.parameters == candidate.cross_validated.parameters


def test_a_hopeless_trial_is_given_up_and_never_chosen(tuned, small_candidates):
    """After its first fold, once enough trials have ended; an error of few films is no reason to prefer it."""
    numbers, heard = count(), []

    class Guess:
        """The mean of what it has learnt from, and so much beside it."""

        def __init__(self, beside):
            self.beside = beside

        def fit(self, matrix, ratings, sample_weight):
            self.mean = np.average(ratings, weights=sample_weight)

        def predict(self, matrix):
            return np.full(len(matrix), self.mean + self.beside)

    trials = WARM_UP_TRIALS + 2
    hopeless = WARM_UP_TRIALS + 1
    built = Counter()

    def build(parameters, *_):
        number = parameters["number"]
        built[number] += 1
        first_fold = built[number] == 1
        return Guess((2.0 if first_fold else 0.0) if number % trials == hopeless else (1.0 if first_fold else 3.0))

    guesses = replace(
        small_candidates[0],
        suggest=lambda asked: {"x": asked.suggest_float("x", 0, 1), "number": next(numbers)},
        starting_points={"core": {"x": 0.5}, "full": {"x": 0.5}},
        build=build,
        trees=lambda _: A_LEAF,
        members=1,
    )

    fitted = tuned([guesses], trials=2 * trials, on_trial=heard.append)

    for candidate, tried in zip(fitted, (heard[:trials], heard[trials:]), strict=True):
        assert [trial.folds for trial in tried] == [FOLDS] * hopeless + [1]
        assert tried[hopeless].test_rmse == min(trial.test_rmse for trial in tried)
        assert candidate.cross_validated == min(tried[:hopeless], key=lambda trial: trial.test_rmse)
        assert not np.isnan(candidate.out_of_fold).any()


@pytest.mark.parametrize(("trials", "core", "full"), [(1, 1, 1), (5, 2, 3)])
def test_both_feature_sets_share_the_trials_of_a_family(tuned, small_candidates, trials, core, full):
    """At least one on each."""
    heard = []
    tuned(small_candidates[:1], trials=trials, on_trial=heard.append)

    assert Counter(trial.feature_set for trial in heard) == {"core": core, "full": full}


def test_a_search_that_died_comes_to_the_same_end(tuned, small_candidates):
    """It tells every trial, but runs only those nobody remembers."""
    whole, kept, told, built = [], {}, [], Counter()
    undisturbed = tuned(small_candidates[:2], trials=6, on_trial=whole.append)

    def die_after_eight(trial):
        kept[trial.family, trial.feature_set, trial.number] = replace(trial, seconds=0.0)
        if len(kept) == 8:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        tuned(small_candidates[:2], trials=6, on_trial=die_after_eight)

    def counting(candidate):
        def build(parameters, seed, columns):
            built[candidate.family] += 1
            return candidate.build(parameters, seed, columns)

        return replace(candidate, build=build)

    resumed = tuned(
        [counting(candidate) for candidate in small_candidates[:2]],
        trials=6,
        load_trial=lambda *which: kept.get(which),
        on_trial=told.append,
    )

    assert [trial.parameters for trial in told] == [trial.parameters for trial in whole]
    assert [candidate.model for candidate in resumed] == [candidate.model for candidate in undisturbed]
    for one, other in zip(resumed, undisturbed, strict=True):
        np.testing.assert_array_equal(one.out_of_fold, other.out_of_fold)
    fits = sum(trial.folds for trial in whole) + 2 * len(FEATURE_SETS)
    assert sum(built.values()) < fits - 2 * FOLDS


def test_a_saved_trial_of_other_settings_is_run_again(tuned, small_candidates):
    """A checkpoint of an older search space does not count."""
    heard, again = [], []
    tuned(small_candidates[:1], on_trial=heard.append)
    kept = {
        (trial.family, trial.feature_set, trial.number): replace(trial, parameters={"n_estimators": 1}, test_rmse=0.0)
        for trial in heard
    }
    tuned(small_candidates[:1], load_trial=lambda *which: kept.get(which), on_trial=again.append)

    assert [trial.test_rmse for trial in again] == [trial.test_rmse for trial in heard]


def test_a_search_out_of_time_keeps_its_first_trials_and_says_so(tuned, small_candidates):
    """Each search tries its starting point, whatever the time."""
    heard = []
    cut = tuned(small_candidates[:1], trials=6, seconds=1e-9, on_trial=heard.append)
    whole = tuned(small_candidates[:1], trials=6, seconds=3_600)

    assert [trial.number for trial in heard] == [0, 0]
    assert all(candidate.cut_short for candidate in cut)
    assert not any(candidate.cut_short for candidate in whole)


def test_a_refit_tries_the_settings_it_is_given_and_fits_the_best(tuned, small_candidates):
    """No search: one trial of just these settings on each feature set, told like any other."""
    settings = {
        f"xgboost_{name}": {"n_estimators": 5, "max_depth": depth, "learning_rate": 0.3}
        for depth, name in enumerate(FEATURE_SETS, start=2)
    }
    heard, built = [], []
    watched = replace(
        small_candidates[0],
        build=lambda *asked: built.append(asked[:2]) or small_candidates[0].build(*asked),
        members=1,
    )

    [fitted] = tuned([watched], trials=50, settings_of=settings, on_trial=heard.append)

    asked = list(settings.values())
    assert [(trial.number, trial.parameters) for trial in heard] == [(0, one) for one in asked]
    assert fitted.cross_validated == min(heard, key=lambda trial: trial.test_rmse)
    assert built == [(one, 7) for one in asked for _ in range(FOLDS)] + [(fitted.parameters, 7)]


def test_a_refit_of_the_settings_found_is_the_candidate_found(tuned, small_candidates):
    """A day between searches gives what the search day would have given on the same films."""
    searched = tuned(small_candidates)
    [refitted] = tuned(small_candidates, settings_of={one.name: one.parameters for one in searched})

    best = min(searched, key=lambda one: one.cross_validated.test_rmse)
    assert refitted.name == best.name
    assert refitted.model == best.model
    np.testing.assert_array_equal(refitted.out_of_fold, best.out_of_fold)


def test_the_best_of_a_feature_set_is_an_average(tuned, small_candidates):
    """Its members differ by seed; the other families, which nobody will be served, are fitted once."""
    built = Counter()

    def watched(candidate):
        def build(parameters, seed, columns):
            built[candidate.family, seed] += 1
            return candidate.build(parameters, seed, columns)

        return replace(candidate, build=build)

    alone = tuned([replace(one, members=1) for one in small_candidates[:2]])
    averaged = tuned([watched(one) for one in small_candidates[:2]])

    best = [min(alone[at : at + 2], key=lambda one: one.cross_validated.test_rmse).name for at in (0, 2)]
    assert [one.name for one, other in zip(alone, averaged, strict=True) if one.model != other.model] == best
    again = Counter((name.rpartition("_")[0], seed) for name in best for seed in (8, 9))
    assert {key: times for key, times in built.items() if key[1] != 7} == again


def test_the_error_is_measured_on_films_left_out(tuned, small_candidates, learnt):
    """An estimator that knows each film by heart errs as one that knows nothing, once the film is left out."""

    class ByHeart:
        def fit(self, features, ratings, sample_weight):
            self.known = {tuple(row): rating for row, rating in zip(features.tolist(), ratings, strict=True)}

        def predict(self, features):
            return np.array([self.known.get(tuple(row), 0.0) for row in features.tolist()])

    memorizer = replace(small_candidates[0], build=lambda *_: ByHeart(), trees=lambda _: A_LEAF, members=1)
    train, _ = learnt

    fitted, _ = tuned([memorizer])  # on the core features, of which none is left out while learning

    assert fitted.feature_set == "core"
    assert fitted.train_rmse == 0
    assert fitted.cross_validated.train_rmse == 0
    assert fitted.cross_validated.test_rmse == pytest.approx(
        weighted_rmse(train.ratings, np.zeros(len(train)), train.weights)
    )
    assert (fitted.out_of_fold == 0).all()


def test_a_record_brings_the_candidate_back(tuned, small_candidates):
    """What is kept beside the estimator and its predictions is the whole candidate."""
    fitted, _ = tuned(small_candidates[:1])

    [record] = Candidates.from_json(Candidates(candidates=(fitted,)).to_json()).candidates
    again = FittedCandidate(**vars(record), model=fitted.model, out_of_fold=fitted.out_of_fold)

    assert vars(again) == vars(fitted)
    assert not {"model", "out_of_fold"} & set(vars(record))


def test_too_few_films_for_the_folds_are_said(small_candidates):
    """Each fold needs a film; the sentence has the number there is."""
    two = [film for film in made_up_films(9) if fold_of([film["id"]])[0] == 0][:2]
    part = a_part(*two)

    with pytest.raises(ValueError, match="2 training films are too few for 3 folds"):
        tune(small_candidates, part, fit_encoders(part, seed=1), trials=1, seed=1, on_trial=lambda _: None)


def test_missing_facts_are_survivable(small_candidates):
    """Films without runtime, genre, people or a readable synopsis are learnt from, and answered, like any other."""
    holes = [
        a_cleaned_film(
            id=film["id"],
            rating=film["rating"],
            runtime=None,
            main_genre=None,
            overview_is_english=False,
            title=None,
            production_countries=[],
            spoken_languages=[],
            production_companies=[],
        )
        for film in made_up_films(40)
    ]
    part = a_part(*made_up_films(200)[40:], *holes)
    encoded = fit_encoders(part, seed=1)

    for fitted in tune(small_candidates, part, encoded, trials=1, seed=1, on_trial=lambda _: None):
        predicted = bundle_of(fitted, part, encoded, seed=1).rate(a_part(*holes).columns).ratings
        assert np.isfinite(predicted).all()
