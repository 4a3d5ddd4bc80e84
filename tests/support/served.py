"""A small bundle's Bento, built once for all tests of the service."""

import atexit
import contextlib
import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

from tests.support.bentos import a_bento, a_bundle, a_legacy_model, unpacked
from tests.support.servers import free_port, running, stripped_environment

BUNDLE = replace(a_bundle(), legacy_model=a_legacy_model())


class Exploding:
    """Creates a file when it is unpickled."""

    def __init__(self, marker: Path) -> None:
        self.marker = marker

    def __reduce__(self):
        return Path.touch, (self.marker,)


@cache
def the_bento() -> Path:
    """The Bento of BUNDLE, unpacked; kept until the tests end."""
    folder = Path(tempfile.mkdtemp(prefix="served-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return unpacked(a_bento(BUNDLE, folder / "work"), folder / "bento")


@contextlib.contextmanager
def bentoml_serve(bento: Path, *, home: Path) -> Iterator[str]:
    """A Bento under `bentoml serve`, on a free port."""
    port = free_port()
    command = [sys.executable, "-m", "bentoml", "serve", str(bento), "--host", "127.0.0.1", "--port", str(port)]
    environment = stripped_environment(BENTOML_HOME=str(home), BENTOML_DO_NOT_TRACK="True", OTEL_SDK_DISABLED="true")
    url = f"http://127.0.0.1:{port}"
    with running(command, ready=f"{url}/readyz", env=environment, cwd=bento):
        yield url
