"""The programs of the stack: name, command, readiness, and the environment they share.

A new process of the stack is one entry here. Starting and stopping them: supervision.py.
"""

import sys
from pathlib import Path

from local_stack import object_store
from local_stack.object_store import S3Keys
from local_stack.settings import StackSettings
from local_stack.state_dir import ROOT, StateDir
from movie_assets.serving_host.supervisord import Program, serving_programs

STORE = "s3"
PROXY = "proxy"
RETRIES = 10  # then the command that waits reports it
SLOTS = ("slot-a", "slot-b")  # the release agent starts and stops them
NO_TELEMETRY = {
    "BENTOML_DO_NOT_TRACK": "True",
    "DAGSTER_DISABLE_TELEMETRY": "1",
    "OTEL_SDK_DISABLED": "true",
    "STREAMLIT_BROWSER_GATHER_USAGE_STATS": "false",
    "WANDB_DISABLE_CODE": "true",
    "WANDB_ERROR_REPORTING": "false",
}


def programs_of(settings: StackSettings, state: StateDir, *, keys_file: Path, reload: bool) -> list[Program]:
    """The programs in the order they start; with `reload` the page follows changes of its code."""
    bin_dir = Path(sys.executable).parent
    workspace = ["-w", str(ROOT / "workspace.yaml")]
    webserver = [str(bin_dir / "dagster-webserver"), "-h", "127.0.0.1", "-p", str(settings.dagster_port), *workspace]
    daemon = [str(bin_dir / "dagster-daemon"), "run", *workspace]
    page = [sys.executable, "-m", "streamlit", "run", str(ROOT / "streamlit_ui" / "app.py")]
    page += ["--server.address", "127.0.0.1", "--server.port", str(settings.page_port), "--server.headless", "true"]
    page += ["--server.runOnSave", str(reload).lower()]
    programs = [
        Program(name="dagster-webserver", command=webserver, log=state.log / "dagster-webserver.log"),
        # started by Stack.start_daemon
        Program(name="dagster-daemon", command=daemon, log=state.log / "dagster-daemon.log", autostart=False),
        *serving_programs(state.log, slot_logs=state.log, retries=RETRIES),
        Program(name="page", command=page, log=state.log / "page.log"),
    ]
    if settings.s3_endpoint_url is None:
        command = object_store.server_command(
            port=settings.s3_port, data=state.s3, keys_file=keys_file, sockets=state.sockets
        )
        # on SIGTERM it waits 15 s for its own streams; acknowledged writes survive SIGKILL
        programs.insert(0, Program(name=STORE, command=command, log=state.log / f"{STORE}.log", stop_signal="KILL"))
    return programs


def ready_url(settings: StackSettings, name: str) -> str:
    """The URL that answers 200 once the process is up."""
    return {
        STORE: f"{settings.s3_url}/healthz",
        "dagster-webserver": f"{settings.dagster_url}/server_info",
        PROXY: f"{settings.service_url}/readyz",
        "page": f"{settings.page_url}/_stcore/health",
    }[name]


def shared_environment(
    inherited: dict[str, str], settings: StackSettings, state: StateDir, keys: S3Keys | None
) -> dict[str, str]:
    """The environment of every process: the caller's, addresses and folders, and the keys of the local S3 server.

    With `keys` the caller's own AWS_* are left out, so that nothing works by accident with other credentials.
    """
    environment = dict(inherited)
    if keys is not None:
        environment = {name: value for name, value in inherited.items() if not name.startswith("AWS_")}
        environment |= {
            "AWS_ACCESS_KEY_ID": keys.access_key,
            "AWS_SECRET_ACCESS_KEY": keys.secret_key,
            "AWS_REGION": object_store.REGION,
            "MOVIE_S3_ENDPOINT_URL": settings.s3_url,
        }
    environment.setdefault("WANDB_MODE", "offline")
    return (
        environment
        | NO_TELEMETRY
        | {
            "BENTOML_HOME": str(state.path / "bentoml"),
            "DAGSTER_HOME": str(state.dagster_home),
            "MOVIE_BUCKET": settings.bucket,
            "MOVIE_SERVICE_PORT": str(settings.service_port),
            "MOVIE_SLOT_A_PORT": str(settings.slot_a_port),
            "MOVIE_SLOT_B_PORT": str(settings.slot_b_port),
            "MOVIE_SERVING_DIR": str(state.path / "serving"),
            "MOVIE_SERVICE_URL": settings.service_url,
            "MOVIE_START_DATE": str(settings.start_date),
            "MOVIE_SUPERVISOR_URL": f"unix://{state.supervisor_socket}",
            "MOVIE_WANDB_DIR": str(state.path / "wandb"),
            "PYTHONUNBUFFERED": "1",  # so that a log is complete after a crash
        }
    )
