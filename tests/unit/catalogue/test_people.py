"""Who made a film, as each source writes it."""

import json
from datetime import date

import pytest

from movie_assets.catalogue.values import LONGEST_NAME, MOST_NAMES, cast_of, collection_of, directors_of
from tests.support.builders import a_raw_film
from tests.support.cleaning import clean

CREDITS = {
    "cast": [{"name": "Ada Lind", "order": 0}, {"name": " Bo Park ", "order": 1}, {"name": "Ada Lind", "order": 2}],
    "crew": [
        {"name": "Cy Holm", "job": "Producer"},
        {"name": "Di Vega", "job": "Director"},
        {"name": "Ed Quist", "job": "Director"},
        {"name": "Flo Marsh", "job": "Director of Photography"},
    ],
}


@pytest.mark.parametrize("record", [{"credits": CREDITS}, CREDITS], ids=["nested", "columns"])
def test_credits_name_directors_and_cast(record):
    """Directors by their job and no other, the cast as billed, each name once; a joined dump has them as columns."""
    assert directors_of(record) == ["Di Vega", "Ed Quist"]
    assert cast_of(record) == ["Ada Lind", "Bo Park"]


@pytest.mark.parametrize("name", ["director", "directors"])
@pytest.mark.parametrize(
    "written", ["Di Vega, Ed Quist", "Di Vega,Ed Quist, ", ["Di Vega", "Ed Quist"], [{"name": "Di Vega"}, "Ed Quist"]]
)
def test_a_dump_names_directors_in_a_column(name, written):
    """As text joined by commas, or as a list; so may a cast."""
    assert directors_of({name: written}) == ["Di Vega", "Ed Quist"]
    assert cast_of({"cast": written}) == ["Di Vega", "Ed Quist"]


def test_of_a_long_list_the_first_count():
    """Those first billed; a film of many hands is no film less."""
    many = [f"Actor {number}" for number in range(80)]

    assert cast_of({"cast": many}) == many[:MOST_NAMES]
    assert directors_of({"directors": many}) == many[:MOST_NAMES]


@pytest.mark.parametrize(
    ("series", "name"),
    [
        ({"id": 5, "name": "Harbour Collection"}, "Harbour Collection"),
        ("Harbour Collection", "Harbour Collection"),
        (None, None),
        ("", None),
        ("{'id': 5, 'name", None),
        ({"id": 5}, None),
        ({}, None),
        (float("nan"), None),
        ("x" * (LONGEST_NAME + 1), None),
    ],
)
def test_the_series_is_named(series, name):
    """By TMDB's object or by a text; none where there is none."""
    assert collection_of({"belongs_to_collection": series}) == name
    assert collection_of({"collection": series}) == name


GARBAGE = [
    None,
    "",
    " , ,",
    0,
    1.5,
    True,
    float("nan"),
    [],
    {},
    [None, 5, [], {}, {"name": None}, {"name": 7}, {"name": {"a": 1}}, {"name": ["b"]}, "  "],
    {"cast": "x"},
    {"crew": [None, "x", {"job": "Director"}, {"job": ["Director"]}], "cast": 5},
    "x" * 5_000,
    ["\ud800"],
]


@pytest.mark.parametrize("garbage", GARBAGE, ids=lambda value: json.dumps(value)[:30])
def test_garbage_never_costs_a_film(garbage):
    """The fact is missing or a name; the film is there, in columns that can be written."""
    changes = dict.fromkeys(("credits", "directors", "director", "cast", "crew", "belongs_to_collection", "collection"))
    for name in changes:
        cleaned = clean([a_raw_film(**changes | {name: garbage})], day=date(2024, 5, 1))

        assert cleaned.counts["kept"] == 1, cleaned.dropped["detail"].tolist()
        [film] = cleaned.movies.to_dict("records")
        for text in (*film["directors"], *film["cast"]):
            assert 0 < len(text.encode()) <= LONGEST_NAME


@pytest.mark.parametrize(
    "record",
    [
        {"crew": [{"name": "Di Vega", "job": "director"}, {"name": "Cy Holm", "job": "art director"}]},
        {"credits": {"director": "Di Vega"}},
        {"credits": {"Directors": ["Di Vega"]}},
        {"crew": ["Di Vega (Director)", "Cy Holm (Casting Director)", "Bo Park"]},
        {"crew": ["Director: Di Vega", "Editor: Cy Holm", "Casting Director: Bo Park"]},
        {"directors": "", "Director": "Di Vega"},
        {"directors": [], "감독": "Di Vega"},
        {"directors": None, "director": ["Di Vega"]},
    ],
)
def test_directors_are_found_where_a_dump_names_them(record):
    """By the job in any case, in credits by name, and in a column of another heading beside an empty one."""
    assert directors_of(record) == ["Di Vega"]


def test_the_cast_is_in_the_order_of_its_billing():
    """By TMDB's `order` where each actor has one, else as it comes."""
    cast = [{"name": "Bo Park", "order": 4}, {"name": "Ada Lind", "order": 0}]

    assert cast_of({"cast": cast}) == ["Ada Lind", "Bo Park"]
    assert cast_of({"cast": [*cast, {"name": "Cy Holm"}]}) == ["Bo Park", "Ada Lind", "Cy Holm"]
    assert cast_of({"cast": None, "Actors": "Ada Lind, Bo Park"}) == ["Ada Lind", "Bo Park"]


@pytest.mark.parametrize("word", [False, 0, "No", "False", "0"])
def test_a_word_for_no_is_no_series(word):
    """A column may only say whether there is one."""
    assert collection_of({"collection": word}) is None
