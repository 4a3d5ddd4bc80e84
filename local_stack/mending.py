"""Days that are out of order, as the platform tells them, and the order in which they are made again.

What out of order means: movie_assets/storage/order.py. How days are asked for: backfill.py.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from local_stack.asking import ask_platform
from local_stack.settings import HouseSettings

MENDED_ASSETS = ("encoders", "trained_candidates", "best_model")


def ask_for_days(settings: HouseSettings, *options: str) -> str:
    """What `movie_assets.commands days` says of the running house's bucket; raises HouseError when it cannot."""
    return ask_platform(settings, "days", *options, refused="The days of the house could not be listed.")


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
