"""A command of the platform, asked with the environment of the running stack. What commands there are: __main__.py."""

import subprocess
import sys

from local_stack import object_store
from local_stack.errors import StackError
from local_stack.processes import shared_environment
from local_stack.settings import StackSettings, inherited_environment
from local_stack.stack import KEYS_FILE, running_stack
from local_stack.state_dir import ROOT

SECONDS = 600


def ask_platform(settings: StackSettings, *words: str) -> str:
    """What `movie_assets.cli` says to these words, of the running stack.

    Raises StackError when nothing runs, or with what the command said when it failed.
    """
    supervisor = running_stack()
    if supervisor is None:
        raise StackError("Nothing of this checkout runs; start it with: make dev")
    keys = object_store.read_or_make_keys(KEYS_FILE) if settings.s3_endpoint_url is None else None
    asked = subprocess.run(
        [sys.executable, "-m", "movie_assets.cli", *words],
        env=shared_environment(inherited_environment(), settings, supervisor.state, keys),
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    if asked.returncode != 0:
        raise StackError(asked.stderr.strip().removeprefix("Error: "))
    return asked.stdout
