"""The environment, read once into one frozen Settings.

A setting is one field here with its description: `make reference` writes .env.example and docs/reference/settings.md
from these classes. definitions.py and cli.py read the settings, defs/ is given them, and the layers below are given
values. The service and the page have settings modules of their own.
"""

import re
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import AliasChoices, BaseModel, ConfigDict, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from movie_assets.setting_types import HttpUrl, S3Url, SupervisorUrl

Port = Annotated[int, Field(ge=1, le=65_535)]


class SettingsError(ValueError):
    """The environment is invalid; the message names each variable, its value and what is allowed."""


def _named(name: str, default: Any) -> Any:
    """A variable without our prefix, which other programs read too."""
    return Field(default=default, validation_alias=AliasChoices(name))


class _Section(BaseModel):
    model_config = ConfigDict(use_attribute_docstrings=True)


class SourceSettings(_Section):
    """Where films come from.

    Read by the assets and by every command that works on one source.
    """

    source: Literal["synthetic", "dump", "tmdb"] = "synthetic"
    """Where films come from: `synthetic` (made up, seeded), `dump` (a file) or `tmdb` (the TMDB API)."""
    start_date: date = date(2026, 1, 1)
    """The first day, YYYY-MM-DD; its partition also holds the history."""
    end_date: date | None = None
    """The last day, YYYY-MM-DD; unset, yesterday."""
    films_per_day: Annotated[int, Field(ge=1, le=10_000)] = 100
    """Films a day, for `synthetic` and `tmdb`."""
    history_films: Annotated[int, Field(ge=0, le=2_000_000)] = 3_000
    """Earlier films that the first day also holds, for `synthetic` and `tmdb`."""
    seed: Annotated[int, Field(ge=0, lt=2**32)] = 7
    """Seed of the synthetic catalogue, of the search and of the bootstrap: the same seed gives the same models."""
    dump_path: Path | None = None
    """The file or folder of `dump`: CSV, JSON, Parquet or .xlsx, also compressed; after `:` or a comma, files that add
    columns by id, such as credits and keywords. See [use a dump](../how-to/use-a-dump.md).
    """
    dump_encoding: str | None = None
    """The encoding of the CSV and JSON files of a `dump` that are not valid UTF-8, such as `cp949`; unset, it is found,
    and named in the metadata.
    """
    dump_rating_max: Annotated[float, Field(gt=0, le=1_000)] | None = None
    """The highest rating possible in `dump`, such as 5 or 100; unset, ratings must be on a scale of 10."""
    tmdb_read_token: SecretStr | None = _named("TMDB_API_READ_TOKEN", None)
    """API read access token of TMDB; preferred, since it is not part of URLs and their logs."""
    tmdb_key: SecretStr | None = _named("TMDB_API_KEY", None)
    """API key of TMDB, used without a token."""
    tmdb_url: HttpUrl = "https://api.themoviedb.org/3"
    """Address of the TMDB API."""
    tmdb_files_url: HttpUrl = "https://files.tmdb.org/p/exports"
    """Address of the folder with TMDB's daily exports of ids."""
    tmdb_requests_per_second: Annotated[float, Field(gt=0, le=40)] = 20
    """The most requests a second to TMDB, up to 40."""
    i_may_train_on_this_source: bool = False
    """Confirms that you have the right to train on the films of `dump` or `tmdb`; otherwise `encoders` and everything
    after it fail.
    """


class DaySettings(_Section):
    """Requirements and retention of a day.

    A day that misses a requirement goes under `rejected/`, and nothing is trained on it.
    """

    min_votes: Annotated[int, Field(ge=0)] = 6
    """The fewest votes a film must have to be kept."""
    min_films: Annotated[int, Field(ge=0)] | None = None
    """The fewest readable films of a day; unset, 50 for `tmdb` and 0 for the others."""
    min_kept_share: Annotated[float, Field(ge=0, le=1)] = 0.5
    """The smallest share of a day's films that must be kept, of those that are old enough and have votes, or votes that
    cannot be read. A day that misses it is rejected; an earlier version of it stays if the current rules cleaned it.
    """
    retention_days: Annotated[int, Field(ge=1)] | None = None
    """Days after its fetch until a record expires and the daily job `expire` deletes every copy of it; the history is
    [fetched again](../how-to/use-tmdb.md#the-history-again) once in half of that time; unset, 180 for `tmdb` and never
    for the others.
    """
    served_retention_days: Annotated[int, Field(ge=1, le=36_500)] = 180
    """Days after which a day of [`served_predictions`](assets.md#served_predictions) expires, and `expire` deletes
    every version of it; up to 36,500.
    """


