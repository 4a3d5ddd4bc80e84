"""Settings of the service, read from the environment, here alone.

A setting is added here with its description; `make reference` writes its documentation. An invalid value raises
pydantic's ValidationError, which names the variable and does not repeat its value.
"""

import re
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

SHA256 = re.compile(r"[0-9a-f]{64}")
ORIGIN = re.compile(r"\*|[a-z][a-z0-9+.-]*://([^\s/?#@:]+|\[[0-9a-f:.]+\])(:[0-9]{1,5})?", re.IGNORECASE)


def _listed(value: object) -> object:
    return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value


def _hashes(values: tuple[str, ...]) -> tuple[str, ...]:
    if not all(SHA256.fullmatch(value) for value in values):
        raise ValueError("each must be the SHA-256 of a key, as 64 hexadecimal digits in lower case")
    return values


def _origins(values: tuple[str, ...]) -> tuple[str, ...]:
    if any("@" in value for value in values):
        raise ValueError("an origin holds no user or password; it must be written like https://films.example")
    for value in values:
        if not ORIGIN.fullmatch(value):
            raise ValueError(f"{value!r} is no origin; it must be written like https://films.example, without a path")
    return values


Listed = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_listed)]


class LogSettings(BaseModel):
    """The prediction log.

    Read by the service, which logs its predictions; [service](service-api.md#the-prediction-log) lists the fields.
    """

    model_config = ConfigDict(use_attribute_docstrings=True)

    log_share: Annotated[float, Field(ge=0, le=1)] = 1.0
    """Share of the predictions to log, from 0 (none) to 1, chosen by the digest of the request."""
    log_synopses: bool = False
    """Whether to log synopses as they were sent; otherwise their SHA-256."""
    log_file_seconds: Annotated[float, Field(gt=0)] = 3_600
    """Seconds until a file of the log is finished and shipped to the bucket."""
    log_dir: Path | None = None
    """Folder of the log; unset, nothing is logged. Slots use `served` in `MOVIE_SERVING_DIR`."""
    log_slot: str | None = None
    """Name of the service in the log. Slots use their own name."""


class ServiceSettings(LogSettings, BaseSettings):
    """The API.

    Read by the service; limits apply to each worker.
    `printf %s "$KEY" | sha256sum` gives the hash of a key.
    """

    model_config = SettingsConfigDict(
        env_prefix="MOVIE_",
        env_ignore_empty=True,
        frozen=True,
        hide_input_in_errors=True,
        use_attribute_docstrings=True,
    )

    api_key_hashes: Annotated[Listed, AfterValidator(_hashes)] = ()
    """SHA-256 of the accepted keys, in hexadecimal, separated by commas; unset, no key is required."""
    api_cors_origins: Annotated[Listed, AfterValidator(_origins)] = ()
    """Origins of browser pages that may call the service, separated by commas; unset, none but its own."""
    api_workers: Annotated[int, Field(ge=1, le=64)] = 1
    """Worker processes, each with the bundle in its memory."""
    api_max_requests: Annotated[int, Field(ge=1)] = 256
    """Concurrent requests in each worker; more are refused with 429."""
    api_max_batches: Annotated[int, Field(ge=1)] = 2
    """Concurrent batches among them."""
    api_seconds: Annotated[float, Field(gt=0, le=60)] = 2.0
    """Seconds within which the body of one film must arrive, up to 60."""
    api_batch_seconds: Annotated[float, Field(gt=0, le=60)] = 8.0
    """Seconds within which a batch must be answered, up to 60; its body must arrive within half of them."""
    api_max_body_bytes: Annotated[int, Field(ge=1_000)] = 1_000_000
    """Maximum bytes of the body of one film; the longest valid one has 700,000."""
    api_max_batch_bytes: Annotated[int, Field(ge=1_000)] = 20_000_000
    """Maximum bytes of the body of a batch."""
    api_max_batch_films: Annotated[int, Field(ge=1)] = 10_000
    """Maximum films of a batch."""
    serving_status: Path | None = None
    """File of the release agent's report for `/status`; unset, that part is null."""
