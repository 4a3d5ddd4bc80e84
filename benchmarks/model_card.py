"""The example in docs/explanation/model-card.md with its plots, made anew: `make model-card`.

The first day of the synthetic catalogue with its history is searched, chosen and told like any other day. What stands
above the mark on the page is written by hand and stays.
"""

import dataclasses
import re
from datetime import date
from pathlib import Path

from movie_assets.catalogue.raw import raw_frame
from movie_assets.catalogue.synthetic.source import SyntheticCatalogue
from movie_assets.training.candidates import CANDIDATES
from movie_assets.training.card_figures import full_card
from movie_assets.training.card_page import markdown_of
from movie_assets.training.commit import checked_out_commit
from movie_assets.training.encoders import fit_encoders
from movie_assets.training.plots import holdout_plots, importance, predicted_against_actual, trial_history
from movie_assets.training.selection import choose
from movie_assets.training.tuning import tune
from movie_assets.training.window import TrainingWindow
from tests.support.cleaned_days import a_rule
from tests.support.cleaning import clean

DOCS = Path(__file__).parents[1] / "docs"
PAGE, IMAGES = DOCS / "explanation" / "model-card.md", DOCS / "images" / "model-card"
MARK = "<!-- Everything below is written by make model-card. -->\n"
DAY, HISTORY_FILMS, TRIALS, SEED = date(2026, 1, 1), 8_000, 10, 7


def window_of_the_first_day(*, films=HISTORY_FILMS):
    """Cleaned synthetic films, with their votes."""
    catalogue = SyntheticCatalogue(seed=SEED, start=DAY, films_per_day=100, history_films=films)
    cleaned = clean(raw_frame(catalogue.fetch(DAY, with_history=True)), day=DAY)
    frame = cleaned.movies.merge(cleaned.votes, on="id").sort_values("id", ignore_index=True)
    return TrainingWindow(source="synthetic", day=str(DAY), days=(str(DAY),), digest="of-the-example", frame=frame)


def told(window, *, trials=TRIALS):
    """The challenger of the window with its whole card, and the plots of it by name."""
    tried = []
    encoded = fit_encoders(window.train, seed=SEED)
    candidates = tune(CANDIDATES, window.train, encoded, trials=trials, seed=SEED, on_trial=tried.append)
    choice = choose(window, encoded, candidates, champion=None, rule=a_rule(seed=SEED))
    card = full_card(choice.challenger, window, choice, CANDIDATES, seed=SEED, commit=checked_out_commit())
    plots = {
        "predicted_against_actual": predicted_against_actual(choice.holdout_ratings, choice.holdout_predicted),
        **holdout_plots(window.holdout, choice.holdout_predicted, choice.holdout_bounds),
        "importance": importance(card.features),
        "trial_history": trial_history(tried),
    }
    return dataclasses.replace(choice.challenger, card=card), plots


def main():
    """Write the page and its pictures."""
    bundle, plots = told(window_of_the_first_day())
    IMAGES.mkdir(parents=True, exist_ok=True)
    for name, plot in plots.items():
        (IMAGES / f"{name}.png").write_bytes(plot)
    example = re.sub("^#", "##", markdown_of(bundle.card, bundle.id), flags=re.MULTILINE)
    pictures = "\n\n".join(f"![{name.replace('_', ' ')}](../images/model-card/{name}.png)" for name in plots)
    by_hand, _, _ = PAGE.read_text().partition(MARK)
    PAGE.write_text(f"{by_hand}{MARK}\n{example}\n### Plots\n\n{pictures}\n")
    print(f"{PAGE} and {len(plots)} pictures in {IMAGES}")


if __name__ == "__main__":
    main()
