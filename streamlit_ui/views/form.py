"""The form: a film in plain words, built from what the service says it takes. What becomes of it: flow.py."""

from collections.abc import Iterable
from datetime import date

import streamlit as st

from streamlit_ui import names
from streamlit_ui.contract import Description, Film
from streamlit_ui.flow import English, Missing
from streamlit_ui.strings import form as words
from streamlit_ui.strings.tongue import Sentence, Tongue

FACTS = ("runtime", "main_genre", "further_genres", "original_language", "release_date")
CODES = ("production_countries", "spoken_languages")
NAMES = ("production_companies", "directors", "cast")  # typed with commas between
TEXTS = ("overview", "title", "collection", *NAMES)
KEYS = (*FACTS, *CODES, *TEXTS)
EARLIEST, LATEST = date(1870, 1, 1), date(2100, 12, 31)
SERVED = {"production_companies": 50, "directors": 50, "cast": 50}  # more names than this are refused


def hold() -> None:
    """Keep what the form holds while it is not drawn, or the words around it change."""
    for key in KEYS:
        if key in st.session_state:
            st.session_state[key] = st.session_state[key]


def fill(film: Film) -> None:
    """Put a film into the form; only before the form is drawn."""
    for key in FACTS + CODES + TEXTS:
        value = getattr(film, key, None)
        if key in NAMES:
            value = ", ".join(value or [])
        elif key in CODES:
            value = value or []
        elif key in TEXTS:
            value = value or ""
        st.session_state[key] = value
    st.session_state["runtime"] = round(film.runtime)
    st.session_state["main_genre"] = film.genres[0] if film.genres else None
    st.session_state["further_genres"] = film.genres[1:]


def film_form(say: Tongue, description: Description, english: English | None) -> Film | Missing:
    """The film as the form holds it now, or what it lacks; `english` is shown while the synopsis is its original."""
    lowest, highest = description.limits("runtime", otherwise=(1, 1_000))
    genres = _genres(say, description)
    length, language_box = st.columns(2)
    runtime = length.number_input(
        say(words.RUNTIME), min_value=lowest, max_value=highest, value=None, step=1, key="runtime"
    )
    language = language_box.selectbox(
        say(words.ORIGINAL_LANGUAGE),
        _codes(say, names.LANGUAGES, description.known.original_languages, "original_language"),
        index=None,
        format_func=lambda code: say.name(names.LANGUAGES, code),
        key="original_language",
        placeholder=say(words.CHOOSE),
    )
    overview = _overview(say, description)
    if english is not None and overview.strip() == english.original:
        _english_text(say, english)
    optional = _optional_facts(say, description)
    if runtime is None:
        return Missing("runtime")
    if language is None:
        return Missing("original_language")
    return Film(
        runtime=runtime, genres=genres, original_language=language, overview=overview.strip() or None, **optional
    )


def _english_text(say: Tongue, english: English) -> None:
    """The translation, to be read and changed; what this field holds is what is scored."""
    if english.to_show:
        st.session_state["overview_english"] = english.text
        english.to_show = False
    english.text = st.text_area(say(words.OVERVIEW_ENGLISH), key="overview_english", height=120)
    if english.destination is None:
        st.caption(say(words.OVERVIEW_ENGLISH_READY))
    else:
        st.caption(say(words.OVERVIEW_ENGLISH_NOTE, destination=english.destination))


def genre_options(say: Tongue, description: Description, *, also: Iterable[str] = ()) -> list[str]:
    """Every genre that is known by anybody, by its name in the page's language."""
    return sorted({*description.known.genres, *names.GENRES, *also}, key=lambda genre: say.name(names.GENRES, genre))


def _genres(say: Tongue, description: Description) -> list[str]:
    options = genre_options(say, description, also=[*_held("main_genre"), *_held("further_genres")])
    main_box, further_box = st.columns(2)
    main = main_box.selectbox(
        say(words.MAIN_GENRE),
        options,
        index=None,
        format_func=lambda genre: say.name(names.GENRES, genre),
        key="main_genre",
        placeholder=say(words.CHOOSE),
    )
    further = further_box.multiselect(
        say(words.FURTHER_GENRES),
        options,
        format_func=lambda genre: say.name(names.GENRES, genre),
        key="further_genres",
        placeholder=say(words.CHOOSE_SOME),
    )
    chosen = further if main is None else [main, *further]
    return list(dict.fromkeys(chosen))


def _codes(say: Tongue, named: dict[str, Sentence], known: Iterable[str], key: str) -> list[str]:
    return sorted({*known, *named, *_held(key)}, key=lambda code: say.name(named, code))


def _overview(say: Tongue, description: Description) -> str:
    _, longest = description.limits("overview", otherwise=(0, 20_000))
    overview = st.text_area(say(words.OVERVIEW), key="overview", height=150, max_chars=longest)
    count = say(words.OVERVIEW_COUNT, characters=len(overview.strip())) if overview.strip() else ""
    st.caption(" ".join(part for part in (count, say(words.OVERVIEW_NOTE)) if part))
    return overview


def _optional_facts(say: Tongue, description: Description) -> dict[str, object]:
    with st.expander(say(words.MORE_FACTS)):
        title = st.text_input(say(words.FILM_TITLE), key="title", max_chars=500)
        release_date = st.date_input(
            say(words.RELEASE_DATE),
            value=None,
            min_value=EARLIEST,
            max_value=LATEST,
            format="YYYY-MM-DD",
            key="release_date",
        )
        countries = _several(say, words.COUNTRIES, names.COUNTRIES, description.known.production_countries, CODES[0])
        spoken = _several(say, words.SPOKEN, names.LANGUAGES, description.known.spoken_languages, CODES[1])
        typed = {key: _listed(say, words.LISTS[key], key) for key in NAMES}
        collection = st.text_input(say(words.COLLECTION), key="collection", max_chars=200)
        st.caption(say(words.NAMES_NOTE))
    return {
        "title": title.strip() or None,
        "release_date": release_date,
        "production_countries": countries or None,
        "spoken_languages": spoken or None,
        "collection": collection.strip() or None,
        **typed,
    }


def _several(say: Tongue, label: Sentence, named: dict[str, Sentence], known: Iterable[str], key: str) -> list[str]:
    return st.multiselect(
        say(label),
        _codes(say, named, known, key),
        format_func=lambda code: say.name(named, code),
        key=key,
        placeholder=say(words.CHOOSE_SOME),
    )


def _listed(say: Tongue, label: Sentence, key: str) -> list[str] | None:
    text = st.text_input(say(label), key=key, placeholder=say(words.COMMAS), max_chars=2_000)
    found = [name.strip() for name in text.split(",") if name.strip()]
    return found[: SERVED[key]] or None


def _held(key: str) -> Iterable[str]:
    """What a field holds, so that an example's value is offered even when nobody else knows it."""
    value = st.session_state.get(key) or []
    return [value] if isinstance(value, str) else value
