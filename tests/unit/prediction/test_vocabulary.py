"""The one form of genres, languages and countries."""

import pytest

from movie_assets.prediction.vocabulary import COUNTRIES, GENRES, LANGUAGES, TABLES, canonical_of
from tests.support.vocabulary import vocabulary

GENRE_NAMES = {
    "Drama": ["Drama", "DRAMA", " drama ", "18", "18.0", "드라마", "Drame", "драма", "ドラマ", "剧情", "drama film"],
    "Science Fiction": ["Sci-Fi", "SF", "sci fi", "SciFi", "ScienceFiction", "Science-Fiction", "공상과학", "878"],
    "TV Movie": ["TV Movie", "TV-Film", "Television Movie", "Téléfilm"],
    "Romance": ["멜로/로맨스", "Liebesfilm"],
    "Horror": ["공포(호러)", "Terror", "horror movies"],
}
LANGUAGE_NAMES = {
    "ko": ["ko", "KO", "kr", "kor", "Korean", "한국어", "한국어/조선말", "ko-KR", "ko_KR.UTF-8", "Koreanisch"],
    "en": ["English", "ENGLISH", "eng", "en-US", "en_GB", "영어", "American English", "English (US)", "ＥＮ"],
    "fr": ["Français", "francais", "fre", "fra", "フランス語"],
    "ja": ["jp", "jpn", "日本語", "ja-JP"],
    "cs": ["cz", "Český", "čeština", "cze"],
    "uk": ["ua", "Український"],
    "el": ["gr", "ελληνικά", "Greek, Modern (1453-)"],
    "zh": ["Mandarin", "普通话", "zh-Hans-CN", "chi", "cmn", "Chinese (Simplified)", "Chinese (Taiwan)"],
    "cn": ["cn", "Cantonese", "广州话 / 廣州話", "yue", "Chinese (Yue)", "zh-yue", "Chinese (Cantonese)"],
    "ru": ["Pусский", "русский"],  # TMDB's first letter is Latin
    "he": ["עִבְרִית", "עברית", "iw"],
    "es": ["Spanish; Castilian", "Español", "español (Latinoamérica)"],
    "xx": ["xx", "No Language", "zxx"],
    "se": ["se"],
    "no": ["no", "no-NO", "no-no", "nor"],
    "ga": ["ga", "GA", "gle"],
    "sr": ["sr-Latn-RS", "Serbian (Cyrillic)"],
    "tl": ["Filipino", "fil", "tl"],
    "pt": ["pt-BR", "Brazilian Portuguese"],
}
COUNTRY_NAMES = {
    "US": [
        "US",
        "us",
        "USA",
        "U.S.A.",
        "U.S.",
        "United States",
        "United States of America",
        "미국",
        "840",
        "США",
        "アメリカ",
        "EE.UU.",
    ],
    "GB": ["UK", "United Kingdom", "Great Britain", "England", "영국", "GBR", "U.K.", "Großbritannien"],
    "KR": ["Korea", "South Korea", "Korea, Republic of", "대한민국", "한국", "kor"],
    "AU": ["Australia", "036", "36"],
    "SS": ["Sudan (South)", "South Sudan"],
    "CD": ["Congo (the Democratic Republic of the)", "DR Congo"],
    "NE": ["Niger (the)", "NER"],
    "NA": ["NA", "na", "NAM"],
    "AE": ["UAE", "U.A.E."],
    "KP": [
        "Korea (the Democratic People's Republic of)",
        "Korea, the Democratic People's Republic of",
        "North Korea",
        "Korea, Democratic People's Republic of",
    ],
    "CZ": ["Czech Republic", "Czechia", "체코"],
    "RU": ["Russia", "Russian Federation"],
    "TR": ["Turkey", "Türkiye", "turkiye"],
    "CI": ["Côte d'Ivoire", "Cote D'Ivoire", "Ivory Coast"],
    "HK": ["Hong Kong SAR", "Hong Kong", "홍콩"],
    "TT": ["Trinidad and Tobago", "Trinidad & Tobago"],
    "IR": ["Iran", "Iran, Islamic Republic of", "Iran (Islamic Republic of)"],
    "SU": ["SU", "Soviet Union", "USSR"],
    "XC": ["XC", "Czechoslovakia"],
    "XG": ["XG", "East Germany", "DD"],
    "YU": ["YU", "Yugoslavia"],
    "CS": ["CS", "Serbia and Montenegro"],
    "XK": ["XKX", "XK", "Kosovo"],
}
WRITTEN = [
    (vocabulary, form, name)
    for vocabulary, table in ((GENRES, GENRE_NAMES), (LANGUAGES, LANGUAGE_NAMES), (COUNTRIES, COUNTRY_NAMES))
    for form, names in table.items()
    for name in names
]


