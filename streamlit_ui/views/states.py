"""Everything the page shows in place of an answer: one sentence, and what can be done. The answer: answer.py."""

import time
from collections.abc import Callable

import streamlit as st

from streamlit_ui import names, strings
from streamlit_ui.client import Service, Trouble
from streamlit_ui.flow import AskFirst, Missing, NotTranslated, Visit, Wish
from streamlit_ui.strings import Tongue

PASSING = ("down", "not_ready")  # troubles that end without anybody here doing something
LOOK_EVERY_SECONDS = 5


def waiting(say: Tongue) -> None:
    """Nothing was asked yet."""
    with st.container(key="waiting", border=True):
        st.markdown(say(strings.WAITING))


def missing(say: Tongue, found: Missing) -> None:
    """The form lacks a fact."""
    with st.container(key="missing", border=True):
        st.warning(say(strings.MISSING[found.field]), icon=":material/edit:")


def trouble(say: Tongue, found: Trouble, *, url: str, retry: Callable[[], None]) -> None:
    """Why there is no answer, and a button to ask again."""
    field = say.name(names.FEATURES, found.field) if found.field else "?"
    with st.container(key="trouble", border=True):
        st.error(say(strings.TROUBLES[found.kind], url=url, field=field), icon=":material/error:")
        if found.message and found.kind in ("refused", "broken", "busy", "not_ready"):
            st.text(say(strings.DETAIL, message=found.message))
        if found.allowed:
            st.text(say(strings.ALLOWED, allowed=found.allowed))
        st.caption(say(strings.KEPT))
        st.button(say(strings.RETRY), key="retry", type="primary", on_click=retry)


@st.fragment(run_every=LOOK_EVERY_SECONDS)
def go_on_when_ready(visit: Visit, service: Service) -> None:
    """Look every few seconds whether the service is back, and then ask again what was asked."""
    # The first pass comes at once, right after the service was found missing.
    if time.monotonic() - visit.tried_at >= LOOK_EVERY_SECONDS - 1 and service.is_ready():
        visit.ask(visit.wish)
        st.rerun()


def ask_first(say: Tongue, question: AskFirst, choose: Callable[[Wish], None]) -> None:
    """Where the synopsis would go, before the first one goes there."""
    with st.container(key="ask_first", border=True):
        st.info(_not_english(say, question.language), icon=":material/translate:")
        st.markdown(say(strings.ASK_FIRST, destination=question.destination))
        st.button(say(strings.TRANSLATE), key="translate", type="primary", on_click=choose, args=("translate",))
        _ways_without_translation(say, choose)


def not_translated(say: Tongue, outcome: NotTranslated, choose: Callable[[Wish], None]) -> None:
    """There is no English text: what happened, and the ways on."""
    with st.container(key="not_translated", border=True):
        st.info(_not_english(say, outcome.language), icon=":material/translate:")
        if outcome.reason is None:
            st.markdown(say(strings.TRANSLATION_OFF))
        else:
            st.error(say(strings.TRANSLATION_FAILURES[outcome.reason.reason]), icon=":material/error:")
            again = say(strings.TRY_TRANSLATION_AGAIN)
            st.button(again, key="translate", type="primary", on_click=choose, args=("translate",))
        st.markdown(say(strings.TYPE_ENGLISH))
        _ways_without_translation(say, choose)


def wrong_setting(say: Tongue, *, setting: str, reason: str) -> None:
    """The page was started with a setting it cannot use."""
    st.error(say(strings.WRONG_SETTING, setting=setting, reason=reason), icon=":material/error:")


def _ways_without_translation(say: Tongue, choose: Callable[[Wish], None]) -> None:
    without, as_typed = say(strings.WITHOUT_SYNOPSIS), say(strings.AS_TYPED)
    st.button(without, key="without_synopsis", on_click=choose, args=("without_synopsis",))
    st.button(as_typed, key="as_typed", type="tertiary", on_click=choose, args=("as_typed",))


def _not_english(say: Tongue, language: str) -> str:
    name = say.name(names.LANGUAGES, language) if language else say(strings.ANOTHER_LANGUAGE)
    return say(strings.NOT_ENGLISH, language=name)
