"""Train, holdout and folds: pure functions of a film's id."""

import numpy as np

from movie_assets.training.split import FOLDS, fold_of, is_holdout, sampled

IDS = list(range(1, 20_001))
HOLDOUT_OF_FIRST_40 = [2, 3, 9, 20, 22, 23, 26, 30, 31, 36, 37, 39]
FOLDS_OF_FIRST_12 = [1, 2, 0, 1, 0, 0, 1, 1, 1, 0, 1, 2]


def test_the_holdout_is_about_one_fifth():
    """Of twenty thousand films between 19 and 21 in a hundred."""
    assert 0.19 < is_holdout(IDS).mean() < 0.21


def test_a_film_stays_where_it_is():
    """The split depends on the id alone: not on other films nor on their order."""
    whole = dict(zip(IDS, is_holdout(IDS).tolist(), strict=True))
    some = IDS[::-7]

    assert is_holdout(some).tolist() == [whole[film_id] for film_id in some]


def test_the_split_is_permanent():
    """These films were in the holdout when the first model was trained, and must be in every later one's."""
    assert [film_id for film_id in range(1, 41) if is_holdout([film_id])[0]] == HOLDOUT_OF_FIRST_40
    assert fold_of(range(1, 13)).tolist() == FOLDS_OF_FIRST_12


def test_folds_are_even():
    """Each fold has about a third of the films."""
    shares = np.bincount(fold_of(IDS), minlength=FOLDS) / len(IDS)

    assert len(shares) == FOLDS
    assert (abs(shares - 1 / FOLDS) < 0.01).all()


def test_folds_are_independent_of_the_holdout():
    """Within the holdout and outside it the folds have the same shares."""
    held = is_holdout(IDS)
    folds = fold_of(IDS)

    for fold in range(FOLDS):
        assert abs((folds[held] == fold).mean() - (folds[~held] == fold).mean()) < 0.02


def test_neighbouring_ids_are_not_neighbours_in_the_split():
    """Ids are given out in order of entry, so a pattern in them would be a pattern in time."""
    held = is_holdout(IDS)

    assert 0.03 < (held[1:] & held[:-1]).mean() < 0.05


def test_no_film_is_split_into_nothing():
    """An empty window has an empty holdout."""
    assert is_holdout([]).shape == (0,)
    assert fold_of([]).shape == (0,)


def test_a_sample_depends_on_ids_alone():
    """In the order given; without a film another takes its place, and the others stay."""
    places = sampled(IDS, 50)
    first = IDS[places[0]]
    without = [film_id for film_id in IDS if film_id != first]

    assert places == sorted(places)
    assert len(places) == 50
    assert len({IDS[place] for place in places} & {without[place] for place in sampled(without, 50)}) == 49
    assert sampled([5, 6], 50) == [0, 1]
