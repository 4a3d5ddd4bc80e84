"""The environment, read once."""

import re
import traceback
from contextlib import nullcontext
from pathlib import Path

import pytest

from movie_assets.settings import Settings, SettingsError

OWN_NAMES = ("AWS_", "MOVIE_", "TMDB_", "WANDB_")


@pytest.fixture
def environment(monkeypatch):
    """Sets variables in an environment without settings."""
    for name in Settings.variables().values():
        monkeypatch.delenv(name, raising=False)

    def set_variables(**variables):
        for name, value in variables.items():
            monkeypatch.setenv(name, value)

    return set_variables


def test_without_settings_everything_runs_offline(environment):
    """No account, no key, no network: a made-up catalogue, tracked in a folder."""
    settings = Settings.from_environment()

    assert settings.source == "synthetic"
    assert settings.wandb_mode == "offline"
    assert settings.service_host == "127.0.0.1"
    assert settings.tmdb_read_token is None


def test_an_empty_variable_is_no_setting(environment):
    """As compose files and .env.example write what is not set."""
    environment(MOVIE_SEED="", MOVIE_SOURCE="", MOVIE_DUMP_PATH="", AWS_REGION="")

    assert Settings.from_environment() == Settings()


def test_settings_cannot_be_changed(environment):
    """Read once, handed on as values."""
    with pytest.raises(ValueError, match="frozen"):
        Settings().seed = 8


@pytest.mark.parametrize(
    ("name", "value", "allowed"),
    [
        ("MOVIE_SOURCE", "imdb", "'synthetic', 'dump' or 'tmdb'"),
        ("MOVIE_START_DATE", "first of May", "valid date"),
        ("MOVIE_FILMS_PER_DAY", "0", "greater than or equal to 1"),
        ("MOVIE_HISTORY_FILMS", "-1", "greater than or equal to 0"),
        ("MOVIE_SEED", "many", "valid integer"),
        ("MOVIE_TMDB_REQUESTS_PER_SECOND", "400", "less than or equal to 40"),
        ("MOVIE_I_MAY_TRAIN_ON_THIS_SOURCE", "perhaps", "valid boolean"),
        ("MOVIE_MIN_VOTES", "-6", "greater than or equal to 0"),
        ("MOVIE_MIN_FILMS", "few", "valid integer"),
        ("MOVIE_RETENTION_DAYS", "0", "greater than or equal to 1"),
        ("MOVIE_TRIALS", "0", "greater than or equal to 1"),
        ("MOVIE_MIN_HOLDOUT", "0", "greater than or equal to 1"),
        ("MOVIE_PROMOTION_POLICY", "always", "'holdout' or 'gap'"),
        ("MOVIE_GAP_MARGIN", "-0.1", "greater than or equal to 0"),
        ("MOVIE_LEAK_R2", "0", "greater than 0"),
        ("WANDB_MODE", "on", "'offline', 'online' or 'disabled'"),
        ("MOVIE_SERVICE_PORT", "99999", "less than or equal to 65535"),
        ("MOVIE_RELEASE_POLL_SECONDS", "0", "greater than 0"),
        ("MOVIE_SERVICE_READY_SECONDS", "soon", "valid number"),
        ("MOVIE_RELEASE_WAIT_SECONDS", "-1", "greater than 0"),
        ("MOVIE_ROLLOUT", "blue", "'switch', 'canary' or 'shadow'"),
        ("MOVIE_ROLLOUT_PERCENT", "0", "greater than or equal to 1"),
        ("MOVIE_ROLLOUT_MINUTES", "0", "greater than 0"),
    ],
)
def test_a_wrong_value_is_named_with_its_variable(environment, name, value, allowed):
    """A person reads which variable, what it holds and what is allowed."""
    environment(**{name: value})

    with pytest.raises(SettingsError) as refused:
        Settings.from_environment()

    assert str(refused.value).startswith(f"{name} is {value!r}: ")
    assert allowed in str(refused.value)


SCHEME = "it must begin with http:// or https://"


