"""The stack as one: settings, state folder, keys, programs and supervisor; start, wait, stop, and commands for it.

The steps of `make demo`: demo.py.
"""

import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

import httpx

from local_stack import object_store
from local_stack.errors import ShutdownRequested, StackError, StackStoppedError, tail
from local_stack.object_store import S3Keys
from local_stack.processes import SLOTS, STORE, programs_of, ready_url, shared_environment
from local_stack.settings import StackSettings, inherited_environment, read_settings
from local_stack.state_dir import DEMO, DEV, LOCAL, ROOT, StateDir
from local_stack.steps import Steps
from local_stack.supervision import Supervisor
from movie_assets.serving_host.supervisord import Program

KEYS_FILE = LOCAL / "s3" / "keys.json"
POLL_SECONDS = 0.25
START_SECONDS = 120
COMMAND_SECONDS = 600
CHECK_SECONDS = 5.0


def running_stack() -> Supervisor | None:
    """The supervisor of this checkout's running stack, if there is one."""
    return next((stack for stack in (Supervisor(DEV), Supervisor(DEMO)) if stack.is_running()), None)


def run_platform_command(*arguments: str) -> str:
    """The output of `python -m movie_assets.cli` with these arguments, for the running stack.

    Raises StackError when nothing runs, or with the command's own error when it failed.
    """
    supervisor = running_stack()
    if supervisor is None:
        raise StackError("No stack of this checkout is running; start it with: make dev")
    settings = read_settings()
    keys = object_store.read_or_make_keys(KEYS_FILE) if settings.s3_endpoint_url is None else None
    command = subprocess.run(
        [sys.executable, "-m", "movie_assets.cli", *arguments],
        env=shared_environment(inherited_environment(), settings, supervisor.state, keys),
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=COMMAND_SECONDS,
        check=False,
    )
    if command.returncode != 0:
        raise StackError(command.stderr.strip().removeprefix("Error: "))
    return command.stdout


def stop_stacks() -> list[StateDir]:
    """Stop every stack of this checkout, however it was started, and what a killed supervisord left."""
    return [state for state in (DEV, DEMO) if Supervisor(state).stop()]


def refuse_taken_ports(settings: StackSettings) -> None:
    """Raise StackError naming each port in use, with the setting that changes it."""
    taken = []
    for user, (port, setting) in settings.ports.items():
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # connections in TIME_WAIT do not count
            try:
                probe.bind(("127.0.0.1", port))
            except OSError as error:
                taken.append(f"Port {port} for {user} is not free ({error.strerror}); choose another with {setting}.")
    if taken:
        raise StackError("\n".join([*taken, "Nothing was started."]))


@dataclass
class Stack:
    """The platform on this machine, under one supervisor."""

    settings: StackSettings
    supervisor: Supervisor
    keys: S3Keys | None  # None: the object store is the caller's own
    programs: list[Program]
    environment: dict[str, str]

    @classmethod
    def prepare(cls, state: StateDir, *, fresh: bool, reload: bool) -> "Stack":
        """Read the settings, check that ports are free, create the folders; `fresh` empties them first."""
        settings = read_settings()
        if (other := running_stack()) is not None:
            raise StackError(f"A stack of this checkout already runs, on {other.state.path}. Stop it: make down")
        stop_stacks()
        refuse_taken_ports(settings)
        if fresh:
            shutil.rmtree(state.path, ignore_errors=True)
        state.create()
        shutil.copy(ROOT / "dagster.yaml", state.dagster_home / "dagster.yaml")
        keys = object_store.read_or_make_keys(KEYS_FILE) if settings.s3_endpoint_url is None else None
        return cls(
            settings=settings,
            supervisor=Supervisor(state),
            keys=keys,
            programs=programs_of(settings, state, keys_file=KEYS_FILE, reload=reload),
            environment=shared_environment(inherited_environment(), settings, state, keys),
        )

    def start(self) -> None:
        """Start the supervisor, which starts the programs."""
        self.supervisor.start(self.programs, self.environment)

    def wait_for_store(self) -> None:
        """Return once the local object store accepts writes; a store of the caller's is not checked."""
        if self.keys is not None:
            self.wait_for(STORE, seconds=START_SECONDS)
            object_store.wait_until_ready(object_store.bucket_of(self.settings.s3_url, self.keys, self.settings.bucket))

    def wait_for(self, name: str, *, seconds: float) -> None:
        """Return once the process answers; raises StackError with the end of its log after `seconds`."""

        def answers() -> bool:
            try:
                return httpx.get(ready_url(self.settings, name), timeout=5).status_code == httpx.codes.OK
            except httpx.TransportError:
                return False

        self.wait_until(answers, seconds=seconds, otherwise=f"{name} was not up within {seconds:.0f} s.", log=name)

    def wait_until(
        self, holds: Callable[[], bool], *, seconds: float, otherwise: str, log: str, every: float = POLL_SECONDS
    ) -> None:
        """Return once `holds()`; raises StackError with the sentence `otherwise` and the end of the log `log`."""
        deadline = time.monotonic() + seconds
        while not holds():
            self.refuse_dead_processes()
            if time.monotonic() > deadline:
                raise StackError(f"{otherwise}\n{tail(self.supervisor.log(log))}")
            time.sleep(every)

    def start_daemon(self) -> None:
        """Start Dagster's daemon, which launches queued work at once and later polls every half minute."""
        self.supervisor.start_process("dagster-daemon")

    def repair_instance(self) -> None:
        """Mark runs orphaned by a previous stack as failed, so nothing waits on them, and apply renames."""
        subprocess.run([sys.executable, "-m", "movie_assets.defs.startup"], env=self.environment, cwd=ROOT, check=True)

    def bring_up(self, steps: Steps) -> None:
        """Start everything, return once all that needs no champion is up, and print the addresses."""
        with steps.step("S3 server"):
            self.start()
            self.wait_for_store()
        for name in ("dagster-webserver", "page"):
            with steps.step(name):
                self.wait_for(name, seconds=START_SECONDS)
        self.repair_instance()
        self.start_daemon()
        for name, address in self.addresses().items():
            steps.console.print(f"  {name:9} {address}", markup=False)

    def stay(self) -> None:
        """Wait for a signal or `make down`; raises StackError if a process dies for good meanwhile."""
        try:
            while True:
                self.refuse_dead_processes()
                time.sleep(CHECK_SECONDS)
        except StackStoppedError as stopped:
            print(stopped)
        except ShutdownRequested:
            pass

    def refuse_dead_processes(self) -> None:
        """Raise StackError for a process that supervisord no longer restarts; the release agent minds the slots."""
        processes = self.supervisor.processes().items()
        if dead := [name for name, found in processes if found["statename"] == "FATAL" and name not in SLOTS]:
            logs = "\n".join(tail(self.supervisor.log(name)) for name in dead)
            raise StackError(f"{' and '.join(dead)} died at every start.\n{logs}")

    def addresses(self) -> dict[str, str]:
        """The addresses for a person, in the order they are opened."""
        return {
            "page": self.settings.page_url,
            "Dagster": self.settings.dagster_url,
            "service": self.settings.service_url,
            "S3": f"{self.settings.s3_url} (bucket {self.settings.bucket}, keys in {KEYS_FILE.relative_to(ROOT)})",
            "logs": str(self.supervisor.state.log.relative_to(ROOT)),
        }

    def stop(self) -> None:
        """Stop everything."""
        self.supervisor.stop()
