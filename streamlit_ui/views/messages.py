"""Messages shown when there is no prediction, each with the ways to continue. Predictions: answer.py."""

import time
from collections.abc import Callable
from html import escape

import streamlit as st

from streamlit_ui import names
from streamlit_ui.client import ErrorKind, RatingClient, ServiceError
from streamlit_ui.flow import ConsentNeeded, MissingFact, NotTranslated, SynopsisUse, Visit
from streamlit_ui.localizer import Localizer, Sentence, plain
from streamlit_ui.translation import FailureReason
from streamlit_ui.views import html

WAITING = Sentence(
    "Describe a film, or start from an example. Here you will see:",
    "영화 정보를 입력하거나 예시를 골라 보세요. 여기에 다음 내용이 표시됩니다.",
)
PROMISES = {
    "rating": Sentence("A rating out of 10, and how certain it is", "10점 만점의 평점과 그 예측 구간"),
    "reasons": Sentence("What moved it up or down", "평점을 올리고 내린 이유"),
    "what if": Sentence(
        "How another running time, tone or genre would change it", "상영 시간, 분위기, 장르를 바꾸면 달라지는 점"
    ),
}
MISSING = {
    "runtime": Sentence("Please enter the running time in minutes.", "상영 시간을 분 단위로 입력해 주세요."),
    "original_language": Sentence("Please choose the original language.", "원어를 선택해 주세요."),
}
ADDRESS = Sentence("Service URL: {url}", "서비스 주소: {url}")
RETRY = Sentence("Try again", "다시 시도")
GOES_ON = Sentence(
    "This page continues automatically when the service is back.",
    "서비스가 다시 응답하면 자동으로 계속합니다.",
)
INPUT_KEPT = Sentence("Your input is kept.", "입력한 내용은 그대로 있습니다.")
DETAIL = Sentence("From the service: {message}", "서비스의 설명: {message}")
ALLOWED = Sentence("Allowed: {allowed}", "허용되는 값: {allowed}")
WRONG_SETTING = Sentence(
    "The page cannot start: the setting {setting} has an invalid value. {reason}",
    "페이지를 시작할 수 없습니다. 설정값이 올바르지 않습니다: {setting}. {reason}",
)
SERVICE_ERRORS: dict[ErrorKind, Sentence] = {
    "down": Sentence("The rating service is not responding.", "평점 서비스가 응답하지 않습니다."),
    "not_ready": Sentence(
        "The rating service is starting or being replaced.", "평점 서비스를 시작하거나 교체하는 중입니다."
    ),
    "slow": Sentence("The rating service did not respond in time.", "평점 서비스가 제때 응답하지 않았습니다."),
    "no_key": Sentence(
        "The rating service requires an API key that this page does not have: set MOVIE_SERVICE_KEY.",
        "평점 서비스에 필요한 API 키가 이 페이지에 없습니다. MOVIE_SERVICE_KEY를 설정해 주세요.",
    ),
    "busy": Sentence(
        "The rating service is handling too many requests right now.", "지금은 평점 서비스에 요청이 몰려 있습니다."
    ),
    "refused": Sentence(
        "The service could not accept this film: check {field}.",
        "서비스가 이 영화를 처리할 수 없습니다. 확인할 항목: {field}",
    ),
    "broken": Sentence(
        "The rating service failed on this film.", "이 영화를 처리하는 중에 평점 서비스에 오류가 났습니다."
    ),
    "other_version": Sentence(
        "The rating service and this page have different versions: {field} is missing or invalid.",
        "평점 서비스와 이 페이지의 버전이 다릅니다. 없거나 형식이 다른 항목: {field}",
    ),
    "foreign": Sentence(
        "Another program, not the rating service, responds at this address.",
        "이 주소에서 평점 서비스가 아닌 다른 프로그램이 응답합니다.",
    ),
}
NOT_ENGLISH = Sentence("The synopsis does not seem to be in English.", "줄거리가 영어가 아닌 것 같습니다.")
CONSENT = Sentence(
    "The model reads only English. To translate the synopsis, this page would send it to **{destination}**. "
    "Nothing has been sent yet.",
    "모델은 영어만 읽습니다. 번역하려면 줄거리를 다음 번역 서비스로 보내야 합니다: **{destination}**. "
    "아직 아무것도 보내지 않았습니다.",
)
TRANSLATE = Sentence("Send for translation", "보내서 번역하기")
WITHOUT_SYNOPSIS = Sentence("Predict without the synopsis", "줄거리 없이 예측하기")
AS_TYPED = Sentence("It is English – predict as typed", "영어가 맞습니다: 그대로 예측하기")
TRANSLATION_OFF = Sentence("Translation is turned off on this page.", "이 페이지에서는 번역 기능이 꺼져 있습니다.")
TYPE_ENGLISH = Sentence(
    "Enter the synopsis in English, or predict without it.",
    "줄거리를 영어로 입력하거나, 줄거리 없이 예측할 수 있습니다.",
)
TRY_TRANSLATION_AGAIN = Sentence("Translate again", "다시 번역하기")
TRANSLATION_FAILURES: dict[FailureReason, Sentence] = {
    "timeout": Sentence("The translator did not respond in time.", "번역기가 제때 응답하지 않았습니다."),
    "unreachable": Sentence("The translator cannot be reached.", "번역기에 연결할 수 없습니다."),
    "refused": Sentence("The translator refused the text.", "번역기가 요청을 거절했습니다."),
    "paused": Sentence(
        "The translator failed several times; requests are paused for a minute.",
        "번역기가 여러 번 실패해서 1분 동안 요청을 멈춥니다.",
    ),
    "unusable": Sentence(
        "The translator returned no usable English text.", "번역 결과가 쓸 수 있는 영어 문장이 아닙니다."
    ),
}


