"""The view of one film: examples, the form, and the outcome of the request."""

from collections.abc import Callable
from typing import NamedTuple

import streamlit as st

from streamlit_ui.client import RatingClient, ServiceError
from streamlit_ui.contract import Description, Film
from streamlit_ui.flow import ConsentNeeded, EnglishSynopsis, MissingFact, NotTranslated, RatedFilm, Visit, run_request
from streamlit_ui.localizer import Localizer, Sentence, plain
from streamlit_ui.translation import Translator
from streamlit_ui.views import form, messages
from streamlit_ui.views.answer import WORKING, answer_card
from streamlit_ui.views.form import PREDICT
from streamlit_ui.views.what_if import what_if

EXAMPLES = Sentence("Try an example", "예시로 시작하기")
EXAMPLE = Sentence("Example {number}", "예시 {number}")


SERVICE_EXAMPLES = 2  # with the Korean one they fit on one line


class Example(NamedTuple):
    """A film, with an English synopsis if its own is in another language."""

    film: Film
    english: str | None = None


KOREAN = Example(
    Film(
        title="봄날의 장부",
        runtime=128,
        genres=["Comedy", "Romance"],
        original_language="ko",
        overview=(
            "숫자밖에 모르던 회계사가 부산에서 가장 유쾌한 국숫집을 맡게 된다. "
            "밀린 장부를 정리하던 그는 다정한 주인과 조금씩 사랑에 빠지고, 골목은 다시 웃음을 되찾는다."
        ),
        production_countries=["KR"],
        spoken_languages=["ko"],
    ),
    english=(
        "An accountant who knows nothing but numbers takes over the funniest noodle bar in Busan. "
        "Sorting out its neglected books, he slowly falls in love with the kind owner, and the alley laughs again."
    ),
)


def film_view(t: Localizer, visit: Visit, service: RatingClient, translator: Translator | None) -> None:
    """Examples above, the form on the left, the answer on the right."""
    description = visit.description
    if description is None:
        return

    def choose(example: Example) -> None:
        visit.clear_film()
        form.fill(example.film)
        if example.film.overview and example.english:
            visit.english = EnglishSynopsis(example.film.overview, example.english)

    _examples(t, description.examples, choose)
    left, right = st.columns(2, gap="medium")
    with left:
        film = _form(t, visit, description)
    with right, st.container(key="outcome"):
        if visit.pending:
            drawn = (visit.english, visit.description, visit.is_outdated)
            with st.spinner(t(WORKING), show_time=True):
                run_request(visit, film, service, translator)
            if drawn != (visit.english, visit.description, visit.is_outdated):
                # The form shows a translation and the banners another model, and both are already drawn.
                st.rerun()
        _outcome(t, visit, service, film)
    if isinstance(visit.outcome, RatedFilm):
        what_if(t, visit, visit.outcome, visit.outcome.description or description, service)


def _examples(t: Localizer, films: list[Film], on_choose: Callable[[Example], None]) -> None:
    """One button for each example; a click passes it to `on_choose` before the page is drawn again."""
    with st.container(key="examples", horizontal=True, vertical_alignment="center", gap="small"):
        st.caption(t(EXAMPLES), width="content")
        for number, example in enumerate([*map(Example, films[:SERVICE_EXAMPLES]), KOREAN], start=1):
            label = plain(example.film.title) if example.film.title else t(EXAMPLE, number=number)
            st.button(label, key=f"example_{number}", on_click=on_choose, args=(example,))


def _form(t: Localizer, visit: Visit, description: Description) -> Film | MissingFact:
    """Form and button; the film the form holds."""
    with st.container(key="film", border=True):
        film = form.film_form(t, description, visit.english)
        label = t(PREDICT)
        st.button(label, key="predict", type="primary", width="stretch", on_click=visit.request, args=("read",))
    return film


def _outcome(t: Localizer, visit: Visit, service: RatingClient, film: Film | MissingFact) -> None:
    """The outcome of the request; `film` is the current one of the form."""
    match visit.outcome:
        case None:
            messages.waiting(t)
        case RatedFilm() as rated:
            answer_card(t, rated, changed=not visit.rates(film))
        case MissingFact() as missing:
            messages.missing(t, missing)
        case ServiceError() as error:
            messages.service_error(t, error, visit, service)
        case ConsentNeeded() as question:
            messages.consent(t, question, visit.request)
        case NotTranslated() as outcome:
            messages.not_translated(t, outcome, visit.request)
