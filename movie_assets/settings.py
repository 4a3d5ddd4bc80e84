"""The environment, read once into one frozen Settings.

Read by the two places where things are put together, definitions.py and commands.py; defs/ is handed the Settings,
and what lies below is given values. Each variable stands in .env.example and docs/reference/settings.md as well; a
test compares the three.
"""

from datetime import date
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import AliasChoices, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict


class SettingsError(ValueError):
    """The environment cannot be used; the message names each variable, its value and what is allowed."""


def _named(name: str) -> AliasChoices:
    """A variable that has a name of its own, without our prefix."""
    return AliasChoices(name)


class Settings(BaseSettings):
    """Every choice the platform takes from its environment. Defaults run offline, with no account."""

    model_config = SettingsConfigDict(env_prefix="MOVIE_", frozen=True, extra="ignore", env_ignore_empty=True)

    # where films come from
    source: Literal["synthetic", "dump", "tmdb"] = "synthetic"
    start_date: date = date(2026, 1, 1)  # the first partition, which also holds the history
    end_date: date | None = None  # the last partition, for a calendar that has ended; None: yesterday
    films_per_day: Annotated[int, Field(ge=1, le=10_000)] = 100
    history_films: Annotated[int, Field(ge=0, le=2_000_000)] = 3_000
    seed: Annotated[int, Field(ge=0, lt=2**32)] = 7
    dump_path: Path | None = None
    tmdb_url: str = "https://api.themoviedb.org/3"
    tmdb_files_url: str = "https://files.tmdb.org/p/exports"
    tmdb_read_token: SecretStr | None = Field(default=None, validation_alias=_named("TMDB_API_READ_TOKEN"))
    tmdb_key: SecretStr | None = Field(default=None, validation_alias=_named("TMDB_API_KEY"))
    tmdb_requests_per_second: Annotated[float, Field(gt=0, le=40)] = 20
    i_may_train_on_this_source: bool = False

    # what a day must hold
    min_votes: Annotated[int, Field(ge=0)] = 6
    min_films: Annotated[int, Field(ge=0)] | None = None  # None: 50 for TMDB, 0 for the others
    retention_days: Annotated[int, Field(ge=1)] | None = None  # None: 180 for TMDB, no end for the others
    served_retention_days: Annotated[int, Field(ge=1, le=36_500)] = 180

    # training and promotion
    trials: Annotated[int, Field(ge=1, le=1_000)] = 20  # a family's, both feature sets together
    search_minutes: Annotated[float, Field(gt=0)] | None = None  # None: no end before the last trial
    min_holdout: Annotated[int, Field(ge=1)] = 100
    promotion_policy: Literal["holdout", "gap"] = "holdout"
    gap_margin: Annotated[float, Field(ge=0)] = 0.25  # rating points
    commit: str | None = None  # of the sources, for the cards; None: asked of git where it is there
    leak_r2: Annotated[float, Field(gt=0, le=1)] | None = None  # None: 0.85 for synthetic, 0.6 for the others

    # where things are kept
    bucket: str = "movies"
    s3_endpoint_url: str | None = None  # None: AWS
    aws_access_key_id: str = Field(default="", validation_alias=_named("AWS_ACCESS_KEY_ID"))
    aws_secret_access_key: SecretStr = Field(default=SecretStr(""), validation_alias=_named("AWS_SECRET_ACCESS_KEY"))
    aws_region: str = Field(default="us-east-1", validation_alias=_named("AWS_REGION"))

    # tracking
    wandb_mode: Literal["offline", "online", "disabled"] = Field(
        default="offline", validation_alias=_named("WANDB_MODE")
    )
    wandb_api_key: SecretStr | None = Field(default=None, validation_alias=_named("WANDB_API_KEY"))
    wandb_project: str = Field(default="movie-ratings", validation_alias=_named("WANDB_PROJECT"))
    wandb_base_url: str = Field(default="https://api.wandb.ai", validation_alias=_named("WANDB_BASE_URL"))
    wandb_dir: Path = Path(".local/wandb")

    # serving
    service_host: str = "127.0.0.1"
    service_port: Annotated[int, Field(ge=1, le=65_535)] = 3_000
    slot_a_port: Annotated[int, Field(ge=1, le=65_535)] = 3_010  # always on 127.0.0.1
    slot_b_port: Annotated[int, Field(ge=1, le=65_535)] = 3_011
    supervisor_url: str = "unix://.local/supervisor.sock"
    serving_dir: Path = Path(".local/serving")
    release_poll_seconds: Annotated[float, Field(gt=0)] = 1
    service_ready_seconds: Annotated[float, Field(gt=0)] = 60
    standby_seconds: Annotated[float, Field(ge=0)] = 3_600
    release_wait_seconds: Annotated[float, Field(gt=0)] = 180
    rollout: Literal["switch", "canary", "shadow"] = "switch"
    rollout_percent: Annotated[int, Field(ge=1, le=100)] = 10  # of the requests
    rollout_minutes: Annotated[float, Field(gt=0)] = 10
    rollout_rating_shift: Annotated[float, Field(gt=0)] = 0.3  # rating points

    @classmethod
    def from_environment(cls) -> Self:
        """The settings of this process. Raises SettingsError naming each variable that cannot be used."""
        try:
            return cls()
        except ValidationError as error:
            raise SettingsError("; ".join(_sentence(found) for found in error.errors())) from error

    @property
    def fewest_films(self) -> int:
        """How many films a day must have read, by source where the setting is silent."""
        if self.min_films is not None:
            return self.min_films
        return 50 if self.source == "tmdb" else 0

    @property
    def keep_days(self) -> int | None:
        """How many days after its fetch a record may be kept; None where records do not expire."""
        if self.retention_days is None and self.source == "tmdb":
            return 180  # TMDB's terms limit caching to six months
        return self.retention_days

    @property
    def history_again_days(self) -> int | None:
        """In how many days the whole history is fetched once more; None where records do not expire.

        Half of the time they may be kept: films that were missed at their turn have another before they expire.
        """
        return None if self.keep_days is None else max(self.keep_days // 2, 1)

    @property
    def plausible_r2(self) -> float:
        """The most that a candidate can explain of ratings it does not know; the synthetic truth can be learnt."""
        if self.leak_r2 is not None:
            return self.leak_r2
        return 0.85 if self.source == "synthetic" else 0.6

    @property
    def may_train(self) -> bool:
        """The synthetic source needs no consent; any other needs the setting."""
        return self.source == "synthetic" or self.i_may_train_on_this_source

    def require_source(self) -> None:
        """Raises SettingsError when the source cannot be asked with these settings; a serving host asks none."""
        if self.end_date is not None and self.end_date < self.start_date:
            raise SettingsError(
                f"MOVIE_END_DATE={self.end_date} is before the first day, MOVIE_START_DATE={self.start_date}."
            )
        if self.source == "tmdb" and not (self.tmdb_read_token or self.tmdb_key):
            raise SettingsError(
                "MOVIE_SOURCE=tmdb needs TMDB_API_READ_TOKEN or TMDB_API_KEY. "
                "Without a key, set MOVIE_SOURCE=synthetic."
            )
        if self.source == "dump" and self.dump_path is None:
            raise SettingsError(
                "MOVIE_SOURCE=dump needs MOVIE_DUMP_PATH, the path of a CSV, Parquet or JSON lines file."
            )


def variable_names() -> dict[str, str]:
    """Field name -> environment variable, for every setting."""
    names = {}
    for name, described in Settings.model_fields.items():
        alias = described.validation_alias
        names[name] = str(alias.choices[0]) if isinstance(alias, AliasChoices) else f"MOVIE_{name.upper()}"
    return names


def _sentence(found: object) -> str:
    problem = dict(found)  # type: ignore[call-overload]  # pydantic's ErrorDetails is a plain dictionary
    place = problem["loc"]
    variable = variable_names().get(str(place[0]), str(place[0]))
    return f"{variable} is {problem['input']!r}: {problem['msg']}"
