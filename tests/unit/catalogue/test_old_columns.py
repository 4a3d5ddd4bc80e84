"""On the 26-column details CSV our five features are what the old pipeline made of the same file."""

import csv
from datetime import date

import pandas as pd
import pytest
from textblob import TextBlob

from movie_assets.catalogue.dump.source import DumpSource
from movie_assets.catalogue.synthetic.source import SyntheticCatalogue
from tests.support.cleaning import clean

COLUMNS = """
    adult backdrop_path belongs_to_collection budget genres homepage id imdb_id origin_country original_language
    original_title overview popularity poster_path production_companies production_countries release_date revenue
    runtime spoken_languages status tagline title video vote_average vote_count
""".split()  # noqa: SIM905  # twenty-six names read better as lines
DAY = date(2026, 1, 1)


@pytest.fixture(scope="module")
def csv_file(tmp_path_factory):
    """300 made-up films as pandas writes TMDB's details: nested values as Python literals."""
    path = tmp_path_factory.mktemp("dump") / "details.csv"
    films = SyntheticCatalogue(seed=5, start=DAY, films_per_day=1, history_films=300).fetch(DAY, with_history=True)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, COLUMNS, restval="", extrasaction="ignore")
        writer.writeheader()
        writer.writerows(film.record for film in films)
    return path


def test_length_mood_and_main_genre_equal_the_old_pipelines(csv_file):
    """overview_len is len, overview_sentiment is TextBlob's polarity, the main genre is the first listed: every row."""
    cleaned = clean(DumpSource(csv_file, DAY).fetch(DAY, with_history=True), day=DAY)
    old = pd.read_csv(csv_file).drop_duplicates("id").set_index("id").loc[cleaned.movies["id"]]

    assert len(cleaned.movies) > 200
    assert cleaned.movies["overview_len"].tolist() == [len(text) for text in old["overview"]]
    polarities = [TextBlob(text).sentiment.polarity for text in old["overview"]]
    assert cleaned.movies["overview_sentiment"].tolist() == polarities
    assert len(set(polarities)) > 20
    first_genres = old["genres"].str.extract(r"'name': '([^']+)'")[0]
    assert cleaned.movies["main_genre"].fillna("").tolist() == first_genres.fillna("").tolist()
    assert cleaned.movies["runtime"].tolist() == old["runtime"].tolist()
    assert cleaned.movies["original_language"].tolist() == old["original_language"].tolist()
