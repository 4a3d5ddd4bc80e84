"""The settings of the page, and the only code here that reads the environment.

An invalid value raises pydantic's ValidationError, which names the variable.
"""

from typing import Annotated, Literal

from pydantic import AnyHttpUrl, BeforeValidator, Field, SecretStr
from pydantic_core import PydanticCustomError
from pydantic_settings import BaseSettings, SettingsConfigDict


def _with_scheme(value: object) -> object:
    """pydantic takes the host of `localhost:3000` for a scheme, and of `127.0.0.1:3000` says nothing helpful."""
    if isinstance(value, str) and not value.lower().startswith(("http://", "https://")):
        raise PydanticCustomError("address", "It must begin with http:// or https://")
    return value


HttpUrl = Annotated[AnyHttpUrl, BeforeValidator(_with_scheme)]


class PageSettings(BaseSettings):
    """The page."""

    model_config = SettingsConfigDict(
        env_prefix="MOVIE_", env_ignore_empty=True, frozen=True, use_attribute_docstrings=True
    )

    service_url: HttpUrl = AnyHttpUrl("http://127.0.0.1:3000")
    """URL of the service."""
    service_key: SecretStr | None = None
    """API key for the service, if it requires one (`MOVIE_API_KEY_HASHES`)."""
    service_timeout_seconds: Annotated[float, Field(gt=0, le=120)] = 5.0
    """Seconds the page waits for an answer, up to 120."""
    translation: Literal["on", "off"] = "on"
    """`on` offers to translate a synopsis that is not English, which leaves this machine only with consent; `off` does
    not.
    """
    libretranslate_url: HttpUrl | None = None
    """URL of a LibreTranslate server; unset, Google Translate."""
    translation_timeout_seconds: Annotated[float, Field(gt=0, le=60)] = 5.0
    """Seconds the page waits for a translation, up to 60."""
