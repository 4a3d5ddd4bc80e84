"""Lists and objects in every form that programs print and people write."""

import json
import time

import pytest

from film_files.forms import Forms
from film_files.list_cells import read_list
from tests.support.film_columns import Refused, forms_of, read_column

TWO = ["War", "Science Fiction"]
OBJECTS = [{"id": 10752, "name": "War"}, {"id": 878, "name": "Science Fiction"}]


@pytest.mark.parametrize(
    "cell",
    [
        TWO,
        tuple(TWO),
        json.dumps(TWO),
        str(TWO),
        json.dumps(json.dumps(TWO)),
        "['War' 'Science Fiction']",
        "['War'\n 'Science Fiction']",
        "array(['War', 'Science Fiction'], dtype=object)",
        "np.array(['War', 'Science Fiction'], dtype='<U15')",
        "[np.str_('War'), np.str_('Science Fiction')]",
        "[u'War', u'Science Fiction']",
        "('War', 'Science Fiction')",
        "{'War', 'Science Fiction'}",
        '{War,"Science Fiction"}',
        "[War, Science Fiction]",
        "[War; Science Fiction]",
        '{"10752": "War", "878": "Science Fiction"}',
        "{10752: 'War', 878: 'Science Fiction'}",
        "{'War': 10752, 'Science Fiction': 878}",
        "War|Science Fiction",
        "War | Science Fiction|",
        "War; Science Fiction",
        "War, Science Fiction",
        "War,Science Fiction",
        "War/Science Fiction",
        "War\nScience Fiction",
        "War、Science Fiction",
        "'War', 'Science Fiction'",
        '"War","Science Fiction"',
        "[['War', 'Science Fiction']]",
        "['War', nan, None, 'Science Fiction']",
        ["War", None, "", "Science Fiction"],
        ["War|Science Fiction"],
    ],
    ids=str,
)
def test_names_are_read_from_a_cell(cell):
    """In their order."""
    assert read_column("genres", [cell]) == [TWO]


@pytest.mark.parametrize(
    "cell",
    [
        OBJECTS,
        json.dumps(OBJECTS),
        str(OBJECTS),
        str(OBJECTS).replace("}, {", "} {"),
        str(OBJECTS).replace("}, {", "}\n {"),
        json.dumps(OBJECTS).replace('"', '""'),
        json.dumps(OBJECTS).replace('"', '\\"'),
        str([json.dumps(one) for one in OBJECTS]),
    ],
    ids=str,
)
def test_objects_are_read_from_a_cell(cell):
    """As TMDB's own answers have them."""
    assert read_column("genres", [cell]) == [OBJECTS]


@pytest.mark.parametrize(
    ("cell", "names"),
    [
        ("Toho Co., Ltd., Studio Blue", ["Toho Co., Ltd.", "Studio Blue"]),
        ("Metro-Goldwyn-Mayer (MGM)", ["Metro-Goldwyn-Mayer (MGM)"]),
        ("[Metro-Goldwyn-Mayer (MGM), Studio Blue]", ["Metro-Goldwyn-Mayer (MGM)", "Studio Blue"]),
        ("AC/DC", ["AC/DC"]),
        ("24/7 Films", ["24/7 Films"]),
        ("Studio Blue / Film4", ["Studio Blue", "Film4"]),
        ("(주)푸른영화, CJ ENM", ["(주)푸른영화", "CJ ENM"]),
        ('"Big" Pictures, Studio Blue', ['"Big" Pictures', "Studio Blue"]),
        ("Tom &amp; Sons; Studio Blue", ["Tom &amp; Sons", "Studio Blue"]),
        ("Studio Blue, Inc.; Film4", ["Studio Blue, Inc.", "Film4"]),
        ("[\"O'Hara Films\" 'Studio Blue']", ["O'Hara Films", "Studio Blue"]),
        ("{O'Hara Films,Studio Blue}", ["O'Hara Films", "Studio Blue"]),
        (r"['Caf\xe9' 'it\'s']", ["Café", "it's"]),
        (r'["\ud83d\ude00 Films"]', ["😀 Films"]),
        ("['Studio, Blue' 'Film4']", ["Studio, Blue", "Film4"]),
    ],
)
def test_a_separator_in_a_name_stays(cell, names):
    """Endings of companies belong to the name before; quotes and brackets decide where they are."""
    assert read_column("production_companies", [cell]) == [names]


def test_codes_of_countries_are_no_endings_of_companies():
    """SA is Saudi Arabia; "Republic of" is no country."""
    assert read_column("production_countries", ["US, SA", "AG/CO", "Korea, Republic of, Japan", "['NA' 'ZA']"]) == [
        ["US", "SA"],
        ["AG", "CO"],
        ["Korea, Republic of", "Japan"],
        ["NA", "ZA"],
    ]


