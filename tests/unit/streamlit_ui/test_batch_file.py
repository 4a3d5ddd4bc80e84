"""A batch file: what is read, what is refused and why, and the bounds."""

import gzip
import io
import json
import time
from datetime import date

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from movie_assets.catalogue.values import MOST_NAMES
from streamlit_ui.batch_file import MAX_CELLS, MAX_FILMS, UnreadableFile, read_batch, template
from streamlit_ui.batch_film import MOST_PEOPLE, RowProblem
from streamlit_ui.contract import Film

HEAD = "title,runtime,genres,original_language,overview,release_date,cast\n"
TEMPLATE = (
    "\ufefftitle,runtime,genres,original_language,overview,release_date,production_countries,production_companies,"
    "spoken_languages,directors,cast,collection\r\n"
    "The Last Case,112,Drama|Crime,en,A retired detective returns to a quiet town to solve one last case.,2027-03-05,"
    ",,,A. Director,First Name|Second Name,\r\n"
    "Night Harvest,88,Horror,ko,,,,,,,,\r\n"
)


def file_of(text, *, encoding="utf-8", name="films.csv"):
    return read_batch(text.encode(encoding), name)


def rows_of(text, *, encoding="utf-8", name="films.csv"):
    found = file_of(text, encoding=encoding, name=name)
    assert not isinstance(found, UnreadableFile), found
    return found.rows


def film_of(**cells):
    """The film that one row of these cells gives."""
    cells = {"runtime": "90", "original_language": "en"} | cells
    [row] = rows_of("\t".join(cells) + "\n" + "\t".join(cells.values()) + "\n")
    return row.film


def workbook(*rows):
    """A workbook of these rows."""
    sink = io.BytesIO()
    with xlsxwriter.Workbook(sink, {"in_memory": True, "default_date_format": "yyyy-mm-dd"}) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return sink.getvalue()


def test_the_template_can_be_read():
    """All columns, a byte order mark for Excel, and two example films."""
    rows = rows_of(template())

    assert template() == TEMPLATE
    assert rows[0].film == Film(
        title="The Last Case",
        runtime=112,
        genres=["Drama", "Crime"],
        original_language="en",
        overview="A retired detective returns to a quiet town to solve one last case.",
        release_date=date(2027, 3, 5),
        directors=["A. Director"],
        cast=["First Name", "Second Name"],
    )
    assert rows[1].film == Film(title="Night Harvest", runtime=88, genres=["Horror"], original_language="ko")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949", "utf-16"])
def test_a_file_from_a_korean_excel_is_read(encoding):
    """With headings in Korean; the service knows the names of genres and languages."""
    film = "봄의 노래,101,드라마|액션,한국어,2027-03-05,윤하늘"
    [row] = rows_of(f"제목,상영시간,장르,원어,개봉일,감독\n{film}\n", encoding=encoding)

    assert row.film == Film(
        title="봄의 노래",
        runtime=101,
        genres=["드라마", "액션"],
        original_language="한국어",
        release_date=date(2027, 3, 5),
        directors=["윤하늘"],
    )


def test_european_text_is_no_chinese():
    """As a spreadsheet of Western Europe saves it."""
    rows = rows_of(
        "title,runtime,original_language,overview\nL'Été dernier,95,fr,Une élève rêveuse s'éloigne de sa forêt.\n"
        "¿Mañana?,88,es,Un niño sueña con el océano.\n",
        encoding="cp1252",
    )

    assert [row.film.title for row in rows] == ["L'Été dernier", "¿Mañana?"]
    assert rows[1].film.overview == "Un niño sueña con el océano."


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("before", ["", "\n \n", "My films\n"])
def test_whatever_separates_columns(delimiter, before):
    """Lines above the column names are ignored."""
    names = delimiter.join([" Runtime ", "Original_Language", "title"])
    [row] = rows_of(f"{before}{names}\n" + delimiter.join(["90", "en", " A "]) + "\n")

    assert row.cells == {"runtime": "90", "original_language": "en", "title": "A"}
    assert row.film == Film(title="A", runtime=90, genres=[], original_language="en")


