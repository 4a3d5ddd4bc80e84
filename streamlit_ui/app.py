"""The entry point of the page: `streamlit run streamlit_ui/app.py`. Views belong in views/, the flow in flow.py."""

import gc
import time

import streamlit as st
from pydantic import ValidationError

from streamlit_ui import persistence
from streamlit_ui.client import RatingClient, ServiceError
from streamlit_ui.flow import Visit
from streamlit_ui.settings import PageSettings
from streamlit_ui.translation import Translator, translator_of
from streamlit_ui.views import form, frame, messages
from streamlit_ui.views.batch import batch_view
from streamlit_ui.views.frame import LOADING
from streamlit_ui.views.model_card import track_record
from streamlit_ui.views.one_film import film_view


def main() -> None:
    """Draw the page for one visit; Streamlit calls it after every interaction."""
    freeze_garbage()
    st.set_page_config(page_title="Film rating · 영화 평점", page_icon="🎬", layout="wide")
    persistence.restore_from_address()
    form.preserve()
    t = frame.head()
    try:
        settings = PageSettings()
    except ValidationError as error:
        problem = error.errors()[0]
        messages.wrong_setting(t, setting=f"MOVIE_{problem['loc'][0]}".upper(), reason=problem["msg"])
        return
    key = settings.service_key.get_secret_value() if settings.service_key else None
    service = service_at(str(settings.service_url), settings.service_timeout_seconds, key)
    visit: Visit = st.session_state.setdefault("visit", Visit())
    with st.spinner(t(LOADING)):
        description = visit.description or service.describe()
    if isinstance(description, ServiceError):
        visit.requested_at = time.monotonic()
        messages.service_error(t, description, visit, service)
        return
    visit.description = description
    frame.banners(t, visit, service)
    match frame.view(t):
        case "film":
            film_view(t, visit, service, translator_for(settings))
        case "batch":
            batch_view(t, visit, service)
        case "record":
            track_record(t, visit.description, visit.status)
    frame.foot(t, visit)
    persistence.save(visit, t.language)


@st.cache_resource(show_spinner=False)
def service_at(url: str, timeout_seconds: float, _key: str | None) -> RatingClient:
    """One client for all visits, because creating one reads certificates from the disk."""
    return RatingClient(url, timeout_seconds=timeout_seconds, key=_key)


@st.cache_resource(show_spinner=False, hash_funcs={PageSettings: repr})
def translator_for(settings: PageSettings) -> Translator | None:
    """One translator for all visits, with one circuit breaker."""
    return translator_of(settings)


@st.cache_resource(show_spinner=False)
def freeze_garbage() -> None:
    """Exempt imported objects from garbage collection, once a process.

    Streamlit runs a full collection after every run, which would take longer than drawing the page.
    """
    gc.collect()
    gc.freeze()


main()
