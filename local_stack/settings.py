"""What a person may choose about the house on this machine; the one place here that reads the environment.

What the platform itself reads (sources, bucket, promotion): movie_assets/settings.py.
Which folders the house uses: state.py.
"""

import os
from datetime import date, timedelta

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from local_stack.errors import HouseError


class HouseSettings(BaseSettings):
    """Ports on 127.0.0.1, the days of the demo, and the S3 server if it is not the house's own."""

    model_config = SettingsConfigDict(env_prefix="MOVIE_", frozen=True, env_ignore_empty=True)

    s3_port: int = Field(default=8333, ge=1, le=65535)
    dagster_port: int = Field(default=3001, ge=1, le=65535)
    service_port: int = Field(default=3000, ge=1, le=65535)
    slot_a_port: int = Field(default=3010, ge=1, le=65535)
    slot_b_port: int = Field(default=3011, ge=1, le=65535)
    page_port: int = Field(default=8501, ge=1, le=65535)
    bucket: str = "movies"
    s3_endpoint_url: str | None = None  # set: that server is used and no local one is started
    start_date: date = date(2026, 1, 1)
    demo_days: int = Field(default=14, ge=1)
    demo_from: date | None = None
    demo_to: date | None = None
    demo_began: float | None = None  # Unix time of the command that led to the demo, which sets up before
    chromium: str | None = None

    @property
    def ports(self) -> dict[str, tuple[int, str]]:
        """Each part that listens: its port, and the setting that changes it."""
        ports = {
            "Dagster": (self.dagster_port, "MOVIE_DAGSTER_PORT"),
            "the service": (self.service_port, "MOVIE_SERVICE_PORT"),
            "slot a": (self.slot_a_port, "MOVIE_SLOT_A_PORT"),
            "slot b": (self.slot_b_port, "MOVIE_SLOT_B_PORT"),
            "the page": (self.page_port, "MOVIE_PAGE_PORT"),
        }
        if self.s3_endpoint_url is None:
            ports["the S3 server"] = (self.s3_port, "MOVIE_S3_PORT")
        return ports

    @property
    def s3_url(self) -> str:
        """Where the object store answers."""
        return self.s3_endpoint_url or f"http://127.0.0.1:{self.s3_port}"

    @property
    def dagster_url(self) -> str:
        """Where the Dagster UI and its GraphQL answer."""
        return f"http://127.0.0.1:{self.dagster_port}"

    @property
    def service_url(self) -> str:
        """Where the service answers, once the release agent has put a Bento in service."""
        return f"http://127.0.0.1:{self.service_port}"

    @property
    def page_url(self) -> str:
        """Where the page answers."""
        return f"http://127.0.0.1:{self.page_port}"

    def demo_partitions(self) -> list[str]:
        """The days the demo backfills, as partition keys; raises HouseError when there is none."""
        first = self.demo_from or self.start_date
        last = self.demo_to or first + timedelta(days=self.demo_days - 1)
        if first < self.start_date:
            raise HouseError(
                f"MOVIE_DEMO_FROM={first} is before the first day there is, MOVIE_START_DATE={self.start_date}."
            )
        if last < first:
            raise HouseError(f"The demo has no day to fill: MOVIE_DEMO_TO={last} is before its first day {first}.")
        return [str(first + timedelta(days=n)) for n in range((last - first).days + 1)]


def read_settings() -> HouseSettings:
    """The settings of this process; raises HouseError naming each variable that is wrong."""
    try:
        return HouseSettings()
    except ValidationError as error:
        faults = [
            f"MOVIE_{str(fault['loc'][0]).upper()}={fault['input']!r}: {fault['msg']}" for fault in error.errors()
        ]
        raise HouseError("A setting is wrong. " + "; ".join(faults)) from error


def inherited_environment() -> dict[str, str]:
    """A copy of the environment the caller gave us."""
    return dict(os.environ)
