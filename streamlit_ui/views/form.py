"""The form: a film in plain words, built from what the service says it takes. What becomes of it: flow.py."""

from collections.abc import Iterable
from datetime import date

import streamlit as st

from streamlit_ui import names
from streamlit_ui.contract import Description, Film
from streamlit_ui.flow import English, Missing
from streamlit_ui.strings import form as words
from streamlit_ui.strings.tongue import Tongue

KEYS = ("runtime", "main_genre", "further_genres", "original_language", "overview", "title", "release_date")
EARLIEST, LATEST = date(1870, 1, 1), date(2100, 12, 31)


def hold() -> None:
    """Keep what the form holds while the words around it change: options are remembered by their label otherwise."""
    for key in KEYS:
        if key in st.session_state:
            st.session_state[key] = st.session_state[key]


def fill(film: Film) -> None:
    """Put a film into the form; only before the form is drawn."""
    values = (
        round(film.runtime),
        film.genres[0] if film.genres else None,
        film.genres[1:],
        film.original_language,
        film.overview or "",
        film.title or "",
        film.release_date,
    )
    for key, value in zip(KEYS, values, strict=True):
        st.session_state[key] = value


def film_form(say: Tongue, description: Description) -> Film | Missing:
    """The film as the form holds it now, or what it lacks."""
    lowest, highest = description.limits("runtime", otherwise=(1, 1_000))
    genres = _genres(say, description)
    length, language_box = st.columns(2)
    runtime = length.number_input(
        say(words.RUNTIME), min_value=lowest, max_value=highest, value=None, step=1, key="runtime"
    )
    language = language_box.selectbox(
        say(words.ORIGINAL_LANGUAGE),
        _languages(say, description),
        index=None,
        format_func=lambda code: say.name(names.LANGUAGES, code),
        key="original_language",
        placeholder=say(words.CHOOSE),
    )
    overview = _overview(say, description)
    title, release_date = _more_facts(say)
    if runtime is None:
        return Missing("runtime")
    if language is None:
        return Missing("original_language")
    return Film(
        runtime=runtime,
        genres=genres,
        original_language=language,
        overview=overview.strip() or None,
        title=title.strip() or None,
        release_date=release_date,
    )


def english_text(say: Tongue, english: English, *, destination: str) -> None:
    """The translation, to be read and changed; what this field holds is what is scored."""
    if english.to_show:
        st.session_state["overview_english"] = english.text
        english.to_show = False
    english.text = st.text_area(
        say(words.OVERVIEW_ENGLISH),
        key="overview_english",
        height=150,
    )
    st.caption(say(words.OVERVIEW_ENGLISH_NOTE, destination=destination))


def _genres(say: Tongue, description: Description) -> list[str]:
    options = sorted(
        {*description.known.genres, *names.GENRES, *_held("main_genre"), *_held("further_genres")},
        key=lambda genre: say.name(names.GENRES, genre),
    )
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


def _languages(say: Tongue, description: Description) -> list[str]:
    options = {*description.known.original_languages, *names.LANGUAGES, *_held("original_language")}
    return sorted(options, key=lambda code: say.name(names.LANGUAGES, code))


def _overview(say: Tongue, description: Description) -> str:
    _, longest = description.limits("overview", otherwise=(0, 20_000))
    overview = st.text_area(say(words.OVERVIEW), key="overview", height=190, max_chars=longest)
    st.caption(say(words.OVERVIEW_NOTE))
    return overview


def _more_facts(say: Tongue) -> tuple[str, date | None]:
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
    return title, release_date


def _held(key: str) -> Iterable[str]:
    """What a field holds, so that an example's value is offered even when nobody else knows it."""
    value = st.session_state.get(key) or []
    return [value] if isinstance(value, str) else value
