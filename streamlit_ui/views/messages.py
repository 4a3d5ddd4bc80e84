"""Everything the page shows in place of an answer: one sentence, and what can be done. The answer: answer.py."""

import time
from collections.abc import Callable
from html import escape

import streamlit as st

from streamlit_ui import names
from streamlit_ui.client import Kind, Service, ServiceError
from streamlit_ui.flow import AskFirst, Missing, NotTranslated, Visit, Wish
from streamlit_ui.localizer import Localizer, Sentence, plain
from streamlit_ui.translation import Failure
from streamlit_ui.views import html

WAITING = Sentence(
    "Describe a film, or start from an example. Here you will see:",
    "영화 정보를 입력하거나 예시를 골라 보세요. 여기에 다음 내용이 표시됩니다.",
)
PROMISES = {
    "rating": Sentence("A rating out of 10, and how sure it is", "10점 만점의 평점과 그 예측 구간"),
    "reasons": Sentence("What moved it up or down", "평점을 올리고 내린 이유"),
    "what if": Sentence(
        "What another length, tone or genre would change", "상영 시간, 분위기, 장르를 바꾸면 달라지는 점"
    ),
}
MISSING = {
    "runtime": Sentence("Please give the running time in minutes.", "상영 시간을 분 단위로 입력해 주세요."),
    "original_language": Sentence("Please choose the original language.", "원어를 선택해 주세요."),
}
ADDRESS = Sentence("Asked at {url}", "요청한 주소: {url}")
RETRY = Sentence("Try again", "다시 시도")
GOES_ON = Sentence(
    "This page goes on by itself as soon as the service answers again.",
    "서비스가 다시 응답하는 대로 자동으로 이어집니다.",
)
KEPT = Sentence("What you typed is kept.", "입력한 내용은 그대로 있습니다.")
DETAIL = Sentence("The service said: {message}", "서비스의 설명: {message}")
ALLOWED = Sentence("Allowed: {allowed}", "허용되는 값: {allowed}")
WRONG_SETTING = Sentence(
    "The page cannot start: the setting {setting} has a value it cannot use. {reason}",
    "페이지를 시작할 수 없습니다. 설정값을 쓸 수 없습니다: {setting}. {reason}",
)
TROUBLES: dict[Kind, Sentence] = {
    "down": Sentence("The rating service does not answer.", "평점 서비스가 응답하지 않습니다."),
    "not_ready": Sentence(
        "The rating service is starting or being replaced.", "평점 서비스를 시작하거나 교체하는 중입니다."
    ),
    "slow": Sentence("The rating service did not answer in time.", "평점 서비스가 제때 응답하지 않았습니다."),
    "no_key": Sentence(
        "The rating service asks for a key that this page does not have: set MOVIE_SERVICE_KEY.",
        "평점 서비스에 접속할 키가 이 페이지에 없습니다. MOVIE_SERVICE_KEY를 설정해 주세요.",
    ),
    "busy": Sentence(
        "The rating service has too many requests just now.", "지금은 평점 서비스에 요청이 몰려 있습니다."
    ),
    "refused": Sentence(
        "The service could not accept this film: check {field}.",
        "서비스가 이 영화를 처리할 수 없습니다. 확인할 항목: {field}",
    ),
    "broken": Sentence(
        "The rating service failed on this film.", "이 영화를 처리하는 중에 평점 서비스에 오류가 났습니다."
    ),
    "other_version": Sentence(
        "The rating service is of another version than this page: {field} is missing or has another form.",
        "평점 서비스와 이 페이지의 버전이 다릅니다. 없거나 형식이 다른 항목: {field}",
    ),
    "foreign": Sentence(
        "Something other than the rating service answers there.", "그 주소에서 평점 서비스가 아닌 다른 것이 응답합니다."
    ),
}
NOT_ENGLISH = Sentence("The synopsis does not seem to be in English.", "줄거리가 영어가 아닌 것 같습니다.")
ASK_FIRST = Sentence(
    "The model reads English only. To translate the synopsis, its text would be sent to **{destination}**. "
    "Nothing has been sent yet.",
    "모델은 영어만 읽습니다. 번역하려면 줄거리를 다음 번역 서비스로 보내야 합니다: **{destination}**. "
    "아직 아무것도 보내지 않았습니다.",
)
TRANSLATE = Sentence("Send and translate", "보내서 번역하기")
WITHOUT_SYNOPSIS = Sentence("Predict without the synopsis", "줄거리 없이 예측하기")
AS_TYPED = Sentence("It is English: predict as typed", "영어가 맞습니다: 그대로 예측하기")
TRANSLATION_OFF = Sentence("Translation is turned off here.", "이 페이지에서는 번역 기능이 꺼져 있습니다.")
TYPE_ENGLISH = Sentence(
    "Type the synopsis in English, or predict without it.",
    "줄거리를 영어로 입력하거나, 줄거리 없이 예측할 수 있습니다.",
)
TRY_TRANSLATION_AGAIN = Sentence("Translate again", "다시 번역하기")
TRANSLATION_FAILURES: dict[Failure, Sentence] = {
    "silent": Sentence("The translator did not answer in time.", "번역기가 제때 응답하지 않았습니다."),
    "unreachable": Sentence("The translator cannot be reached.", "번역기에 연결할 수 없습니다."),
    "refused": Sentence("The translator refused the text.", "번역기가 요청을 거절했습니다."),
    "resting": Sentence(
        "The translator failed several times and is left alone for a minute.",
        "번역기가 여러 번 실패해서 1분 동안 요청을 멈춥니다.",
    ),
    "garbage": Sentence("The translator gave no usable English text.", "번역 결과가 쓸 수 있는 영어 문장이 아닙니다."),
}


