"""A serving host: its release agent put together and run, its files shipped, for as long as the process lives.

What the agent does: agent.py. The settings it comes from: commands.py.
"""

import logging
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from movie_assets.deployment.agent import ReleaseAgent
from movie_assets.deployment.rollout import RolloutRules
from movie_assets.deployment.served import PredictionFiles, ship_for_ever
from movie_assets.deployment.slot import Slot, SlotError
from movie_assets.storage.bucket import Bucket, ConflictError, StoreUnreachableError
from movie_assets.storage.releases import ReleaseRecordError, Releases
from movie_assets.storage.served_predictions import ServedPredictions

LOOPBACK = "127.0.0.1"  # slots are reached through Traefik alone

logger = logging.getLogger(__name__)


def run_host(
    bucket: Bucket,
    source: str,
    *,
    folder: Path,
    url: str,
    supervisor_url: str,
    slot_ports: Mapping[str, int],
    rules: RolloutRules,
    ready_seconds: float,
    standby_seconds: float,
    poll_seconds: float,
) -> None:
    """Converge to the release record, again and again; what can heal is logged once, and tried again."""
    ship_for_ever(PredictionFiles(folder), ServedPredictions(bucket, source))
    agent = ReleaseAgent(
        folder=folder,
        bucket=bucket,
        releases=Releases(bucket, source),
        slots={
            name: Slot(supervisor_url, name=name, url=f"http://{LOOPBACK}:{port}") for name, port in slot_ports.items()
        },
        rules=rules,
        url=url,
        ready_seconds=ready_seconds,
        standby_seconds=standby_seconds,
    )
    last_problem = ""
    while True:
        try:
            agent.converge(datetime.now(UTC))
            last_problem = ""
        except (StoreUnreachableError, ConflictError, ReleaseRecordError, SlotError) as error:
            problem = str(error)
            if problem != last_problem:
                logger.warning("%s The service is left as it is; trying again every %g s.", problem, poll_seconds)
            last_problem = problem
        time.sleep(poll_seconds)
