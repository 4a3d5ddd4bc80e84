"""TrialCheckpoint: what a search has tried so far, in the bucket, so that one that died goes on where it ended.

How a search uses it: training/search.py. Where it lies: progress.py.
"""

from datetime import date

from movie_assets.prediction.features import FeatureSet
from movie_assets.storage.bucket import Bucket
from movie_assets.storage.checkpoints import BucketCheckpoints
from movie_assets.training.records import KeptTrial, Trial


class TrialCheckpoint:
    """The trials of one day's search; `plan` says what their figures follow from, beside their parameters."""

    def __init__(self, bucket: Bucket, source: str, day: date, *, plan: str) -> None:
        self._kept = BucketCheckpoints(bucket, source, area="searches")
        self._day = day
        self._plan = plan
        self._recalled: set[str] = set()

    def recall(self, family: str, feature_set: FeatureSet, number: int) -> Trial | None:
        """The trial as it ended, or None where there was none of this plan."""
        name = _name(family, feature_set, number)
        kept = self._kept.recall(self._day, name)
        if kept is None or (known := KeptTrial.model_validate(kept)).plan != self._plan:
            return None
        self._recalled.add(name)
        return known.trial

    def remember(self, trial: Trial) -> None:
        """Keep a trial that has ended, unless it is there already."""
        name = _name(trial.family, trial.feature_set, trial.number)
        if name not in self._recalled:
            self._kept.remember(self._day, name, KeptTrial(plan=self._plan, trial=trial).model_dump(mode="json"))

    def forget(self) -> None:
        """The day is kept, and holds its trials itself."""
        self._kept.forget(self._day)


def _name(family: str, feature_set: FeatureSet, number: int) -> str:
    return f"{family}-{feature_set}-{number}"
