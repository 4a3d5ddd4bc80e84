"""Dumps in thousands of combinations of forms: the larger budget of the unit test of that name."""

from collections import Counter
from datetime import date

import pytest

from movie_assets.catalogue.dump.source import DumpSource
from tests.support.dump_forms import LETTERS, forms, outcome, some_films, written

COMBINATIONS = 2_000


@pytest.mark.parametrize("seed", range(4))
def test_a_dump_is_read_exactly_or_refused(tmp_path, seed):
    """No third outcome."""
    outcomes = Counter()
    for form in forms(COMBINATIONS, seed=seed):
        films = some_films(20, LETTERS[form["encoding"]])
        (tmp_path / "films.csv").write_bytes(written(films, form))

        try:
            outcomes[outcome(DumpSource(tmp_path / "films.csv", date(2030, 1, 1)), films)] += 1
        except AssertionError as error:
            error.add_note(f"The form was {form}.")
            raise

    assert outcomes["read"] > COMBINATIONS / 2
