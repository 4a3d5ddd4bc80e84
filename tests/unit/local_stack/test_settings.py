"""The settings of the stack: what they say of ports and days, and how a wrong one is named."""

from datetime import date

import pytest

from local_stack.errors import StackError
from local_stack.settings import StackSettings, read_settings


@pytest.fixture(autouse=True)
def no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in StackSettings.variables().values():
        monkeypatch.delenv(name, raising=False)


def test_a_demo_of_fourteen_days_from_the_first_one():
    """Without settings the demo fills two weeks from where the days begin."""
    days = StackSettings().demo_partitions()

    assert (days[0], days[-1], len(days)) == ("2026-01-01", "2026-01-14", 14)


def test_a_demo_of_a_month_of_a_dump(monkeypatch: pytest.MonkeyPatch):
    """The days follow the start date of the source and end where asked, both included."""
    monkeypatch.setenv("MOVIE_START_DATE", "2017-12-01")
    monkeypatch.setenv("MOVIE_DEMO_TO", "2017-12-31")

    days = read_settings().demo_partitions()

    assert (days[0], days[-1], len(days)) == ("2017-12-01", "2017-12-31", 31)


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"demo_from": date(2025, 12, 31)}, "MOVIE_DEMO_FROM=2025-12-31 is before"),
        ({"demo_to": date(2025, 12, 31)}, "MOVIE_DEMO_TO=2025-12-31 is before"),
    ],
)
def test_a_demo_without_days_is_refused(said: dict[str, date], sentence: str):
    """Days outside the calendar are named with their setting rather than silently left out."""
    with pytest.raises(StackError, match=sentence):
        StackSettings(**said).demo_partitions()


@pytest.mark.parametrize(
    ("name", "value"), [("MOVIE_PAGE_PORT", "eight"), ("MOVIE_S3_PORT", "0"), ("MOVIE_DEMO_DAYS", "0")]
)
def test_a_wrong_setting_is_named_with_its_value(monkeypatch: pytest.MonkeyPatch, name: str, value: str):
    """A person reads which variable is wrong, what it held and what is allowed."""
    monkeypatch.setenv(name, value)

    with pytest.raises(StackError, match=f"{name} is '{value}': Input should be"):
        read_settings()


def test_an_s3_server_of_ones_own_takes_no_port_here():
    """With an endpoint given, no local S3 server is started and its port is not asked for."""
    settings = StackSettings(s3_endpoint_url="https://s3.example")

    assert "the S3 server" not in settings.ports
    assert settings.s3_url == "https://s3.example"