@pytest.mark.parametrize(
    "name",
    ["MOVIE_S3_ENDPOINT_URL", "MOVIE_TMDB_URL", "MOVIE_TMDB_FILES_URL", "WANDB_BASE_URL"],
)
@pytest.mark.parametrize(
    ("value", "problem"),
    [
        ("10.0.0.7:9000", SCHEME),
        ("store:9000", SCHEME),
        ("localhost", SCHEME),
        ("//store:9000", SCHEME),
        ("s3://films", SCHEME),
        ("http:/store:9000", SCHEME),
        ("http://", "it must name a host"),
        ("https://:9000", "it must name a host"),
        ("http://store:", "its port must be a number from 1 to 65535"),
        ("http://store:s3", "its port must be a number from 1 to 65535"),
        ("http://store:70000", "its port must be a number from 1 to 65535"),
        ("http://store:0/films", "its port must be a number from 1 to 65535"),
        ("http://[::1]:x", "its port must be a number from 1 to 65535"),
        ("http://store :9000", "it must hold no space"),
        ("http://[::1", "its host cannot be read"),
    ],
)
def test_an_address_is_checked_at_the_start(environment, name, value, problem):
    """Not by the first library that opens a connection."""
    environment(**{name: value})

    with pytest.raises(SettingsError) as refused:
        Settings.from_environment()

    assert str(refused.value).startswith(f"{name} is {value!r}: {problem}")


@pytest.mark.parametrize(
    "value",
    ["http://store:9000", "HTTPS://s3.films.example/", "http://[::1]:9000/api", "http://me:word@store", "http://a-b.c"],
)
def test_an_address_of_a_server_is_taken_as_it_is(environment, value):
    """With and without a port, a path or a name in it."""
    environment(MOVIE_S3_ENDPOINT_URL=value, MOVIE_TMDB_URL=value)

    settings = Settings.from_environment()

    assert (settings.s3_endpoint_url, settings.tmdb_url) == (value, value)


@pytest.mark.parametrize(
    "value",
    [
        *("http://me:w0rd@store:s3", "http://me:w0rd@film_store", "redis://me:w0rd@store:6379/x"),
        *("me:w0rd@store:9000", "http://me:w0rd/w0rd@store:s3", "http://me:a@w0rd@store:s3"),
        *(
            "http://me:w0rd@st℀re:9000",
            "http://me:w0rd@[store",
            "http://me:w0rd//x@store:s3",
            "http://me:w0rd'@store:s3",
        ),
    ],
)
def test_a_password_in_a_refused_address_is_not_shown(environment, value):
    """The sentence ends in logs."""
    environment(MOVIE_S3_ENDPOINT_URL=value)

    with pytest.raises(SettingsError, match=r"MOVIE_S3_ENDPOINT_URL is ['\"].*…@") as refused:
        Settings.from_environment()

    assert "w0rd" not in "".join(traceback.format_exception(refused.value))


def test_a_host_that_boto3_refuses_is_named(environment):
    """Compose allows it as the name of a service."""
    environment(MOVIE_S3_ENDPOINT_URL="http://film_store:9000")

    with pytest.raises(SettingsError, match="its host 'film_store' may hold only letters, digits, hyphens and dots"):
        Settings.from_environment()


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        (".local/supervisor.sock", "it must begin with unix://, http:// or https://"),
        ("unix://", "it must name a socket"),
        ("http://:9001", "it must name a host"),
        ("unix:///run/supervisor.sock", None),
        ("http://127.0.0.1:9001", None),
    ],
)
def test_the_address_of_supervisord_may_be_a_socket(environment, value, problem):
    """Of a path on this machine."""
    environment(MOVIE_SUPERVISOR_URL=value)

    with pytest.raises(SettingsError, match=problem) if problem else nullcontext():
        assert Settings.from_environment().supervisor_url == value


def test_every_wrong_value_is_named_at_once(environment):
    """Nobody has to start three times to learn of three mistakes."""
    environment(MOVIE_SEED="many", MOVIE_TRIALS="0")

    with pytest.raises(SettingsError, match=r"MOVIE_TRIALS is '0': .*; MOVIE_SEED is 'many': "):
        Settings.from_environment()


