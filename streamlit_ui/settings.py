"""What the page is told by its environment; the one place that reads it."""

from typing import Annotated, Literal

from pydantic import AnyHttpUrl, Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Where the service is, and whether and where a synopsis may be translated.

    Raises pydantic's ValidationError, naming the variable, when a value cannot be meant.
    """

    model_config = SettingsConfigDict(env_prefix="MOVIE_", env_ignore_empty=True, frozen=True)

    service_url: AnyHttpUrl = AnyHttpUrl("http://127.0.0.1:3000")
    service_key: SecretStr | None = None  # where the service asks for one
    service_timeout_seconds: Annotated[float, Field(gt=0, le=120)] = 5.0
    translation: Literal["on", "off"] = "on"
    libretranslate_url: AnyHttpUrl | None = None  # unset: Google Translate
    translation_timeout_seconds: Annotated[float, Field(gt=0, le=60)] = 5.0  # for a whole synopsis
