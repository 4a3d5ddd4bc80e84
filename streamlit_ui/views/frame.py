"""The frame of the page: title, language switch, what must not be missed, attribution. The rest: its neighbours."""

from collections.abc import Callable
from pathlib import Path

import streamlit as st

from streamlit_ui import strings
from streamlit_ui.strings import LANGUAGE_NAMES, Language, Tongue

STYLE = Path(__file__).parent.parent / "style.css"


def head(before_switch: Callable[[], None]) -> Tongue:
    """Title and language switch; the tongue the rest of the page speaks. `before_switch` runs before it changes."""
    st.html(STYLE)
    with st.container(key="head", horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        title = st.container(width="content")
        language: Language = st.segmented_control(
            "Language / 언어",  # read aloud before a language is chosen
            list(LANGUAGE_NAMES),
            default=strings.language_of(st.context.locale),
            required=True,
            format_func=lambda language: LANGUAGE_NAMES[language],
            key="page_language",
            label_visibility="collapsed",
            on_change=before_switch,
        )
    say = Tongue(language)
    with title:
        st.title(say(strings.TITLE), anchor=False)
        st.caption(say(strings.SUBTITLE))
    return say


def banners(say: Tongue, *, source: str, provisional: bool) -> None:
    """What nobody may miss: made-up data, and a model that is hardly proven."""
    if source == "synthetic":
        with st.container(key="synthetic_banner"):
            st.warning(say(strings.SYNTHETIC), icon=":material/science:")
    if provisional:
        st.info(say(strings.PROVISIONAL), icon=":material/hourglass_top:")


def foot(say: Tongue, *, source: str) -> None:
    """The attribution TMDB asks for, wherever its films may have been used."""
    if source in ("tmdb", "dump"):
        st.caption(say(strings.ATTRIBUTION))
