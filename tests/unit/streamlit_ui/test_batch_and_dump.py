"""A file means the same to the page and as a dump: each film ends in the same form."""

import json
from datetime import date
from math import isnan

import pytest

from movie_assets.prediction.movie import Movie
from streamlit_ui.batch_file import read_batch
from tests.support.cleaning import clean
from tests.support.dumps import fetched, write_dump

LAST_DAY = date(2017, 12, 31)
DETAILS = {
    "id": 1,
    "title": "The Quiet Harbour",
    "overview": "A nurse waits.",
    "runtime": 95,
    "genres": [{"id": 80, "name": "Crime"}, {"id": 18, "name": "Drama"}],
    "original_language": "pt",
    "release_date": "2017-12-03",
    "production_countries": [{"iso_3166_1": "PT", "name": "Portugal"}],
    "production_companies": [{"id": 4, "name": "Farol, Lda."}],
    "spoken_languages": [{"iso_639_1": "pt", "english_name": "Portuguese", "name": "Português"}],
    "belongs_to_collection": {"id": 7, "name": "Harbours"},
    "credits": {
        "cast": [{"name": f"Player {number}", "order": number} for number in range(14)],
        "crew": [{"name": "P", "job": "Producer"}, {"name": "D. One", "job": "Director"}],
    },
    "vote_average": 6.5,
    "vote_count": 12,
}
FIELDS = tuple(Movie.model_fields)
OF_DETAILS = ",".join(DETAILS)
AS_LITERALS = ",".join('"' + str(value).replace('"', '""') + '"' for value in DETAILS.values())


def movie_of(row):
    """The form of a film in a row of cleaned films, in which pandas has NaN for a missing text."""
    return Movie(**{name: None if isinstance(row[name], float) and isnan(row[name]) else row[name] for name in FIELDS})


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("films.jsonl", json.dumps(DETAILS).encode()),
        ("films.json", json.dumps({"results": [DETAILS]}).encode()),
        ("films.csv", f"{OF_DETAILS}\n{AS_LITERALS}\n".encode()),
        (
            "films.csv",
            "번호;제목;줄거리;상영시간;장르;원어;개봉일;제작국;감독;배우;평점;투표수\n"
            "1;봄;A nurse waits.;1시간 35분;드라마, 범죄;한국어;24/11/2017;한국;윤하늘;한별|이슬;7,5;120\n"
            "2;여름;A nurse leaves.;88분;공포;영어;02/12/2017;미국|프랑스;;;6,0;1.204\n".encode("cp949"),
        ),
        (
            "films.tsv",
            b"id\tname\tplot\trunning time\tgenre\tlanguage\treleased\tcountries\tstars\trating\tvotes\n"
            b"1\tL\xe0-bas\tA nurse sails.\t1:28:00\t['Drama' 'Crime']\tfrench\tDec 3, 2017\tUK, USA\tA B\t6.5\t12\n",
        ),
    ],
    ids=["lines", "a page", "literals", "Korean", "Western"],
)
def test_the_films_of_a_file(name, content, tmp_path):
    """In all facts that a prediction is made of."""
    batch = read_batch(content, name)
    films = fetched(write_dump(tmp_path, content, name), LAST_DAY, with_history=True)
    cleaned = clean(films, day=LAST_DAY)

    assert cleaned.dropped.empty, cleaned.dropped
    of_page = [Movie.model_validate(row.film.model_dump(exclude_none=True)) for row in batch.rows]
    assert sorted(of_page, key=str) == sorted(map(movie_of, cleaned.movies.to_dict("records")), key=str)
