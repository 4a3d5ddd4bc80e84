"""Files of films as people have them: read as what they are, or refused in one sentence."""

import bz2
import csv
import gzip
import io
import json
import lzma
import zipfile
from pathlib import Path

import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from film_files.errors import SENTENCE_LENGTH
from film_files.table import FilmFileError, FilmTable, TableRow, open_table

HEADINGS = "id,title,runtime,genres,release_date"
FILMS = f'{HEADINGS}\n1,Amber Road,101,"Drama, Crime",2019-05-01\n2,Winter Glass,88,Horror,2020-01-31\n'
CELLS = [
    {"id": "1", "title": "Amber Road", "runtime": "101", "genres": "Drama, Crime", "release_date": "2019-05-01"},
    {"id": "2", "title": "Winter Glass", "runtime": "88", "genres": "Horror", "release_date": "2020-01-31"},
]
RECORDS = [
    {"id": 1, "title": "Amber Road", "runtime": 101, "genres": [{"id": 18, "name": "Drama"}]},
    {"id": 2, "title": "Winter Glass", "runtime": 88.5, "genres": []},
]


def table(text: str | bytes, **options: object) -> FilmTable:
    """The table in a text, or in bytes."""
    return open_table(text if isinstance(text, bytes) else text.encode(), **options)


def cells(text: str | bytes, **options: object) -> list[dict[str, object]]:
    """The cells of all rows, which have no problem."""
    rows = list(table(text, **options).rows())
    assert [row.problem for row in rows if row.problem] == []
    return [row.cells for row in rows]


def refusal(text: str | bytes, **options: object) -> str:
    """The sentence with which a file is refused, when it is opened or read."""
    with pytest.raises(FilmFileError) as refused:
        list(table(text, **options).rows())
    assert len(str(refused.value)) <= SENTENCE_LENGTH
    return str(refused.value)


def zipped(members: dict[str, str | bytes]) -> bytes:
    """A zip archive."""
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return sink.getvalue()


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_delimiters_and_line_ends(delimiter, end):
    """Each delimiter, with each way to end a line."""
    text = FILMS.replace('"Drama, Crime"', "Drama/Crime").replace(",", delimiter).replace("\n", end)

    found = table(text)

    assert found.form.delimiter == delimiter
    assert [row.cells["genres"] for row in found.rows()] == ["Drama/Crime", "Horror"]
    assert [row.line for row in found.rows()] == [2, 3]


@pytest.mark.parametrize(
    ("above", "header_line"),
    [("", 1), ("sep=,\n", 2), ("Films of the festival\n\n", 3), ("\n\n", 3), ("Report;of;2024\n2024-01-02\n", 3)],
)
def test_lines_above_the_headings(above, header_line):
    """A title, empty lines, and the line in which a spreadsheet names the delimiter."""
    found = table(above + FILMS)

    assert found.form.header_line == header_line
    assert [row.cells for row in found.rows()] == CELLS
    assert [row.line for row in found.rows()] == [header_line + 1, header_line + 2]


def test_a_row_that_says_title_is_no_heading_line():
    """The first line that names columns is the heading line, whatever films are called."""
    assert [film["title"] for film in cells("title,runtime\nRuntime,90\nGenre,80\n")] == ["Runtime", "Genre"]


def test_spaces_after_delimiters():
    """Quotes after them count as quotes."""
    assert cells('title, runtime, genres\nAmber Road, 101, "Drama, Crime"\n')[0]["genres"] == "Drama, Crime"


def test_a_delimiter_after_each_row():
    """As some programs write; a single row with one more cell is not taken for that."""
    assert cells("title,runtime\nA,90,\nB,80,\n")[1] == {"title": "B", "runtime": "80", "column (3)": ""}
    rows = list(table("title,runtime\nA,90\nB,80,\n").rows())
    assert [bool(row.problem) for row in rows] == [False, True]


