"""The prediction log of a serving host: the role it gives each slot, its files, and their way to the bucket.

Who writes the files: bento_service/prediction_log.py. Their form in the bucket: storage/served_predictions.py. What is
read of them during a canary: comparison.py.
"""

import contextlib
import fcntl
import logging
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import BinaryIO

from movie_assets.serving_host.files import replace_file
from movie_assets.storage.bucket import ConflictError, MissingObjectError, StoreUnreachableError
from movie_assets.storage.served_predictions import ServedPredictions

SHIP_EVERY_SECONDS = 2.0
IN_SERVICE = "in service"  # the roles of a slot; canary and shadow are the others
STANDBY = "standby"  # nobody is sent to it

logger = logging.getLogger(__name__)


class PredictionFiles:
    """The folder that the services of this host log to, below the host's."""

    def __init__(self, host_folder: Path) -> None:
        self.folder = host_folder.resolve() / "served"
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)  # what people ask for is theirs

    def tell_roles(self, roles: Mapping[str, str]) -> None:
        """Let each slot know its role; said before the route moves, so that no answer has an earlier one's."""
        for slot, role in roles.items():
            file = self.folder / f"role-{slot}"
            if not file.exists() or file.read_text() != role:
                replace_file(file, role)

    def all(self) -> list[Path]:
        """Every file there is, the oldest first, those that still grow included."""
        return sorted(self.folder.glob("*.jsonl"))

    def finished(self) -> Iterator[tuple[Path, BinaryIO]]:
        """Each file whose writer has let go of it or is gone, open."""
        for path in self.all():
            with contextlib.suppress(FileNotFoundError), path.open("rb") as file:
                try:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    continue
                yield path, file


def ship(files: PredictionFiles, served: ServedPredictions) -> int:
    """Keep every finished file in the bucket and remove it here; how many predictions were kept.

    A file that was kept and not removed, since the host went down, is kept under the same key again. Raises
    StoreUnreachableError; nothing is removed then.
    """
    kept = 0
    for path, file in files.finished():
        kept += served.keep(file)
        path.unlink()
    return kept


def ship_forever(files: PredictionFiles, served: ServedPredictions) -> None:
    """Ship what is finished, again and again, in a thread of its own: a switch does not wait for a large file."""

    def work() -> None:
        pause = threading.Event()
        last_problem = ""
        while not pause.wait(SHIP_EVERY_SECONDS):
            try:
                if kept := ship(files, served):
                    logger.info("Shipped %d served predictions", kept)
                last_problem = ""
            except (StoreUnreachableError, MissingObjectError, ConflictError, OSError, ValueError) as error:
                if str(error) != last_problem:
                    logger.warning("%s Served predictions wait in %s.", error, files.folder)
                last_problem = str(error)

    threading.Thread(target=work, name="ship-predictions", daemon=True).start()
