"""The frame of the page: title, language switch, what must not be missed, attribution. The rest: its neighbours."""

from pathlib import Path
from typing import Literal

import streamlit as st

from streamlit_ui.client import Service
from streamlit_ui.contract import Answer, Card, Status
from streamlit_ui.flow import LOOK_EVERY_SECONDS, Rated, Visit
from streamlit_ui.localizer import LANGUAGE_NAMES, Language, Localizer, Sentence, language_of, plain

View = Literal["film", "batch", "record"]

TITLE = Sentence("How will this film be rated?", "이 영화는 몇 점을 받을까요?")
SUBTITLE = Sentence(
    "An honest forecast from the facts known before the release.",
    "개봉 전에 알 수 있는 정보만으로 솔직하게 예측합니다.",
)
SYNTHETIC = Sentence(
    "**Synthetic data.** This model learned from made-up films: its ratings say nothing about real ones.",
    "**가상 데이터입니다.** 이 모델은 지어낸 영화로 학습했으므로, 예측 평점은 실제 영화와 아무 관련이 없습니다.",
)
PROVISIONAL = Sentence(
    "This model is provisional: it was measured on few films so far.",
    "이 모델은 임시 모델입니다. 아직 적은 수의 영화로만 검증되었습니다.",
)
LOADING = Sentence("Asking the rating service…", "평점 서비스에 연결하는 중…")
# What goes on with the model, by the phase that the service tells; in the others nothing is said.
PHASES = {
    "switching": Sentence(
        "Another model is being put in service. You can go on; the next answer may come from it.",
        "새 모델로 교체하는 중입니다. 그대로 사용해도 되며, 다음 예측은 새 모델의 것일 수 있습니다.",
    ),
    "failed": Sentence(
        "The last change of the model did not succeed. The one before goes on answering.",
        "마지막 모델 교체가 실패해 이전 모델이 계속 예측하고 있습니다.",
    ),
}
# How another model is being tried beside the one in service.
TRIALS = {
    "canary": Sentence(
        "Another model is being tried: it answers about {percent}% of the time, "
        "so a film that is asked twice may get two ratings.",
        "새 모델을 시험하는 중입니다. 예측의 약 {percent}%는 새 모델의 것이어서, "
        "같은 영화라도 다시 물으면 평점이 달라질 수 있습니다.",
    ),
    "shadow": Sentence(
        "Another model is being tried unseen. All ratings still come from the one in service.",
        "새 모델을 뒤에서 시험하는 중입니다. 지금 보이는 평점은 모두 기존 모델의 예측입니다.",
    ),
}
REPLACED = Sentence(
    "The model has been replaced since this rating. Predict again to ask the new one.",
    "이 평점을 예측한 뒤 모델이 교체되었습니다. 다시 예측하면 새 모델이 답합니다.",
)
PINNED = Sentence(
    "This model is held in service by hand since {day} ({by}: “{why}”). Newer ones wait.",
    "{day}부터 이 모델을 고정해서 쓰고 있습니다({by}: “{why}”). 새 모델은 대기 중입니다.",
)
ATTRIBUTION = Sentence(
    "This product uses TMDB and the TMDB APIs but is not endorsed, certified, or otherwise approved by TMDB.",
    "이 서비스는 TMDB와 TMDB API를 사용하지만 TMDB의 보증, 인증 또는 승인을 받지 않았습니다.",
)

VIEW = Sentence("View", "보기")
VIEWS: dict[View, Sentence] = {
    "film": Sentence("One film", "영화 한 편"),
    "batch": Sentence("Many films", "여러 편"),
    "record": Sentence("Track record", "모델 성적표"),
}


STYLE = Path(__file__).parent.parent / "style.css"


def head() -> Localizer:
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
    say = Localizer(language)
    with title:
        st.title(say(TITLE), anchor=False)
        st.caption(say(SUBTITLE))
    return say


@st.fragment(run_every=LOOK_EVERY_SECONDS)
def banners(say: Localizer, visit: Visit, service: Service) -> None:
    """What nobody may miss; looked at again by itself, since a model may be replaced while nothing is pressed."""
    visit.look(service)
    latest = _latest(visit)
    if latest is not None and latest.source == "synthetic":
        with st.container(key="synthetic_banner"):
            st.warning(say(SYNTHETIC), icon=":material/science:")
    with st.container(key="banners"):
        if latest is not None and latest.provisional:
            st.info(say(PROVISIONAL), icon=":material/hourglass_top:")
        if visit.is_outdated:
            st.info(say(REPLACED), icon=":material/published_with_changes:")
        if visit.status is not None:
            _going_on(say, visit.status)


def _going_on(say: Localizer, status: Status) -> None:
    """A model that is coming, tried or held."""
    if status.rollout is not None and status.rollout.kind in TRIALS:
        st.info(say(TRIALS[status.rollout.kind], percent=status.rollout.percent), icon=":material/sync:")
    elif status.phase in PHASES:
        st.info(say(PHASES[status.phase]), icon=":material/sync:")
    if status.pinned is not None:
        pin = status.pinned
        said = say(PINNED, day=say.day(pin.at.date()), by=plain(pin.by), why=plain(pin.why))
        st.info(said, icon=":material/keep:")


def _latest(visit: Visit) -> Answer | Card | None:
    """What spoke last of where its films come from: the answer that is shown, else the model in service."""
    if isinstance(visit.shown, Rated):
        return visit.shown.answer
    return visit.description.card if visit.description else None


def view(say: Localizer) -> View:
    """The switch between the views, and the one that is chosen."""
    chosen: View = st.segmented_control(
        say(VIEW),
        list(VIEWS),
        default="film",
        required=True,
        format_func=lambda name: say(VIEWS[name]),
        key="view",
        label_visibility="collapsed",
    )
    return chosen


def foot(say: Localizer, visit: Visit) -> None:
    """The attribution TMDB asks for, wherever its films may have been used."""
    latest = _latest(visit)
    if latest is not None and latest.source in ("tmdb", "dump"):
        st.caption(say(ATTRIBUTION))
