"""The page, put together: `streamlit run streamlit_ui/app.py`. Its parts: views/. What is asked and when: flow.py."""

import gc
import time

import streamlit as st
from pydantic import ValidationError

from streamlit_ui import persistence
from streamlit_ui.client import Service, ServiceError
from streamlit_ui.flow import Visit
from streamlit_ui.settings import Settings
from streamlit_ui.translation import Translator, translator_of
from streamlit_ui.views import form, frame, messages
from streamlit_ui.views.batch import batch_view
from streamlit_ui.views.film import film_view
from streamlit_ui.views.frame import LOADING
from streamlit_ui.views.track_record import track_record


def main() -> None:
    """Draw the page once, for one visit."""
    spare_the_collector()
    st.set_page_config(page_title="Film rating · 영화 평점", page_icon="🎬", layout="wide")
    persistence.recall()
    form.hold()
    say = frame.head()
    try:
        settings = Settings()
    except ValidationError as error:
        problem = error.errors()[0]
        messages.wrong_setting(say, setting=f"MOVIE_{problem['loc'][0]}".upper(), reason=problem["msg"])
        return
    key = settings.service_key.get_secret_value() if settings.service_key else None
    service = service_at(str(settings.service_url), settings.service_timeout_seconds, key)
    visit: Visit = st.session_state.setdefault("visit", Visit())
    with st.spinner(say(LOADING)):
        description = visit.description or service.describe()
    if isinstance(description, ServiceError):
        visit.tried_at = time.monotonic()
        messages.trouble(say, description, visit, service)
        return
    visit.description = description
    frame.banners(say, visit, service)
    match frame.view(say):
        case "film":
            film_view(say, visit, service, translator_for(settings))
        case "batch":
            batch_view(say, visit, service)
        case "record":
            track_record(say, visit.description, visit.status)
    frame.foot(say, visit)
    persistence.keep(visit, say.language)


@st.cache_resource(show_spinner=False)
def service_at(url: str, timeout_seconds: float, _key: str | None) -> Service:
    """One client for all visits: making one reads certificates from the disk."""
    return Service(url, timeout_seconds=timeout_seconds, key=_key)


@st.cache_resource(show_spinner=False, hash_funcs={Settings: repr})
def translator_for(settings: Settings) -> Translator | None:
    """One translator for all visits, so that all leave it alone when it is down."""
    return translator_of(settings)


@st.cache_resource(show_spinner=False)
def spare_the_collector() -> None:
    """Once a process: what is imported stays, so it need not be searched for garbage.

    Streamlit collects all of it after every run, which would cost more than drawing the page.
    """
    gc.collect()
    gc.freeze()


main()
