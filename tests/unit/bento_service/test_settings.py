"""The settings of the service."""

import pytest
from pydantic import ValidationError

from bento_service.settings import ServiceSettings


def test_by_default_no_key_is_required():
    """And there is no other origin, and one worker."""
    settings = ServiceSettings()

    assert (settings.api_key_hashes, settings.api_cors_origins, settings.api_workers) == ((), (), 1)


def test_lists_are_separated_by_commas(monkeypatch):
    """Spaces and a last comma are ignored."""
    monkeypatch.setenv("MOVIE_API_KEY_HASHES", f"{'a' * 64}, {'b' * 64},")

    assert ServiceSettings().api_key_hashes == ("a" * 64, "b" * 64)


def test_a_key_in_place_of_its_hash_is_refused_and_not_repeated(monkeypatch):
    """So that no secret reaches a log."""
    monkeypatch.setenv("MOVIE_API_KEY_HASHES", "my secret key")

    with pytest.raises(ValidationError) as refused:
        ServiceSettings()

    assert "api_key_hashes" in str(refused.value)
    assert "64 hexadecimal digits" in str(refused.value)
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize(
    "value", ["films.example", "https://", "https://films.example/", "https://a.example/x", "null x"]
)
def test_an_origin_that_no_browser_sends_is_refused(monkeypatch, value):
    """It would allow nobody, in silence."""
    monkeypatch.setenv("MOVIE_API_CORS_ORIGINS", f"https://films.example,{value}")

    with pytest.raises(ValidationError, match=r"api_cors_origins\n.*must be written like https://films.example"):
        ServiceSettings()


@pytest.mark.parametrize("value", ["https://me:w0rd@films.example", "https://me:w0rd,x@films.example"])
def test_a_password_in_an_origin_is_not_repeated(monkeypatch, value):
    """The sentence ends in logs."""
    monkeypatch.setenv("MOVIE_API_CORS_ORIGINS", value)

    with pytest.raises(ValidationError, match=r"must be written like https://films\.example") as refused:
        ServiceSettings()

    assert "w0rd" not in str(refused.value)


@pytest.mark.parametrize("value", ["*", "https://films.example", "http://[::1]:8501, http://127.0.0.1:8501"])
def test_origins_are_taken_as_browsers_send_them(monkeypatch, value):
    """Or all of them."""
    monkeypatch.setenv("MOVIE_API_CORS_ORIGINS", value)

    assert ServiceSettings().api_cors_origins == tuple(value.split(", "))