def test_a_comma_of_a_text_is_no_delimiter_after_each_row():
    """Neither in a file of one row, nor where another row is whole: the cells after it would be those of others."""
    broken = "1,Amber Road,101,Drama,Crime,"
    one, two = f"{HEADINGS}\n{broken}\n", f"{HEADINGS}\n{broken}\n2,Winter Glass,88,Horror,2020-01-31\n"

    for text in (one, two):
        assert next(table(text).rows()) == TableRow(2, {}, "the row in line 2 has 6 cells, and there are 5 headings")


def test_rows_with_a_wrong_number_of_cells():
    """Named with line and counts; empty rows are none."""
    rows = list(table("title,runtime,genres\nA,90,Drama,Crime\n\n,,\nB,80\nC,70,Drama\n").rows())

    assert rows == [
        TableRow(2, {}, "the row in line 2 has 4 cells, and there are 3 headings"),
        TableRow(5, {}, "the row in line 5 has 2 cells, and there are 3 headings"),
        TableRow(6, {"title": "C", "runtime": "70", "genres": "Drama"}),
    ]


@pytest.mark.parametrize("count", [3, 2_000])
@pytest.mark.parametrize("quoted", [True, False])
def test_a_quote_that_is_not_closed_costs_its_row_only(count, quoted):
    """Whether a later quote seems to close it, or none does."""
    later = "".join(f'{n},"Film {n}",90\n' if quoted else f"{n},Film {n},90\n" for n in range(count))

    rows = list(table(f'id,title,runtime\n7,"Amber Road,101\n{later}').rows())

    assert rows[0].line == 2
    assert "line 2 cannot be read" in rows[0].problem
    assert [(row.line, row.cells["title"]) for row in rows[1:]] == [(n + 3, f"Film {n}") for n in range(count)]


def test_lines_that_cannot_be_told_apart_are_all_named():
    """A quote of the next row closes the first one, and neither row is whole."""
    rows = list(table('id,title,runtime\n1,"A,9\n2,"B,9\n3,C,9\n').rows())

    assert rows[0].problem.startswith("the row in lines 2 to 3 cannot be read")
    assert [row.cells for row in rows[1:]] == [{"id": "3", "title": "C", "runtime": "9"}]


def test_many_quotes_that_are_not_closed():
    """Each costs its row."""
    text = "id,title,runtime\n" + "".join(f'{n},"Bad\n{n},Good,90\n' for n in range(500))

    rows = list(table(text).rows())

    assert sum(1 for row in rows if row.problem) == 500
    assert [row.cells["id"] for row in rows if not row.problem] == [str(n) for n in range(500)]


def test_quotes_inside_of_quotes():
    """Doubled, or escaped by a backslash; left bare, the row has a problem."""
    text = (
        "id,title,overview\n"
        '1,A,"He said ""no"", and left"\n'
        '2,B,"He said \\"no\\", and left\nfor good"\n'
        '3,C,"He said "no", and left"\n'
        '4,D,"[{""name"": ""An \\""odd\\"" name""}]"\n'
    )

    rows = list(table(text).rows())

    assert [row.cells.get("overview") for row in rows] == [
        'He said "no", and left',
        'He said "no", and left\nfor good',
        None,
        '[{"name": "An \\"odd\\" name"}]',
    ]
    assert [row.line for row in rows] == [2, 3, 5, 6]


def test_line_numbers_after_cells_with_line_breaks():
    """A row's line is the one in which it begins."""
    assert [row.line for row in table('title,overview\nA,"one\ntwo"\nB,x\n').rows()] == [2, 4]


def test_a_long_line_is_the_problem_of_its_row(monkeypatch):
    """Later rows are read."""
    monkeypatch.setattr("film_files.text_lines.MAX_LINE", 100_000)
    rows = list(table(f'title,overview\nA,x\nB,{"x" * 300_000}\nC,"y"\n').rows())

    assert [row.problem for row in rows] == [None, "line 3 is longer than 0 MB", None]
    assert [row.line for row in rows] == [2, 3, 4]


