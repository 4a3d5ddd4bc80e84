"""The settings of the page."""

import pytest
from pydantic import ValidationError

from streamlit_ui.settings import PageSettings


def test_the_defaults_work_on_one_machine():
    """Without an account."""
    settings = PageSettings()

    assert str(settings.service_url) == "http://127.0.0.1:3000/"
    assert settings.translation == "on"


def test_an_empty_variable_is_no_setting(monkeypatch):
    """Compose files pass unset variables as empty ones."""
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
def test_an_invalid_value_is_refused(monkeypatch, name, value):
    """At the start, not during a prediction."""
    monkeypatch.setenv(name, value)

    with pytest.raises(ValidationError, match=name.removeprefix("MOVIE_").lower()):
        PageSettings()


@pytest.mark.parametrize("name", ["MOVIE_SERVICE_URL", "MOVIE_LIBRETRANSLATE_URL"])
@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("10.0.0.7:3000", "It must begin with http:// or https://"),
        ("rating:3000", "It must begin with http:// or https://"),
        ("http://", "empty host"),
        ("http://rating:x", "invalid port number"),
    ],
)
def test_an_address_says_what_is_wrong(monkeypatch, name, value, reason):
    """The page shows it with the name of the setting."""
    monkeypatch.setenv(name, value)

    with pytest.raises(ValidationError) as refused:
        PageSettings()

    [problem] = refused.value.errors()
    assert f"MOVIE_{problem['loc'][0]}".upper() == name
    assert reason in problem["msg"]
