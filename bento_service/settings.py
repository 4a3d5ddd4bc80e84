"""What the service is told by its environment; the one place that reads it.

What the limits do: limits.py and front.py. Who may ask: keys.py.
"""

import re
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

SHA256 = re.compile(r"[0-9a-f]{64}")


def _listed(value: object) -> object:
    return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value


def _hashes(values: tuple[str, ...]) -> tuple[str, ...]:
    if not all(SHA256.fullmatch(value) for value in values):
        raise ValueError("each must be the SHA-256 of a key, as 64 hexadecimal digits in lower case")
    return values


Listed = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_listed)]


class Settings(BaseSettings):
    """Who may ask, how much at once, what is logged, and where the release agent tells what it knows.

    Raises pydantic's ValidationError, naming the variable and never repeating its value, when one cannot be meant.
    """

    model_config = SettingsConfigDict(
        env_prefix="MOVIE_", env_ignore_empty=True, frozen=True, hide_input_in_errors=True
    )

    api_key_hashes: Annotated[Listed, AfterValidator(_hashes)] = ()  # empty: everybody may ask
    api_cors_origins: Listed = ()  # empty: no browser page of another origin may ask
    api_workers: Annotated[int, Field(ge=1, le=64)] = 1
    api_max_requests: Annotated[int, Field(ge=1)] = 256  # under way at once, in each worker
    api_max_batches: Annotated[int, Field(ge=1)] = 2  # of these, in each worker
    api_seconds: Annotated[float, Field(gt=0, le=60)] = 2.0  # for one film
    api_batch_seconds: Annotated[float, Field(gt=0, le=60)] = 8.0  # for a batch
    api_max_body_bytes: Annotated[int, Field(ge=1_000)] = 1_000_000  # the longest film there can be has 0.7 million
    api_max_batch_bytes: Annotated[int, Field(ge=1_000)] = 20_000_000
    api_max_batch_films: Annotated[int, Field(ge=1)] = 10_000
    serving_status: Path | None = None  # the release agent's file; unset: what it knows is not told
    log_dir: Path | None = None  # the folder of the prediction log; unset: there is none
    log_slot: str | None = None  # as it is called in the log
    log_share: Annotated[float, Field(ge=0, le=1)] = 1.0  # of the films rated
    log_synopses: bool = False  # as they were sent, instead of their digests
    log_file_seconds: Annotated[float, Field(gt=0)] = 3_600  # of answers in one file
