"""Each kind of encoding: its numbers, also of what is missing or unknown."""

import math
from datetime import date

import numpy as np
import pandas as pd
import pytest

from movie_assets.prediction.encodings import (
    AnyOf,
    Number,
    OneOf,
    ReleaseDay,
    Season,
    TfidfEncoding,
    TitleFacts,
    TrackRecordEncoding,
    is_missing,
    title_facts,
    title_stem,
)
from movie_assets.prediction.features import Encoders
from movie_assets.prediction.tfidf_score import TfidfScore
from movie_assets.prediction.track_record import TrackRecord

MISSING = [None, math.nan, np.float64("nan"), pd.NaT]
each_missing = pytest.mark.parametrize("missing", MISSING, ids=["None", "nan", "numpy", "NaT"])
DAY = date(2020, 5, 1)
RECORD = TrackRecord(
    half_at=1.0,
    names=("Ada", "harbour"),
    starts=(0, 1, 2),
    days=(DAY.toordinal(),) * 2,
    sums=(2.0, 3.0),
    weights=(1.0, 3.0),
)


@each_missing
def test_a_missing_number_is_the_median(missing):
    """Neither from the film that lacks it nor from the other films of the request."""
    assert Number(median=105.0).encode("runtime", {"runtime": [90, missing, 0.5]}).tolist() == [[90], [105], [0.5]]
    assert Number(median=105.0).labels("runtime") == ["runtime"]


@pytest.mark.parametrize("value", ["Slow Television", "", "Horror", None, math.nan])
def test_an_unknown_category_has_a_column_of_its_own(value):
    """A value without a column, or none at all, is never somebody else's; rare ones that are known share it."""
    genres = OneOf(known=("Drama", "Comedy", "Horror"), seen=2)

    encoded = genres.encode("main_genre", {"main_genre": ["Comedy", value, "Drama"]})

    assert genres.labels("main_genre") == ["main_genre=Drama", "main_genre=Comedy", "main_genre=?"]
    assert encoded.tolist() == [[0, 1, 0], [0, 0, 1], [1, 0, 0]]


def test_each_name_of_a_list_is_seen_once_in_any_order():
    """Names without a column tell nothing, and a name written twice is one name."""
    countries = AnyOf(known=("US", "KR"), usual={})
    films = [["US"], ["KR", "US", "US"], ["FR"], np.array(["KR"], dtype=object)]
    columns = {"production_countries": films, "original_language": ["en"] * 4}

    assert countries.labels("production_countries") == ["production_countries=US", "production_countries=KR"]
    assert countries.encode("production_countries", columns).tolist() == [[1, 0], [1, 1], [0, 0], [0, 1]]


@pytest.mark.parametrize("missing", [None, [], np.array([], dtype=object)], ids=["None", "list", "array"])
def test_where_no_country_is_recorded_the_usual_one_of_the_language_stands_in(missing):
    """That a source did not record it says nothing about the film; a language nobody knows has no usual country."""
    countries = AnyOf(known=("US", "KR"), usual={"ko": ("KR",), "en": ("US",), "fr": ("FR",)})
    columns = {"production_countries": [missing] * 4, "original_language": ["ko", "en", "fr", "qq"]}

    assert countries.encode("production_countries", columns).tolist() == [[0, 1], [1, 0], [0, 0], [0, 0]]


def test_names_learnt_in_another_form_are_known():
    """A bundle of before says `Sci-Fi` and `United States of America`; of two such names the most frequent counts."""
    genres = OneOf(known=("Drama", "Sci-Fi", "Science Fiction"), seen=3)
    countries = AnyOf(known=("United States of America", "South Korea", "US"), usual={"eng": ("South Korea",)})
    columns = {
        "main_genre": ["Science Fiction", "Sci-Fi", "Drama"],
        "production_countries": [["US"], ["KR", "United States of America"], []],
        "original_language": ["en"] * 3,
    }

    assert genres.encode("main_genre", columns).tolist() == [[0, 1, 0, 0], [0, 1, 0, 0], [1, 0, 0, 0]]
    assert countries.encode("production_countries", columns).tolist() == [[1, 0, 0], [1, 1, 0], [0, 1, 0]]


@each_missing
def test_a_film_without_a_date_is_one_of_the_newest(missing):
    """Year, month and weekday; without a date those of the newest film that was learnt from."""
    days = ReleaseDay(newest=date(2026, 1, 2))

    assert days.labels("release_date") == ["release_date.year", "release_date.month", "release_date.weekday"]
    assert days.encode("release_date", {"release_date": [date(2017, 12, 31), missing]}).tolist() == [
        [2017, 12, 6],
        [2026, 1, 4],
    ]


def test_a_season_stands_in_for_a_date():
    """Its year, month and weekday; of earlier films with the same names all count, as without a date."""
    columns = {"directors": [["Ada"]], "release_date": [Season(1990, 6, 4)]}

    assert ReleaseDay(newest=date(2026, 1, 2)).encode("release_date", columns).tolist() == [[1990, 6, 4]]
    assert TrackRecordEncoding(record=RECORD).encode("directors", columns).tolist() == [[1.0, 0.5]]


