"""The shapes of four well-known dumps and a workbook: the same films end in the same cleaned rows."""

import csv
import io
import json
from datetime import date
from pathlib import Path

import pytest
import xlsxwriter

from movie_assets.catalogue.day import clean_day, fetch_day
from movie_assets.catalogue.dump.source import DumpSource
from movie_assets.storage.formats import table_of

START = date(2020, 1, 1)
GENRES = {18: "Drama", 80: "Crime", 878: "Science Fiction"}
COUNTRIES = {"US": "United States of America", "KR": "South Korea"}
LANGUAGES = {"en": "English", "ko": "한국어/조선말"}
FILMS = [
    {
        "id": number,
        "title": ["The Quiet Harbour", "봄의 등대", "1917, or So"][number % 3],
        "overview": f'A nurse waits for the tide, and says "no" to {number} boats.',
        "runtime": 80 + number,
        "genres": [18, 80] if number % 2 else [878],
        "original_language": "ko" if number % 3 == 1 else "en",
        "release_date": f"20{number + 3:02}-0{number % 9 + 1}-{number + 9}",
        "vote_average": round(5.5 + number / 10, 1),
        "vote_count": number * 700,
        "countries": ["US", "KR"][: 1 + number % 2],
        "languages": ["en", "ko"][: 1 + number % 2],
        "companies": ["Harbour Lane Pictures", "Northlight"][: 1 + number % 2],
        "cast": ["Ines Vale", "Tom Reed"],
        "director": "Oda Quist",
    }
    for number in range(1, 13)
]


def facts(film):
    """Those that every shape writes alike."""
    own = ("title", "overview", "runtime", "original_language", "release_date", "vote_average", "vote_count")
    return {"id": film["id"], **{name: film[name] for name in own}}


def lists(film):
    """Genres, companies, countries and languages as TMDB's objects."""
    return {
        "genres": [{"id": code, "name": GENRES[code]} for code in film["genres"]],
        "production_companies": [{"id": len(name), "name": name} for name in film["companies"]],
        "production_countries": [{"iso_3166_1": code, "name": COUNTRIES[code]} for code in film["countries"]],
        "spoken_languages": [{"iso_639_1": code, "name": LANGUAGES[code]} for code in film["languages"]],
    }


def credits_of(film):
    """Cast and crew as TMDB's objects."""
    cast = [{"cast_id": n, "name": name, "character": "Herself", "order": n} for n, name in enumerate(film["cast"])]
    crew = [{"job": "Editor", "name": "Lea Marsh"}, {"job": "Director", "name": film["director"]}]
    return {"cast": cast, "crew": crew}


def by_name(film):
    """Everything as names joined by commas, as the dump of a million films has them."""
    return {
        **facts(film),
        "genres": ", ".join(GENRES[code] for code in film["genres"]),
        "production_companies": ", ".join(film["companies"]),
        "production_countries": ", ".join(COUNTRIES[code] for code in film["countries"]),
        "spoken_languages": ", ".join({"en": "English", "ko": "Korean"}[code] for code in film["languages"]),
        "cast": ", ".join(film["cast"]),
        "director": film["director"],
        "adult": "False",
        "status": "Released",
    }


def write(path, rows, to_cell=str):
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]))
    writer.writeheader()
    writer.writerows(
        {name: to_cell(value) if isinstance(value, list | dict) else value for name, value in row.items()}
        for row in rows
    )
    path.write_text(text.getvalue())


def details(folder):
    path = folder / "details.jsonl"
    rows = [
        {**facts(film), **lists(film), "credits": credits_of(film), "adult": False, "video": False, "tagline": ""}
        for film in FILMS
    ]
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows))
    return [path]


def the_movies_dataset(folder):
    paths = [folder / name for name in ("movies_metadata.csv", "credits.csv", "keywords.csv")]
    rows = [{"adult": "False", "belongs_to_collection": "", **facts(film), **lists(film)} for film in FILMS]
    write(paths[0], [{**row, "runtime": float(row["runtime"]), "vote_count": float(row["vote_count"])} for row in rows])
    write(paths[1], [{**credits_of(film), "id": film["id"]} for film in reversed(FILMS)])
    write(paths[2], [{"id": film["id"], "keywords": [{"id": 1, "name": "harbour"}]} for film in FILMS])
    return paths


def tmdb_5000(folder):
    paths = [folder / name for name in ("tmdb_5000_movies.csv", "tmdb_5000_credits.csv")]
    write(paths[0], [{"budget": 0, **facts(film), **lists(film), "status": "Released"} for film in FILMS], json.dumps)
    rows = [{"movie_id": film["id"], "title": film["title"], **credits_of(film)} for film in FILMS]
    write(paths[1], rows, json.dumps)
    return paths


def a_million_films(folder):
    write(folder / "films.csv", [by_name(film) for film in FILMS])
    return [folder / "films.csv"]


def workbook(folder):
    path = folder / "films.xlsx"
    with xlsxwriter.Workbook(path, {"default_date_format": "yyyy-mm-dd"}) as book:
        sheet = book.add_worksheet()
        rows = [by_name(film) for film in FILMS]
        sheet.write_row(0, 0, list(rows[0]))
        for number, row in enumerate(rows, start=1):
            for column, (name, value) in enumerate(row.items()):
                if name == "release_date":
                    sheet.write_datetime(number, column, date.fromisoformat(value))
                else:
                    sheet.write(number, column, value)
    return [path]


def cleaned(paths):
    """The cleaned rows of the dump in these files."""
    raw = fetch_day(DumpSource(Path(":".join(map(str, paths))), START), START, with_history=True)
    day = clean_day(raw.films, START, min_votes=6, min_films=0)
    assert day.failures == []
    return table_of(day.movies).to_pylist(), table_of(day.votes).to_pylist()


@pytest.mark.parametrize("shape", [the_movies_dataset, tmdb_5000, a_million_films, workbook])
def test_the_same_films_end_in_the_same_rows(tmp_path, shape):
    """Whether facts are objects, literals, names or cells of a spreadsheet, in one file or in three."""
    movies, votes = cleaned(details(tmp_path))

    assert cleaned(shape(tmp_path)) == (movies, votes)
    assert len(movies) == len(FILMS)
    assert (movies[0]["cast"], movies[0]["directors"]) == (["Ines Vale", "Tom Reed"], ["Oda Quist"])
    assert movies[0]["production_countries"] == ["US", "KR"]
