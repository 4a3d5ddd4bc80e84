"""Files of credits and keywords beside the films, joined by id."""

import json
from pathlib import Path

import pytest

from movie_assets.catalogue.dump.source import DumpSource, paths_of
from movie_assets.catalogue.source import SourceError
from movie_assets.catalogue.values import cast_of, directors_of
from tests.support.dumps import START, a_row, csv_text, fetched

CREDITS = [
    {
        "movie_id": number,
        "title": "Another title",
        "cast": json.dumps([{"name": "Ines Vale"}, {"name": "Tom Reed"}]),
        "crew": json.dumps([{"job": "Editor", "name": "Lea Marsh"}, {"job": "Director", "name": "Oda Quist"}]),
    }
    for number in (2, 1, 99)
]


@pytest.fixture
def written(tmp_path):
    """Writes CSV files and gives a source of all of them."""

    def write(separator=":", **files):
        paths = [tmp_path / f"{name}.csv" for name in files]
        for path, rows in zip(paths, files.values(), strict=True):
            path.write_text(csv_text(rows))
        return DumpSource(Path(separator.join(map(str, paths))), START)

    return write


@pytest.mark.parametrize("separator", [":", ",", ", "])
def test_credits_are_joined_by_id(written, separator):
    """Whatever their order; a column that both have is the films' own."""
    source = written(separator, films=[a_row(1), a_row(2), a_row(3)], credits=CREDITS)

    first, second, third = [film.record for film in fetched(source)]

    assert first["title"] == "The Quiet Harbour"
    assert [cast_of(record) for record in (first, second)] == [["Ines Vale", "Tom Reed"]] * 2
    assert directors_of(second) == ["Oda Quist"]
    assert (third["cast"], third["crew"]) == ([], [])


def test_a_broken_row_gets_nothing_joined(tmp_path):
    """Else it would pass for a film without a date, and not count as lost."""
    broken = csv_text([a_row(1), a_row(2)]) + "cut,short\r\n"
    (tmp_path / "films.csv").write_text(broken)
    (tmp_path / "credits.csv").write_text(csv_text(CREDITS))
    source = DumpSource(Path(f"{tmp_path}/films.csv:{tmp_path}/credits.csv"), START)

    [record] = [film.record for film in fetched(source, with_history=True) if film.problem]

    assert record is None


def test_rows_of_no_film_are_counted(written):
    """In the description, which is in the metadata."""
    source = written(films=[a_row(1), a_row(2)], credits=[*CREDITS, {**CREDITS[0], "movie_id": "x"}])

    assert source.describe()["joined credits.csv"] == (
        "2 films, by id; 1 rows of no film; 1 rows without an id that can be read"
    )


def test_the_films_may_be_named_last(written):
    """They are the file with the most of the required columns."""
    source = written(keywords=[{"id": 1, "keywords": "harbour|night"}], films=[a_row(1)])

    assert fetched(source)[0].record["keywords"] == ["harbour", "night"]


@pytest.mark.parametrize(
    ("rows", "says"),
    [([{"name": "x", "cast": "y"}], "has no column id"), ([a_row(5)], "has no further column")],
)
def test_a_file_that_cannot_be_joined_is_refused(written, rows, says):
    """The sentence names the file and its columns."""
    with pytest.raises(SourceError, match=rf"more\.csv {says} and cannot be joined .* Columns found: "):
        fetched(written(films=[a_row(1)], more=rows))


def test_a_file_may_have_a_comma_in_its_name(tmp_path):
    """A file of the whole name is one file."""
    (tmp_path / "films, new.csv").write_text(csv_text([a_row(1)]))

    assert paths_of(tmp_path / "films, new.csv") == [tmp_path / "films, new.csv"]
