"""What the release agent of this host knows, from the small JSON file it writes.

The file holds the parts of the release record that are named here; the rest of it is ignored. The record itself is
the agent's alone (movie_assets/release/record.py): the service has no key to the bucket.
"""

import logging
from datetime import datetime
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, Field, ValidationError

logger = logging.getLogger("bentoml.movie_rating")  # below BentoML's own, whose handlers it shares


class Release(BaseModel):
    """One Bento, and the day whose champion it is of."""

    bundle_id: str
    bento_tag: str
    day: str | None = Field(default=None, examples=["2026-01-14"])


class Pin(BaseModel):
    """Who said that what is wanted must stay, when and why."""

    at: datetime
    by: str
    why: str


class Rollout(BaseModel):
    """How what is wanted is tried beside what is in service."""

    kind: Literal["canary", "shadow"]
    percent: int = Field(description="Of the requests that it answers (canary), or answers unheard (shadow).")
    begun_at: datetime
    until: datetime


class Decision(BaseModel):
    """What was asked of the release record, or what the release agent made of it."""

    at: datetime
    by: str
    why: str
    kind: str = Field(examples=["rollback"])
    bundle_id: str
    bento_tag: str


class Serving(BaseModel):
    """The release agent's side of the status; null where it has told nothing."""

    in_service: Release | None = None
    wanted: Release | None = None
    pinned: Pin | None = None
    phase: Literal["idle", "switching", "failed"] | None = None
    rollout: Rollout | None = None
    message: str | None = Field(default=None, description="One sentence on the last switch.")
    decisions: list[Decision] | None = Field(default=None, description="The last decisions, the newest first.")
    updated_at: datetime | None = Field(default=None, description="When the agent last had something to tell.")


def read_serving(file: Path | None) -> Serving:
    """What the agent wrote last; all nulls without a file, and with one that cannot be read (which is logged)."""
    if file is None:
        return Serving()
    try:
        return Serving.model_validate_json(file.read_bytes())
    except FileNotFoundError:
        return Serving()
    except (OSError, ValidationError) as error:
        logger.warning("The release agent's file %s cannot be read: %s", file, type(error).__name__)
        return Serving()
