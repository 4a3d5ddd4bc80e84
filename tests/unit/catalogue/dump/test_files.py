"""Dumps as people publish them: every format and compression, what is refused, and rows that broke on the way."""

import gzip
import io
import zipfile
from functools import partial

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard

from movie_assets.catalogue.dump.files import REQUIRED_COLUMNS
from movie_assets.catalogue.dump.source import DumpSource
from movie_assets.catalogue.source import SourceError
from tests.support.dumps import START, a_row, csv_text, fetched, ids, json_lines, only_film, write_dump


@pytest.fixture
def dump_of(tmp_path):
    """Writes a dump and opens it as a source."""
    return partial(write_dump, tmp_path)


def zipped(content, name="films.csv"):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(name, content)
        archive.writestr("__MACOSX/._films.csv", "no films")
    return packed.getvalue()


@pytest.mark.parametrize("name", ["films.csv", "FILMS.CSV", "films.jsonl", "films.ndjson"])
@pytest.mark.parametrize(
    ("ending", "compress"), [("", None), (".gz", gzip.compress), (".zst", zstandard.compress), (".zip", zipped)]
)
def test_a_dump_may_be_compressed(dump_of, name, ending, compress):
    """Plain, gzip, Zstandard or zip: the same films; JSON keeps its values as they are."""
    row = a_row(7, genres=[{"id": 18, "name": "Drama"}], tagline=None)
    content = (csv_text if name.lower() == "films.csv" else json_lines)([row]).encode()
    if compress is zipped:
        content = zipped(content, name)
    elif compress:
        content = compress(content)

    record = only_film(dump_of(content, name + ending)).record

    assert record == row


@pytest.mark.parametrize("compress", [gzip.compress, zstandard.compress])
def test_parts_compressed_apart_are_one_file(dump_of, compress):
    """Parallel compressors write a file of several parts; none is left out."""
    half = csv_text([a_row(1)]).encode(), csv_text([a_row(2)]).encode().split(b"\r\n", 1)[1]
    name = "films.csv.gz" if compress is gzip.compress else "films.csv.zst"

    assert ids(fetched(dump_of(compress(half[0]) + compress(half[1]), name))) == [1, 2]


@pytest.mark.parametrize(
    ("name", "text"), [("films.csv", csv_text([a_row(7)])), ("films.jsonl", json_lines([a_row(7)]))]
)
def test_a_byte_order_mark_changes_nothing(dump_of, name, text):
    """Spreadsheets put one before the first column's name."""
    assert only_film(dump_of("\ufeff" + text, name)).record["id"] == 7


def test_a_synopsis_may_hold_commas_quotes_and_lines(dump_of):
    """Quoted cells are one cell, to the letter."""
    overview = 'She said "no",\nthen left.\r\n\r\nÉtude — 등대'

    assert only_film(dump_of([a_row(7, overview=overview)])).record["overview"] == overview


@pytest.mark.parametrize("column", REQUIRED_COLUMNS)
@pytest.mark.parametrize(("name", "text"), [("films.csv", csv_text), ("films.jsonl", json_lines)])
def test_a_required_column_that_is_missing_is_named(dump_of, column, name, text):
    """The sentence names the column, the file and the columns there are."""
    row = {key: value for key, value in a_row().items() if key != column}

    with pytest.raises(SourceError) as refused:
        fetched(dump_of(text([row]), name))

    assert f"has no column {column}." in str(refused.value)
    assert name in str(refused.value)
    assert ", ".join(row) in str(refused.value)


def test_a_required_column_missing_in_parquet_is_named(tmp_path):
    """The same columns are required, also of Parquet."""
    pq.write_table(pa.table({"id": [1], "title": ["A film"]}), tmp_path / "films.parquet")

    with pytest.raises(SourceError, match="has no column overview, runtime, genres"):
        fetched(DumpSource(tmp_path / "films.parquet", START))


