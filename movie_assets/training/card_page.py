"""A card as a page of Markdown: what a person should read before trusting a bundle.

Add a section here for a new field of the card; a figure that the card lacks is left out. The figures: card_figures.py.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from movie_assets.prediction.card import Backtest, Card, Coverage
from movie_assets.prediction.interval import LEVEL
from movie_assets.training.coverage import MANY_FILMS, PROMISED
from movie_assets.training.evaluation import VOTE_THRESHOLDS

SOURCES = {
    "synthetic": "The films are made up: no figure here says anything about real films.",
    "tmdb": "Ratings are means of the votes of TMDB's users, who are not the public at large.",
    "dump": "Ratings are those of the dump; whose votes they are, only its maker knows.",
}
GROUPS = {"all": "all films", "main_genre": "main genre", "language": "original language", "decade": "released in"}
PERCENT = f"{100 * LEVEL:.0f} %"


def markdown_of(card: Card, bundle_id: str) -> str:
    """The page of the bundle with this id; ends with a line break."""
    name = f"{card.family} on the {card.feature_set} feature set"
    sections = {
        "Decision": [card.decision],
        "Films": [_films(card)],
        "Errors on the holdout": _errors(card),
        "Backtest": _backtest(card.backtest) if card.backtest else [],
        "Interval": _interval(card),
        "Errors by main genre": _genres(card),
        "Features": _features(card),
        "Limits": [_limits(card)],
        "Made with": [_made_with(card, bundle_id)],
    }
    parts = [
        f"# Model card of bundle {bundle_id[:12]}",
        f"It predicts the mean rating of a film, from 0 to 10, by what is known before its release: {name}, "
        f"trained as of {card.day} on films of source {card.source}.",
        *(["**Provisional**: too few holdout films for a firm judgement."] if card.provisional else []),
        *(part for title, content in sections.items() if content for part in (f"## {title}", *content)),
    ]
    return "\n\n".join(parts) + "\n"


def _films(card: Card) -> str:
    window = card.window
    days = f"{window.get('first_day')} to {window.get('last_day')}"
    counts = {"films": "films", "train_films": "in the training part", "holdout_films": "in the holdout"}
    listed = ", ".join(f"{window[name]:,} {words}" for name, words in counts.items() if name in window)
    return f"The window holds the days {days}: {listed}. Its digest is `{window.get('digest')}`."


def _errors(card: Card) -> list[str]:
    typical = []
    if card.typical_error is not None:
        typical = [f"A prediction is {card.typical_error:.2f} rating points off on average (films of 6 votes or more)."]
    if not card.table:
        return typical
    rows = [
        (row["predictor"], _number(row.get("rmse")), *_at_thresholds(row))
        for row in card.table  # as they were on the day of the decision
    ]
    films = ", ".join(
        f"{card.table[0].get(f'films_{votes}_votes', 0):,.0f} of {votes} or more" for votes in VOTE_THRESHOLDS
    )
    return [
        *typical,
        _table(("predictor", "RMSE, weighted by votes", *_threshold_names()), rows),
        f"Films by votes: {films}. None of them had a part in learning or in choosing the challenger.",
    ]


def _backtest(measured: Backtest) -> list[str]:
    rows = [
        (name, _number(metrics.get("rmse")), *_at_thresholds(metrics))
        for name, metrics in (("mean", measured.mean_metrics), ("these settings", measured.metrics))
    ]
    held = ""
    if measured.coverage is not None and measured.width is not None:
        held = f" The {PERCENT} interval held {_share(measured.coverage)} of them, {measured.width:.2f} points wide."
    return [
        f"The same settings, learnt from the {measured.train_films:,} films of the training part released before "
        f"{measured.cut} alone, rated the {measured.test_films:,} released since.{held}",
        _table(("predictor", "RMSE, weighted by votes", *_threshold_names()), rows),
        "The settings themselves were searched on both.",
    ]


def _interval(card: Card) -> list[str]:
    note = [card.interval_note] if card.interval_note else []
    if not card.coverage:
        return note
    rows = [
        (
            row.value if row.group == "all" else f"{GROUPS[row.group]} {row.value}",
            f"{row.films:,}",
            _share(row.coverage),
            f"{_share(row.low)} to {_share(row.high)}",
            f"{row.width:.2f}",
            "yes" if row.as_promised else "no",
        )
        for row in card.coverage
    ]
    header = ("films", "how many", "held", "95 % sure of", "width, points", "as promised")
    return [_promise(card.coverage), _table(header, rows), *note]


def _promise(rows: Sequence[Coverage]) -> str:
    held = _share(rows[0].coverage)  # the first row is that of all films
    low, high = (100 * share for share in PROMISED)
    return (
        f"The interval is to hold the rating of {PERCENT} of films; on the holdout it held {held}. "
        f"Of {MANY_FILMS:,} films or more, {low:.0f} to {high:.0f} % count as promised; of fewer, a share that chance "
        "can explain."
    )


def _genres(card: Card) -> list[str]:
    rows = [
        (row.genre, f"{row.films:,}", f"{row.mae:.3f}", f"{row.rmse:.3f}", f"{row.bias:+.3f}")
        for row in card.errors_by_genre
    ]
    return [_table(("main genre", "films", "MAE", "RMSE", "bias (predicted − actual)"), rows)] if rows else []


def _features(card: Card) -> list[str]:
    ranked = sorted(card.features, key=lambda one: -(one.importance or 0))
    rows = [(f"`{one.name}`", _number(one.importance), one.known_before_release_because) for one in ranked]
    if not rows:
        return []
    header = ("feature", "moves a rating by, points on average", "known before release because")
    return [_table(header, rows)]


def _limits(card: Card) -> str:
    limits = [
        SOURCES.get(card.source, f"Ratings are those of source {card.source}."),
        "It knows only the features above: not how well a film is played, told or advertised.",
        "Films that the source does not list, or that got fewer votes than were asked for, had no part in it.",
        f"The interval holds {PERCENT} of films like those learnt from, not of each kind by itself, and fewer where "
        "taste has changed since.",
        "What moved a rating describes the model, not the world: it is no advice on how to make a film.",
    ]
    if card.provisional:
        limits.append("It is provisional: chance had a large part in the figures above.")
    return "\n".join(f"- {limit}" for limit in limits)


def _made_with(card: Card, bundle_id: str) -> str:
    settings = ", ".join(f"`{name}` {_number(value)}" for name, value in sorted(card.parameters.items()))
    versions = ", ".join(f"{name} {version}" for name, version in sorted(card.versions.items()))
    rows = [
        ("bundle", f"`{bundle_id}`"),
        ("seed", card.seed),
        ("settings", settings or "none"),
        ("commit", f"`{card.commit}`" if card.commit else "unknown"),
        ("versions", versions or "unknown"),
    ]
    return _table(("what", "which"), rows)


def _threshold_names() -> list[str]:
    return [f"{name}, ≥ {votes} votes" for votes in VOTE_THRESHOLDS for name in ("RMSE", "MAE", "R²")]


def _at_thresholds(row: dict[str, Any]) -> list[str]:
    return [_number(row.get(f"{name}_{votes}_votes")) for votes in VOTE_THRESHOLDS for name in ("rmse", "mae", "r2")]


def _share(value: float) -> str:
    return f"{100 * value:.1f} %"


def _number(value: object) -> str:
    if value is None:
        return "–"
    return f"{value:.3f}" if isinstance(value, float) else str(value)


def _table(header: Iterable[object], rows: Iterable[Iterable[object]]) -> str:
    names = list(header)
    lines: list[Iterable[object]] = [names, ["---"] * len(names), *rows]
    return "\n".join("| " + " | ".join(str(cell).replace("|", "\\|") for cell in line) + " |" for line in lines)
