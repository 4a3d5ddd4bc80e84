"""The programs of the stack and the environment they share."""

from pathlib import Path

from local_stack.object_store import S3Keys
from local_stack.processes import PROXY, SLOTS, programs_of, ready_url, shared_environment
from local_stack.settings import StackSettings
from local_stack.state_dir import StateDir
from movie_assets.serving_host.supervisord import Program

KEYS = S3Keys(access_key="OURS", secret_key="our-secret")


def the_programs(tmp_path: Path, settings: StackSettings) -> dict[str, Program]:
    programs = programs_of(settings, StateDir(tmp_path), keys_file=tmp_path / "keys.json", reload=False)
    return {program.name: program for program in programs}


def test_the_slots_wait_for_the_release_agent(tmp_path: Path):
    """There is no Bento to serve before a champion: only the agent starts a slot."""
    programs = the_programs(tmp_path, StackSettings())

    assert {name: programs[name].autostart for name in (*SLOTS, PROXY)} == {
        SLOTS[0]: False,
        SLOTS[1]: False,
        PROXY: True,
    }


def test_ports_reach_the_programs(tmp_path: Path):
    """A chosen port is used by the program and by its readiness check."""
    settings = StackSettings(dagster_port=4001, page_port=4002)
    programs = the_programs(tmp_path, settings)

    assert "4001" in programs["dagster-webserver"].command
    assert "4002" in programs["page"].command
    assert ready_url(settings, "page") == "http://127.0.0.1:4002/_stcore/health"


def test_an_external_store_replaces_the_local_one(tmp_path: Path):
    """With an endpoint given, the stack starts no S3 server."""
    assert "s3" not in the_programs(tmp_path, StackSettings(s3_endpoint_url="https://s3.example"))


def test_the_callers_keys_do_not_reach_the_local_store(tmp_path: Path):
    """AWS_* of the caller are left out: what works must be the local store's own keys."""
    inherited = {"AWS_SESSION_TOKEN": "theirs", "AWS_ACCESS_KEY_ID": "theirs", "AWS_PROFILE": "work", "PATH": "/bin"}

    environment = shared_environment(inherited, StackSettings(), StateDir(tmp_path), KEYS)

    assert {name: value for name, value in environment.items() if name.startswith("AWS_")} == {
        "AWS_ACCESS_KEY_ID": "OURS",
        "AWS_SECRET_ACCESS_KEY": "our-secret",
        "AWS_REGION": "us-east-1",
    }
    assert environment["PATH"] == "/bin"


def test_the_callers_keys_reach_the_callers_store(tmp_path: Path):
    """With an endpoint given, the caller's credentials are the ones that open it."""
    settings = StackSettings(s3_endpoint_url="https://s3.example")
    inherited = {"AWS_PROFILE": "work", "MOVIE_S3_ENDPOINT_URL": "https://s3.example"}

    environment = shared_environment(inherited, settings, StateDir(tmp_path), None)

    assert environment["AWS_PROFILE"] == "work"
    assert environment["MOVIE_S3_ENDPOINT_URL"] == "https://s3.example"


def test_a_source_chosen_by_the_caller_reaches_the_programs(tmp_path: Path):
    """Settings of the platform pass through the stack untouched."""
    inherited = {"MOVIE_SOURCE": "dump", "MOVIE_I_MAY_TRAIN_ON_THIS_SOURCE": "1", "WANDB_MODE": "online"}

    environment = shared_environment(inherited, StackSettings(), StateDir(tmp_path), KEYS)

    assert inherited.items() <= environment.items()


def test_telemetry_is_off(tmp_path: Path):
    """For every tool, whatever the caller's environment says."""
    environment = shared_environment({"BENTOML_DO_NOT_TRACK": "False"}, StackSettings(), StateDir(tmp_path), KEYS)

    assert environment["BENTOML_DO_NOT_TRACK"] == "True"
    assert environment["OTEL_SDK_DISABLED"] == "true"
    assert environment["WANDB_MODE"] == "offline"
    assert environment["STREAMLIT_BROWSER_GATHER_USAGE_STATS"] == "false"
