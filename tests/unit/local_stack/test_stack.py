"""Checks before the start, the folders of a stack, and the end of a log."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from local_stack.errors import StackError, tail
from local_stack.object_store import free_ports
from local_stack.settings import StackSettings
from local_stack.stack import refuse_taken_ports
from local_stack.state_dir import StateDir


@pytest.fixture
def settings() -> StackSettings:
    s3, dagster, service, slot_a, slot_b, page = free_ports(6)
    return StackSettings(
        s3_port=s3,
        dagster_port=dagster,
        service_port=service,
        slot_a_port=slot_a,
        slot_b_port=slot_b,
        page_port=page,
    )


@pytest.fixture(params=["127.0.0.1", "0.0.0.0"])
def taken_page_port(request: pytest.FixtureRequest, settings: StackSettings) -> Iterator[int]:
    with socket.create_server((request.param, settings.page_port)):
        yield settings.page_port


def test_free_ports_are_accepted(settings: StackSettings):
    """Without an error."""
    refuse_taken_ports(settings)


def test_a_taken_port_is_named_with_its_setting(settings: StackSettings, taken_page_port: int):
    """With its user and the setting to change."""
    with pytest.raises(StackError) as refused:
        refuse_taken_ports(settings)

    assert f"Port {taken_page_port} for the page" in str(refused.value)
    assert "MOVIE_PAGE_PORT" in str(refused.value)
    assert "Nothing was started" in str(refused.value)


def test_sockets_have_short_paths_however_deep_the_checkout(tmp_path: Path):
    """A Unix socket's path may have about 100 bytes; two checkouts never share the folder."""
    deep, other = StateDir(tmp_path / ("deep/" * 40)), StateDir(tmp_path)

    assert len(str(deep.supervisor_socket)) < 90
    assert deep.sockets != other.sockets


def test_the_end_of_a_log_is_shown_with_its_path(tmp_path: Path):
    """Of a long log only the last lines."""
    log = tmp_path / "page.log"
    log.write_text("\n".join(f"line {n}" for n in range(100)))

    shown = tail(log, lines=2)

    assert shown.splitlines() == [f"{log}:", "  line 98", "  line 99"]
    assert tail(tmp_path / "none.log") == f"{tmp_path / 'none.log'} is empty."