@pytest.mark.parametrize("count", [1_001, 6_000])
@pytest.mark.parametrize("form", ["|".join, "; ".join, json.dumps, list])
def test_a_cell_has_a_thousand_names_at_most(count, form):
    """The sentence tells how many it has."""
    names = [f"Player {number}" for number in range(count)]

    with pytest.raises(ValueError, match=rf"has (about )?{count:,} names, more than 1,000: "):
        read_list(form(names), "cast")

    assert len(read_list(form(names[:1_000]), "cast")) == 1_000


@pytest.mark.parametrize(
    "cell",
    [
        "",
        "[]",
        "{}",
        "set()",
        "array([], dtype=object)",
        "(no genres listed)",
        r"\N",
        "nan",
        None,
        [],
        "[null]",
        "N/A",
        "{NULL}",
    ],
)
def test_nothing_is_an_empty_list(cell):
    """A word for nothing or an empty list."""
    assert read_column("genres", [cell]) == [[]]


@pytest.mark.parametrize(
    "cell",
    [
        "['War' 'Drama' ... 'Crime']",
        "['War', ...]",
        "['War' Drama]",
        "[War 'Drama']",
        "['War'",
        "['War', 'Dra",
        "['War']['Drama']",
        "['War';'Drama']",
        "[Row(id=18, name='War')]",
        "{id=18, name=War}",
        "{id: 18, name: War}",
        "[{18, War}, {35, Drama}]",
        "[{18, War}]",
        "[1.5]",
        "[true]",
        '[{"id": 18}]',
        '{"id": 18}',
        "[['War'], ['Drama']]",
        "[__import__('os')]",
        "[" * 100_000,
        "{" * 100_000,
        "['a', " * 50_000,
        '{"a":' * 50_000,
        "[" * 30 + "]" * 30,
        "['" + "a" * 5_000_000 + "']",
        5.5,
        True,
        [["War"], ["Drama"]],
        {"id": 18},
    ],
    ids=lambda cell: str(cell)[:30],
)
def test_anything_else_is_refused_with_the_cell(cell):
    """Never a glued name, never silently empty; the message is bounded."""
    begun = time.process_time()
    [found] = read_column("genres", [cell])

    assert isinstance(found, Refused)
    assert found.startswith("genres ")
    assert len(found) < 400
    assert time.process_time() - begun < 2


def test_a_comma_in_a_column_joined_by_bars_is_refused_or_belongs_to_the_name():
    """One cell of two forms can be one name or two; beside many others it is one."""
    few = ["Ada Quill|Bo Reed", "Cy Park, Di Lund", "Eve Holt, Jr.", "Fay Moss"]

    found = read_column("cast", few)

    assert found[0] == ["Ada Quill", "Bo Reed"]
    assert found[1].startswith('cast is "Cy Park, Di Lund", which can be one name or 2')
    assert found[2:] == [["Eve Holt, Jr."], ["Fay Moss"]]
    assert read_column("production_companies", ["Big, Small & Sons", *["A B|C D"] * 30])[0] == ["Big, Small & Sons"]


def test_the_separator_of_a_column_decides_whose_the_others_are():
    """A bar in one name of 40 cells joined by commas is the name's; so is a slash beside bars."""
    commas = ["Blue, Red Films", "ONF | NFB, Blue", "Moss/Lund Films", *["A B, C D"] * 60]
    slashes = ["Blue Films/Red Films", "Toho, Blue", *["A B/C D"] * 40]

    assert read_column("production_companies", commas)[:3] == [
        ["Blue", "Red Films"],
        ["ONF | NFB", "Blue"],
        ["Moss/Lund Films"],
    ]
    assert read_column("production_companies", slashes)[:2] == [["Blue Films", "Red Films"], ["Toho, Blue"]]
    assert read_column("cast", ["Cy Park/Di Lund"]) == [["Cy Park", "Di Lund"]]


@pytest.mark.parametrize(
    ("column", "cells"),
    [
        ("production_companies", ["Moss/Lund Films"]),
        ("production_companies", ["Blue|Red", *["A B, C D"] * 40]),
        ("cast", ["Cy Park/Di Lund", "Ada Quill, Bo Reed"]),
    ],
)
def test_a_cell_that_can_be_one_name_or_two_is_refused(column, cells):
    """Its column does not tell."""
    [found, *_] = read_column(column, cells)

    assert isinstance(found, Refused)
    assert "which can be one name or 2" in found


