"""Days that are out of order, as the platform tells them, and the order in which they are made again.

What out of order means: movie_assets/storage/order.py. How days are asked for: backfill.py.
"""

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from local_stack import object_store
from local_stack.errors import HouseError
from local_stack.house import KEYS_FILE, running_house
from local_stack.processes import shared_environment
from local_stack.settings import HouseSettings, inherited_environment
from local_stack.state import ROOT

MENDED_ASSETS = ("encoders", "trained_candidates", "best_model")
SECONDS = 600


def ask_for_days(settings: HouseSettings, *options: str) -> str:
    """What `movie_assets.commands days` says of the running house's bucket; raises HouseError when it cannot."""
    supervisor = running_house()
    if supervisor is None:
        raise HouseError("Nothing of this checkout runs; start it with: make dev")
    keys = object_store.read_or_make_keys(KEYS_FILE) if settings.s3_endpoint_url is None else None
    asked = subprocess.run(
        [sys.executable, "-m", "movie_assets.commands", "days", *options],
        env=shared_environment(inherited_environment(), settings, supervisor.state, keys),
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    if asked.returncode != 0:
        raise HouseError(f"The days of the house could not be listed. {asked.stderr.strip()}")
    return asked.stdout


def days_to_mend(settings: HouseSettings) -> dict[str, list[str]]:
    """The days of the running house to make again, asset by asset; empty when none is out of order."""
    return mended(json.loads(ask_for_days(settings, "--json")))


def mended(states: Sequence[Mapping[str, Any]]) -> dict[str, list[str]]:
    """Every trained day from the first that is out of order on: each learns from the champion of the day before."""
    late = [state["day"] for state in states if state["out_of_order"]]
    if not late:
        return {}
    trained = [state["day"] for state in states if "encoders" in state["there"] and state["day"] >= late[0]]
    return dict.fromkeys(MENDED_ASSETS, trained)