PASSING = ("down", "not_ready", "slow", "busy")  # troubles that end without anybody here doing something
OF_THE_ADDRESS = ("down", "other_version", "foreign")  # whoever runs the page will ask for it
LOOK_EVERY_SECONDS = 5


def waiting(say: Localizer) -> None:
    """Nothing was asked yet."""
    with st.container(key="waiting", border=True):
        promises = "".join(f"<li>{escape(say(promise))}</li>" for promise in PROMISES.values())
        st.html(f"<p>{escape(say(WAITING))}</p>{html.empty_scale()}<ul>{promises}</ul>")


def missing(say: Localizer, found: Missing) -> None:
    """The form lacks a fact."""
    with st.container(key="missing", border=True):
        st.warning(say(MISSING[found.field]), icon=":material/edit:")


def sentence_of(say: Localizer, found: ServiceError) -> None:
    """The sentence of a trouble, naming the field it is about."""
    field = plain(say.name(names.FEATURES, found.field)) if found.field else "?"
    st.error(say(TROUBLES[found.kind], field=field), icon=":material/error:")


def trouble(say: Localizer, found: ServiceError, visit: Visit, service: Service) -> None:
    """Why there is no answer, and a button to ask again; a trouble that passes is watched until it has passed."""
    with st.container(key="trouble", border=True):
        sentence_of(say, found)
        if found.message and found.kind in ("refused", "broken", "busy", "not_ready"):
            st.text(say(DETAIL, message=found.message))
        if found.allowed:
            st.text(say(ALLOWED, allowed=found.allowed))
        st.caption(f"{say(GOES_ON)} {say(KEPT)}" if found.kind in PASSING else say(KEPT))
        if found.kind in OF_THE_ADDRESS:
            st.html(f'<p class="note">{escape(say(ADDRESS, url=service.url))}</p>')
        st.button(say(RETRY), key="retry", type="primary", on_click=visit.again)
    if found.kind in PASSING:
        go_on_when_ready(visit, service, visit.tried_at)


@st.fragment(run_every=LOOK_EVERY_SECONDS)
def go_on_when_ready(visit: Visit, service: Service, tried_at: float) -> None:
    """Look every few seconds whether the service is back, and then ask again what was asked at `tried_at`."""
    # The first pass comes at once, right after the service was found missing.
    if time.monotonic() - tried_at >= LOOK_EVERY_SECONDS - 1 and service.is_ready():
        visit.again()
        st.rerun()


def ask_first(say: Localizer, question: AskFirst, choose: Callable[[Wish], None]) -> None:
    """Where the synopsis would go, before the first one goes there."""
    with st.container(key="ask_first", border=True):
        st.info(say(NOT_ENGLISH), icon=":material/translate:")
        st.markdown(say(ASK_FIRST, destination=question.destination))
        st.button(say(TRANSLATE), key="translate", type="primary", on_click=choose, args=("translate",))
        _ways_without_translation(say, choose)


def not_translated(say: Localizer, outcome: NotTranslated, choose: Callable[[Wish], None]) -> None:
    """There is no English text: what happened, and the ways on."""
    with st.container(key="not_translated", border=True):
        st.info(say(NOT_ENGLISH), icon=":material/translate:")
        if outcome.failed is None:
            st.markdown(say(TRANSLATION_OFF))
        else:
            st.error(say(TRANSLATION_FAILURES[outcome.failed.reason]), icon=":material/error:")
            again = say(TRY_TRANSLATION_AGAIN)
            st.button(again, key="translate", type="primary", on_click=choose, args=("translate",))
        st.markdown(say(TYPE_ENGLISH))
        _ways_without_translation(say, choose)


def wrong_setting(say: Localizer, *, setting: str, reason: str) -> None:
    """The page was started with a setting it cannot use."""
    st.error(say(WRONG_SETTING, setting=setting, reason=reason), icon=":material/error:")


def _ways_without_translation(say: Localizer, choose: Callable[[Wish], None]) -> None:
    without, as_typed = say(WITHOUT_SYNOPSIS), say(AS_TYPED)
    st.button(without, key="without_synopsis", on_click=choose, args=("without_synopsis",))
    st.button(as_typed, key="as_typed", type="tertiary", on_click=choose, args=("as_typed",))