def test_endings_are_of_companies_and_people_only():
    """A keyword may be company; a list without quotes has endings too."""
    assert read_column("keywords", ["research, company"]) == [["research", "company"]]
    assert read_column("cast", ["[Ada Quill, Jr., Bo Reed]"]) == [["Ada Quill, Jr.", "Bo Reed"]]


def test_hyphens_join_genres_where_each_also_stands_alone():
    """A dump of that form has thousands of such cells; Sci-Fi has a hyphen of its own."""
    cells = ["War", "Drama", "Science Fiction", "War-Drama", "Drama-Science Fiction"]

    assert read_column("genres", cells)[3:] == [["War", "Drama"], ["Drama", "Science Fiction"]]
    assert read_column("genres", ["Sci-Fi", "Drama"]) == [["Sci-Fi"], ["Drama"]]


def test_names_joined_by_hyphens_are_refused():
    """Names of people and companies have hyphens too."""
    cells = [f"Ada Quill-Bo Reed-Cy Moss {i}" for i in range(20)]

    assert all("join names by |" in found for found in read_column("cast", cells))
    assert read_column("directors", ["Kim Moo-ryong", "Jean-Luc Moss"] * 20)[:2] == [
        ["Kim Moo-ryong"],
        ["Jean-Luc Moss"],
    ]


@pytest.mark.parametrize(
    ("column", "cell", "found"),
    [
        (
            "credits",
            "{'cast': [{'name': 'Bo Reed', 'order': 0}], 'crew': []}",
            {"cast": [{"name": "Bo Reed", "order": 0}], "crew": []},
        ),
        ("credits", {"cast": [], "crew": []}, {"cast": [], "crew": []}),
        (
            "belongs_to_collection",
            "{'id': 1, 'name': 'Blue Collection', 'poster_path': None}",
            {"id": 1, "name": "Blue Collection", "poster_path": None},
        ),
        ("belongs_to_collection", '[{"name": "Blue Collection"}]', {"name": "Blue Collection"}),
        ("collection", "Blue Collection", "Blue Collection"),
        ("belongs_to_collection", "", None),
        ("belongs_to_collection", "[]", None),
        ("belongs_to_collection", float("nan"), None),
    ],
)
def test_objects_and_names_of_objects(column, cell, found):
    """A series may be an object or its name."""
    assert read_column(column, [cell]) == [found]


def test_a_broken_object_is_refused():
    """With the cell."""
    [found] = read_column("credits", ["{'cast': [{'name': 'Bo"])

    assert found.startswith("""credits is "{'cast': [{'name': 'Bo", not an object that can be read""")
    assert isinstance(read_column("belongs_to_collection", ["{" * 50_000])[0], Refused)


def test_the_form_of_commas_is_described():
    """Where bars join the names."""
    assert forms_of(cast=["A B|C D"] * 30).describe() == {"cast": "commas belong to names"}


@pytest.mark.parametrize(
    ("column", "cell", "names"),
    [
        ("production_countries", "France, Korea, North", ["France", "Korea, North"]),
        ("production_countries", "Korea, Dem. People's Rep., Japan", ["Korea, Dem. People's Rep.", "Japan"]),
        ("production_countries", "Ireland, Northern", ["Ireland, Northern"]),
        ("production_countries", "Egypt, Arab Rep., Congo, Rep.", ["Egypt, Arab Rep.", "Congo, Rep."]),
        ("origin_country", "Sudan, South, Guinea, Equatorial", ["Sudan, South", "Guinea, Equatorial"]),
        ("production_countries", "Macao SAR, China, Spain", ["Macao SAR, China", "Spain"]),
        ("production_countries", "China, Hong Kong SAR", ["China, Hong Kong SAR"]),
        ("production_countries", "Hong Kong, China", ["Hong Kong", "China"]),
        ("production_countries", "South Korea, South Africa", ["South Korea", "South Africa"]),
        ("spoken_languages", "English, Chinese, Cantonese", ["English", "Chinese, Cantonese"]),
        ("spoken_languages", "Mandarin, Cantonese", ["Mandarin", "Cantonese"]),
    ],
)
def test_the_rest_of_a_name_after_its_comma_is_no_name(column, cell, names):
    """Else North Korea were South Korea, and Hong Kong China."""
    assert Forms().read(column, cell) == names


@pytest.mark.parametrize("cell", ["Drama, N/A", "n/a|Drama", "Drama; None", ["Drama", "N/A"], "['Drama', 'null']"])
def test_words_for_nothing_among_genres_are_left_out(cell):
    """In an actor's place they may be a name."""
    assert Forms().read("genres", cell) == ["Drama"]
    assert Forms().read("origin_country", ["NA"]) == ["NA"]
