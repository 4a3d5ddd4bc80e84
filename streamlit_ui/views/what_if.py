"""What if: the scored film with other facts, and up to three versions side by side. The form stays as it is."""

import time
from dataclasses import dataclass
from html import escape

import streamlit as st

from streamlit_ui import names
from streamlit_ui.client import RatingClient, ServiceError
from streamlit_ui.contract import Answer, Description, Film, PredictOptions
from streamlit_ui.flow import FilmVersion, RatedFilm, Visit
from streamlit_ui.localizer import Localizer, Sentence
from streamlit_ui.views import html
from streamlit_ui.views.answer import MOOD, PREDICTED_RATING, RANGE
from streamlit_ui.views.form import FURTHER_GENRES, MAIN_GENRE, RUNTIME, genre_options
from streamlit_ui.views.html import wide_table
from streamlit_ui.views.messages import GOES_ON, TRANSIENT, error_message, retry_when_ready

TITLE = Sentence("What if?", "만약 이렇게 바꾼다면?")
LEAD = Sentence(
    "Change the film that was scored and see what the model would predict.",
    "예측한 영화의 조건을 바꾸면 모델의 예측이 어떻게 달라지는지 볼 수 있습니다.",
)
TONE = Sentence("Tone of the synopsis: −1 dark, 1 bright", "줄거리의 분위기: −1 어두움, 1 밝음")
UNCHANGED = Sentence("No changes yet.", "아직 바꾼 것이 없습니다.")
CHANGE = Sentence("From {before:.1f} to {after:.1f}", "{before:.1f}점에서 {after:.1f}점으로")
SPOKEN = Sentence("{change} points", "{change}점")
WITHIN_NOISE = Sentence(
    "Smaller than the model's typical error of {noise:.2f} points, so treat it as no difference.",
    "모델의 평균 오차 {noise:.2f}점보다 작은 변화이므로 차이가 없다고 보는 편이 좋습니다.",
)
BEYOND_NOISE = Sentence(
    "Larger than the model's typical error of {noise:.2f} points. It is a pattern, not a promise.",
    "모델의 평균 오차 {noise:.2f}점보다 큰 변화입니다. 다만 경향일 뿐 보장은 아닙니다.",
)
OTHER_MODEL = Sentence(
    "The model has been replaced since the rating above, so the change means nothing. Predict again first.",
    "위의 평점을 예측한 뒤 모델이 바뀌어 변화를 비교할 수 없습니다. 먼저 다시 예측해 주세요.",
)
RESET = Sentence("Reset", "처음 조건으로 되돌리기")

KEEP = Sentence("Add to comparison", "이 버전을 비교에 추가")
COMPARISON_FULL = Sentence(
    "You can compare three versions. Clear them to add others.",
    "세 개까지 비교할 수 있습니다. 비우면 다시 추가할 수 있습니다.",
)
VERSIONS = Sentence("Versions side by side", "버전 비교")
VERSION = Sentence("Version {number}", "버전 {number}")
FACT = Sentence("Detail", "항목")
GENRES = Sentence("Genres", "장르")
LENGTH = Sentence("Running time", "상영 시간")
AGAINST_FIRST = Sentence("Difference from version 1", "버전 1과의 차이")
OTHER_MODELS = Sentence(
    "These versions were not all rated by the same model: it was replaced in between.",
    "그사이 모델이 바뀌어 서로 다른 모델이 예측한 버전이 섞여 있습니다.",
)
CLEAR = Sentence("Clear the comparison", "비교 비우기")


TONE_INPUT = "overview_sentiment"  # a derived input of the service
USUAL_RUNTIME = (40.0, 240.0)  # minutes, if the service has no range
MAX_VERSIONS = 3


@dataclass(frozen=True)
class Change:
    """The film with other facts, and the tone if it was changed."""

    film: Film
    tone: float | None

    def options(self, rated: RatedFilm) -> PredictOptions:
        """The options of the original request with the tone, without the costly reasons."""
        what_if = {} if self.tone is None else {TONE_INPUT: self.tone}
        return PredictOptions(omit=rated.options.omit, what_if=what_if, reasons=False)


@st.fragment
def what_if(t: Localizer, visit: Visit, rated: RatedFilm, description: Description, service: RatingClient) -> None:
    """Controls, their effect, and the compared versions; Streamlit redraws only this part."""
    with st.container(key="what_if", border=True):
        st.header(t(TITLE), anchor=False)
        st.caption(t(LEAD))
        change = _controls(t, visit, rated, description)
        if change.film == rated.film and change.tone is None:
            st.html(f'<p class="note change">{escape(t(UNCHANGED))}</p>')
            answer: Answer | ServiceError = rated.answer
        else:
            answer = service.predict(change.film, change.options(rated))
            if isinstance(answer, ServiceError):
                _no_answer(t, answer, visit, service)
            elif answer.bundle_id != rated.answer.bundle_id:
                st.info(t(OTHER_MODEL), icon=":material/published_with_changes:")
            else:
                st.html(_difference(t, rated.answer, answer, description))
        _buttons(t, visit, None if isinstance(answer, ServiceError) else FilmVersion(change.film, answer))
        if visit.versions:
            _side_by_side(t, visit.versions)


def _no_answer(t: Localizer, found: ServiceError, visit: Visit, service: RatingClient) -> None:
    """Why there is no rating; retries a transient error by itself."""
    error_message(t, found)
    if found.kind in TRANSIENT:
        st.caption(t(GOES_ON))
        retry_when_ready(visit, service, time.monotonic())


