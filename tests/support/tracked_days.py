"""Example days of trained_candidates and best_model in the bucket, without the training."""

from movie_assets.prediction.card import FeatureUse
from movie_assets.storage.bucket import Bucket
from movie_assets.storage.folders import write_folder
from movie_assets.storage.keys import CANDIDATE_RECORDS, CHOICE, TRIALS
from movie_assets.training.plots import importance
from movie_assets.training.records import Candidates, Trial, Trials
from tests.support.records import a_candidate, a_choice, a_trial

DAY = "2026-01-01"
RUNS = 4  # of a day: two trials, a candidate and the decision


def a_plot() -> bytes:
    """A real picture."""
    return importance([FeatureUse(name="runtime", known_before_release_because="", importance=0.2)])


def keep_tracked_day(bucket: Bucket, day: str = DAY, *, trials: tuple[Trial, ...] | None = None) -> None:
    """Two trials or these, the candidate that came of them, and the decision with a plot."""
    tried = (a_trial(0), a_trial(1)) if trials is None else trials
    records = {
        TRIALS: Trials(trials=tried).to_json(),
        CANDIDATE_RECORDS: Candidates(candidates=(a_candidate(),)).to_json(),
    }
    write_folder(bucket, f"synthetic/trained_candidates/{day}", records)
    decided = {CHOICE: a_choice().to_json(), "residuals.png": a_plot()}
    write_folder(bucket, f"synthetic/best_model/{day}", decided)
