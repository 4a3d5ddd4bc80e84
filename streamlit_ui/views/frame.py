"""The frame of the page: title, language switch, what must not be missed, attribution. The rest: its neighbours."""

from pathlib import Path

import streamlit as st

from streamlit_ui.contract import Status
from streamlit_ui.strings import frame as words
from streamlit_ui.strings.frame import View
from streamlit_ui.strings.tongue import LANGUAGE_NAMES, Language, Tongue, language_of, plain

STYLE = Path(__file__).parent.parent / "style.css"


def head() -> Tongue:
    """Title and language switch; the tongue the rest of the page speaks."""
    st.html(STYLE)
    with st.container(key="head", horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        title = st.container(width="content")
        language: Language = st.segmented_control(
            "Language / 언어",  # read aloud before a language is chosen
            list(LANGUAGE_NAMES),
            default=language_of(st.context.locale),
            required=True,
            format_func=lambda language: LANGUAGE_NAMES[language],
            key="page_language",
            label_visibility="collapsed",
        )
    say = Tongue(language)
    with title:
        st.title(say(words.TITLE), anchor=False)
        st.caption(say(words.SUBTITLE))
    return say


def banners(say: Tongue, *, source: str, provisional: bool, status: Status | None) -> None:
    """What nobody may miss: made-up data, a model that is hardly proven, one that is held, one that is coming."""
    if source == "synthetic":
        with st.container(key="synthetic_banner"):
            st.warning(say(words.SYNTHETIC), icon=":material/science:")
    with st.container(key="banners"):
        if provisional:
            st.info(say(words.PROVISIONAL), icon=":material/hourglass_top:")
        if status is None:
            return
        if status.phase == "switching":
            st.info(say(words.SWITCHING), icon=":material/sync:")
        if status.phase == "failed":
            st.info(say(words.SWITCH_FAILED), icon=":material/sync_problem:")
        if status.pinned is not None:
            pin = status.pinned
            st.info(
                say(words.PINNED, day=say.day(pin.at.date()), by=plain(pin.by), why=plain(pin.why)),
                icon=":material/keep:",
            )


def view(say: Tongue) -> View:
    """The switch between the views, and the one that is chosen."""
    chosen: View = st.segmented_control(
        say(words.VIEW),
        list(words.VIEWS),
        default="film",
        required=True,
        format_func=lambda name: say(words.VIEWS[name]),
        key="view",
        label_visibility="collapsed",
    )
    return chosen


def show(name: View) -> None:
    """Have a view shown from the next time on; only in a callback."""
    st.session_state["view"] = name


def foot(say: Tongue, *, source: str) -> None:
    """The attribution TMDB asks for, wherever its films may have been used."""
    if source in ("tmdb", "dump"):
        st.caption(say(words.ATTRIBUTION))
