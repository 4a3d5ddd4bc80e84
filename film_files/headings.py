"""The columns of a table of films by their headings, in whatever words, case and spacing people write them.

A further word for a column belongs in `ALIASES`. A heading that is no word for a column stays as it is written.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable, Sequence
from typing import TypeVar

from film_files.errors import FilmFileError, shortened
from film_files.forms import KINDS

TEXT_COLUMNS = ("title", "overview", "original_language", "original_title", "tagline", "status", "imdb_id", "homepage")
FILM_COLUMNS: tuple[str, ...] = (*KINDS, *TEXT_COLUMNS)
MAX_COLUMNS = 1_000
HEADING_LINES = 20  # among which the headings are looked for

Place = TypeVar("Place")

ALIASES: dict[str, tuple[str, ...]] = {
    "id": ("tmdb id", "tmdb", "movie id", "film id", "영화 id", "번호", "아이디"),
    "title": (
        "name", "film", "movie", "film title", "movie title", "film name", "movie name",
        "제목", "영화", "영화명", "영화 제목", "작품명",
    ),
    "original_title": ("원제", "원제목"),
    "overview": (
        "synopsis", "plot", "plot summary", "description", "summary", "storyline", "줄거리", "개요", "시놉시스", "내용",
    ),
    "runtime": (
        "running time", "duration", "length", "minutes", "runtime minutes", "runtime mins", "runtime min",
        "duration minutes", "상영시간", "상영 시간", "러닝타임", "러닝 타임", "런타임", "길이",
    ),
    "genres": ("genre", "genre names", "장르"),
    "original_language": ("language", "original lang", "lang", "원어", "언어", "원래 언어", "제작 언어"),
    "spoken_languages": ("spoken language", "languages", "languages spoken", "사용 언어", "구사 언어", "대사 언어"),
    "release_date": (
        "release", "released", "date of release", "release day", "premiere", "premiere date", "개봉일", "개봉",
        "개봉 날짜", "개봉일자", "개봉 일자", "출시일",
    ),
    "production_countries": (
        "production country", "country", "countries", "country of origin", "countries of origin", "제작국", "제작 국가",
        "제작국가", "국가", "나라",
    ),
    "production_companies": (
        "production company", "company", "companies", "studio", "studios", "제작사", "제작 회사", "스튜디오",
    ),
    "directors": ("director", "directed by", "감독", "연출"),
    "writers": ("writer", "written by", "screenplay", "screenwriter", "screenwriters", "각본", "작가"),
    "cast": ("actors", "actor", "stars", "starring", "actors actresses", "배우", "출연", "출연진", "출연 배우", "주연"),
    "keywords": ("keyword", "키워드"),
    "collection": ("series", "franchise", "시리즈", "컬렉션", "프랜차이즈"),
    "vote_average": ("average vote", "average rating", "rating", "score", "tmdb rating", "평점", "평균 평점", "별점"),
    "vote_count": (
        "votes", "number of votes", "num votes", "vote counts", "ratings count", "rating count", "투표수", "투표 수",
        "평가 수", "평가수",
    ),
    "tagline": ("태그라인",),
    "budget": ("제작비", "예산"),
    "revenue": ("box office", "매출", "흥행 수입"),
    "popularity": ("인기도",),
}  # fmt: skip

_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_BETWEEN_WORDS = re.compile(r"[\s_\-/]+")
# "Director(s)" is a plural, and "Runtime (s)" would be in seconds.
_UNIT_OR_PLURAL = re.compile(r"\s*[(\[](?:in )?(?:min|mins|minutes|분)\.?[)\]]$|(?<=\w)\(s\)$", re.IGNORECASE)


def _words(heading: str) -> str:
    """The heading in lower case with single spaces between its words."""
    text = unicodedata.normalize("NFKC", heading).strip("\ufeff \t\r\n\"'*:")
    return _BETWEEN_WORDS.sub(" ", _CAMEL.sub(" ", _UNIT_OR_PLURAL.sub("", text))).strip().casefold()


_CANONICAL = {_words(column): column for column in FILM_COLUMNS}
_CANONICAL |= {word: column for column, words in ALIASES.items() for word in words}
_CANONICAL |= {word.replace(" ", ""): column for word, column in _CANONICAL.items()}


def canonical(heading: str) -> str:
    """The column that the heading is a word for, or the heading itself without surrounding space."""
    words = _words(heading[:200])
    return _CANONICAL.get(words) or _CANONICAL.get(words.replace(" ", ""), heading.strip("\ufeff \t\r\n"))


def known_columns(headings: Sequence[str], expected: Collection[str]) -> int:
    """How many expected columns the headings name."""
    return len({canonical(heading) for heading in headings} & set(expected))


def find_headings(
    lines: Iterable[tuple[int, Place, list[str]]], expected: Collection[str], *, may_name_one: bool = False
) -> tuple[int, Place, list[str]] | None:
    """The line that names most of the expected columns, with its place and cells; None if none names one.

    Below the first line stands a row rather than the headings, unless it names several columns, or it `may_name_one`.
    """
    best, most = None, 0
    for number, place, cells in lines:
        known = known_columns(cells, expected)
        if known > most and (number == 1 or known > 1 or may_name_one):
            best, most = (number, place, cells), known
    return best


def columns_of(headings: Sequence[str], name: str) -> tuple[str, ...]:
    """The column of each heading, no two alike.

    A heading that is exactly the column's name goes before other words for it, which then stay as they are written.
    Raises FilmFileError when two other headings name one column, or when there are too many.
    """
    if len(headings) > MAX_COLUMNS:
        raise FilmFileError(
            f"{name} has {len(headings):,} columns, more than the {MAX_COLUMNS:,} that are read: "
            "keep the columns of films and remove the others.",
            kind="too_large",
        )
    stripped = [heading.strip("\ufeff \t\r\n") for heading in headings]
    exact = set(stripped) & set(FILM_COLUMNS)
    written: dict[str, str] = {}  # by column its heading
    for position, heading in enumerate(stripped, start=1):
        column = heading if heading in exact or canonical(heading) in exact else canonical(heading)
        if column in written and column in FILM_COLUMNS:
            raise FilmFileError(
                f'{name} has two headings for the column {column}: "{shortened(written[column])}" and '
                f'"{shortened(heading)}". Rename or remove one of them.',
                kind="headings",
            )
        if column in written or not column:
            column = f"{column or 'column'} ({position})"
        written[column] = heading
    return tuple(written)
