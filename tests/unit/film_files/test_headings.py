"""Headings: the words people use for a column."""

import pytest

from film_files.errors import FilmFileError
from film_files.headings import ALIASES, FILM_COLUMNS, canonical, columns_of


@pytest.mark.parametrize(
    ("heading", "column"),
    [
        ("title", "title"),
        ("\ufeffTITLE ", "title"),
        ("Original Language", "original_language"),
        ("originalLanguage", "original_language"),
        ("original-language", "original_language"),
        ("Release  Date", "release_date"),
        ("releaseDate", "release_date"),
        ("Running time", "runtime"),
        ("Run time", "runtime"),
        ("Runtime (min)", "runtime"),
        ("runtimeMinutes", "runtime"),
        ("vote average", "vote_average"),
        ("VoteCount", "vote_count"),
        ("Director(s)", "directors"),
        ("Director", "directors"),
        ("Runtime (s)", "Runtime (s)"),
        ("Duration [s]", "Duration [s]"),
        ("credits.cast", "credits.cast"),
        ("제목", "title"),
        ("상영 시간", "runtime"),
        ("상영시간(분)", "runtime"),
        ("러닝타임", "runtime"),
        ("개봉일", "release_date"),
        ("제작국", "production_countries"),
        ("출연", "cast"),
        ("ｔｉｔｌｅ", "title"),
        ("poster_path", "poster_path"),
    ],
)
def test_canonical(heading, column):
    """In whatever case, spacing or script."""
    assert canonical(heading) == column


def test_no_word_stands_for_two_columns():
    """An alias names one column, and is none's own name."""
    words = [word.replace(" ", "") for words in ALIASES.values() for word in {w.replace(" ", "") for w in words}]
    assert len(words) == len(set(words))
    assert not set(words) & {column.replace("_", "") for column in FILM_COLUMNS}
    assert set(ALIASES) <= set(FILM_COLUMNS)


def test_an_exact_heading_goes_before_other_words():
    """Wherever it stands."""
    assert columns_of(["Film", "title", "Language"], "x") == ("Film", "title", "original_language")
    assert columns_of(["title", "Film"], "x") == ("title", "Film")


def test_two_words_for_one_column_are_refused():
    """Both are named; columns that are not of films may repeat."""
    with pytest.raises(FilmFileError, match='"Film" and "Movie"'):
        columns_of(["Film", "Movie"], "x")
    with pytest.raises(FilmFileError, match='"title" and "title"'):
        columns_of(["title", "title"], "x")
    assert columns_of(["title", "note", "note", ""], "x") == ("title", "note", "note (3)", "column (4)")
