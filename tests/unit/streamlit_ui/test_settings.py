"""What the page is told by its environment."""

import pytest
from pydantic import ValidationError

from streamlit_ui.settings import PageSettings


def test_without_settings_the_page_asks_this_machine():
    """The defaults work on one machine, without an account."""
    settings = PageSettings()

    assert str(settings.service_url) == "http://127.0.0.1:3000/"
    assert settings.translation == "on"


def test_an_empty_variable_is_no_setting(monkeypatch):
    """Compose files hand over unset variables as empty ones."""
    monkeypatch.setenv("MOVIE_LIBRETRANSLATE_URL", "")

    assert PageSettings().libretranslate_url is None


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MOVIE_SERVICE_URL", "localhost"),
        ("MOVIE_TRANSLATION", "maybe"),
        ("MOVIE_SERVICE_TIMEOUT_SECONDS", "0"),
    ],
)
def test_a_value_that_cannot_be_meant_is_refused(monkeypatch, name, value):
    """A wrong setting is found at start, not in the middle of a prediction."""
    monkeypatch.setenv(name, value)

    with pytest.raises(ValidationError, match=name.removeprefix("MOVIE_").lower()):
        PageSettings()