class TrainingSettings(_Section):
    """Training and promotion."""

    trials: Annotated[int, Field(ge=1, le=1_000)] = 20
    """Trials of each family on a search day, half of them on each feature set, at least one on each. `make demo`
    uses 3.
    """
    search_minutes: Annotated[float, Field(gt=0)] | None = None
    """Minutes after which a search begins no further trial; its first trial always runs. A search that was cut short
    is not reproducible, and its metadata says so (`reproducible`).
    """
    min_holdout: Annotated[int, Field(ge=1)] = 100
    """The fewest holdout films for replacing a champion. The first champion needs 30, and is provisional below this."""
    promotion_policy: Literal["holdout", "gap"] = "holdout"
    """`holdout` (smaller error on the holdout) or `gap` (smaller gap between train and test, for comparison only: it
    promotes weak models).
    """
    gap_margin: Annotated[float, Field(ge=0)] = 0.25
    """Rating points by which a challenger's gap may exceed the champion's before it counts as overfitting."""
    commit: str | None = None
    """The commit of the code, named on the [card](../explanation/model-card.md) of a bundle; unset, that of the
    checkout, or none in containers.
    """
    leak_r2: Annotated[float, Field(gt=0, le=1)] | None = None
    """The leak alarm: nothing is promoted if a candidate explains more than this share of the holdout's variance, or a
    feature alone more than half of it; unset, 0.85 for `synthetic` and 0.6 for the others.
    """


class StoreSettings(_Section):
    """Storage.

    `make dev` and `make demo` start their own S3 server and set its address and keys.
    """

    bucket: str = "movies"
    """The bucket; created with versioning if it does not exist."""
    s3_endpoint_url: S3Url | None = None
    """Address of the S3 server; unset, AWS, or their own server for `make dev` and `make demo`."""
    aws_access_key_id: str = _named("AWS_ACCESS_KEY_ID", "")
    """Access key of the S3 server."""
    aws_secret_access_key: SecretStr = _named("AWS_SECRET_ACCESS_KEY", SecretStr(""))
    """Secret key of the S3 server."""
    aws_region: str = _named("AWS_REGION", "us-east-1")
    """Region of the bucket."""


class TrackingSettings(_Section):
    """Tracking.

    The complete record is always in the bucket; see [track with Weights & Biases](../how-to/track-with-wandb.md).
    """

    wandb_mode: Literal["offline", "online", "disabled"] = _named("WANDB_MODE", "offline")
    """`offline` (runs in a folder of this machine), `online` (sent after each training run) or `disabled`."""
    wandb_api_key: SecretStr | None = _named("WANDB_API_KEY", None)
    """Key of Weights & Biases, for `online` and for `make wandb-sync`."""
    wandb_project: str = _named("WANDB_PROJECT", "movie-ratings")
    """Project of the runs."""
    wandb_base_url: HttpUrl = _named("WANDB_BASE_URL", "https://api.wandb.ai")
    """Address of Weights & Biases."""
    wandb_dir: Path = Path(".local/wandb")
    """Folder of the runs of `offline`."""


