"""A film's record from TMDB, and substitutes for missing texts."""

import pytest

from movie_assets.catalogue.tmdb.film_record import problem_of, with_fallback
from tests.support.builders import a_record
from tests.support.tmdb import translations


def test_a_record_that_lacks_nothing_is_as_tmdb_gave_it():
    """Raw means raw."""
    record = a_record(translations=translations(en="Other words.", ko="다른 말."))

    assert with_fallback(record) == record


@pytest.mark.parametrize("blank", ["", "  ", None])
@pytest.mark.parametrize(
    ("texts", "overview", "language"),
    [
        ({"ko": "한국어.", "fr": "En français.", "en": "In English."}, "In English.", "en"),
        ({"de": "Auf Deutsch.", "fr": "En français.", "en": " "}, "En français.", "fr"),
    ],
    ids=["English", "original language"],
)
def test_a_blank_text_is_taken_from_a_translation(blank, texts, overview, language):
    """The English one, else that of the original language; the record says which."""
    record = a_record(overview=blank, original_language="fr", translations=translations(**texts))

    filled = with_fallback(record)

    assert filled == record | {"overview": overview, "overview_language": language}


def test_each_text_is_taken_for_itself():
    """A title may be translated where the synopsis is not."""
    record = a_record(title="", overview="", original_title="Le port", original_language="fr")
    record["translations"] = translations(en="A harbour.")

    filled = with_fallback(record)

    assert (filled["title"], filled["title_language"]) == ("Le port", "fr")
    assert (filled["overview"], filled["overview_language"]) == ("A harbour.", "en")


@pytest.mark.parametrize(
    "appended",
    [None, [], {}, {"translations": None}, {"translations": ["?", {"data": None}, {"data": {"overview": 7}}]}],
)
def test_a_text_without_translation_stays_blank(appended):
    """So does one whose translations are in another form than we know."""
    record = a_record(overview="", translations=appended)

    assert with_fallback(record) == record


def test_a_record_of_another_film_is_malformed():
    """Its id says so."""
    assert problem_of({"id": 7}, 7) is None
    assert problem_of({"id": 8}, 7) == "malformed: TMDB's record of film 7 has the id 8"
