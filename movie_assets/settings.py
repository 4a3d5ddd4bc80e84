"""The environment, read once into one frozen Settings.

Read by the two places where things are put together, definitions.py and cli.py; defs/ is handed the Settings,
and what lies below is given values. A setting is declared here and nowhere else: `make reference` writes .env.example
and docs/reference/settings.md from these classes, a section of both for each, with the texts below the fields.
"""

from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import AliasChoices, BaseModel, ConfigDict, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

Port = Annotated[int, Field(ge=1, le=65_535)]


class SettingsError(ValueError):
    """The environment cannot be used; the message names each variable, its value and what is allowed."""


def _named(name: str, default: Any) -> Any:
    """A variable that other programs read as well, which has a name of its own, without our prefix."""
    return Field(default=default, validation_alias=AliasChoices(name))


class _Section(BaseModel):
    model_config = ConfigDict(use_attribute_docstrings=True)


class SourceSettings(_Section):
    """Where films come from.

    Read by the assets and by whoever must know the source.
    """

    source: Literal["synthetic", "dump", "tmdb"] = "synthetic"
    """Where films come from: `synthetic` (made up, seeded), `dump` (a file) or `tmdb` (the TMDB API)."""
    start_date: date = date(2026, 1, 1)
    """The first day there is, YYYY-MM-DD; its partition also holds the history."""
    end_date: date | None = None
    """The last day there is, YYYY-MM-DD; unset, the days go on and yesterday is the newest."""
    films_per_day: Annotated[int, Field(ge=1, le=10_000)] = 100
    """How many films a day holds, for `synthetic` and `tmdb`."""
    history_films: Annotated[int, Field(ge=0, le=2_000_000)] = 3_000
    """How many earlier films the first day also holds, for `synthetic` and `tmdb`."""
    seed: Annotated[int, Field(ge=0, lt=2**32)] = 7
    """Seed of the synthetic catalogue, of the search and of the bootstrap: the same seed gives the same models."""
    dump_path: Path | None = None
    """The file of `dump`: CSV (also .gz, .zip, .zst), Parquet or JSON lines."""
    tmdb_read_token: SecretStr | None = _named("TMDB_API_READ_TOKEN", None)
    """API read access token of TMDB; preferred, since it stays out of addresses and their logs."""
    tmdb_key: SecretStr | None = _named("TMDB_API_KEY", None)
    """API key of TMDB, where there is no token."""
    tmdb_url: str = "https://api.themoviedb.org/3"
    """Address of the TMDB API."""
    tmdb_files_url: str = "https://files.tmdb.org/p/exports"
    """Address of the folder with TMDB's daily exports of ids."""
    tmdb_requests_per_second: Annotated[float, Field(gt=0, le=40)] = 20
    """How many requests a second TMDB gets at most, up to 40."""
    i_may_train_on_this_source: bool = False
    """Your word that you have the right to train on the films of `dump` or `tmdb`; without it encoders and everything
    after it fail with a sentence.
    """


class DaySettings(_Section):
    """What a day must hold, and how long.

    A day that falls short goes under `rejected/` and nothing learns from it.
    """

    min_votes: Annotated[int, Field(ge=0)] = 6
    """The fewest votes a film must have to be kept."""
    min_films: Annotated[int, Field(ge=0)] | None = None
    """The fewest films a day must have read; unset, 50 for `tmdb` and 0 for the others."""
    retention_days: Annotated[int, Field(ge=1)] | None = None
    """Days after its fetch until a record expires and the job `expire` deletes every copy of it, every morning; the
    history is [fetched again](../how-to/use-tmdb.md#the-history-again) once in half of them; unset, 180 for `tmdb` and
    never for the others.
    """
    served_retention_days: Annotated[int, Field(ge=1, le=36_500)] = 180
    """Days after which a day of [`served_predictions`](assets.md#served_predictions) expires, and `expire` deletes
    every version of it; up to 36,500.
    """


class TrainingSettings(_Section):
    """Training and promotion."""

    trials: Annotated[int, Field(ge=1, le=1_000)] = 20
    """Settings tried for each family on a search day, half of them on each feature set, at least one on each.
    `make demo` takes 3.
    """
    search_minutes: Annotated[float, Field(gt=0)] | None = None
    """After so many minutes no further trial of a search begins; the first of each search always runs. A search cut
    short need not come out the same again, and says so (`reproducible`).
    """
    min_holdout: Annotated[int, Field(ge=1)] = 100
    """The fewest holdout films a champion may be replaced on; the first one may be provisional from 30 on."""
    promotion_policy: Literal["holdout", "gap"] = "holdout"
    """`holdout` (better on films nobody learnt from) or `gap` (the smaller gap between train and test, kept for
    comparison: it promotes weak models).
    """
    gap_margin: Annotated[float, Field(ge=0)] = 0.25
    """Rating points by which a challenger's gap may exceed the champion's before it counts as overfitting."""
    commit: str | None = None
    """The commit of the sources, which the [card](../explanation/model-card.md) of a bundle names; unset, git is asked
    where the sources are a checkout, and containers do not know it.
    """
    leak_r2: Annotated[float, Field(gt=0, le=1)] | None = None
    """The share of the holdout's variance above which a candidate seems to know the ratings, and half of it for a
    feature alone: nothing is promoted then; unset, 0.85 for `synthetic` and 0.6 for the others.
    """


