"""A dump written in any combination of forms gives exactly its films, or fails with a sentence: no third outcome."""

from collections import Counter
from datetime import date

from movie_assets.catalogue.dump.source import DumpSource
from tests.support.dump_forms import LETTERS, forms, outcome, some_films, written

COMBINATIONS = 60  # more of them: tests/slow
START = date(2030, 1, 1)


def test_a_dump_is_read_exactly_or_refused(tmp_path):
    """Delimiter, encoding, quoting, lists, dates, numbers, missing words and the order of columns, combined."""
    outcomes = Counter()
    for form in forms(COMBINATIONS, seed=11):
        films = some_films(20, LETTERS[form["encoding"]])
        (tmp_path / "films.csv").write_bytes(written(films, form))
        try:
            outcomes[outcome(DumpSource(tmp_path / "films.csv", START), films)] += 1
        except AssertionError as error:
            error.add_note(f"The form was {form}.")
            raise

    assert outcomes["read"] > COMBINATIONS / 2
