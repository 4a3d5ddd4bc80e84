"""The release agent's report to the services of its host: a small JSON file.

The file is a release record (movie_assets/release/record.py), of which only the fields named here are read. A field
for /status belongs here. The service itself has no key to the bucket.
"""

import logging
from datetime import datetime
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, Field, ValidationError

logger = logging.getLogger("bentoml.movie_rating")  # below BentoML's own, whose handlers it shares


class Release(BaseModel):
    """One Bento, and the day whose champion it packs."""

    bundle_id: str
    bento_tag: str
    day: str | None = Field(default=None, examples=["2026-01-14"])


class Attribution(BaseModel):
    """Who did something, when and why."""

    at: datetime
    by: str
    why: str


class Rollout(BaseModel):
    """How the wanted release is tried beside the one in service."""

    kind: Literal["canary", "shadow"]
    percent: int = Field(description="Share of the requests that it answers (canary) or gets copies of (shadow).")
    begun_at: datetime
    until: datetime


class AuditEntry(Attribution):
    """One change of the release record."""

    kind: str = Field(examples=["rollback"])
    bundle_id: str
    bento_tag: str


class Serving(BaseModel):
    """The release agent's part of /status; null where it has reported nothing."""

    in_service: Release | None = None
    wanted: Release | None = None
    pinned: Attribution | None = Field(default=None, description="Who pinned the wanted release, when and why.")
    phase: Literal["idle", "switching", "failed"] | None = None
    rollout: Rollout | None = None
    message: str | None = Field(default=None, description="One sentence on the last switch.")
    decisions: list[AuditEntry] | None = Field(default=None, description="The last changes, the newest first.")
    updated_at: datetime | None = Field(default=None, description="When the agent last changed its report.")


def read_serving(file: Path | None) -> Serving:
    """The agent's last report; all nulls without a file, and with an unreadable one, which is logged."""
    if file is None:
        return Serving()
    try:
        return Serving.model_validate_json(file.read_bytes())
    except FileNotFoundError:
        return Serving()
    except (OSError, ValidationError) as error:
        logger.warning("The release agent's file %s cannot be read: %s", file, type(error).__name__)
        return Serving()