@pytest.mark.parametrize(
    ("cells", "facts_of_cells"),
    [
        ({"runtime": "90,5"}, {"runtime": 90.5}),
        ({"runtime": "0.5"}, {"runtime": 0.5}),
        ({"runtime": "1h 35m"}, {"runtime": 95}),
        ({"runtime": "95분"}, {"runtime": 95}),
        ({"original_language": " French "}, {"original_language": "French"}),
        ({"genres": "sci-fi|공포|Mockumentary"}, {"genres": ["sci-fi", "공포", "Mockumentary"]}),
        ({"genres": "drama, crime,war"}, {"genres": ["drama", "crime", "war"]}),
        ({"genres": "['Drama' 'Crime']"}, {"genres": ["Drama", "Crime"]}),
        ({"genres": "[{'id': 36, 'name': 'History'}, {'id': 10752, 'name': 'War'}]"}, {"genres": ["History", "War"]}),
        ({"genres": '{"9648": "Mystery"}'}, {"genres": ["Mystery"]}),
        ({"genres": "(no genres listed)"}, {"genres": []}),
        ({"cast": "Doe, Jane | |Roe, Richard"}, {"cast": ["Doe, Jane", "Roe, Richard"]}),
        ({"cast": " ; "}, {"cast": None}),
        ({"cast": "|".join(f"Player {n}" for n in range(60))}, {"cast": [f"Player {n}" for n in range(10)]}),
        ({"production_countries": "KR|FR"}, {"production_countries": ["KR", "FR"]}),
        ({"production_countries": "대한민국|South Korea"}, {"production_countries": ["대한민국", "South Korea"]}),
        (
            {"production_countries": '[{"iso_3166_1": "PT", "name": "Portugal"}]'},
            {"production_countries": ["PT"]},
        ),
        ({"spoken_languages": '[{"iso_639_1": "pt", "name": "Português"}]'}, {"spoken_languages": ["pt"]}),
        ({"production_companies": "Moon"}, {"production_companies": ["Moon"]}),
        ({"spoken_languages": "ko"}, {"spoken_languages": ["ko"]}),
        ({"directors": "A. Director"}, {"directors": ["A. Director"]}),
        ({"collection": "Cases", "overview": "A town.", "title": "B"}, {}),
        ({"belongs_to_collection": "{'id': 3, 'name': 'Cases'}"}, {"collection": "Cases"}),
        ({"collection": "[Rewind] Collection"}, {}),
        ({"genre_ids": "[18, 80]"}, {"genres": ["18", "80"]}),
        ({"release_date": "2027-03-05"}, {"release_date": date(2027, 3, 5)}),
        ({"release_date": "March 5, 2027"}, {"release_date": date(2027, 3, 5)}),
        ({"overview": "No overview found.", "title": "N/A"}, {"title": "N/A", "overview": None}),
        ({"collection": "", "overview": r"\N", "title": "", "release_date": "nan", "note": "mine"}, None),
        (
            {
                "crew": "[{'job': 'Producer', 'name': 'P'}, {'job': 'Director', 'name': 'D'}]",
                "cast": "[{'name': 'A', 'order': 0}, {'name': 'B', 'order': 1}]",
            },
            {"directors": ["D"], "cast": ["A", "B"]},
        ),
        (
            {"credits": "{'cast': [{'name': 'A'}], 'crew': [{'job': 'Director', 'name': 'D'}]}"},
            {"directors": ["D"], "cast": ["A"]},
        ),
    ],
)
def test_each_cell_is_a_fact_of_the_film(cells, facts_of_cells):
    """An empty cell is no fact, and an unknown column is ignored."""
    facts = {"runtime": 90, "genres": [], "original_language": "en"}
    typed = {name: value for name, value in cells.items() if name in Film.model_fields}

    assert film_of(**cells) == Film(**(facts if facts_of_cells is None else facts | typed | facts_of_cells))


@pytest.mark.parametrize(
    ("cells", "field", "quoted"),
    [
        ({"crew": "Ann Lee, Bob Roe"}, "crew", '"Ann Lee"'),
        ({"credits.crew": "Ann Lee|Bob Roe"}, "credits.crew", '"Ann Lee"'),
        ({"credits": "{'crew': ['Ann Lee']}"}, "credits", '"Ann Lee"'),
        ({"credits": "with Ann Lee"}, "credits", '"with Ann Lee"'),
    ],
)
def test_people_without_jobs_are_a_problem(cells, field, quoted):
    """Unless the directors are in a column of their own; the crew is read for nothing else."""
    problem = film_of(**cells)

    assert (problem.reason, problem.field) == ("unreadable", field)
    assert quoted in problem.message
    if field != "credits":
        assert film_of(**cells, directors="Ann Lee").directors == ["Ann Lee"]


def test_people_are_cut_where_the_model_stopped_reading():
    """Training reads as many of each film."""
    assert MOST_PEOPLE == MOST_NAMES


@pytest.mark.parametrize(
    ("written", "right"),
    [
        (["24/12/2026", "05/03/2027"], [date(2026, 12, 24), date(2027, 3, 5)]),
        (["12/24/2026", "03/05/2027"], [date(2026, 12, 24), date(2027, 3, 5)]),
        (["2026. 12. 24.", "2027. 3. 5."], [date(2026, 12, 24), date(2027, 3, 5)]),
    ],
)
def test_the_column_tells_the_order_of_its_dates(written, right):
    """A 24th month tells the day from the month in every row."""
    rows = rows_of("runtime,original_language,release_date\n" + "".join(f"90,en,{day}\n" for day in written))

    assert [row.film.release_date for row in rows] == right


