"""The records of a training day in the bucket: its encoders, trials, candidates and choice.

All reading and writing of them is here, for any version of the platform: a new field gets a default, a new form a new
FORMAT and its reader beside the others. What goes into a record: cross_validation.py, tuning.py,
promotion.py. What the files are called: storage/keys.py.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict

from movie_assets.prediction.features import Encoders, FeatureSet
from movie_assets.prediction.missing_facts import MissingFacts
from movie_assets.training.candidates import Parameters, candidate_name

Role = Literal["baseline", "challenger", "champion"]

FORMAT = 2  # 1 had no number: trials and candidates were bare lists, predictors had labels only


class RecordError(ValueError):
    """A stored record cannot be read; the message says which and why."""


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True)

    format: int = FORMAT  # as it was stored; it is written in the newest

    @classmethod
    def from_json(cls, content: bytes) -> Self:
        """The record of a file, of this format or the one before. Raises RecordError."""
        try:
            stored = json.loads(content)
            written_in = stored.get("format", 1) if isinstance(stored, dict) else 1
            if written_in <= FORMAT:
                return cls.model_validate(cls._of_format_1(stored) if written_in == 1 else stored)
        except (ValueError, TypeError, LookupError) as error:
            raise RecordError(f"{cls.__name__} cannot be read, train the day again: {error}") from error
        raise RecordError(
            f"{cls.__name__} of format {written_in} was written by a newer version, this one reads formats up to "
            f"{FORMAT}: upgrade, or train the day again."
        )

    @classmethod
    def _of_format_1(cls, stored: Any) -> Any:
        """A record of format 1 in the fields of this one."""
        return stored

    def to_json(self) -> bytes:
        """The content of the file; equal records have equal bytes."""
        fields = {**self.model_dump(mode="json"), "format": FORMAT}
        return json.dumps(fields, sort_keys=True, ensure_ascii=False, indent=1).encode()


@dataclass(frozen=True, kw_only=True)
class Trial:
    """One setting of one family on one feature set, tried: means over the folds, in rating points."""

    family: str
    feature_set: FeatureSet
    number: int
    parameters: Parameters
    train_rmse: float
    test_rmse: float  # of the folds left out, weighted by votes
    rmse_gap: float  # test - train
    mae: float
    r2: float
    seconds: float
    folds: int  # fewer than all where the trial was pruned
    first_fold_rmse: float


class Trials(_Record):
    """Every trial of a day."""

    trials: tuple[Trial, ...]

    @classmethod
    def _of_format_1(cls, stored: Any) -> Any:
        return {"format": 1, "trials": stored}


class SavedTrial(_Record):
    """A trial of a search that has not ended; `plan` is the digest of its other inputs."""

    plan: str
    trial: Trial


@dataclass(frozen=True, kw_only=True)
class CandidateRecord:
    """The best trial of a family on a feature set, fitted on the whole training part."""

    family: str
    feature_set: FeatureSet
    parameters: Parameters
    cross_validated: Trial
    train_rmse: float
    fit_seconds: float
    cut_short: bool = False  # the search ran out of time, so it is not reproducible
    missing_facts: MissingFacts | None = None  # None: of an earlier version

    @property
    def name(self) -> str:
        """The candidate's name in files and sentences."""
        return candidate_name(self.family, self.feature_set)


class Candidates(_Record):
    """The candidates of a day."""

    candidates: tuple[CandidateRecord, ...]

    @classmethod
    def _of_format_1(cls, stored: Any) -> Any:
        return {"format": 1, "candidates": stored}


class LearntFrom(_Record):
    """The window that a day's encoders were fitted on."""

    window: str | None = None  # its digest
    window_days: dict[str, str] | None = None  # the digest of each of its days; None: of an old record


class FittedEncoders(LearntFrom):
    """The encoders of a day, with their window."""

    encoders: Encoders


@dataclass(frozen=True, kw_only=True)
class PromotionDecision:
    """The decision of the promotion rule, with a reason a person can check."""

    promote: bool
    reason: str
    provisional: bool = False


@dataclass(frozen=True, kw_only=True)
class Predictor:
    """A baseline, the challenger or the champion, with its errors on the holdout."""

    role: Role
    name: str  # of the baseline or candidate; the first digits of the champion's bundle
    metrics: Mapping[str, float]

    @property
    def label(self) -> str:
        """Its name for people."""
        return self.name if self.role == "baseline" else f"{self.role} ({self.name})"

    @property
    def row(self) -> dict[str, Any]:
        """Label and errors, for a table."""
        return {"predictor": self.label, **self.metrics}


class DayChoice(_Record):
    """The decision of a day: the champion as of the day, and why."""

    window: str | None = None  # its digest; None: of an old record
    before: str | None = None  # the champion it was measured against; unset in an old record
    champion: str | None  # a bundle
    promoted: bool
    challenger: str  # a candidate's name
    decision: PromotionDecision
    holdout: tuple[Predictor, ...] = ()
    metrics: dict[str, float] = {}  # of the challenger, with those of its backtest

    @property
    def names_before(self) -> bool:
        """Whether the record names the champion before, or that there was none."""
        return "before" in self.model_fields_set

    def rmse(self, role: Role) -> float:
        """The smallest weighted error of the predictors in this role; infinite where there are none."""
        return min((one.metrics["rmse"] for one in self.holdout if one.role == role), default=float("inf"))

    @classmethod
    def _of_format_1(cls, stored: Any) -> Any:
        return {**stored, "format": 1, "holdout": [_labelled(row) for row in stored.get("holdout", ())]}


def _labelled(row: dict[str, Any]) -> dict[str, Any]:
    """A predictor of format 1, which had its role in its label only."""
    role, _, name = str(row.pop("predictor")).removesuffix(")").partition(" (")
    return {"role": role, "name": name, "metrics": row} if name else {"role": "baseline", "name": role, "metrics": row}
