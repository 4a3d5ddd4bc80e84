"""A small bundle's Bento, built once for all tests of the service, and served with chosen settings."""

import atexit
import contextlib
import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

from tests.support.bentos import a_bento, a_bundle, a_companion, unpacked
from tests.support.servers import free_port, running, stripped_environment

BUNDLE = replace(a_bundle(), companion=a_companion())


@cache
def the_bento() -> Path:
    """The Bento of BUNDLE, unpacked; kept until the tests end."""
    folder = Path(tempfile.mkdtemp(prefix="served-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return unpacked(a_bento(BUNDLE, folder / "work"), folder / "bento")


@contextlib.contextmanager
def served(
    bento: Path, *, log: Path, ready: str = "/readyz", port: int | None = None, **settings: str
) -> Iterator[str]:
    """The service of an unpacked Bento on `port` or a free one, with these variables of the environment.

    `ready` is the path that must answer 200; what the service writes goes to `log`.
    """
    home = log.parent / f"home-{log.name}"
    home.mkdir(exist_ok=True)
    port = port or free_port()
    command = [sys.executable, "-m", "bentoml", "serve", str(bento), "--host", "127.0.0.1", "--port", str(port)]
    environment = stripped_environment(
        BENTOML_HOME=str(home),
        BENTOML_DO_NOT_TRACK="True",
        OTEL_SDK_DISABLED="true",
        HOME=str(home),
        LOG=str(log),
        **settings,
    )
    url = f"http://127.0.0.1:{port}"
    shell = ["sh", "-c", 'exec "$0" "$@" > "$LOG" 2>&1', *command]
    with running(shell, ready=url + ready, env=environment, cwd=bento):
        yield url
