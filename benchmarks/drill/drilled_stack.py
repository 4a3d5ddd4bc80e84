"""The stack of the drill: S3 server, Dagster webserver and daemon under the same supervision as in `make dev`.

An undisturbed run materializes the same days in another bucket of the same S3 server. The kills: kills.py.
"""

import contextlib
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from local_stack import object_store
from local_stack.dagster_api import DagsterApi
from local_stack.errors import StackError
from local_stack.object_store import free_ports
from local_stack.processes import STORE, programs_of, shared_environment
from local_stack.settings import StackSettings
from local_stack.stack import Stack
from local_stack.state_dir import ROOT, StateDir
from local_stack.supervision import Supervisor
from movie_assets.storage.bucket import Bucket, MissingObjectError, StoreUnreachableError
from movie_assets.storage.folders import days_of
from tests.support.dagster_storage import DagsterStorage
from tests.support.platform import QUICK
from tests.support.servers import stripped_environment

FIRST = date(2026, 1, 1)
DAYS = [str(FIRST + timedelta(days=n)) for n in range(60)]
SETTINGS = {**QUICK, "MOVIE_START_DATE": DAYS[0], "MOVIE_END_DATE": DAYS[-1], "MOVIE_FILMS_PER_DAY": "8"}
DISTURBED, UNDISTURBED = "disturbed", "undisturbed"
WEBSERVER, DAEMON = "dagster-webserver", "dagster-daemon"
START_SECONDS = 120
RUN_SECONDS = 1_200
BIN = Path(sys.executable).parent


@dataclass
class DrilledStack:
    """A running stack with ports and folders of its own."""

    stack: Stack
    api: DagsterApi
    storage: DagsterStorage  # of the disturbed Dagster
    undisturbed_home: Path
    killed: set[int] = field(default_factory=set)  # process ids
    _finished: list[tuple[str, str]] = field(default_factory=list)

    def bucket(self, name: str) -> Bucket:
        """A bucket of the stack's S3 server."""
        keys = self.stack.keys
        assert keys is not None, "the stack has an S3 server of its own"
        return object_store.bucket_of(self.stack.settings.s3_url, keys, name)

    def run_undisturbed(self, assets: list[str]) -> None:
        """Materialize every day of these assets in one run, in the other bucket. Raises StackError if it fails."""
        home = self.undisturbed_home
        home.mkdir()
        shutil.copy(ROOT / "dagster.yaml", home)
        environment = self.stack.environment | {"MOVIE_BUCKET": UNDISTURBED, "DAGSTER_HOME": str(home)}
        selection = ["--select", ",".join(assets), "--partition-range", f"{DAYS[0]}...{DAYS[-1]}"]
        self.dagster("asset", "materialize", *selection, "-m", "movie_assets.definitions", environment=environment)

    def finished_days(self, assets: list[str]) -> list[tuple[str, str]]:
        """Asset and day of every day in the disturbed bucket; while its server is down, those seen last."""
        with contextlib.suppress(StoreUnreachableError, MissingObjectError):
            bucket = self.bucket(DISTURBED)
            self._finished = [(asset, day) for asset in assets for day in days_of(bucket, f"synthetic/{asset}")]
        return self._finished

    def process_of(self, victim: str) -> int | None:
        """The process id of a run, the daemon or the S3 server; None while no run is under way."""
        runs = [self.storage.process_of(run.run_id) for run in self.api.runs("STARTED")]
        running = [process for process in runs if process is not None and process not in self.killed]
        if victim == "run" or not running:
            return next(iter(running), None)
        return self.stack.supervisor.processes()[{"daemon": DAEMON, "s3": STORE}[victim]]["pid"] or None

    def wait_for_checks(self, assets: list[str], *, seconds: float) -> None:
        """Return once every day has been checked since it was written, or after `seconds`."""
        deadline = time.monotonic() + seconds
        while self.storage.missing_checks(assets) and time.monotonic() < deadline:
            time.sleep(1)

    def dagster(self, *command: str, environment: dict[str, str]) -> None:
        """Run Dagster's command line; raises StackError with its output if it fails."""
        done = subprocess.run(
            [BIN / "dagster", *command],
            env=environment,
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=RUN_SECONDS,
            check=False,
        )
        if done.returncode != 0:
            raise StackError(f"dagster {' '.join(command[:2])} failed:\n{(done.stdout + done.stderr)[-4_000:]}")


@contextlib.contextmanager
def drilled_stack(folder: Path) -> Iterator[DrilledStack]:
    """The stack in an empty folder, with its daemon up and champion_sensor stopped; it is stopped at the end."""
    state = StateDir(folder / "stack")
    state.create()
    shutil.copy(ROOT / "dagster.yaml", state.dagster_home)
    keys_file = folder / "keys.json"
    keys = object_store.read_or_make_keys(keys_file)
    s3_port, dagster_port, service_port, page_port = free_ports(4)
    settings = StackSettings(
        s3_port=s3_port,
        dagster_port=dagster_port,
        service_port=service_port,
        page_port=page_port,
        bucket=DISTURBED,
        s3_endpoint_url=None,
        start_date=FIRST,
    )
    wanted = (STORE, WEBSERVER, DAEMON)
    stack = Stack(
        settings=settings,
        supervisor=Supervisor(state),
        keys=keys,
        programs=[
            program
            for program in programs_of(settings, state, keys_file=keys_file, reload=False)
            if program.name in wanted
        ],
        environment=shared_environment(stripped_environment(**SETTINGS), settings, state, keys),
    )
    try:
        stack.start()
        stack.wait_for_store()
        stack.wait_for(WEBSERVER, seconds=START_SECONDS)
        with (
            contextlib.closing(DagsterApi(settings.dagster_url)) as api,
            DagsterStorage.at(state.dagster_home) as storage,
        ):
            late = f"The definitions were not loaded within {START_SECONDS} s."
            stack.wait_until(api.definitions_are_loaded, seconds=START_SECONDS, otherwise=late, log=WEBSERVER)
            drilled = DrilledStack(stack, api, storage, folder / "undisturbed")
            # without a serving host a release could only fail
            drilled.dagster("sensor", "stop", "champion_sensor", "-w", "workspace.yaml", environment=stack.environment)
            stack.start_daemon()
            yield drilled
    finally:
        stack.stop()
