"""Ships the prediction log of a serving host to the bucket, and writes the role of each slot for it.

bento_service/prediction_log.py writes the log; storage/served_predictions.py writes it to the bucket.
"""

import fcntl
import logging
import threading
from collections.abc import Mapping
from pathlib import Path

from movie_assets.serving_host.shared_files import replace_file
from movie_assets.storage.bucket import ConflictError, MissingObjectError, StoreUnreachableError
from movie_assets.storage.served_predictions import ServedPredictions

SHIP_EVERY_SECONDS = 2.0
IN_SERVICE = "in service"  # the roles of a slot; canary and shadow are the others
STANDBY = "standby"  # it gets no requests

logger = logging.getLogger(__name__)


class PredictionFiles:
    """The folder of the prediction log, below the host's."""

    def __init__(self, host_folder: Path) -> None:
        self.folder = host_folder.resolve() / "served"
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)  # requests are confidential

    def write_roles(self, roles: Mapping[str, str]) -> None:
        """Write the role of each slot; before the route moves, so that predictions are logged with the right one."""
        for slot, role in roles.items():
            file = self.folder / f"role-{slot}"
            if not file.exists() or file.read_text() != role:
                replace_file(file, role)

    def paths(self) -> list[Path]:
        """Every file, the oldest first, including those that still grow."""
        return sorted(self.folder.glob("*.jsonl"))


def ship(files: PredictionFiles, served: ServedPredictions) -> int:
    """Move every finished file to the bucket; the number of predictions.

    A file that was uploaded and not deleted, because the host went down, is uploaded to the same key again. Raises
    StoreUnreachableError; that file and the later ones stay.
    """
    shipped = 0
    for path in files.paths():
        try:
            file = path.open("rb")
        except FileNotFoundError:  # another process shipped it
            continue
        with file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:  # its writer has not finished it
                continue
            shipped += served.keep(file)
            path.unlink()
    return shipped


def ship_forever(files: PredictionFiles, served: ServedPredictions) -> None:
    """Ship finished files again and again, in a thread of its own, so that no switch waits for a large file."""

    def work() -> None:
        pause = threading.Event()
        last_problem = ""
        while not pause.wait(SHIP_EVERY_SECONDS):
            try:
                if shipped := ship(files, served):
                    logger.info("Shipped %d served predictions", shipped)
                last_problem = ""
            except (StoreUnreachableError, MissingObjectError, ConflictError, OSError, ValueError) as error:
                if str(error) != last_problem:
                    logger.warning("%s Served predictions wait in %s.", error, files.folder)
                last_problem = str(error)

    threading.Thread(target=work, name="ship-predictions", daemon=True).start()