TRANSIENT = ("down", "not_ready", "slow", "busy")
WITH_ADDRESS = ("down", "other_version", "foreign")  # for whoever runs the page
READY_CHECK_SECONDS = 5


def waiting(t: Localizer) -> None:
    """Before the first request."""
    with st.container(key="waiting", border=True):
        promises = "".join(f"<li>{escape(t(promise))}</li>" for promise in PROMISES.values())
        st.html(f"<p>{escape(t(WAITING))}</p>{html.empty_scale()}<ul>{promises}</ul>")


def missing(t: Localizer, found: MissingFact) -> None:
    """The form lacks a fact."""
    with st.container(key="missing", border=True):
        st.warning(t(MISSING[found.field]), icon=":material/edit:")


def error_message(t: Localizer, found: ServiceError) -> None:
    """The message of an error, with the field it names."""
    field = plain(t.name(names.FEATURES, found.field)) if found.field else "?"
    st.error(t(SERVICE_ERRORS[found.kind], field=field), icon=":material/error:")


def service_error(t: Localizer, found: ServiceError, visit: Visit, service: RatingClient) -> None:
    """Why there is no answer, with a retry button; retries a transient error by itself."""
    with st.container(key="service_error", border=True):
        error_message(t, found)
        if found.message and found.kind in ("refused", "broken", "busy", "not_ready"):
            st.text(t(DETAIL, message=found.message))
        if found.allowed:
            st.text(t(ALLOWED, allowed=found.allowed))
        st.caption(f"{t(GOES_ON)} {t(INPUT_KEPT)}" if found.kind in TRANSIENT else t(INPUT_KEPT))
        if found.kind in WITH_ADDRESS:
            st.html(f'<p class="note">{escape(t(ADDRESS, url=service.url))}</p>')
        st.button(t(RETRY), key="retry", type="primary", on_click=visit.retry)
    if found.kind in TRANSIENT:
        retry_when_ready(visit, service, visit.requested_at)


@st.fragment(run_every=READY_CHECK_SECONDS)
def retry_when_ready(visit: Visit, service: RatingClient, requested_at: float) -> None:
    """Check every few seconds whether the service is ready, then repeat the request."""
    # The first check would come immediately after the failed request.
    if time.monotonic() - requested_at >= READY_CHECK_SECONDS - 1 and service.is_ready():
        visit.retry()
        st.rerun()


def consent(t: Localizer, question: ConsentNeeded, choose: Callable[[SynopsisUse], None]) -> None:
    """Ask for consent to send the synopsis to the translator."""
    with st.container(key="consent", border=True):
        st.info(t(NOT_ENGLISH), icon=":material/translate:")
        st.markdown(t(CONSENT, destination=question.destination))
        st.button(t(TRANSLATE), key="translate", type="primary", on_click=choose, args=("translate",))
        _alternatives(t, choose)


def not_translated(t: Localizer, outcome: NotTranslated, choose: Callable[[SynopsisUse], None]) -> None:
    """Why there is no translation, and the alternatives."""
    with st.container(key="not_translated", border=True):
        st.info(t(NOT_ENGLISH), icon=":material/translate:")
        if outcome.failed is None:
            st.markdown(t(TRANSLATION_OFF))
        else:
            st.error(t(TRANSLATION_FAILURES[outcome.failed.reason]), icon=":material/error:")
            again = t(TRY_TRANSLATION_AGAIN)
            st.button(again, key="translate", type="primary", on_click=choose, args=("translate",))
        st.markdown(t(TYPE_ENGLISH))
        _alternatives(t, choose)


def wrong_setting(t: Localizer, *, setting: str, reason: str) -> None:
    """The page was started with an invalid setting."""
    st.error(t(WRONG_SETTING, setting=setting, reason=reason), icon=":material/error:")


def _alternatives(t: Localizer, choose: Callable[[SynopsisUse], None]) -> None:
    without, as_typed = t(WITHOUT_SYNOPSIS), t(AS_TYPED)
    st.button(without, key="without_synopsis", on_click=choose, args=("without_synopsis",))
    st.button(as_typed, key="as_typed", type="tertiary", on_click=choose, args=("as_typed",))
