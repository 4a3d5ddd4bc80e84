"""Dumps as people have them, from the file to the cleaned day: read right, or refused with one sentence."""

import json
from datetime import date, datetime

import pytest

from movie_assets.catalogue.day import clean_day, fetch_day
from movie_assets.catalogue.dump.source import DumpSource
from movie_assets.catalogue.source import SourceError
from movie_assets.storage.formats import frame_of
from tests.support.dumps import a_row, csv_text

DAY = date(2020, 1, 1)
DATES = {1: "2009-04-23", 2: "2015-12-30", 3: "2018-06-05"}
ROWS = [
    a_row(number, title=f"Étude {number}", release_date=day, vote_count=number * 812, genres=["Drama", "Mystery"])
    for number, day in DATES.items()
]


def rows(**changes):
    """The rows with some columns written otherwise: by a text, or by what makes one of the row."""
    return [
        {**row, **{name: change(row) if callable(change) else change for name, change in changes.items()}}
        for row in ROWS
    ]


def day_as(form):
    return lambda row: datetime.fromisoformat(row["release_date"]).strftime(form)


def cleaned(folder, content, name="films.csv"):
    """The cleaned day of a dump with this content."""
    content = csv_text(content) if isinstance(content, list) else content
    (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    raw = fetch_day(DumpSource(folder / name, DAY), DAY, with_history=True)
    return clean_day(raw.films, DAY, min_votes=6, min_films=0)


def separated(mark, first=""):
    lines = csv_text(rows(genres="Drama|Mystery")).splitlines()
    return first + "\n".join(line.replace(",", mark) for line in lines)


PEOPLE = {"cast": [{"name": "Ines Vale"}], "crew": [{"job": "Director", "name": "Oda Quist"}]}


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(rows(release_date=day_as("%d/%m/%Y")), id="DD/MM/YYYY"),
        pytest.param(rows(release_date=day_as("%m/%d/%Y")), id="MM/DD/YYYY"),
        pytest.param(rows(release_date=day_as("%d %B %Y")), id="named months"),
        pytest.param(rows(runtime="90 min"), id="min"),
        pytest.param(rows(runtime="1h 30m"), id="hours"),
        pytest.param(rows(runtime="90,0"), id="decimal comma"),
        pytest.param(rows(vote_count=lambda row: f"{row['vote_count']:,}"), id="thousands"),
        pytest.param(rows(genres="['Drama' 'Mystery']"), id="NumPy"),
        pytest.param(rows(genres="['Drama'\n 'Mystery']"), id="NumPy over lines"),
        pytest.param(rows(genres='{"18": "Drama", "9648": "Mystery"}'), id="names by id"),
        pytest.param(csv_text(ROWS).encode("cp1252"), id="cp1252"),
        pytest.param(csv_text(ROWS).encode("utf-16"), id="UTF-16"),
        pytest.param(separated(";"), id="semicolons"),
        pytest.param(separated("\t"), id="tabs"),
        pytest.param(separated(";", "sep=;\n"), id="sep="),
        pytest.param(json.dumps(ROWS), id="a JSON array"),
        pytest.param(json.dumps(ROWS, indent=1), id="a pretty JSON array"),
        pytest.param("[\n" + ",\n".join(map(json.dumps, ROWS)) + "\n]", id="an element a line"),
        pytest.param(json.dumps({"page": 1, "results": ROWS}), id="a page"),
    ],
)
def test_a_dump_in_another_form_is_read(tmp_path, content):
    """Its films are those of the plain CSV, whatever the ending."""
    day = cleaned(tmp_path, content)

    movies, votes = frame_of(day.movies), frame_of(day.votes)
    assert day.failures == []
    assert movies["title"].tolist() == ["Étude 1", "Étude 2", "Étude 3"]
    assert movies["release_date"].dt.strftime("%Y-%m-%d").tolist() == list(DATES.values())
    assert movies["runtime"].tolist() == [90, 90, 90]
    assert movies["genres"].map(list).tolist() == [["Drama", "Mystery"]] * 3
    assert votes["vote_count"].tolist() == [812, 1624, 2436]


@pytest.mark.parametrize(
    "people",
    [
        {"credits": str(PEOPLE)},
        {"credits": json.dumps(PEOPLE)},
        {"credits.cast": json.dumps(PEOPLE["cast"]), "credits.crew": json.dumps(PEOPLE["crew"])},
        {"cast": str(PEOPLE["cast"]), "crew": str(PEOPLE["crew"])},
        {"cast": "Ines Vale", "director": "Oda Quist"},
    ],
    ids=["credits", "credits in JSON", "credits.cast", "cast and crew", "names"],
)
def test_credits_are_read_in_every_shape(tmp_path, people):
    """As TMDB, pandas and people write them."""
    movies = frame_of(cleaned(tmp_path, rows(**people)).movies)

    assert movies["cast"].map(list).tolist() == [["Ines Vale"]] * 3
    assert movies["directors"].map(list).tolist() == [["Oda Quist"]] * 3


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"vote_average": "72"}, "0 of 3 kept; 3 dropped as malformed, such as: vote_average is 72, and 3 of 3 rated"),
        ({"vote_average": "3.6"}, "none of 3 rated films is above 5: set MOVIE_DUMP_RATING_MAX"),
        ({"vote_count": "8.204"}, 'vote_count is "8.204", which can be 8204 or 8.204'),
        ({"runtime": "feature"}, 'runtime is "feature", not a number of minutes'),
        ({"genres": "['Drama"}, 'genres is "[\'Drama", not a list that can be read'),
        ({"overview": "No overview found."}, "3 dropped as no_overview, such as: overview is 'No overview found.'"),
    ],
)
def test_a_day_that_lost_its_films_says_why(tmp_path, changes, says):
    """The true reason, its count and a value."""
    [failure] = cleaned(tmp_path, rows(**changes)).failures

    assert says in failure


@pytest.mark.parametrize(
    ("release_date", "says"),
    [
        (day_as("%d-%m-%y"), "release_date does not tell day from month or year"),
        ("soon", 'none of 3 rows has a release_date that can be read; the first is "soon"'),
    ],
)
def test_dates_without_one_reading_fail_the_fetch(tmp_path, release_date, says):
    """An earlier day stays as it is."""
    given = [
        {**row, "release_date": day} for row, day in zip(ROWS, ("2012-03-18", "2013-11-25", "2014-07-02"), strict=True)
    ]
    written = [{**row, "release_date": release_date(row) if callable(release_date) else release_date} for row in given]

    with pytest.raises(SourceError, match=says):
        cleaned(tmp_path, written)


def test_a_folder_of_parts_is_one_dump(tmp_path):
    """As Spark writes it; one without a table is refused."""
    folder = tmp_path / "films.csv"
    folder.mkdir()
    (folder / "_SUCCESS").touch()
    for number, row in enumerate(ROWS):
        (folder / f"part-0000{number}.csv").write_text(csv_text([row]))

    found = list(DumpSource(folder, DAY).fetch(DAY, with_history=True))

    assert [film.film_id for film in found] == [1, 2, 3]
    (tmp_path / "empty").mkdir()
    with pytest.raises(SourceError, match="folder"):
        list(DumpSource(tmp_path / "empty", DAY).fetch(DAY, with_history=True))
