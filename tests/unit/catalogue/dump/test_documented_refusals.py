"""The table of refusals in docs/how-to/use-a-dump.md: each of its rows happens, where it says and with what it says."""

import re
from pathlib import Path

import pytest

from movie_assets.catalogue.day import clean_day, fetch_day
from movie_assets.catalogue.dump.source import DumpSource
from movie_assets.catalogue.source import SourceError
from tests.support.dumps import START, a_row, csv_text

PAGE = Path(__file__).parents[4] / "docs" / "how-to" / "use-a-dump.md"


def films(**changes):
    return csv_text([a_row(number, release_date=f"2012-03-{number:02}", **changes) for number in range(13, 17)])


# The beginning of a row -> a dump that it is about, and words of the sentence.
EXAMPLES = {
    "a file that is no table of films": ("version https://git-lfs.github.com/spec/v1\n", "a Git LFS pointer"),
    "a missing column": (films().replace("runtime", "mood"), "has no column runtime"),
    "no release date or no votes in any row": (films(vote_count=""), "has no vote_count in any of its 4 rows"),
    "dates of which no reading is certain": (films().replace("2012-03-", "02/03/"), "release_date"),
    "ratings on another scale": (films(vote_average=74), "set MOVIE_DUMP_RATING_MAX"),
    "a value that a film needs": (films(runtime="long"), 'runtime is "long"'),
    "less than half of the films kept": (films(overview="TBA"), "4 dropped as no_overview, such as: overview is 'TBA'"),
}


def documented():
    """The first and second cell of each row of the table."""
    table = PAGE.read_text().split("## What is refused")[1].split("## ")[0]
    rows = re.findall(r"^\| (.+?) \| (.+?) \|", table, re.MULTILINE)
    return [row for row in rows if not row[0].startswith(("what", "---"))]


def test_every_row_has_an_example():
    """And every example a row."""
    assert [row[0].startswith(start) for row, start in zip(documented(), EXAMPLES, strict=True)] == [True] * len(
        EXAMPLES
    )


@pytest.mark.parametrize("row", documented(), ids=lambda row: row[0][:30])
def test_what_is_documented_as_refused_is(tmp_path, row):
    """By the asset that the table names."""
    content, says = next(example for start, example in EXAMPLES.items() if row[0].startswith(start))
    (tmp_path / "films.csv").write_text(content)

    try:
        raw = fetch_day(DumpSource(tmp_path / "films.csv", START), START, with_history=True)
    except SourceError as error:
        failed_in, sentence = "`raw_tmdb`", str(error)
    else:
        cleaned = clean_day(raw.films, START, min_votes=6, min_films=0)
        failed_in, sentence = "`cleaned_movies`", " ".join(cleaned.failures)

    assert says in sentence
    assert row[1] in {failed_in, "the film is dropped as `malformed`"}
