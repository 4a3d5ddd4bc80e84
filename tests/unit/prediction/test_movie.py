"""The one form of a movie."""

import pytest
from pydantic import ValidationError

from tests.support.builders import a_movie


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"runtime": 0}, "runtime"),
        ({"runtime": 1_001}, "runtime"),
        ({"runtime": float("nan")}, "runtime"),
        ({"runtime": float("inf")}, "runtime"),
        ({"original_language": "x" * 201}, "original_language"),
        ({"original_language": ""}, "original_language"),
        ({"release_date": "1798761600"}, "release_date"),
        ({"release_date": 20_819}, "release_date"),
        ({"genres": ["Drama"] * 51}, "genres"),
        ({"overview": "x" * 20_001}, "overview"),
        ({"vote_count": 12}, "vote_count"),
    ],
)
def test_a_value_outside_the_form_is_named(changes, field):
    """What a movie cannot be is refused with the name of its field; what is only known later is not a field."""
    with pytest.raises(ValidationError) as refused:
        a_movie(**changes)

    assert {error["loc"][0] for error in refused.value.errors()} == {field}


def test_the_same_fact_written_otherwise_is_the_same_fact():
    """Spaces around a name and capitals in a language code mean nothing."""
    assert a_movie(genres=[" Drama "], original_language=" EN") == a_movie(genres=["Drama"], original_language="en")


@pytest.mark.parametrize(
    ("field", "written", "kept"),
    [
        ("genres", ["Sci-Fi", "드라마", "18", "ScienceFiction"], ["Science Fiction", "Drama"]),
        ("genres", ["Action & Adventure", "Slow Television", "Adventure"], ["Action", "Adventure", "Slow Television"]),
        ("original_language", "Korean", "ko"),
        ("original_language", "en-US", "en"),
        ("original_language", "Klingon", "Klingon"),
        ("production_countries", ["USA", "us", "대한민국", "Atlantis"], ["US", "KR", "Atlantis"]),
        ("spoken_languages", ["English", "EN", "Français", "cn"], ["en", "fr", "cn"]),
        ("directors", ["Ada Example", "Ada Example "], ["Ada Example"]),
    ],
)
def test_a_name_is_kept_in_one_form(field, written, kept):
    """Each once and in order; an unknown one as it was written."""
    assert getattr(a_movie(**{field: written}), field) == kept


@pytest.mark.parametrize("name", ["title", "overview", "collection"])
def test_a_blank_text_is_none(name):
    """However long."""
    assert [getattr(a_movie(**{name: blank}), name) for blank in ("", "  ", "\n", None)] == [None] * 4


def test_a_blank_date_is_none():
    """As every blank text."""
    assert [a_movie(release_date=blank).release_date for blank in ("", "  ")] == [None] * 2


def test_a_blank_name_is_left_out():
    """In every list."""
    assert a_movie(genres=["", "Drama", " "], cast=["\t"]) == a_movie(genres=["Drama"], cast=[])


@pytest.mark.parametrize("unknown", [{"genres": []}, {"overview": None}, {"overview": ""}, {"cast": []}])
def test_unknown_facts_may_be_left_out(unknown):
    """A film without genres, synopsis or cast is still a film."""
    a_movie(**unknown)