def test_secrets_are_shown_nowhere(environment):
    """Neither in settings that are printed, nor in an error, nor in the error behind it."""
    environment(AWS_SECRET_ACCESS_KEY="hush", TMDB_API_KEY="psst", TMDB_API_READ_TOKEN="quiet", WANDB_API_KEY="mum")
    texts = [repr(Settings.from_environment()), Settings.from_environment().model_dump_json()]

    environment(MOVIE_SEED="many")
    with pytest.raises(SettingsError) as refused:
        Settings.from_environment()

    texts += [str(refused.value), str(refused.value.__cause__)]
    for text in texts:
        assert not re.search("hush|psst|quiet|mum", text)


@pytest.mark.parametrize(
    ("variables", "missing"),
    [
        ({}, None),
        ({"MOVIE_SOURCE": "tmdb", "TMDB_API_KEY": "k"}, None),
        ({"MOVIE_SOURCE": "tmdb", "TMDB_API_READ_TOKEN": "t"}, None),
        ({"MOVIE_SOURCE": "dump", "MOVIE_DUMP_PATH": "films.csv"}, None),
        ({"MOVIE_SOURCE": "tmdb"}, "MOVIE_SOURCE=tmdb needs TMDB_API_READ_TOKEN or TMDB_API_KEY. Without a key, set"),
        ({"MOVIE_SOURCE": "dump"}, "MOVIE_SOURCE=dump needs MOVIE_DUMP_PATH, the path of a CSV"),
        ({"MOVIE_END_DATE": "2025-12-31"}, "MOVIE_END_DATE=2025-12-31 is before the first day, MOVIE_START_DATE=2026"),
    ],
)
def test_a_source_needs_its_settings(environment, variables, missing):
    """Either key for TMDB, a path for a dump, nothing for synthetic films; the error names what is missing."""
    environment(**variables)

    with pytest.raises(SettingsError, match=missing) if missing else nullcontext():
        Settings.from_environment().require_source()


TMDB = {"MOVIE_SOURCE": "tmdb", "TMDB_API_KEY": "key"}
CHOSEN = {"MOVIE_MIN_FILMS": "0", "MOVIE_I_MAY_TRAIN_ON_THIS_SOURCE": "1", "MOVIE_RETENTION_DAYS": "30"}


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({}, (0, True, None, None, 0.85)),
        ({"MOVIE_SOURCE": "dump"}, (0, False, None, None, 0.6)),
        (TMDB, (50, False, 180, 90, 0.6)),
        (TMDB | CHOSEN | {"MOVIE_LEAK_R2": "0.7"}, (0, True, 30, 15, 0.7)),
    ],
)
def test_defaults_follow_the_source_unless_they_are_set(environment, variables, expected):
    """The fewest films, the consent, the retention, the days between fetches of the history, the plausible R²."""
    environment(**variables)
    settings = Settings.from_environment()

    assert expected == (
        settings.fewest_films,
        settings.may_train,
        settings.keep_days,
        settings.history_again_days,
        settings.plausible_r2,
    )


def test_each_setting_has_a_variable_of_its_own():
    """Ours begin with MOVIE_; those that other programs read too keep the name they have."""
    names = Settings.variables()

    assert names["gap_margin"] == "MOVIE_GAP_MARGIN"
    assert names["tmdb_read_token"] == "TMDB_API_READ_TOKEN"
    assert len(set(names.values())) == len(names)
    assert all(name.startswith(OWN_NAMES) for name in names.values())


def test_the_environment_is_read_in_two_places():
    """Neither reads a setting: one passes on those of the service, the other sets the folders of W&B's client."""
    sources = [
        path for folder in ("movie_assets", "bento_service", "streamlit_ui") for path in Path(folder).rglob("*.py")
    ]

    reading = [str(path) for path in sources if re.search(r"os\.environ|getenv", path.read_text())]

    assert sorted(reading) == ["movie_assets/cli.py", "movie_assets/tracking/wandb_runs.py"]
