"""Writes the example and the plots of docs/explanation/model-card.md: `make model-card`.

The first day of the synthetic catalogue with its history is trained on like any other day. The part of the page above
the mark is written by hand and stays.
"""

import dataclasses
import re

from benchmarks.measuring import PROJECT
from benchmarks.training import SEED, synthetic_films, window_of
from movie_assets.training.candidates import CANDIDATES
from movie_assets.training.card_figures import checked_out_commit, full_card
from movie_assets.training.card_page import markdown_of
from movie_assets.training.encoders import fit_encoders
from movie_assets.training.plots import holdout_plots, importance, trial_history
from movie_assets.training.selection import choose
from movie_assets.training.tuning import tune
from tests.support.cleaned_days import a_rule

DOCS = PROJECT / "docs"
PAGE, IMAGES = DOCS / "explanation" / "model-card.md", DOCS / "images" / "model-card"
MARK = "<!-- Everything below is written by make model-card. -->\n"
HISTORY_FILMS, FILMS_PER_DAY, TRIALS = 8_000, 100, 10


def challenger_and_plots(*, history_films=HISTORY_FILMS, trials=TRIALS):
    """The challenger of the first synthetic day with its whole card, and its plots by name."""
    window = window_of(synthetic_films(history_films, films_per_day=FILMS_PER_DAY), digest="of-the-example")
    tried = []
    encoded = fit_encoders(window.train, seed=SEED)
    candidates = tune(CANDIDATES, window.train, encoded, trials=trials, seed=SEED, on_trial=tried.append)
    choice = choose(window, encoded, candidates, champion=None, rule=a_rule(seed=SEED))
    card = full_card(choice.challenger, window, choice, CANDIDATES, seed=SEED, commit=checked_out_commit())
    plots = {
        **holdout_plots(window.holdout, choice.holdout_predicted, choice.holdout_bounds),
        "importance": importance(card.features),
        "trial_history": trial_history(tried),
    }
    return dataclasses.replace(choice.challenger, card=card), plots


def main():
    """Write the page and its plots."""
    bundle, plots = challenger_and_plots()
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
