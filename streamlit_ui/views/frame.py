"""The frame of the page: title, language switch, what must not be missed, attribution. The rest: its neighbours."""

from pathlib import Path

import streamlit as st

from streamlit_ui.client import Service
from streamlit_ui.contract import Answer, Card, Status
from streamlit_ui.flow import LOOK_EVERY_SECONDS, Rated, Visit
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


@st.fragment(run_every=LOOK_EVERY_SECONDS)
def banners(say: Tongue, visit: Visit, service: Service) -> None:
    """What nobody may miss; looked at again by itself, since a model may be replaced while nothing is pressed."""
    visit.look(service)
    latest = _latest(visit)
    if latest is not None and latest.source == "synthetic":
        with st.container(key="synthetic_banner"):
            st.warning(say(words.SYNTHETIC), icon=":material/science:")
    with st.container(key="banners"):
        if latest is not None and latest.provisional:
            st.info(say(words.PROVISIONAL), icon=":material/hourglass_top:")
        if visit.is_outdated:
            st.info(say(words.REPLACED), icon=":material/published_with_changes:")
        if visit.status is not None:
            _going_on(say, visit.status)


def _going_on(say: Tongue, status: Status) -> None:
    """A model that is coming, tried or held."""
    if status.rollout is not None and status.rollout.kind in words.TRIALS:
        st.info(say(words.TRIALS[status.rollout.kind], percent=status.rollout.percent), icon=":material/sync:")
    elif status.phase in words.PHASES:
        st.info(say(words.PHASES[status.phase]), icon=":material/sync:")
    if status.pinned is not None:
        pin = status.pinned
        said = say(words.PINNED, day=say.day(pin.at.date()), by=plain(pin.by), why=plain(pin.why))
        st.info(said, icon=":material/keep:")


def _latest(visit: Visit) -> Answer | Card | None:
    """What spoke last of where its films come from: the answer that is shown, else the model in service."""
    if isinstance(visit.shown, Rated):
        return visit.shown.answer
    return visit.description.card if visit.description else None


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


def foot(say: Tongue, visit: Visit) -> None:
    """The attribution TMDB asks for, wherever its films may have been used."""
    latest = _latest(visit)
    if latest is not None and latest.source in ("tmdb", "dump"):
        st.caption(say(words.ATTRIBUTION))
