"""The environment, read once."""

import re
from pathlib import Path

import pytest

from movie_assets.settings import Settings, SettingsError

OWN_NAMES = ("AWS_", "MOVIE_", "TMDB_", "WANDB_")


@pytest.fixture
def environment(monkeypatch):
    """An environment that says only what the test says: call it with variables."""
    for name in Settings.variables().values():
        monkeypatch.delenv(name, raising=False)

    def say(**variables):
        for name, value in variables.items():
            monkeypatch.setenv(name, value)

    return say


def test_without_settings_everything_runs_offline(environment):
    """No account, no key, no network: a made-up catalogue, tracked in a folder."""
    settings = Settings.from_environment()

    assert settings.source == "synthetic"
    assert settings.wandb_mode == "offline"
    assert settings.service_host == "127.0.0.1"
    assert settings.tmdb_read_token is None
    assert settings.fewest_films == 0
    assert settings.may_train


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
    shown = [repr(Settings.from_environment()), Settings.from_environment().model_dump_json()]

    environment(MOVIE_SEED="many")
    with pytest.raises(SettingsError) as refused:
        Settings.from_environment()

    shown += [str(refused.value), str(refused.value.__cause__)]
    for text in shown:
        assert not re.search("hush|psst|quiet|mum", text)


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"MOVIE_SOURCE": "tmdb"}, "MOVIE_SOURCE=tmdb needs TMDB_API_READ_TOKEN or TMDB_API_KEY. Without a key, set"),
        ({"MOVIE_SOURCE": "dump"}, "MOVIE_SOURCE=dump needs MOVIE_DUMP_PATH, the path of a CSV"),
        (
            {"MOVIE_END_DATE": "2025-12-31"},
            "MOVIE_END_DATE=2025-12-31 is before the first day, MOVIE_START_DATE=2026-01-01",
        ),
    ],
)
def test_a_source_without_what_it_needs_is_refused(environment, said, sentence):
    """Where it would be opened, with the setting that is missing."""
    environment(**said)

    with pytest.raises(SettingsError, match=sentence):
        Settings.from_environment().require_source()


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"MOVIE_SOURCE": "tmdb", "TMDB_API_KEY": "k"},
        {"MOVIE_SOURCE": "tmdb", "TMDB_API_READ_TOKEN": "t"},
        {"MOVIE_SOURCE": "dump", "MOVIE_DUMP_PATH": "films.csv"},
    ],
)
def test_a_source_with_what_it_needs_is_accepted(environment, said):
    """Either key will do for TMDB, and made-up films need nothing."""
    environment(**said)

    Settings.from_environment().require_source()


@pytest.mark.parametrize(
    ("source", "fewest", "may_train", "keep_days"),
    [("synthetic", 0, True, None), ("dump", 0, False, None), ("tmdb", 50, False, 180)],
)
def test_a_source_has_its_own_needs(environment, source, fewest, may_train, keep_days):
    """TMDB shows many films a day, and they expire; made-up films need nobody's word to be learnt from."""
    environment(MOVIE_SOURCE=source, MOVIE_DUMP_PATH="films.csv", TMDB_API_KEY="key")
    settings = Settings.from_environment()

    assert settings.fewest_films == fewest
    assert settings.may_train is may_train
    assert settings.keep_days == keep_days
    assert settings.history_again_days == (keep_days // 2 if keep_days else None)


def test_what_a_person_says_goes_before_what_a_source_needs(environment):
    """The setting wins over the source's default, also where it says 0."""
    environment(MOVIE_SOURCE="tmdb", TMDB_API_KEY="k", MOVIE_MIN_FILMS="0", MOVIE_I_MAY_TRAIN_ON_THIS_SOURCE="1")
    environment(MOVIE_RETENTION_DAYS="30")
    settings = Settings.from_environment()

    assert settings.fewest_films == 0
    assert settings.may_train
    assert settings.keep_days == 30
    assert settings.history_again_days == 15


def test_how_much_is_plausible_follows_the_source_unless_it_is_set(environment):
    """The truth of made-up films can be learnt almost whole, that of real ones cannot."""
    assert Settings().plausible_r2 == 0.85
    environment(MOVIE_SOURCE="dump")
    assert Settings().plausible_r2 == 0.6
    environment(MOVIE_LEAK_R2="0.7")
    assert Settings().plausible_r2 == 0.7


def test_each_setting_has_a_variable_of_its_own():
    """Ours begin with MOVIE_; those that other programs read too keep the name they have."""
    names = Settings.variables()

    assert names["gap_margin"] == "MOVIE_GAP_MARGIN"
    assert names["tmdb_read_token"] == "TMDB_API_READ_TOKEN"
    assert len(set(names.values())) == len(names)
    assert all(name.startswith(OWN_NAMES) for name in names.values())


def test_the_environment_is_read_in_the_places_that_are_named():
    """Anywhere else a setting would be one that nobody finds. Neither reads a setting there: the one hands on the
    service's own, the other tells W&B's client where its folders are.
    """
    sources = [
        path for folder in ("movie_assets", "bento_service", "streamlit_ui") for path in Path(folder).rglob("*.py")
    ]

    reading = [str(path) for path in sources if re.search(r"os\.environ|getenv", path.read_text())]

    assert sorted(reading) == ["movie_assets/cli.py", "movie_assets/tracking/wandb_runs.py"]
