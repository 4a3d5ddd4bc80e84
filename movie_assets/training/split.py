"""The holdout, and the folds of the training part: pure functions of a film's id.

So all models can be compared on films that none of them has seen. Why by id and not by date:
docs/decisions/0002-split-by-film-id.md.
"""

import hashlib
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

HOLDOUT_ONE_IN = 5
FOLDS = 3


def is_holdout(film_ids: Iterable[int]) -> NDArray[np.bool_]:
    """Whether each film belongs to the holdout, permanently."""
    return np.array([_bucket("holdout", film_id, HOLDOUT_ONE_IN) == 0 for film_id in film_ids], dtype=bool)


def fold_of(film_ids: Iterable[int]) -> NDArray[np.int64]:
    """The cross-validation fold of each film, from 0 to FOLDS - 1; independent of the holdout."""
    return np.array([_bucket("fold", film_id, FOLDS) for film_id in film_ids], dtype=np.int64)


def whole_folds(film_ids: Sequence[int]) -> NDArray[np.int64]:
    """`fold_of`, where every fold has a film. Raises ValueError when one would be empty."""
    folds = fold_of(film_ids)
    if len(np.unique(folds)) < FOLDS:
        raise ValueError(f"{len(film_ids)} training films are too few for {FOLDS} folds; widen the window.")
    return folds


def sampled(film_ids: Sequence[int], most: int) -> list[int]:
    """The places of at most `most` films, in order; a sample that depends on their ids alone."""
    drawn = sorted(range(len(film_ids)), key=lambda place: _hash("sample", film_ids[place]))
    return sorted(drawn[:most])


def _bucket(purpose: str, film_id: int, buckets: int) -> int:
    return _hash(purpose, film_id) % buckets


def _hash(purpose: str, film_id: int) -> int:
    digest = hashlib.blake2b(f"{purpose}:{film_id}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big")
