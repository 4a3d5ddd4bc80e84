"""The view of one film: examples, the form, and what came of it. Its parts: form.py, answer.py, messages.py."""

from collections.abc import Callable
from typing import NamedTuple

import streamlit as st

from streamlit_ui.client import Service, ServiceError
from streamlit_ui.contract import Description, Film
from streamlit_ui.flow import AskFirst, English, Missing, NotTranslated, Rated, Visit, carry_out
from streamlit_ui.localizer import Localizer, Sentence, plain
from streamlit_ui.translation import Translator
from streamlit_ui.views import form, messages
from streamlit_ui.views.answer import WORKING, answer_card
from streamlit_ui.views.form import PREDICT
from streamlit_ui.views.what_if import what_if

EXAMPLES = Sentence("Try an example", "예시로 시작하기")
EXAMPLE = Sentence("Example {number}", "예시 {number}")


SERVICES = 2  # with the Korean one they stay on one line


class Example(NamedTuple):
    """A film, and its synopsis in English where the film's own is not."""

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


def film_view(say: Localizer, visit: Visit, service: Service, translator: Translator | None) -> None:
    """Examples above, the form on the left, the answer on the right."""
    description = visit.description
    if description is None:
        return

    def choose(example: Example) -> None:
        visit.forget_film()
        form.fill(example.film)
        if example.film.overview and example.english:
            visit.english = English(example.film.overview, example.english)

    _examples(say, description.examples, choose)
    left, right = st.columns(2, gap="medium")
    with left:
        film = _form(say, visit, description)
    with right, st.container(key="outcome"):
        if visit.pending:
            drawn = (visit.english, visit.description, visit.is_outdated)
            with st.spinner(say(WORKING), show_time=True):
                carry_out(visit, film, service, translator)
            if drawn != (visit.english, visit.description, visit.is_outdated):
                # A translation belongs into the form and another model into the banners, which are drawn already.
                st.rerun()
        _outcome(say, visit, service, film)
    if isinstance(visit.shown, Rated):
        what_if(say, visit, visit.shown, visit.shown.description or description, service)


def _examples(say: Localizer, films: list[Film], on_choose: Callable[[Example], None]) -> None:
    """One button for each film; a click hands it to `on_choose` before the page is drawn again."""
    with st.container(key="examples", horizontal=True, vertical_alignment="center", gap="small"):
        st.caption(say(EXAMPLES), width="content")
        for number, example in enumerate([*map(Example, films[:SERVICES]), KOREAN], start=1):
            label = plain(example.film.title) if example.film.title else say(EXAMPLE, number=number)
            st.button(label, key=f"example_{number}", on_click=on_choose, args=(example,))


def _form(say: Localizer, visit: Visit, description: Description) -> Film | Missing:
    """Form and button; the film the form holds."""
    with st.container(key="film", border=True):
        film = form.film_form(say, description, visit.english)
        label = say(PREDICT)
        st.button(label, key="predict", type="primary", width="stretch", on_click=visit.ask, args=("read",))
    return film


def _outcome(say: Localizer, visit: Visit, service: Service, film: Film | Missing) -> None:
    """What came of the film that was sent; `film` is what the form holds now."""
    match visit.shown:
        case None:
            messages.waiting(say)
        case Rated() as rated:
            answer_card(say, rated, changed=not visit.is_about(film))
        case Missing() as missing:
            messages.missing(say, missing)
        case ServiceError() as error:
            messages.trouble(say, error, visit, service)
        case AskFirst() as question:
            messages.ask_first(say, question, visit.ask)
        case NotTranslated() as outcome:
            messages.not_translated(say, outcome, visit.ask)