@pytest.mark.parametrize(
    ("cells", "problem"),
    [
        ("A,,Drama,en,,,", RowProblem("missing", "runtime")),
        ("A,90,Drama,,,,", RowProblem("missing", "original_language")),
        ("A,0,Drama,en,,,", RowProblem("not_above_0", "runtime", "0")),
        ("A,nan,Drama,en,,,", RowProblem("missing", "runtime")),
    ],
)
def test_a_bad_row_has_a_reason_and_affects_no_other(cells, problem):
    """The row after it is a film; empty rows are skipped."""
    bad, good = rows_of(f"{HEAD}{cells}\n , ,,,,,\nB,90,Drama,en,,,\n")

    assert (bad.line, bad.film) == (2, problem)
    assert (good.line, good.film) == (4, Film(title="B", runtime=90, genres=["Drama"], original_language="en"))


@pytest.mark.parametrize(
    ("cells", "reason", "field", "quoted"),
    [
        ("A,long,Drama,en,,,", "unreadable", "runtime", '"long"'),
        ("A,inf,Drama,en,,,", "unreadable", "runtime", '"inf"'),
        ('A,"1,200",Drama,en,,,', "unreadable", "runtime", '"1,200"'),
        ("A,90,Drama,en,,next May,", "unreadable", "release_date", '"next May"'),
        ("A,90,Drama,en,,02/03/2027,", "unreadable", "release_date", '"02/03/2027"'),
        ("A,90,[Drama,en,,,", "unreadable", "genres", '"[Drama"'),
        ("A,90,Drama,Crime,en,,,", "broken_row", None, "8 cells, and there are 7 headings"),
        ("A,90", "broken_row", None, "2 cells, and there are 7 headings"),
    ],
)
def test_what_cannot_be_read_is_quoted(cells, reason, field, quoted):
    """And affects no other row."""
    bad, good = rows_of(f"{HEAD}{cells}\nB,90,Drama,en,,,\n")

    assert (bad.film.reason, bad.film.field) == (reason, field)
    assert quoted in bad.film.message
    assert good.film.title == "B"


def test_the_line_is_where_the_row_begins():
    """A synopsis may contain line breaks."""
    first, second = rows_of(f'{HEAD}A,90,Drama,en,"one\ntwo\nthree",,\nB,90,Drama,en,,,\n')

    assert (first.line, second.line) == (2, 5)


FILM = {"title": "A", "runtime": 90, "original_language": "ko", "genres": [{"id": 18, "name": "Drama"}]}


@pytest.mark.parametrize(
    ("name", "raw"),
    [
        ("films.json", json.dumps([FILM, FILM]).encode()),
        ("films.json", json.dumps({"page": 1, "results": [FILM, FILM]}).encode()),
        ("films.jsonl", f"{json.dumps(FILM)}\n{json.dumps(FILM)}\n".encode()),
        ("films.jsonl.gz", gzip.compress(f"{json.dumps(FILM)}\n{json.dumps(FILM)}\n".encode())),
    ],
)
def test_json_is_read(name, raw):
    """As TMDB and its dumps write it."""
    found = read_batch(raw, name)

    assert [row.film for row in found.rows] == 2 * [
        Film(title="A", runtime=90, genres=["Drama"], original_language="ko")
    ]
    assert found.rows[0].cells["genres"] == '[{"id": 18, "name": "Drama"}]'


def test_a_workbook_is_read():
    """With dates and numbers as Excel has them, and in the download as one sees them."""
    sheet = workbook(
        ["제목", "상영시간", "원어", "개봉일", "장르"],
        ["봄", 101.0, "ko", date(2027, 3, 5), "드라마, 액션"],
        [1917, "1:59:00", "en", None, None],
    )
    found = read_batch(sheet, "films.xlsx")

    assert [row.film for row in found.rows] == [
        Film(title="봄", runtime=101, genres=["드라마", "액션"], original_language="ko", release_date=date(2027, 3, 5)),
        Film(title="1917", runtime=119, genres=[], original_language="en"),
    ]
    assert found.rows[0].cells["runtime"] == "101"
    assert found.rows[0].cells["release_date"] == "2027-03-05"


def test_parquet_is_read():
    """With its lists."""
    sink = io.BytesIO()
    pq.write_table(pa.Table.from_pylist([FILM | {"release_date": date(2027, 3, 5)}]), sink)

    [row] = read_batch(sink.getvalue(), "films.parquet").rows

    assert row.film == Film(
        title="A", runtime=90, genres=["Drama"], original_language="ko", release_date=date(2027, 3, 5)
    )