class ServingSettings(_Section):
    """Serving.

    Read by the release agent and by runs that wait for a release.
    """

    service_host: str = "127.0.0.1"
    """Address on which the service, through Traefik, listens."""
    service_port: Port = 3_000
    """Port of the service."""
    slot_a_port: Port = 3_010
    """Port of the first slot, on 127.0.0.1."""
    slot_b_port: Port = 3_011
    """Port of the second slot, on 127.0.0.1."""
    supervisor_url: SupervisorUrl = "unix://.local/supervisor.sock"
    """Address of the supervisord that runs the service."""
    serving_dir: Path = Path(".local/serving")
    """Folder of the serving host's fetched Bentos."""
    release_poll_seconds: Annotated[float, Field(gt=0)] = 1
    """Seconds between two reads of the release record by the release agent."""
    service_ready_seconds: Annotated[float, Field(gt=0)] = 60
    """Seconds within which a new service must be ready."""
    standby_seconds: Annotated[float, Field(ge=0)] = 3_600
    """Seconds for which a replaced service keeps running for a quick rollback; 0 ends it once it has drained, after
    15 s. Set at least the duration of your longest batch.
    """
    release_wait_seconds: Annotated[float, Field(gt=0)] = 180
    """Seconds for which `rating_service` waits until its Bento is in service; a trial of the release does not count."""
    rollout: Literal["switch", "canary", "shadow"] = "switch"
    """How a release gets into service: `switch` (at once), `canary` (answers a part of the requests first) or `shadow`
    (answers copies of a part, which are discarded); see [canary](../how-to/canary.md).
    """
    rollout_percent: Annotated[int, Field(ge=1, le=100)] = 10
    """Percent of the requests for a canary or a shadow."""
    rollout_minutes: Annotated[float, Field(gt=0)] = 10
    """Minutes of the trial of a release; may be a fraction."""
    rollout_rating_shift: Annotated[float, Field(gt=0)] = 0.3
    """The largest mean difference, in rating points, between a tried release and the one in service."""


class Settings(
    SourceSettings, DaySettings, TrainingSettings, StoreSettings, TrackingSettings, ServingSettings, BaseSettings
):
    """Every setting of the platform. The defaults run offline, without an account."""

    model_config = SettingsConfigDict(
        env_prefix="MOVIE_", frozen=True, extra="ignore", env_ignore_empty=True, hide_input_in_errors=True
    )

    @classmethod
    def from_environment(cls) -> Self:
        """The settings of this process. Raises SettingsError naming each invalid variable."""
        try:
            return cls()
        except ValidationError as error:
            raise SettingsError("; ".join(cls._sentence(dict(found)) for found in error.errors())) from error

    @classmethod
    def variables(cls) -> dict[str, str]:
        """Field name -> environment variable, for every setting."""
        aliases = {name: declared.validation_alias for name, declared in cls.model_fields.items()}
        return {
            name: str(alias.choices[0]) if isinstance(alias, AliasChoices) else f"MOVIE_{name.upper()}"
            for name, alias in aliases.items()
        }

    @classmethod
    def _sentence(cls, problem: dict[str, Any]) -> str:
        field = str(problem["loc"][0])
        value = re.sub(
            r"^(.)([\w+.-]*://)?.*@", r"\1\2…@", repr(problem["input"])
        )  # a user and a password in an address
        return f"{cls.variables().get(field, field)} is {value}: {problem['msg']}"

    @property
    def fewest_films(self) -> int:
        """The fewest readable films of a day, by source if unset."""
        if self.min_films is not None:
            return self.min_films
        return 50 if self.source == "tmdb" else 0

    @property
    def keep_days(self) -> int | None:
        """Days after its fetch until a record expires; None if records do not expire."""
        if self.retention_days is None and self.source == "tmdb":
            return 180  # TMDB's terms limit caching to six months
        return self.retention_days

    @property
    def history_again_days(self) -> int | None:
        """Days within which the whole history is fetched again; None if records do not expire.

        Half of the retention: a film missed once is due again before it expires.
        """
        return None if self.keep_days is None else max(self.keep_days // 2, 1)

    @property
    def plausible_r2(self) -> float:
        """The leak alarm's share of explained variance, by source if unset; the synthetic truth can be learnt."""
        if self.leak_r2 is not None:
            return self.leak_r2
        return 0.85 if self.source == "synthetic" else 0.6

    @property
    def may_train(self) -> bool:
        """Whether training is allowed: always for synthetic films, otherwise by consent."""
        return self.source == "synthetic" or self.i_may_train_on_this_source

    def last_day(self, *, today: date) -> date:
        """The last day of the calendar: the one set, else the day before `today`."""
        return self.end_date or today - timedelta(days=1)

    def require_source(self) -> None:
        """Raises SettingsError when the source lacks a setting; a serving host does not need one."""
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
                "MOVIE_SOURCE=dump needs MOVIE_DUMP_PATH, the path of a CSV, JSON, Parquet or .xlsx file."
            )
