"""What survives a reload: coded facts in the URL, text in the session storage of the tab and nowhere else.

A synopsis, a title or a name may be confidential, and URLs end up in logs and histories, so the URL has only running
time, genres, language, date, countries and the view. The component browser.js reads and writes the session storage.
"""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.components.v2 import component

from streamlit_ui.flow import EnglishSynopsis, RatedFilm, Visit
from streamlit_ui.localizer import Language, language_of
from streamlit_ui.views import form

SCRIPT = Path(__file__).parent / "browser.js"
SHORT = 40  # characters; no genre or code is longer
LONGEST_RUNTIME = 1_000
RESTORABLE = ("read", "as_typed", "without_synopsis")  # a translation always needs a click
VIEWS = ("film", "batch", "record")


def restore_from_address() -> None:
    """Fill form and view from the URL, once a visit and before anything is drawn; invalid values are ignored."""
    if st.session_state.get("restored_from_address"):
        return
    st.session_state["restored_from_address"] = True
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


def save(visit: Visit, language: Language) -> None:
    """Write the URL and the session storage, read the latter on the first run; after everything is drawn."""
    address = _address(st.session_state, language)
    if address != {name: st.query_params.get_all(name) for name in st.query_params}:
        st.query_params.from_dict(address)
    # Registered at every run: a component belongs to a server, and tests start one for each page.
    browser = component("film_words", js=SCRIPT.read_text())
    data = {
        "language": language,
        "visit": visit.name,
        "words": _words(visit),
        "requested_at": visit.requested_at,
    }
    browser(key="browser", data=data, on_words_change=_restore_from_tab, height="content")


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
    if isinstance(visit.outcome, RatedFilm):
        words["synopsis_use"] = visit.synopsis_use if visit.synopsis_use in RESTORABLE else "read"
    return words


def _restore_from_tab() -> None:
    """Fill the form from the session storage; runs before the page is drawn again."""
    state = st.session_state
    stored = state["browser"].get("words") or {}
    visit: Visit | None = state.get("visit")
    if state.get("restored_from_tab") or visit is None:
        return
    state["restored_from_tab"] = True
    words = {key: value for key, value in stored.items() if isinstance(value, str)}
    for key in form.TEXTS:
        if key in words and not state.get(key):
            state[key] = words[key]
    if "english" in words:
        visit.english = EnglishSynopsis(words.get("english_of", ""), words["english"], words.get("english_from"))
    match words.get("synopsis_use", words.get("asked")):  # its name until 0.3.0
        case "read" | "as_typed" | "without_synopsis" as use:
            visit.request(use)


def _codes(values: list[str]) -> list[str]:
    return list(dict.fromkeys(value for value in values if 0 < len(value) <= SHORT))


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if form.EARLIEST <= day <= form.LATEST else None