def test_half_a_character_stays_out_of_requests():
    """JSON can hold it, UTF-8 cannot."""
    [row] = rows_of(json.dumps([FILM | {"title": "\ud83d"}]), name="films.json")

    assert row.film == RowProblem("unreadable", "title", "holds half a character (a lone surrogate)")
    assert row.cells["title"] == r"\ud83d"


def test_how_a_file_was_understood_is_told():
    """Its encoding and delimiter, the forms of columns, and the columns without use."""
    found = file_of(
        "제목;상영시간;원어;개봉일;메모\n봄;90;ko;24/12/2026;\n여름;95;ko;05/03/2027;좋다\n", encoding="cp949"
    )

    assert (found.form.encoding, found.form.encoding_guessed, found.form.delimiter) == ("cp949", True, ";")
    assert found.column_forms == {"release_date": "DD/MM/YYYY"}
    assert found.unused == ["메모"]
    assert found.headings["title"] == "제목"


def test_dates_that_no_row_tells_are_a_problem_of_the_column():
    """In one sentence, beside that of each row."""
    found = file_of("runtime,original_language,release_date\n" + "90,en,02/03/2027\n" * 3)

    assert "02/03/2027" in found.date_problem
    assert [row.film.field for row in found.rows] == 3 * ["release_date"]


def test_letters_lost_earlier_are_counted():
    """Nothing can bring them back."""
    found = file_of(f"{HEAD}A\ufffd,90,Drama,en,,,\nB,90,Drama,en,,,\n")

    assert found.damaged_lines == 1


@pytest.mark.parametrize(
    ("raw", "kind", "sentence"),
    [
        (b"", "no_films", "is empty"),
        (HEAD.encode(), "no_films", "no rows"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\xff\xfe", "not_a_table", "a picture"),
        (b"<!DOCTYPE html><html><body>Sign in</body></html>", "not_a_table", "HTML"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:1\nsize 3\n", "not_a_table", "Git LFS"),
        (b"some notes\nof mine\n", "no_columns", "no column of films"),
        (b"film,movie,runtime,language\nA,B,90,en\n", "headings", "two headings"),
        ("title,runtime\né\né\né\n".encode() + b"\xff,90\n", "encoding", "not UTF-8 throughout"),
        (b'[{"runtime": 90}, {"runtime": x}]', "json", "not valid JSON"),
        (gzip.compress(HEAD.encode() + b"A,90,Drama,en,,,\n" * 9_000)[:-60], "damaged", "cut or damaged"),
        (",".join(f"c{n}" for n in range(1_100)).encode() + b",runtime\n90\n", "too_large", "1,101 columns"),
    ],
)
def test_an_invalid_file_is_refused_for_what_it_is(raw, kind, sentence):
    """In film_files' own words, with the name of the file, and with a kind for the page's other language."""
    found = read_batch(raw, "films.csv")

    assert (found.fault, found.kind) == ("unreadable", kind)
    assert sentence in found.message
    assert "films.csv" in found.message


@pytest.mark.parametrize(
    ("head", "missing"),
    [
        ("title,genres", ("runtime", "original_language")),
        ("title,runtime", ("original_language",)),
    ],
)
def test_a_file_without_what_a_rating_needs_is_refused(head, missing):
    """With the columns it has."""
    found = file_of(f"{head}\nA,90\n")

    assert found == UnreadableFile("missing_columns", missing=missing, headings=tuple(head.split(",")))


def test_the_largest_batch_has_ten_thousand_films():
    """As many as the service takes."""
    head, row = b"runtime,original_language\n", b"90,ko\n"

    assert len(read_batch(head + row * MAX_FILMS, "films.csv").rows) == MAX_FILMS
    assert read_batch(head + row * (MAX_FILMS + 1), "films.csv") == UnreadableFile("too_many")


def test_a_small_archive_of_a_huge_file_is_refused_soon():
    """Whatever is in it."""
    bomb = gzip.compress(b"runtime,original_language\n90,en\n" + b"x\n" * 100_000_000, compresslevel=1)

    started = time.process_time()
    found = read_batch(bomb, "films.csv.gz")

    assert found.fault == "unreadable"
    assert "unpacks to more than the 64 MB" in found.message
    assert time.process_time() - started < 3


def test_many_columns_times_many_rows_are_refused_soon():
    """However few bytes they take; a row with fewer cells than there are columns has none."""
    head = "runtime,original_language," + ",".join(f"c{n}" for n in range(900)) + "\n"
    short = head + "90,ko\n" * 6_500
    wide = gzip.compress((head + ("90,ko" + "," * 900 + "\n") * (MAX_CELLS // 900)).encode())

    started = time.process_time()
    rows = rows_of(short)
    assert read_batch(wide, "films.csv.gz") == UnreadableFile("too_large")

    assert time.process_time() - started < 5
    assert sum(len(row.cells) for row in rows) == 0
    assert {row.film.reason for row in rows} == {"broken_row"}