class StoreSettings(_Section):
    """Where things are kept.

    `make dev` and `make demo` start an S3 server of their own and set its keys and address themselves.
    """

    bucket: str = "movies"
    """The bucket; made with versioning on when it is not there."""
    s3_endpoint_url: str | None = None
    """Address of the S3 server; unset, AWS for the platform, and a server of its own for `make dev` and `make demo`."""
    aws_access_key_id: str = _named("AWS_ACCESS_KEY_ID", "")
    """Access key of the S3 server."""
    aws_secret_access_key: SecretStr = _named("AWS_SECRET_ACCESS_KEY", SecretStr(""))
    """Secret key of the S3 server."""
    aws_region: str = _named("AWS_REGION", "us-east-1")
    """Region of the bucket."""


class TrackingSettings(_Section):
    """Tracking.

    The complete record is always in the bucket; [track with Weights & Biases](../how-to/track-with-wandb.md) says what
    goes there.
    """

    wandb_mode: Literal["offline", "online", "disabled"] = _named("WANDB_MODE", "offline")
    """`offline` (runs in a folder of this machine), `online` (sent after each training run) or `disabled`."""
    wandb_api_key: SecretStr | None = _named("WANDB_API_KEY", None)
    """Key of Weights & Biases, for `online` and for `make wandb-sync`."""
    wandb_project: str = _named("WANDB_PROJECT", "movie-ratings")
    """Project the runs are listed under."""
    wandb_base_url: str = _named("WANDB_BASE_URL", "https://api.wandb.ai")
    """Address of Weights & Biases."""
    wandb_dir: Path = Path(".local/wandb")
    """Folder of the runs of `offline`."""


class ServingSettings(_Section):
    """Serving.

    Read by the release agent and the run that waits for it.
    """

    service_host: str = "127.0.0.1"
    """Address the service listens on: that of Traefik."""
    service_port: Port = 3_000
    """Port of the service."""
    slot_a_port: Port = 3_010
    """Port of the first slot, on 127.0.0.1."""
    slot_b_port: Port = 3_011
    """Port of the second slot, on 127.0.0.1."""
    supervisor_url: str = "unix://.local/supervisor.sock"
    """Where the supervisord answers that keeps the service."""
    serving_dir: Path = Path(".local/serving")
    """Folder of the Bentos a serving host has fetched."""
    release_poll_seconds: Annotated[float, Field(gt=0)] = 1
    """Seconds between two looks of the release agent at the release record."""
    service_ready_seconds: Annotated[float, Field(gt=0)] = 60
    """Seconds a new service has until it must be ready."""
    standby_seconds: Annotated[float, Field(ge=0)] = 3_600
    """Seconds a replaced service goes on running, so that a rollback need not wait for its start; 0 ends it once it has
    drained, after 15 s. Where a batch may take longer, at least as long as that.
    """
    release_wait_seconds: Annotated[float, Field(gt=0)] = 180
    """Seconds `rating_service` waits until its Bento is in service; while a release is tried, the time does not run."""
    rollout: Literal["switch", "canary", "shadow"] = "switch"
    """How a release gets into service: `switch` (at once), `canary` (answers a part of the requests first) or `shadow`
    (answers a part unheard); see [canary](../how-to/canary.md).
    """
    rollout_percent: Annotated[int, Field(ge=1, le=100)] = 10
    """Percent of the requests that a canary answers, or a shadow answers unheard."""
    rollout_minutes: Annotated[float, Field(gt=0)] = 10
    """Minutes for which a release is tried; fractions are minutes too."""
    rollout_rating_shift: Annotated[float, Field(gt=0)] = 0.3
    """Rating points by which the ratings of a tried release may lie above or below the old one's on average."""


class Settings(
    SourceSettings, DaySettings, TrainingSettings, StoreSettings, TrackingSettings, ServingSettings, BaseSettings
):
    """Every choice the platform takes from its environment. Defaults run offline, with no account."""

    model_config = SettingsConfigDict(env_prefix="MOVIE_", frozen=True, extra="ignore", env_ignore_empty=True)

    @classmethod
    def from_environment(cls) -> Self:
        """The settings of this process. Raises SettingsError naming each variable that cannot be used."""
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
        return f"{cls.variables().get(field, field)} is {problem['input']!r}: {problem['msg']}"

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
