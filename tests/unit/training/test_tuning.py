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
from movie_assets.training.selection import bundle_of
from movie_assets.training.split import FOLDS, fold_of
from movie_assets.training.trees import NODE, Trees
from movie_assets.training.tuning import WARM_UP_TRIALS, FittedCandidate, refit, tune
from tests.support.cleaned_days import a_cleaned_film, a_part, a_window, made_up_films

A_LEAF = Trees(np.zeros(1, NODE), np.array([0]), base=6.0, single=False)  # of an estimator that has no trees


@pytest.fixture(scope="module")
def learnt():
    """The training part of a small window, and its encoders."""
    train = a_window(200).train
    return train, fit_encoders(train, seed=7)


@pytest.fixture
def tuned(learnt):
    """Tunes candidates on the small window: the fitted candidates and all trials."""

    def tuned(candidates, **options):
        trials = []
        fitted = tune(candidates, *learnt, **({"trials": 1, "seed": 7, "on_trial": trials.append} | options))
        return fitted, trials

    return tuned


def counted(candidate, built, **changes):
    """The candidate; each estimator that it builds is added to `built` with its parameters and seed."""

    def build(parameters, seed, rising):
        built.append((parameters, seed))
        return candidate.build(parameters, seed, rising)

    return replace(candidate, build=build, **changes)


def best_of(trials):
    return min(trials, key=lambda trial: trial.test_rmse)


def assert_same_models(some, others):
    assert [candidate.model for candidate in some] == [candidate.model for candidate in others]
    for one, other in zip(some, others, strict=True):
        np.testing.assert_array_equal(one.out_of_fold, other.out_of_fold)


def test_the_seed_settles_the_search(tuned, small_candidates):
    """Settings and models of every family on both feature sets, byte for byte; another seed is another search."""
    (first, trials), (again, same_trials) = (tuned(small_candidates, trials=4) for _ in range(2))
    other, other_trials = tuned(small_candidates[:1], trials=4, seed=8)

    assert [candidate.name for candidate in first] == [
        f"{family}_{feature_set}"
        for feature_set in ("core", "full")
        for family in ("xgboost", "lightgbm", "random_forest")
    ]
    assert_same_models(first, again)
    assert [trial.parameters for trial in trials] == [trial.parameters for trial in same_trials]
    assert other_trials[1].parameters != trials[1].parameters
    assert other[0].model != first[0].model


def test_every_trial_is_reported(tuned, small_candidates):
    """As it ends, in order, with its settings and its figures; the best one is fitted."""
    fitted, trials = tuned(small_candidates[:1], trials=4)

    assert [(trial.family, trial.feature_set, trial.number) for trial in trials] == [
        ("xgboost", feature_set, number) for feature_set in ("core", "full") for number in (0, 1)
    ]
    for trial in trials:
        assert trial.folds == FOLDS
        assert trial.rmse_gap == pytest.approx(trial.test_rmse - trial.train_rmse)
        assert 0 < trial.train_rmse < trial.test_rmse
        assert trial.mae < trial.test_rmse * 1.5
        assert trial.r2 < 1
    for candidate, (start, drawn) in zip(fitted, (trials[:2], trials[2:]), strict=True):
        assert start.parameters == small_candidates[0].starting_points[start.feature_set]
        assert start.parameters != drawn.parameters
        assert candidate.cross_validated == best_of([start, drawn])
        assert candidate.parameters == candidate.cross_validated.parameters


class Guess:
    """The mean of the ratings it is fitted on, plus a constant."""

    def __init__(self, constant):
        self.constant = constant

    def fit(self, matrix, ratings, sample_weight):
        self.mean = np.average(ratings, weights=sample_weight)

    def predict(self, matrix):
        return np.full(len(matrix), self.mean + self.constant)


