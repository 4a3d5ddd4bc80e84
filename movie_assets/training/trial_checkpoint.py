"""TrialCheckpoint: the trials of an unfinished search, in the bucket, so that the next run resumes it.

How a search uses it: training/tuning.py. Where it lies: storage/checkpoints.py.
"""

from datetime import date

from movie_assets.prediction.features import FeatureSet
from movie_assets.storage.bucket import Bucket
from movie_assets.storage.checkpoints import BucketCheckpoints
from movie_assets.training.records import SavedTrial, Trial


class TrialCheckpoint:
    """The trials of one day's search; `plan` says what their figures follow from, beside their parameters."""

    def __init__(self, bucket: Bucket, source: str, day: date, *, plan: str) -> None:
        self._checkpoint = BucketCheckpoints(bucket, source, area="searches")
        self._day = day
        self._plan = plan
        self._loaded: set[str] = set()

    def load(self, family: str, feature_set: FeatureSet, number: int) -> Trial | None:
        """The trial as it ended, or None if this plan has none."""
        name = _name(family, feature_set, number)
        saved = self._checkpoint.load(self._day, name)
        if saved is None or (known := SavedTrial.model_validate(saved)).plan != self._plan:
            return None
        self._loaded.add(name)
        return known.trial

    def save(self, trial: Trial) -> None:
        """Save a trial that has ended, unless it was loaded from here."""
        name = _name(trial.family, trial.feature_set, trial.number)
        if name not in self._loaded:
            self._checkpoint.save(self._day, name, SavedTrial(plan=self._plan, trial=trial).model_dump(mode="json"))

    def clear(self) -> None:
        """Remove the day's trials; the day itself holds them once it is kept."""
        self._checkpoint.clear(self._day)


def _name(family: str, feature_set: FeatureSet, number: int) -> str:
    return f"{family}-{feature_set}-{number}"
