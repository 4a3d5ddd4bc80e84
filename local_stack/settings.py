"""Settings of the stack on this machine, and the only code here that reads the environment.

Settings of the platform itself (sources, bucket, ports of the service) belong in movie_assets/settings.py.
"""

import os
from datetime import date, timedelta
from typing import Annotated

from pydantic import Field

from local_stack.errors import StackError
from movie_assets.settings import Port, Settings, SettingsError


class StackSettings(Settings):
    """The stack on one machine.

    Read by `make dev`, `make demo` and `make test-browser`.
    """

    s3_port: Port = 8_333
    """Port of the local S3 server."""
    dagster_port: Port = 3_001
    """Port of the Dagster UI."""
    page_port: Port = 8_501
    """Port of the page."""
    demo_days: Annotated[int, Field(ge=1)] = 14
    """Days the demo fills, from its first one on."""
    demo_from: date | None = None
    """First day the demo fills; unset, the first day of the calendar."""
    demo_to: date | None = None
    """Last day the demo fills, included; unset, as many days as MOVIE_DEMO_DAYS says."""
    demo_began: float | None = None
    """When `make demo` was called, in Unix time; it sets this itself, to count its set-up."""
    chromium: str | None = None
    """Path of a Chromium for the browser tests; unset, one is looked for and otherwise installed."""

    @property
    def ports(self) -> dict[str, tuple[int, str]]:
        """Each process that listens: its port, and the setting that changes it."""
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
        """Where the service answers once a Bento is in service."""
        return f"http://127.0.0.1:{self.service_port}"

    @property
    def page_url(self) -> str:
        """Where the page answers."""
        return f"http://127.0.0.1:{self.page_port}"

    def demo_partitions(self) -> list[str]:
        """The days the demo backfills, as partition keys; raises StackError when there is none."""
        first = self.demo_from or self.start_date
        last = self.demo_to or first + timedelta(days=self.demo_days - 1)
        if first < self.start_date:
            raise StackError(f"MOVIE_DEMO_FROM={first} is before the first day, MOVIE_START_DATE={self.start_date}.")
        if last < first:
            raise StackError(f"The demo has no day to fill: MOVIE_DEMO_TO={last} is before its first day {first}.")
        return [str(first + timedelta(days=n)) for n in range((last - first).days + 1)]


def read_settings() -> StackSettings:
    """The settings of this process; raises StackError naming each variable that is wrong."""
    try:
        return StackSettings.from_environment()
    except SettingsError as error:
        raise StackError(f"A setting is wrong. {error}.") from error


def inherited_environment() -> dict[str, str]:
    """A copy of the caller's environment."""
    return dict(os.environ)