def test_a_hopeless_trial_is_pruned_and_never_chosen(tuned, small_candidates):
    """After its first fold, once enough trials have ended; an error of few films is no reason to prefer it."""
    hopeless, trials = WARM_UP_TRIALS + 1, WARM_UP_TRIALS + 2
    numbers, built = count(), Counter()

    def build(parameters, *_):
        number = parameters["number"]
        built[number] += 1
        first_fold = built[number] == 1
        if number % trials == hopeless:
            return Guess(2.0 if first_fold else 0.0)
        return Guess(1.0 if first_fold else 3.0)

    guesses = replace(
        small_candidates[0],
        suggest=lambda drawn: {"x": drawn.suggest_float("x", 0, 1), "number": next(numbers)},
        starting_points={"core": {"x": 0.5}, "full": {"x": 0.5}},
        build=build,
        trees=lambda _: A_LEAF,
        ensemble_size=1,
    )

    fitted, tried = tuned([guesses], trials=2 * trials)

    for candidate, of_set in zip(fitted, (tried[:trials], tried[trials:]), strict=True):
        assert [trial.folds for trial in of_set] == [FOLDS] * hopeless + [1]
        assert best_of(of_set) is of_set[hopeless]
        assert candidate.cross_validated == best_of(of_set[:hopeless])
        assert not np.isnan(candidate.out_of_fold).any()


@pytest.mark.parametrize(("trials", "core", "full"), [(1, 1, 1), (5, 2, 3)])
def test_both_feature_sets_share_the_trials_of_a_family(tuned, small_candidates, trials, core, full):
    """At least one on each."""
    _, tried = tuned(small_candidates[:1], trials=trials)

    assert Counter(trial.feature_set for trial in tried) == {"core": core, "full": full}


def test_a_search_that_resumes_ends_the_same(tuned, small_candidates):
    """It reports every trial, but runs only those that were not saved."""
    saved, built = {}, []
    undisturbed, whole = tuned(small_candidates[:2], trials=6)

    def die_after_eight(trial):
        saved[trial.family, trial.feature_set, trial.number] = replace(trial, seconds=0.0)
        if len(saved) == 8:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        tuned(small_candidates[:2], trials=6, on_trial=die_after_eight)

    resumed, reported = tuned(
        [counted(candidate, built) for candidate in small_candidates[:2]],
        trials=6,
        load_trial=lambda *which: saved.get(which),
    )

    assert [trial.parameters for trial in reported] == [trial.parameters for trial in whole]
    assert_same_models(resumed, undisturbed)
    fits = sum(trial.folds for trial in whole) + 2 * len(FEATURE_SETS)
    assert len(built) < fits - 2 * FOLDS


def test_a_saved_trial_of_other_settings_is_run_again(tuned, small_candidates):
    """As one of an older search space."""
    _, trials = tuned(small_candidates[:1])
    outdated = replace(trials[0], parameters={"n_estimators": 1}, test_rmse=0.0)

    _, again = tuned(small_candidates[:1], load_trial=lambda *_: outdated)

    assert [trial.test_rmse for trial in again] == [trial.test_rmse for trial in trials]


def test_a_search_out_of_time_keeps_its_first_trials_and_is_marked(tuned, small_candidates):
    """Each search tries its starting point, whatever the time."""
    cut, tried = tuned(small_candidates[:1], trials=6, seconds=1e-9)
    whole, _ = tuned(small_candidates[:1], trials=6, seconds=3_600)

    assert [trial.number for trial in tried] == [0, 0]
    assert all(candidate.cut_short for candidate in cut)
    assert not any(candidate.cut_short for candidate in whole)


def test_a_refit_tries_the_settings_it_is_given_and_fits_the_best(learnt, small_candidates):
    """No search: one trial of just these settings on each feature set."""
    settings = {
        f"xgboost_{name}": {"n_estimators": 5, "max_depth": depth, "learning_rate": 0.3}
        for depth, name in enumerate(FEATURE_SETS, start=2)
    }
    trials, built = [], []
    watched = counted(small_candidates[0], built, ensemble_size=1)

    fitted = refit([watched, *small_candidates[1:]], *learnt, settings, seed=7, on_trial=trials.append)

    given = list(settings.values())
    assert [(trial.number, trial.parameters) for trial in trials] == [(0, one) for one in given]
    assert fitted.cross_validated == best_of(trials)
    assert built == [(one, 7) for one in given for _ in range(FOLDS)] + [(fitted.parameters, 7)]