@each_missing
def test_a_title_is_seen_by_its_looks(missing):
    """Characters, spaces, digits and colons, never its words; without one the medians."""
    titles = TitleFacts(medians=(14.0, 2.0, 0.0, 0.0))

    assert len(titles.labels("title")) == 4
    assert titles.encode("title", {"title": ["Blade 2: Up", missing, ""]}).tolist() == [
        [11, 2, 1, 1],
        [14, 2, 0, 0],
        [0, 0, 0, 0],
    ]
    assert title_facts("Blade 2: Up") == (11.0, 2.0, 1.0, 1.0)


@each_missing
def test_a_synopsis_that_cannot_be_read_scores_nothing(missing):
    """Not even the bias, which is that of films with words."""
    words = TfidfEncoding(score=TfidfScore(words=("gentle",), rarities=(2.0,), points=(0.5,), bias=0.25))

    assert words.labels("overview") == ["overview.words"]
    assert words.encode("overview", {"overview": ["A gentle one", "None known", missing]}).tolist() == [
        [0.75],
        [0.25],
        [0],
    ]


@pytest.mark.parametrize(
    ("names", "mean", "evidence"),
    [
        *((names, 1.0, 0.5) for names in (["Ada"], ("Ada",), np.array(["Ada"], dtype=object), "Ada")),
        *((names, 0.0, 0.0) for names in (None, math.nan, [], ["Nobody"], "Nobody")),
    ],
)
def test_a_track_record_is_a_mean_and_its_evidence(names, mean, evidence):
    """In whatever form the names come; 0 without names and for unknown ones."""
    columns = {"directors": [names], "release_date": [date(2021, 1, 1)]}

    assert TrackRecordEncoding(record=RECORD).encode("directors", columns).tolist() == [[mean, evidence]]


def test_a_track_record_may_leave_out_its_evidence():
    """Where the source decides whether people are recorded at all, only the mean is used."""
    record = TrackRecordEncoding(record=RECORD, tells_evidence=False)

    assert record.labels("cast") == ["cast.record"]
    assert record.encode("cast", {"cast": [["Ada"]], "release_date": [None]}).tolist() == [[1.0]]


def test_the_track_record_of_a_title_is_that_of_films_that_begin_like_it():
    """By what it shares with its sequels, wherever the columns come from."""
    record = TrackRecordEncoding(record=RECORD, of_title=True)
    columns = {"title": ["Harbour 2", "The Harbour: Tides", None], "release_date": [date(2021, 1, 1)] * 3}

    assert record.encode("title", columns).tolist() == [[0.75, 0.75], [0.75, 0.75], [0, 0]]


@pytest.mark.parametrize(
    "title",
    [
        "Harbour",
        "The Harbour",
        "HARBOUR II",
        "Harbour 2",
        "Harbour, 3",
        "Harbour: The Reckoning",
        "Harbour - The Reckoning",
        "Harbour Part Two",
        "Harbour (1998)",
        "Harbour!",
    ],
)
def test_a_sequel_begins_like_its_predecessor(title):
    """Articles, numbers, subtitles and marks do not tell them apart."""
    assert title_stem(title) == ["harbour"]


@pytest.mark.parametrize(("title", "stem"), [(None, []), (math.nan, []), ("It", []), ("1917", ["1917"]), ("", [])])
def test_a_title_too_short_to_tell_has_no_stem(title, stem):
    """Two letters are shared by strangers."""
    assert title_stem(title) == stem


def test_what_is_missing():
    """None and whatever differs from itself; nothing else."""
    assert all(map(is_missing, MISSING))
    assert not any(map(is_missing, [0, "", "None", 0.0, date(2020, 1, 1)]))


def test_encodings_come_back_from_json():
    """Each kind as itself and with the same numbers."""
    encoders = Encoders(
        encodings={
            "runtime": (Number(median=1.5),),
            "main_genre": (OneOf(known=("Drama",), seen=1),),
            "genres": (AnyOf(known=("Drama",), usual={"en": ("Drama",)}),),
            "release_date": (ReleaseDay(newest=DAY),),
            "title": (TitleFacts(medians=(1.0, 2.0, 0.0, 1.0)), TrackRecordEncoding(record=RECORD, of_title=True)),
            "overview": (TfidfEncoding(score=TfidfScore(words=("a'b",), rarities=(0.1,), points=(0.2,), bias=0.3)),),
        }
    )

    again = Encoders.model_validate_json(encoders.model_dump_json())

    assert again == encoders
    assert [type(one) for kinds in again.encodings.values() for one in kinds] == [
        Number,
        OneOf,
        AnyOf,
        ReleaseDay,
        TitleFacts,
        TrackRecordEncoding,
        TfidfEncoding,
    ]