def _controls(t: Localizer, visit: Visit, rated: RatedFilm, description: Description) -> Change:
    """The values of the controls, which start at the film as scored, with each answer."""
    film, turn = rated.film, visit.answer_number
    left, right = st.columns(2, gap="medium")
    lowest, highest = description.usual_range("runtime", otherwise=USUAL_RUNTIME)
    runtime = left.slider(
        t(RUNTIME),
        min_value=int(min(lowest, film.runtime)),
        max_value=int(max(highest, film.runtime)) + 1,
        value=round(film.runtime),
        key=f"what_if_runtime_{turn}",
        persist_state="session",
    )
    tone = _tone(t, right, rated, description, turn)
    options = genre_options(t, description, also=film.genres)
    main = left.selectbox(
        t(MAIN_GENRE),
        options,
        index=options.index(film.genres[0]) if film.genres else None,
        format_func=lambda genre: t.name(names.GENRES, genre),
        key=f"what_if_main_{turn}",
        persist_state="session",
    )
    further = st.pills(
        t(FURTHER_GENRES),
        [genre for genre in options if genre != main],
        selection_mode="multi",
        default=[genre for genre in film.genres[1:] if genre != main],
        format_func=lambda genre: t.name(names.GENRES, genre),
        key=f"what_if_further_{turn}_{main}",
        persist_state="session",
    )
    genres = [*([main] if main else []), *further]
    same = sorted(genres[1:]) == sorted(film.genres[1:]) and genres[:1] == film.genres[:1]
    facts = {
        "runtime": film.runtime if runtime == round(film.runtime) else float(runtime),
        "genres": film.genres if same else genres,
    }
    return Change(film.model_copy(update=facts), tone)


def _tone(
    t: Localizer, place: "st.delta_generator.DeltaGenerator", rated: RatedFilm, description: Description, turn: int
) -> float | None:
    settable = next((field for field in description.what_if if field.name == TONE_INPUT), None)
    if settable is None:
        return None
    mood = rated.answer.mood
    start = round(mood.polarity, 2) if mood else 0.0
    tone = place.slider(
        t(TONE),
        min_value=settable.minimum,
        max_value=settable.maximum,
        value=start,
        step=0.01,
        key=f"what_if_tone_{turn}",
        persist_state="session",
    )
    return None if tone == start else tone


def _difference(t: Localizer, before: Answer, after: Answer, description: Description) -> str:
    change = after.predicted_rating - before.predicted_rating
    text = t(CHANGE, before=before.predicted_rating, after=after.predicted_rating)
    noise = _noise(before, description)
    note = ""
    if noise is not None:
        note = t(WITHIN_NOISE if abs(change) < noise else BEYOND_NOISE, noise=noise)
    spoken = t(SPOKEN, change=html.signed(change))
    return (
        f'<div class="change" role="status"><p class="figure">{escape(spoken)}</p>'
        f'<p>{escape(text)}</p><p class="note">{escape(note)}</p></div>'
    )


def _noise(answer: Answer, description: Description) -> float | None:
    """The typical error of the model, in rating points; half the interval if the card has none."""
    if description.card.typical_error is not None:
        return description.card.typical_error
    return (answer.interval.high - answer.interval.low) / 2 if answer.interval else None


def _buttons(t: Localizer, visit: Visit, version: FilmVersion | None) -> None:
    full = len(visit.versions) >= MAX_VERSIONS
    with st.container(key="what_if_buttons", horizontal=True, vertical_alignment="center", gap="small"):
        st.button(
            t(KEEP),
            key="keep_version",
            icon=":material/add_column_right:",
            disabled=full or version is None,
            on_click=visit.versions.append,
            args=(version,),
        )
        st.button(t(RESET), key="what_if_reset", type="tertiary", on_click=visit.reset_what_if)
        if visit.versions:
            st.button(t(CLEAR), key="clear_versions", type="tertiary", on_click=visit.versions.clear)
    if full:
        st.caption(t(COMPARISON_FULL))


def _side_by_side(t: Localizer, versions: list[FilmVersion]) -> None:
    first = versions[0].answer.predicted_rating
    rows = [
        (PREDICTED_RATING, [f"<b>{version.answer.predicted_rating:.1f}</b>{_strip(version)}" for version in versions]),
        (RANGE, [_range(version) for version in versions]),
        (AGAINST_FIRST, ["–", *(html.signed(v.answer.predicted_rating - first) for v in versions[1:])]),
        (LENGTH, [escape(names.feature_value(t, "runtime", version.film.runtime)) for version in versions]),
        (GENRES, [escape(", ".join(t.name(names.GENRES, g) for g in v.film.genres)) for v in versions]),
        (MOOD, [_mood(t, version) for version in versions]),
    ]
    heads = "".join(
        f'<th scope="col">{escape(t(VERSION, number=number))}</th>' for number in range(1, len(versions) + 1)
    )
    body = "".join(
        f'<tr><th scope="row">{escape(t(label))}</th>{"".join(f"<td>{cell}</td>" for cell in cells)}</tr>'
        for label, cells in rows
    )
    head = f'<th scope="col">{escape(t(FACT))}</th>{heads}'
    st.html(f'<p class="kicker">{escape(t(VERSIONS))}</p>{wide_table("versions", head, body)}')
    if len({version.answer.bundle_id for version in versions}) > 1:
        st.caption(t(OTHER_MODELS))


def _strip(version: FilmVersion) -> str:
    interval = version.answer.interval
    return html.rating_scale(
        version.answer.predicted_rating, (interval.low, interval.high) if interval else None, numbers=False
    )


def _range(version: FilmVersion) -> str:
    interval = version.answer.interval
    return f"{interval.low:.1f}–{interval.high:.1f}" if interval else "–"


def _mood(t: Localizer, version: FilmVersion) -> str:
    mood = version.answer.mood
    if mood is None:
        return "–"
    return escape(f"{t.name(names.MOODS, mood.label)} {html.signed(mood.polarity)}")