def test_a_refit_of_the_settings_found_is_the_candidate_found(tuned, learnt, small_candidates):
    """A day between searches gives what the search day would have given on the same films."""
    searched, _ = tuned(small_candidates)
    refitted = refit(small_candidates, *learnt, {one.name: one.parameters for one in searched}, seed=7)

    best = min(searched, key=lambda one: one.cross_validated.test_rmse)
    assert refitted.name == best.name
    assert_same_models([refitted], [best])


def test_the_best_of_a_feature_set_is_an_ensemble(tuned, small_candidates):
    """Its estimators differ by seed; the other families, which are never served, are fitted once."""
    built = {one.family: [] for one in small_candidates[:2]}

    single, _ = tuned([replace(one, ensemble_size=1) for one in small_candidates[:2]])
    ensembles, _ = tuned([counted(one, built[one.family]) for one in small_candidates[:2]])

    best = [min(single[at : at + 2], key=lambda one: one.cross_validated.test_rmse).name for at in (0, 2)]
    assert [one.name for one, other in zip(single, ensembles, strict=True) if one.model != other.model] == best
    further = Counter((family, seed) for family, calls in built.items() for _, seed in calls if seed != 7)
    assert further == Counter((name.rpartition("_")[0], seed) for name in best for seed in (8, 9))


def test_the_error_is_measured_on_films_left_out(tuned, small_candidates, learnt):
    """An estimator that knows each film by heart errs as one that knows nothing, once the film is left out."""

    class ByHeart:
        def fit(self, features, ratings, sample_weight):
            self.known = {tuple(row): rating for row, rating in zip(features.tolist(), ratings, strict=True)}

        def predict(self, features):
            return np.array([self.known.get(tuple(row), 0.0) for row in features.tolist()])

    memorizer = replace(small_candidates[0], build=lambda *_: ByHeart(), trees=lambda _: A_LEAF, ensemble_size=1)
    train, _ = learnt

    [fitted, _], _ = tuned([memorizer])  # on the core features, of which none is masked while learning

    assert fitted.feature_set == "core"
    assert fitted.train_rmse == 0
    assert fitted.cross_validated.train_rmse == 0
    assert fitted.cross_validated.test_rmse == pytest.approx(
        weighted_rmse(train.ratings, np.zeros(len(train)), train.weights)
    )
    assert (fitted.out_of_fold == 0).all()


def test_a_record_brings_the_candidate_back(tuned, small_candidates):
    """The model and the out-of-fold predictions are stored beside it."""
    [fitted, _], _ = tuned(small_candidates[:1])

    [record] = Candidates.from_json(Candidates(candidates=(fitted,)).to_json()).candidates
    again = FittedCandidate(**vars(record), model=fitted.model, out_of_fold=fitted.out_of_fold)

    assert vars(again) == vars(fitted)
    assert not {"model", "out_of_fold"} & set(vars(record))


def test_too_few_films_for_the_folds_are_an_error(small_candidates):
    """Each fold needs a film; the sentence has the number there is."""
    two = [film for film in made_up_films(9) if fold_of([film["id"]])[0] == 0][:2]
    part = a_part(*two)

    with pytest.raises(ValueError, match="2 training films are too few for 3 folds"):
        tune(small_candidates, part, fit_encoders(part, seed=1), trials=1, seed=1)


def test_missing_facts_are_survivable(small_candidates):
    """Films without runtime, genre, people or a readable synopsis are learnt from and rated like any other."""
    empty = {name: [] for name in ("production_countries", "spoken_languages", "production_companies")}
    unknown = empty | {"runtime": None, "main_genre": None, "overview_is_english": False, "title": None}
    holes = [a_cleaned_film(id=film["id"], rating=film["rating"], **unknown) for film in made_up_films(40)]
    part = a_part(*made_up_films(200)[40:], *holes)
    encoded = fit_encoders(part, seed=1)

    for fitted in tune(small_candidates, part, encoded, trials=1, seed=1):
        predicted = bundle_of(fitted, part, encoded, seed=1).rate(a_part(*holes).columns).ratings
        assert np.isfinite(predicted).all()