@pytest.mark.parametrize(("vocabulary", "form", "name"), WRITTEN)
def test_a_name_has_one_form(vocabulary, form, name):
    """However it is written."""
    assert vocabulary.of(name) == (form,)


@pytest.mark.parametrize("vocabulary", [GENRES, LANGUAGES, COUNTRIES], ids=lambda one: one.kind)
def test_a_form_is_its_own(vocabulary):
    """So what has been cleaned once stays as it is."""
    assert [form for form in vocabulary.canonical if vocabulary.of(form) != (form,)] == []


@pytest.mark.parametrize(
    ("vocabulary", "name"),
    [
        *((GENRES, name) for name in ("Musical", "Film-Noir", "Sport", "Biography", "Foreign", "3.7", "1-8", "99999")),
        *((GENRES, name) for name in ("(no genres listed)", "Dra\x00ma", "Action/Drama", "", "?", "x" * 10_000)),
        *((LANGUAGES, name) for name in ("qq", "Klingon", "tlh", "English, French", "Ndebele", "und")),
        *(
            (LANGUAGES, name)
            for name in ("N/A", "no-data", "to-do", "no-one", "xx-en", "Oji-Cree", "en-QQ", "Bỉ", "n.b.")
        ),
        *((LANGUAGES, name) for name in ("Ga", "Yi", "Kom", "Greek (Ancient)", "English (Old)", "Frisian (Saterland)")),
        *((COUNTRIES, name) for name in ("N/A", "Áo", "Bỉ", "Nga", "I.T.", "Germany (GDR)", "Korea (DPRK)")),
        *((COUNTRIES, name) for name in ("XX", "AA", "QM", "QZ", "XA", "XZ", "XXX", "996", "975", "MI", "RH", "VD")),
        *((COUNTRIES, name) for name in ("Atlantis", "Congo", "France, Italy", "France/Italy", "1.0", "EU", "en")),
    ],
)
def test_a_name_of_none_or_of_several_is_unknown(vocabulary, name):
    """Never the first of them, and never a number that looks like an id."""
    assert vocabulary.of(name) == ()


@pytest.mark.parametrize("name", ["Action & Adventure", "Action and Adventure", "10759"])
def test_a_genre_of_series_may_be_two_genres_of_films(name):
    """As TMDB has it."""
    assert GENRES.of(name) == ("Action", "Adventure")


def test_only_a_name_of_a_vocabulary_has_a_canonical_form():
    """A director called France is not a country."""
    assert canonical_of("directors", "France") == "France"
    assert canonical_of("production_countries", "France") == "FR"


def test_the_tables_are_what_names_and_babel_say():
    """`make reference` was run after the last change of either."""
    assert TABLES.read_text(encoding="utf-8") == vocabulary()


@pytest.mark.parametrize("name", ["", " ", "-", "N/A", "n/a", "null", "None", "?"])
def test_a_word_for_nothing_is_blank_in_a_list(name):
    """And no name that the vocabulary lacks."""
    assert COUNTRIES.canonical_or_same([name, "France", "Atlantis"]) == ["FR", "Atlantis"]
