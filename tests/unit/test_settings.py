"""The environment, read once."""

import re
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