def test_a_zero_byte_is_the_problem_of_its_row():
    """Later rows are read."""
    rows = list(table("title,overview\n" + "A,x\n" * 30_000 + "B,\0\nC,y\n").rows())

    assert rows[-2:] == [
        TableRow(30_002, {}, "line 30002 holds a zero byte"),
        TableRow(30_003, {"title": "C", "overview": "y"}),
    ]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("lines", "\n".join(map(json.dumps, RECORDS))),
        ("lines with empty ones", "\n\n".join(map(json.dumps, RECORDS)) + "\n\n"),
        ("array", json.dumps(RECORDS)),
        ("indented", json.dumps(RECORDS, indent=2)),
        ("an element a line", "[\n" + ",\n".join(map(json.dumps, RECORDS)) + "\n]\n"),
        ("a comma after the last", "[" + ",".join(map(json.dumps, RECORDS)) + ",]"),
        ("commas, no brackets", ",\n".join(map(json.dumps, RECORDS)) + ",\n"),
        ("a page", json.dumps({"page": 1, "results": RECORDS, "total_pages": 1}, indent=1)),
        ("pages, one a line", "\n".join(json.dumps({"page": n, "results": [film]}) for n, film in enumerate(RECORDS))),
        ("a list of movies", json.dumps({"movies": RECORDS})),
        ("indented objects", "\n".join(json.dumps(film, indent=2) for film in RECORDS)),
        ("a byte order mark", "\ufeff" + json.dumps(RECORDS)),
    ],
)
def test_json_in_its_forms(name, text):
    """The same films in each, whatever the file's name says."""
    assert cells(text, name="films.csv") == RECORDS
    assert cells(text, name="films.jsonl") == RECORDS


def test_json_far_longer_than_a_block():
    """An array in one line, read as a stream."""
    films = [{"id": n, "title": f"Film {n}", "overview": "x" * (n % 7) * 20_000} for n in range(60)]

    assert cells(json.dumps(films)) == films
    assert cells(json.dumps(films, indent=1)) == films


def test_lines_of_json_with_problems():
    """Each is the problem of its line."""
    deep = '{"id": 3, "title": ' + "[" * 5_000 + "]" * 5_000 + "}"
    text = "\n".join([json.dumps(RECORDS[0]), '{"id": 2, "title": "cut', deep, '"text"', json.dumps(RECORDS[1])])

    rows = list(table(text).rows())

    assert [row.line for row in rows if row.problem] == [2, 3, 4]
    assert [row.cells for row in rows if not row.problem] == RECORDS


def test_an_element_nested_too_deep_for_what_comes_after():
    """It is that film's problem, in every form of JSON."""
    deep: object = "x"
    for _level in range(40):
        deep = [deep]

    rows = list(table(json.dumps([{"title": "A", "genres": deep}, {"title": "B"}])).rows())

    assert [row.problem for row in rows] == ["the object in line 1 is nested deeper than 32", None]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[{"title": "A"}, {"title": "B"', "ends inside of its JSON, in line 1"),
        ('[\n{"title": "A"},\n{"title": B}\n]', "not valid JSON in line 3"),
        ('[{"title": "A"} {"title": "B"}]', "not valid JSON in line 1"),
        ("[]", "holds no film"),
        ('{"results": []}', "holds no film"),
        ('[{"colour": "red"}]', "no column of films (it has colour)"),
        ('{"title": {"0": "A"}, "runtime": {"0": 90}, "genres": {"0": "x"}}', "orient='records'"),
        ('{\n"title": {"0": "A"}, "runtime": {"0": 90}, "genres": {"0": "x"}}', "orient='records'"),
        ('[{"title": ' + "[" * 100_000 + "]" * 100_000 + "}]", "nested too deep"),
    ],
)
def test_json_that_is_refused(text, said):
    """With the line."""
    assert said in refusal(text)


