"""The stack that is drilled: S3 server, Dagster webserver and daemon under the supervision that `make dev` has.

Beside it the same days made with nothing in the way, in another bucket of the same S3 server. The kills: kills.py.
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
    """A running stack of its own ports and folders."""

    stack: Stack
    api: DagsterApi
    storage: DagsterStorage  # what the disturbed Dagster has written down
    undisturbed_home: Path
    killed: set[int] = field(default_factory=set)  # processes
    _kept: list[tuple[str, str]] = field(default_factory=list)

    def bucket(self, name: str) -> Bucket:
        """A bucket of the stack's S3 server."""
        keys = self.stack.keys
        assert keys is not None, "the stack has an S3 server of its own"
        return object_store.bucket_of(self.stack.settings.s3_url, keys, name)

    def run_undisturbed(self, assets: list[str]) -> None:
        """Every day of these assets in one run of its own, in the other bucket; raises StackError if it fails."""
        home = self.undisturbed_home
        home.mkdir()
        shutil.copy(ROOT / "dagster.yaml", home)
        environment = self.stack.environment | {"MOVIE_BUCKET": UNDISTURBED, "DAGSTER_HOME": str(home)}
        asked = ["--select", ",".join(assets), "--partition-range", f"{DAYS[0]}...{DAYS[-1]}"]
        self._dagster("asset", "materialize", *asked, "-m", "movie_assets.definitions", environment=environment)

    def kept(self, assets: list[str]) -> list[tuple[str, str]]:
        """Asset and day of everything that is in the disturbed bucket; what was there last while nothing answers."""
        with contextlib.suppress(StoreUnreachableError, MissingObjectError):
            bucket = self.bucket(DISTURBED)
            self._kept = [(asset, day) for asset in assets for day in days_of(bucket, f"synthetic/{asset}")]
        return self._kept

    def living_process(self, victim: str) -> int | None:
        """The process of a run, of the daemon or of the S3 server, while a run is under way; None when none is."""
        runs = [self.storage.process_of(run.run_id) for run in self.api.runs("STARTED")]
        living = [process for process in runs if process is not None and process not in self.killed]
        if not living:
            return None
        if victim == "run":
            return living[0]
        return self.stack.supervisor.processes()[{"daemon": DAEMON, "s3": STORE}[victim]]["pid"] or None

    def wait_until_checked(self, assets: list[str], *, seconds: float) -> None:
        """Return once every day has been checked since it was made; verdict.py tells what was not."""
        deadline = time.monotonic() + seconds
        while self.storage.unchecked(assets) and time.monotonic() < deadline:
            time.sleep(1)

    def _dagster(self, *command: str, environment: dict[str, str]) -> None:
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
    """The stack in an empty folder, its daemon up and no release asked for; nothing of it stays."""
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
            # there is no serving host here: a release could only fail
            drilled._dagster("sensor", "stop", "champion_sensor", "-w", "workspace.yaml", environment=stack.environment)
            stack.start_daemon()
            yield drilled
    finally:
        stack.stop()