@pytest.mark.parametrize(
    ("content", "name", "says"),
    [
        pytest.param(b"", "films.csv", "is empty", id="an empty file"),
        pytest.param(csv_text([a_row()], [*a_row(), "title"]), "films.csv", "two headings", id="a name twice"),
        pytest.param(gzip.compress(csv_text([a_row()] * 9).encode())[:-20], "films.csv.gz", "is cut", id="cut"),
        pytest.param(b"PAR1", "films.parquet", "films.parquet", id="broken parquet"),
        pytest.param(zipped("x", "a.txt") + zipped("y", "b.exe"), "films.csv.zip", "films.csv.zip", id="no table"),
        pytest.param(b"<!DOCTYPE html><title>Sign in</title>", "films.csv", "an HTML page", id="a sign-in page"),
        pytest.param(csv_text([], [*a_row()]), "films.csv", "headings and no rows", id="no row"),
    ],
)
def test_a_file_that_is_no_dump_is_refused_in_a_sentence(dump_of, content, name, says):
    """Each says what was found and names the file and the setting."""
    with pytest.raises(SourceError) as refused:
        fetched(dump_of(content, name))

    assert says in str(refused.value)
    assert name in str(refused.value)
    assert str(refused.value).endswith("(MOVIE_DUMP_PATH)")


def test_a_file_that_is_not_there_is_named(tmp_path):
    """The path is in the sentence, for the person who mistyped it."""
    with pytest.raises(SourceError, match=r"There is no file .*nowhere\.csv"):
        fetched(DumpSource(tmp_path / "nowhere.csv", START))


def test_the_content_counts_and_not_the_ending(dump_of):
    """A gzip without its ending is read."""
    assert ids(fetched(dump_of(gzip.compress(csv_text([a_row(7)]).encode()), "films"))) == [7]


def test_a_quote_never_closed_costs_no_other_row(dump_of):
    """The rows after it are read again."""
    header, *lines = csv_text([a_row(n) for n in range(2, 200)]).splitlines(keepends=True)

    found = fetched(dump_of(header + '1,"never closed,x\r\n' + "".join(lines)), with_history=True)

    assert [film.film_id for film in found if film.problem] == [None]
    assert "a quote not closed" in found[0].problem
    assert ids(found[1:]) == list(range(2, 200))


def test_letters_in_an_old_encoding_are_read(dump_of):
    """The guess is named in the description; no letter is replaced."""
    rows = [a_row(7, title="Été à la plage"), a_row(8, title="Réélection"), a_row(9, title="Forêt")]
    source = dump_of(csv_text(rows).encode("cp1252"))

    assert [film.record["title"] for film in fetched(source)] == ["Été à la plage", "Réélection", "Forêt"]
    assert source.describe()["encoding"] == "cp1252 (guessed)"


def test_an_encoding_may_be_forced(tmp_path):
    """By a setting; one that does not fit names the line and the setting."""
    (tmp_path / "films.csv").write_bytes(csv_text([a_row(7, title="바다"), a_row(8)]).encode("cp949"))

    def forced(encoding):
        return DumpSource(tmp_path / "films.csv", START, encoding=encoding)

    assert fetched(forced("cp949"))[0].record["title"] == "바다"
    with pytest.raises(SourceError, match=r"line 2 holds bytes that are not\. .* set MOVIE_DUMP_ENCODING"):
        fetched(forced("utf-8"))


def test_a_line_that_is_no_object_is_malformed(dump_of):
    """Broken lines are counted, blank ones are not there."""
    source = dump_of(json_lines([a_row(1)]) + '\n{"id": 2, "tit\n[3]\n' + json_lines([a_row(4)]), "films.jsonl")

    cut, array, *sound = fetched(source, with_history=True)

    assert (cut.record, array.record) == (None, None)
    assert "line 3 " in cut.problem
    assert "line 4 " in array.problem
    assert ids(sound) == [1, 4]