@pytest.mark.parametrize(
    ("packed", "compression"),
    [
        (gzip.compress(FILMS.encode()), "gzip"),
        (gzip.compress(FILMS[:40].encode()) + gzip.compress(FILMS[40:].encode()), "gzip"),
        (zstandard.compress(FILMS.encode()), "zstd"),
        (zstandard.compress(FILMS[:40].encode()) + zstandard.compress(FILMS[40:].encode()), "zstd"),
        (bz2.compress(FILMS.encode()), "bzip2"),
        (lzma.compress(FILMS.encode()), "xz"),
        (zipped({"films.csv": FILMS, "__MACOSX/._films.csv": b"\0", "read me.md": "x"}), "zip"),
        (zipped({"films.csv.gz": gzip.compress(FILMS.encode())}), "gzip in zip"),
    ],
)
def test_compressions(packed, compression):
    """By their first bytes, whatever the name says."""
    found = table(packed, name="films.csv")

    assert found.form.compression == compression
    assert [row.cells for row in found.rows()] == CELLS


@pytest.mark.parametrize("pack", [gzip.compress, zstandard.compress, bz2.compress, lzma.compress])
def test_a_cut_compressed_file(pack):
    """Never read as if it were whole."""
    packed = pack("".join(f"{n},Film {n * 7919},{n}\n" for n in range(9_000)).join([f"{HEADINGS[:16]}\n", ""]).encode())

    assert "cut or damaged" in refusal(packed[: len(packed) * 2 // 3])
    assert "cut or damaged" in refusal(packed[:-1])


@pytest.mark.parametrize("pack", [gzip.compress, zstandard.compress, bz2.compress, lzma.compress])
def test_a_file_that_unpacks_to_far_too_much(pack, monkeypatch):
    """It is not read to its end."""
    monkeypatch.setattr("film_files.compression.FREE_BYTES", 1_000)

    assert "a file of its size" in refusal(pack(FILMS.encode() + b"\n" * 5_000_000))


def test_a_bound_of_the_caller():
    """Below that by the ratio, for text and for workbooks."""
    content = gzip.compress(FILMS.encode() + b"\n" * 50_000)

    assert "more than the 0 MB" in refusal(content, most_bytes=10_000)
    assert len(cells(content, most_bytes=100_000)) == 2


@pytest.mark.parametrize(
    ("members", "said"),
    [
        ({"movies.csv": FILMS, "credits.csv": FILMS}, "2 tables (movies.csv, credits.csv)"),
        ({"notes.docx": "x"}, "no table (notes.docx)"),
        ({}, "no table (none)"),
        ({"films.zip": zipped({"films.csv": FILMS})}, "no table"),
    ],
)
def test_zip_archives_that_are_refused(members, said):
    """With what they hold."""
    assert said in refusal(zipped(members))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b" \n\n", "nothing but empty space"),
        (b"\xef\xbb\xbf", "nothing but empty space"),
        (b"<!DOCTYPE html><html><body>title,runtime</body>", "an HTML page"),
        (b"\xef\xbb\xbf \n<HTML lang='en'>", "an HTML page"),
        ("<!doctype html>".encode("utf-16"), "an HTML page"),
        (b'<?xml version="1.0"?><films/>', "an XML document"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n", "git lfs pull"),
        (b"../.git/annex/objects/Xx/Yy/MD5-s1--0/MD5-s1--0", "git annex get"),
        (b"/annex/objects/MD5E-s1--0.csv\n", "git annex get"),
        (b"404: Not Found", "download the table again"),
        (b"%PDF-1.7\n", "a PDF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "an old Excel workbook"),
        (b"SQLite format 3\x00" + b"\0" * 100, "a SQLite database"),
        (b"\x80\x04\x95\x10\x00", "a Python pickle"),
        (b"\x89PNG\r\n\x1a\n", "a picture"),
        (b"films.csv".ljust(257, b"\0") + b"ustar" + b"\0" * 300, "a tar archive"),
        (b"title,runtime\n", "headings and no rows"),
        (b"title,runtime\n\n,\n", "headings and no rows"),
        (b"colour,shape\nred,round\n", 'begins with "colour,shape"'),
        (b"Dear all, here is the film list.", "names no column of films"),
        (bytes(range(256)) * 20, "zeros"),
        (b"Film,Movie,runtime\nA,B,1\n", 'two headings for the column title: "Film" and "Movie"'),
    ],
)
def test_what_is_no_table_of_films(content, said):
    """Named for what it is, with what to do."""
    assert said in refusal(content, name="films.csv")


def test_sentences_are_short_whatever_the_file_holds():
    """A single line of megabytes, and thousands of columns."""
    assert "names no column" in refusal("x" * 900_000)
    assert "1,000" in refusal(",".join(["title", *(f"c{n}" for n in range(2_000))]) + "\nA\n")
    assert (
        "is not a JSON object" in str(list(table('[{"title": "A"}, "' + "x" * 100_000 + '"]').rows())[1].problem)[:100]
    )


def test_empty_lines_without_end():
    """A file of nothing but line ends is not read to its end."""
    assert "empty lines" in refusal(FILMS + "\n" * 200_000)


def test_a_path_and_its_rows_again(tmp_path: Path):
    """A table is read as often as it is asked for."""
    path = tmp_path / "films.data"
    path.write_text(FILMS)
    found = open_table(path)

    assert [row.cells for row in found.rows()] == [row.cells for row in found.rows()] == CELLS
    assert found.form.describe() == {"format": "CSV", "encoding": "utf-8", "delimiter": "comma"}
    with pytest.raises(FilmFileError, match=r"There is no file .*gone.csv"):
        open_table(tmp_path / "gone.csv")


TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0\r\ufffd"), min_size=1, max_size=30)


@settings(max_examples=100, deadline=None)
@given(
    films=st.lists(
        st.tuples(TEXTS, TEXTS, st.sampled_from(["", '"', "a, b", "x\r\ny", "\\", '\\"', "sep=;"])), min_size=1
    ),
    form=st.tuples(
        st.sampled_from(",;\t|"),
        st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]),
        st.sampled_from(["\n", "\r\n"]),
        st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-32"]),
        st.sampled_from([bytes, gzip.compress]),
    ),
)
def test_what_a_writer_of_csv_writes_is_read(films, form):
    """Every cell as it was, in every form."""
    delimiter, quoting, end, encoding, pack = form
    sink = io.StringIO(newline="")
    writer = csv.writer(sink, delimiter=delimiter, quoting=quoting, lineterminator=end)
    writer.writerows([("title", "overview", "tagline"), *films])

    rows = cells(pack(sink.getvalue().encode(encoding)))

    assert [tuple(row.values()) for row in rows] == films


A, B = ({"id": number, "title": name, "runtime": 90} for number, name in ((1, "Amber Road"), (2, "Winter Glass")))


@pytest.mark.parametrize(
    "films",
    [[{"id": 1, "name": "X", "items": []}, A], [{"Title": "X", "runtime": 9, "items": [{"k": 1}]}, A],
     [{"items": [], "id": 1, "title": "X"}, B]],
)  # fmt: skip
def test_a_film_with_a_list_of_its_own_is_no_page(films):
    """In lines, in an object alone and in an array."""
    titles = [film.get("title") or film.get("name") or film["Title"] for film in films]
    for text in (
        "\n".join(map(json.dumps, films)),
        json.dumps(films),
        "\n".join(json.dumps(f, indent=1) for f in films),
    ):
        assert [row["title"] for row in cells(text)] == titles


def test_all_lists_of_a_page_are_read():
    """On one line or over many; a page may have an id."""
    page = {"id": 9, "movies": [A], "results": [B]}
    for text in (json.dumps(page), json.dumps(page, indent=1), json.dumps(page) + "\n" + json.dumps(page)):
        assert [row["title"] for row in cells(text)][:2] == ["Amber Road", "Winter Glass"]
