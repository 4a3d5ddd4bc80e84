"""What the page is told by its environment; the one place that reads it.

Raises pydantic's ValidationError, naming the variable, when a value cannot be meant.
"""

from typing import Annotated, Literal

from pydantic import AnyHttpUrl, Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """The page."""

    model_config = SettingsConfigDict(
        env_prefix="MOVIE_", env_ignore_empty=True, frozen=True, use_attribute_docstrings=True
    )

    service_url: AnyHttpUrl = AnyHttpUrl("http://127.0.0.1:3000")
    """Where the page finds the service."""
    service_key: SecretStr | None = None
    """Key of the service, where it asks for one (`MOVIE_API_KEY_HASHES`)."""
    service_timeout_seconds: Annotated[float, Field(gt=0, le=120)] = 5.0
    """Seconds the page waits for an answer, up to 120."""
    translation: Literal["on", "off"] = "on"
    """`on` offers to translate a synopsis that is not English, which leaves this machine once the person has agreed;
    `off` never offers it.
    """
    libretranslate_url: AnyHttpUrl | None = None
    """A LibreTranslate server to ask; unset, Google Translate."""
    translation_timeout_seconds: Annotated[float, Field(gt=0, le=60)] = 5.0
    """Seconds the page waits for a translation, up to 60."""
