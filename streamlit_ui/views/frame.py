"""The frame around every view: title, language, banners, the choice of the view, attribution."""

from pathlib import Path
from typing import Literal

import streamlit as st

from streamlit_ui.client import RatingClient
from streamlit_ui.contract import Answer, Card, Status
from streamlit_ui.flow import STATUS_SECONDS, RatedFilm, Visit
from streamlit_ui.localizer import LANGUAGE_NAMES, Language, Localizer, Sentence, language_of, plain

View = Literal["film", "batch", "record"]

TITLE = Sentence("How will this film be rated?", "이 영화는 몇 점을 받을까요?")
SUBTITLE = Sentence(
    "A forecast from facts known before release.",
    "개봉 전에 알 수 있는 정보만으로 예측합니다.",
)
SYNTHETIC = Sentence(
    "**Synthetic data.** This model learned from made-up films: its ratings mean nothing for real ones.",
    "**가상 데이터입니다.** 이 모델은 지어낸 영화로 학습했으므로, 예측 평점은 실제 영화와 아무 관련이 없습니다.",
)
PROVISIONAL = Sentence(
    "This model is provisional: so far it has been tested on few films.",
    "이 모델은 임시 모델입니다. 아직 적은 수의 영화로만 검증되었습니다.",
)
LOADING = Sentence("Connecting to the rating service…", "평점 서비스에 연결하는 중…")
# Banners by the phase of the release agent; the other phases have none.
PHASES = {
    "switching": Sentence(
        "A new model is being put in service. You can keep working; your next prediction may come from it.",
        "새 모델로 교체하는 중입니다. 계속 사용할 수 있으며, 다음 예측부터 새 모델이 쓰일 수 있습니다.",
    ),
    "failed": Sentence(
        "The last model update failed. The previous model is still in service.",
        "마지막 모델 교체에 실패해 이전 모델을 계속 사용합니다.",
    ),
}
# Banners by the kind of rollout.
TRIALS = {
    "canary": Sentence(
        "A new model is being tried: it makes about {percent}% of the predictions, "
        "so the same film may get two different ratings.",
        "새 모델을 시험하는 중입니다. 예측의 약 {percent}%를 새 모델이 맡으므로, "
        "같은 영화라도 다시 예측하면 평점이 달라질 수 있습니다.",
    ),
    "shadow": Sentence(
        "A new model is being tried in the background. All ratings still come from the current one.",
        "새 모델을 백그라운드에서 시험하는 중입니다. 표시되는 평점은 모두 기존 모델의 예측입니다.",
    ),
}
REPLACED = Sentence(
    "The model has been replaced since this prediction. Predict again to use the new one.",
    "이 평점을 예측한 뒤 모델이 교체되었습니다. 다시 예측하면 새 모델을 사용합니다.",
)
PINNED = Sentence(
    "This model has been pinned since {day} ({by}: “{why}”). Newer models wait.",
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
    """Title and language switch; the localizer for the rest of the page."""
    st.html(STYLE)
    with st.container(key="head", horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        title = st.container(width="content")
        language: Language = st.segmented_control(
            "Language / 언어",  # for screen readers, before a language is chosen
            list(LANGUAGE_NAMES),
            default=language_of(st.context.locale),
            required=True,
            format_func=lambda language: LANGUAGE_NAMES[language],
            key="page_language",
            label_visibility="collapsed",
        )
    t = Localizer(language)
    with title:
        st.title(t(TITLE), anchor=False)
        st.caption(t(SUBTITLE))
    return t


@st.fragment(run_every=STATUS_SECONDS)
def banners(t: Localizer, visit: Visit, service: RatingClient) -> None:
    """Notices about data and model; refreshed every few seconds, since a model can be replaced meanwhile."""
    visit.refresh_status(service)
    latest = _latest(visit)
    if latest is not None and latest.source == "synthetic":
        with st.container(key="synthetic_banner"):
            st.warning(t(SYNTHETIC), icon=":material/science:")
    with st.container(key="banners"):
        if latest is not None and latest.provisional:
            st.info(t(PROVISIONAL), icon=":material/hourglass_top:")
        if visit.is_outdated:
            st.info(t(REPLACED), icon=":material/published_with_changes:")
        if visit.status is not None:
            _release_status(t, visit.status)


def _release_status(t: Localizer, status: Status) -> None:
    """A release, a trial or a pin."""
    if status.rollout is not None and status.rollout.kind in TRIALS:
        st.info(t(TRIALS[status.rollout.kind], percent=status.rollout.percent), icon=":material/sync:")
    elif status.phase in PHASES:
        st.info(t(PHASES[status.phase]), icon=":material/sync:")
    if status.pinned is not None:
        pin = status.pinned
        text = t(PINNED, day=t.day(pin.at.date()), by=plain(pin.by), why=plain(pin.why))
        st.info(text, icon=":material/keep:")


def _latest(visit: Visit) -> Answer | Card | None:
    """The displayed answer, else the card of the model in service."""
    if isinstance(visit.outcome, RatedFilm):
        return visit.outcome.answer
    return visit.description.card if visit.description else None


def view(t: Localizer) -> View:
    """The switch between the views; the chosen one."""
    chosen: View = st.segmented_control(
        t(VIEW),
        list(VIEWS),
        default="film",
        required=True,
        format_func=lambda name: t(VIEWS[name]),
        key="view",
        label_visibility="collapsed",
    )
    return chosen


def foot(t: Localizer, visit: Visit) -> None:
    """The attribution that TMDB requires wherever its films may have been used."""
    latest = _latest(visit)
    if latest is not None and latest.source in ("tmdb", "dump"):
        st.caption(t(ATTRIBUTION))
