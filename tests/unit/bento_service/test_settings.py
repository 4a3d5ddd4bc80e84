"""What the service reads of its environment."""

import pytest
from pydantic import ValidationError

from bento_service.settings import Settings


def test_without_settings_everybody_on_this_machine_may_ask():
    """No key, no other origin, one worker."""
    settings = Settings()

    assert (settings.api_key_hashes, settings.api_cors_origins, settings.api_workers) == ((), (), 1)


def test_lists_are_written_with_commas(monkeypatch):
    """As a person writes them in a file of variables."""
    monkeypatch.setenv("MOVIE_API_KEY_HASHES", f"{'a' * 64}, {'b' * 64},")

    assert Settings().api_key_hashes == ("a" * 64, "b" * 64)


def test_a_key_in_place_of_its_hash_is_refused_and_not_repeated(monkeypatch):
    """Whoever mistakes one for the other finds no secret in a log."""
    monkeypatch.setenv("MOVIE_API_KEY_HASHES", "my secret key")

    with pytest.raises(ValidationError) as refused:
        Settings()

    assert "api_key_hashes" in str(refused.value)
    assert "64 hexadecimal digits" in str(refused.value)
    assert "secret" not in str(refused.value)
