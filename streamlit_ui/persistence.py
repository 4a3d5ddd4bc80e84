"""What survives a reload. Facts with a code go into the address; words go into the tab's own storage, never elsewhere.

A synopsis, a title or a name may be confidential, and addresses end in logs and histories: so only running time,
genres, language, date, countries and the view are in the address. The tab's storage is read and written by a small
component (browser.js); it is gone with the tab.
"""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.components.v2 import component

from streamlit_ui.flow import English, Rated, Visit
from streamlit_ui.localizer import Language, language_of
from streamlit_ui.views import form

SCRIPT = Path(__file__).parent / "browser.js"
SHORT = 40  # characters; no genre or code is longer
LONGEST_RUNTIME = 1_000
WISHES = ("read", "as_typed", "without_synopsis")  # a translation is asked for by a click alone
VIEWS = ("film", "batch", "record")


def recall() -> None:
    """Fill form and view from the address, once a visit and before anything is drawn; what cannot be meant is left."""
    if st.session_state.get("recalled"):
        return
    st.session_state["recalled"] = True
    query = st.query_params
    runtime = query.get("runtime", "")
    if runtime.isdecimal() and 0 < int(runtime) <= LONGEST_RUNTIME:
        st.session_state["runtime"] = int(runtime)
    genres = _codes(query.get_all("genre"))
    if genres:
        st.session_state["main_genre"], st.session_state["further_genres"] = genres[0], genres[1:]
    for name, key in (("country", "production_countries"), ("spoken", "spoken_languages")):
        if codes := _codes(query.get_all(name)):
            st.session_state[key] = codes
    if language := _codes(query.get_all("language")):
        st.session_state["original_language"] = language[0]
    if (released := _day(query.get("released", ""))) is not None:
        st.session_state["release_date"] = released
    if query.get("view") in VIEWS:
        st.session_state["view"] = query["view"]
    if query.get("page") in ("en", "ko"):
        st.session_state["page_language"] = query["page"]


def keep(visit: Visit, language: Language) -> None:
    """Write the address and the tab's storage, and on the first run read the latter; after everything is drawn."""
    address = _address(st.session_state, language)
    if address != {name: st.query_params.get_all(name) for name in st.query_params}:
        st.query_params.from_dict(address)
    # Registered at every run: a component belongs to the server, and tests have a new one for each page.
    browser = component("film_words", js=SCRIPT.read_text())
    told = {
        "language": language,
        "visit": visit.name,
        "words": _words(visit),
        "tried_at": visit.tried_at,
    }
    browser(key="browser", data=told, on_words_change=_put_back, height="content")


def _address(state: Mapping[Any, Any], language: Language) -> dict[str, list[str]]:
    main, released = state.get("main_genre"), state.get("release_date")
    entries = {
        "runtime": [str(state["runtime"])] if state.get("runtime") else [],
        "genre": [genre for genre in (main, *(state.get("further_genres") or [])) if genre],
        "language": [state["original_language"]] if state.get("original_language") else [],
        "released": [released.isoformat()] if isinstance(released, date) else [],
        "country": list(state.get("production_countries") or []),
        "spoken": list(state.get("spoken_languages") or []),
        "view": [] if state.get("view", "film") == "film" else [state["view"]],
        "page": [language] if language != language_of(st.context.locale) else [],
    }
    return {name: values for name, values in entries.items() if values}


def _words(visit: Visit) -> dict[str, str]:
    words = {key: st.session_state[key] for key in form.TEXTS if st.session_state.get(key)}
    if visit.english is not None:
        words |= {"english_of": visit.english.original, "english": visit.english.text}
        words |= {"english_from": visit.english.destination} if visit.english.destination else {}
    if isinstance(visit.shown, Rated):
        words["asked"] = visit.wish if visit.wish in WISHES else "read"
    return words


def _put_back() -> None:
    """Fill the form with what the tab has kept; runs before the page is drawn again."""
    state = st.session_state
    kept = state["browser"].get("words") or {}
    visit: Visit | None = state.get("visit")
    if state.get("restored") or visit is None:
        return
    state["restored"] = True
    words = {key: value for key, value in kept.items() if isinstance(value, str)}
    for key in form.TEXTS:
        if key in words and not state.get(key):
            state[key] = words[key]
    if "english" in words:
        visit.english = English(words.get("english_of", ""), words["english"], words.get("english_from"))
    match words.get("asked"):
        case "read" | "as_typed" | "without_synopsis" as wish:
            visit.ask(wish)


def _codes(values: list[str]) -> list[str]:
    return list(dict.fromkeys(value for value in values if 0 < len(value) <= SHORT))


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if form.EARLIEST <= day <= form.LATEST else None
