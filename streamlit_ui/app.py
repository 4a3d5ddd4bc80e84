"""The page, put together: `streamlit run streamlit_ui/app.py`. Its parts: views/. What is asked and when: flow.py."""

import time

import streamlit as st
from pydantic import ValidationError

from streamlit_ui import strings
from streamlit_ui.client import Service, Trouble
from streamlit_ui.contract import Description, Film
from streamlit_ui.flow import AskFirst, Missing, NotTranslated, Rated, Visit, carry_out
from streamlit_ui.settings import Settings
from streamlit_ui.strings import Tongue
from streamlit_ui.translation import Translator, translator_of
from streamlit_ui.views import form, frame, states
from streamlit_ui.views.answer import answer_card
from streamlit_ui.views.examples import examples
from streamlit_ui.views.track_record import track_record


def main() -> None:
    """Draw the page once, for one visit."""
    st.set_page_config(page_title="Film rating · 영화 평점", page_icon="🎬", layout="wide")
    say = frame.head(before_switch=form.hold)
    try:
        settings = Settings()
    except ValidationError as error:
        problem = error.errors()[0]
        states.wrong_setting(say, setting=f"MOVIE_{problem['loc'][0]}".upper(), reason=problem["msg"])
        return
    key = settings.service_key.get_secret_value() if settings.service_key else None
    service = service_at(str(settings.service_url), settings.service_timeout_seconds, key)
    visit: Visit = st.session_state.setdefault("visit", Visit())
    description = visit.description or service.describe()
    if isinstance(description, Trouble):
        visit.tried_at = time.monotonic()
        show_trouble(say, description, visit, service)
        return
    visit.description = description
    draw(say, visit, description, service, translator_of(settings))


@st.cache_resource(show_spinner=False)
def service_at(url: str, timeout_seconds: float, _key: str | None) -> Service:
    """One client for all visits: making one reads certificates from the disk."""
    return Service(url, timeout_seconds=timeout_seconds, key=_key)


def draw(say: Tongue, visit: Visit, description: Description, service: Service, translator: Translator | None) -> None:
    """Examples, the form on the left, the answer on the right, the track record below."""
    latest = visit.shown.answer if isinstance(visit.shown, Rated) else description.card
    frame.banners(say, source=latest.source, provisional=latest.provisional)

    def choose(example: Film) -> None:
        visit.forget_film()
        form.fill(example)

    examples(say, description.examples, choose)
    left, right = st.columns(2, gap="large")
    with left:
        film = draw_form(say, visit, description, translator)
    with right, st.container(key="outcome"):
        if visit.pending:
            with st.spinner(say(strings.WORKING)):
                carry_out(visit, film, service, translator)
            st.rerun()  # a translation belongs into the form, which is drawn already
        draw_outcome(say, visit, service, film)
    track_record(say, description.card)
    frame.foot(say, source=latest.source)


def draw_form(say: Tongue, visit: Visit, description: Description, translator: Translator | None) -> Film | Missing:
    """Form and button; the film the form holds."""
    with st.container(key="film", border=True):
        film = form.film_form(say, description)
        english = visit.english
        if english is not None and isinstance(film, Film) and film.overview == english.original:
            form.english_text(say, english, destination=translator.destination if translator else "")
        label = say(strings.PREDICT)
        st.button(label, key="predict", type="primary", width="stretch", on_click=visit.ask, args=("read",))
    return film


def draw_outcome(say: Tongue, visit: Visit, service: Service, film: Film | Missing) -> None:
    """What came of the film that was sent; `film` is what the form holds now."""
    match visit.shown:
        case None:
            states.waiting(say)
        case Rated() as rated:
            card = visit.description.card if visit.description else None
            day = card.day.isoformat() if card and card.bundle_id == rated.answer.bundle_id else None
            answer_card(say, rated.answer, rated.film, model_day=day, changed=not visit.is_about(film))
        case Missing() as missing:
            states.missing(say, missing)
        case Trouble() as trouble:
            show_trouble(say, trouble, visit, service)
        case AskFirst() as question:
            states.ask_first(say, question, visit.ask)
        case NotTranslated() as outcome:
            states.not_translated(say, outcome, visit.ask)


def show_trouble(say: Tongue, trouble: Trouble, visit: Visit, service: Service) -> None:
    """The trouble with its retry button; one that passes is watched until it has passed."""
    states.trouble(say, trouble, url=service.url, retry=lambda: visit.ask(visit.wish))
    if trouble.kind in states.PASSING:
        states.go_on_when_ready(visit, service)


main()
