"""Everything the page shows in place of an answer: one sentence, and what can be done. The answer: answer.py."""

import time
from collections.abc import Callable
from html import escape

import streamlit as st

from streamlit_ui import names
from streamlit_ui.client import Service, Trouble
from streamlit_ui.flow import AskFirst, Missing, NotTranslated, Visit, Wish
from streamlit_ui.strings import answer as answer_words
from streamlit_ui.strings import form as form_words
from streamlit_ui.strings import states as words
from streamlit_ui.strings import translation as translation_words
from streamlit_ui.strings.tongue import Tongue, plain
from streamlit_ui.views import drawing

PASSING = ("down", "not_ready", "slow", "busy")  # troubles that end without anybody here doing something
OF_THE_ADDRESS = ("down", "other_version", "foreign")  # whoever runs the page will ask for it
LOOK_EVERY_SECONDS = 5


def waiting(say: Tongue) -> None:
    """Nothing was asked yet."""
    with st.container(key="waiting", border=True):
        promises = "".join(f"<li>{escape(say(promise))}</li>" for promise in answer_words.PROMISES.values())
        st.html(f"<p>{escape(say(answer_words.WAITING))}</p>{drawing.empty_scale()}<ul>{promises}</ul>")


def missing(say: Tongue, found: Missing) -> None:
    """The form lacks a fact."""
    with st.container(key="missing", border=True):
        st.warning(say(form_words.MISSING[found.field]), icon=":material/edit:")


def trouble_here(say: Tongue, found: Trouble, visit: Visit, service: Service) -> None:
    """The trouble with its retry button; one that passes is watched until it has passed."""
    trouble(say, found, url=service.url, retry=visit.again)
    if found.kind in PASSING:
        go_on_when_ready(visit, service, visit.tried_at)


def sentence_of(say: Tongue, found: Trouble) -> None:
    """The sentence of a trouble, naming the field it is about."""
    field = plain(say.name(names.FEATURES, found.field)) if found.field else "?"
    st.error(say(words.TROUBLES[found.kind], field=field), icon=":material/error:")


def trouble(say: Tongue, found: Trouble, *, url: str, retry: Callable[[], None]) -> None:
    """Why there is no answer, and a button to ask again."""
    with st.container(key="trouble", border=True):
        sentence_of(say, found)
        if found.message and found.kind in ("refused", "broken", "busy", "not_ready"):
            st.text(say(words.DETAIL, message=found.message))
        if found.allowed:
            st.text(say(words.ALLOWED, allowed=found.allowed))
        st.caption(f"{say(words.GOES_ON)} {say(words.KEPT)}" if found.kind in PASSING else say(words.KEPT))
        if found.kind in OF_THE_ADDRESS:
            st.html(f'<p class="note">{escape(say(words.ADDRESS, url=url))}</p>')
        st.button(say(words.RETRY), key="retry", type="primary", on_click=retry)


@st.fragment(run_every=LOOK_EVERY_SECONDS)
def go_on_when_ready(visit: Visit, service: Service, tried_at: float) -> None:
    """Look every few seconds whether the service is back, and then ask again what was asked at `tried_at`."""
    # The first pass comes at once, right after the service was found missing.
    if time.monotonic() - tried_at >= LOOK_EVERY_SECONDS - 1 and service.is_ready():
        visit.again()
        st.rerun()


def ask_first(say: Tongue, question: AskFirst, choose: Callable[[Wish], None]) -> None:
    """Where the synopsis would go, before the first one goes there."""
    with st.container(key="ask_first", border=True):
        st.info(say(translation_words.NOT_ENGLISH), icon=":material/translate:")
        st.markdown(say(translation_words.ASK_FIRST, destination=question.destination))
        st.button(
            say(translation_words.TRANSLATE), key="translate", type="primary", on_click=choose, args=("translate",)
        )
        _ways_without_translation(say, choose)


def not_translated(say: Tongue, outcome: NotTranslated, choose: Callable[[Wish], None]) -> None:
    """There is no English text: what happened, and the ways on."""
    with st.container(key="not_translated", border=True):
        st.info(say(translation_words.NOT_ENGLISH), icon=":material/translate:")
        if outcome.failed is None:
            st.markdown(say(translation_words.TRANSLATION_OFF))
        else:
            st.error(say(translation_words.TRANSLATION_FAILURES[outcome.failed.reason]), icon=":material/error:")
            again = say(translation_words.TRY_TRANSLATION_AGAIN)
            st.button(again, key="translate", type="primary", on_click=choose, args=("translate",))
        st.markdown(say(translation_words.TYPE_ENGLISH))
        _ways_without_translation(say, choose)


def wrong_setting(say: Tongue, *, setting: str, reason: str) -> None:
    """The page was started with a setting it cannot use."""
    st.error(say(words.WRONG_SETTING, setting=setting, reason=reason), icon=":material/error:")


def _ways_without_translation(say: Tongue, choose: Callable[[Wish], None]) -> None:
    without, as_typed = say(translation_words.WITHOUT_SYNOPSIS), say(translation_words.AS_TYPED)
    st.button(without, key="without_synopsis", on_click=choose, args=("without_synopsis",))
    st.button(as_typed, key="as_typed", type="tertiary", on_click=choose, args=("as_typed",))
