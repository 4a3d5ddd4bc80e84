"""What the service is told by its environment; the one place that reads it.

Raises pydantic's ValidationError, naming the variable and never repeating its value, when one cannot be meant.
What the limits do: limits.py and guard.py. Who may ask: keys.py.
"""

import re
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

SHA256 = re.compile(r"[0-9a-f]{64}")


def _listed(value: object) -> object:
    return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value


def _hashes(values: tuple[str, ...]) -> tuple[str, ...]:
    if not all(SHA256.fullmatch(value) for value in values):
        raise ValueError("each must be the SHA-256 of a key, as 64 hexadecimal digits in lower case")
    return values


Listed = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_listed)]


class LogSettings(BaseModel):
    """The prediction log.

    Read by the service, which writes what it answers; [service](service-api.md#the-prediction-log) says what is kept.
    """

    model_config = ConfigDict(use_attribute_docstrings=True)

    log_share: Annotated[float, Field(ge=0, le=1)] = 1.0
    """The share of the films rated that is logged, from 0 (none) to 1, chosen by the digest of what was sent."""
    log_synopses: bool = False
    """Whether synopses are logged as they were sent; otherwise their SHA-256."""
    log_file_seconds: Annotated[float, Field(gt=0)] = 3_600
    """Seconds after which a file of the log is finished, and shipped to the bucket."""
    log_dir: Path | None = None
    """Folder of the log; unset, there is none. A slot is given `served` in `MOVIE_SERVING_DIR`."""
    log_slot: str | None = None
    """What the service is called in the log; a slot is given its name."""


class Settings(LogSettings, BaseSettings):
    """The API.

    Read by the service itself; limits count for each worker.
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
    """SHA-256 of the keys that may ask, in hexadecimal, with commas between; unset, everybody may ask."""
    api_cors_origins: Listed = ()
    """Origins of browser pages that may ask, with commas between; unset, none but its own."""
    api_workers: Annotated[int, Field(ge=1, le=64)] = 1
    """Processes that answer, each with the bundle in its memory."""
    api_max_requests: Annotated[int, Field(ge=1)] = 256
    """Requests under way at once in each worker; more are refused with 429."""
    api_max_batches: Annotated[int, Field(ge=1)] = 2
    """Batches among them."""
    api_seconds: Annotated[float, Field(gt=0, le=60)] = 2.0
    """Seconds the body of one film has to arrive, up to 60."""
    api_batch_seconds: Annotated[float, Field(gt=0, le=60)] = 8.0
    """Seconds a batch has to arrive and be rated, up to 60; half of them to arrive."""
    api_max_body_bytes: Annotated[int, Field(ge=1_000)] = 1_000_000
    """Bytes the body of one film may have; the longest there can be has 700,000."""
    api_max_batch_bytes: Annotated[int, Field(ge=1_000)] = 20_000_000
    """Bytes the body of a batch may have."""
    api_max_batch_films: Annotated[int, Field(ge=1)] = 10_000
    """Films a batch may hold."""
    serving_status: Path | None = None
    """File in which the release agent tells `/status` what it knows; unset, that part is null."""
