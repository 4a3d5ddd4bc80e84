"""The view of one film: examples, the form, and what came of it. Its parts: form.py, answer.py, messages.py."""

import streamlit as st

from streamlit_ui.client import Service, ServiceError
from streamlit_ui.contract import Description, Film
from streamlit_ui.flow import AskFirst, English, Missing, NotTranslated, Rated, Visit, carry_out
from streamlit_ui.localizer import Localizer
from streamlit_ui.translation import Translator
from streamlit_ui.views import form, frame, messages
from streamlit_ui.views.answer import WORKING, answer_card
from streamlit_ui.views.examples import Example, examples
from streamlit_ui.views.form import PREDICT
from streamlit_ui.views.what_if import what_if


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

    examples(say, description.examples, choose)
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
            answer_card(say, rated, changed=not visit.is_about(film), to_card=lambda: frame.show("record"))
        case Missing() as missing:
            messages.missing(say, missing)
        case ServiceError() as trouble:
            messages.trouble_here(say, trouble, visit, service)
        case AskFirst() as question:
            messages.ask_first(say, question, visit.ask)
        case NotTranslated() as outcome:
            messages.not_translated(say, outcome, visit.ask)
