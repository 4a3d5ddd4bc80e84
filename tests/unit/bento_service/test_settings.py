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
