"""How good the model in service is: its card in plain words, drawings, decisions, and all its figures."""

import re
from collections.abc import Iterator
from html import escape

import streamlit as st

from streamlit_ui import names
from streamlit_ui.contract import Card, Description, GenreErrors, Status
from streamlit_ui.strings import answer as answer_words
from streamlit_ui.strings import record as words
from streamlit_ui.strings.tongue import Sentence, Tongue
from streamlit_ui.views import drawing
from streamlit_ui.views.facts import table
from streamlit_ui.views.scatter import scatter

MEAN_ERROR = "mae_6_votes"  # of films with at least so many votes
MEASURED = "films_6_votes"
BY_VOTES = re.compile(r"([a-z0-9]+)_(\d+)_votes")
FEATURES_SHOWN = 10


def track_record(say: Tongue, description: Description, status: Status | None) -> None:
    """All of it; parts that the card of an older model lacks are left out."""
    card = description.card
    with st.container(key="record"):
        st.header(say(words.TITLE), anchor=False)
        left, right = st.columns(2, gap="medium")
        with left.container(border=True, key="record_plain"):
            _heading(say, words.PLAIN)
            st.html("".join(f"<p>{escape(line)}</p>" for line in _in_plain_words(say, card)))
            _heading(say, words.DECISION)
            st.text(card.decision)
            st.caption(say(words.RECORDED))
        with right.container(border=True, key="record_scatter"):
            _heading(say, words.SCATTER)
            sample = description.holdout_sample or []
            st.caption(say(words.SCATTER_NOTE, films=len(sample)))
            if sample:
                scatter(say, sample)
        if description.errors_by_genre:
            with left.container(border=True, key="record_genres"):
                _by_genre(say, description.errors_by_genre)
        if any(use.importance for use in card.features):
            with right.container(border=True, key="record_features"):
                _features(say, card)
        with st.container(border=True, key="record_decisions"):
            _decisions(say, status)
        with st.container(border=True, key="record_forecasts"):
            _heading(say, words.FORECASTS)
            st.markdown(say(words.NO_FORECASTS))
        with st.expander(say(words.FIGURES)):
            _figures(say, card)


def _heading(say: Tongue, sentence: Sentence) -> None:
    st.markdown(f"### {say(sentence)}")


def _in_plain_words(say: Tongue, card: Card) -> Iterator[str]:
    yield say(
        words.LEARNED,
        day=say.day(card.day),
        films=card.window.films,
        source=say.name(answer_words.SOURCES, card.source),
        family=say.name(words.FAMILIES, card.family),
        features=say.name(words.FEATURE_SETS, card.feature_set),
    )
    error, measured = card.typical_error or card.figure(MEAN_ERROR), card.figure(MEASURED)
    if error is not None and measured is not None:
        yield say(words.OFF, films=int(measured), error=error)
    elif error is not None:
        yield say(words.OFF_UNCOUNTED, error=error)
    guesses = {row.get("predictor"): row.get(MEAN_ERROR) for row in card.table}
    mean, genre = guesses.get("mean"), guesses.get("mean_per_genre")
    if isinstance(mean, float) and isinstance(genre, float):
        yield say(words.GUESS, mean=mean, genre=genre)
    for group in card.coverage:
        if group.group == "all":
            yield say(words.HELD, share=group.coverage)
    backtest = card.backtest
    if backtest is not None and MEAN_ERROR in backtest.metrics:
        error = backtest.metrics[MEAN_ERROR]
        yield say(words.BACKTEST, cut=say.day(backtest.cut), films=backtest.test_films, error=error)


def _by_genre(say: Tongue, errors: list[GenreErrors]) -> None:
    _heading(say, words.BY_GENRE)
    bars = [
        drawing.Bar(
            say.name(names.GENRES, one.genre),
            one.mae,
            note=say(words.FILMS, films=one.films),
            shown=f"{one.mae:.2f}",
        )
        for one in sorted(errors, key=lambda one: one.mae)
    ]
    st.html(drawing.lengths(bars, heads=(say(words.GENRE), say(words.ERROR))))
    st.caption(say(words.BY_GENRE_NOTE))


def _features(say: Tongue, card: Card) -> None:
    _heading(say, words.LOOKS_AT)
    used = sorted(card.features, key=lambda use: -(use.importance or 0))[:FEATURES_SHOWN]
    bars = [
        drawing.Bar(say.name(names.REASONS, use.name), use.importance or 0, shown=f"{use.importance or 0:.2f}")
        for use in used
    ]
    st.html(drawing.lengths(bars, heads=(say(words.FEATURE), say(words.WEIGHT))))
    st.caption(say(words.LOOKS_AT_NOTE))


def _decisions(say: Tongue, status: Status | None) -> None:
    _heading(say, words.DECISIONS)
    decisions = status.decisions if status else None
    if not decisions:
        st.markdown(say(words.NO_DECISIONS))
        return
    rows = [
        (
            f"{say.day(one.at.date())} {one.at:%H:%M} UTC".replace(" ", "\N{NO-BREAK SPACE}"),
            f"{say.name(words.KINDS, one.kind)} {one.bundle_id[:12]}",
            one.by,
            one.why,
        )
        for one in decisions
    ]
    st.html(table([say(head) for head in (words.WHEN, words.WHAT, words.WHO, words.WHY)], rows))
    st.caption(say(words.RECORDED))


def _figures(say: Tongue, card: Card) -> None:
    rows = [
        (_measure(say, name), f"{value:,.0f}" if name.startswith("films") else f"{value:,.3f}")
        for name, value in card.metrics.items()
        if isinstance(value, int | float)
    ]
    st.html(table([say(words.METRIC), say(words.VALUE)], rows))


def _measure(say: Tongue, name: str) -> str:
    by_votes = BY_VOTES.fullmatch(name)
    if by_votes and by_votes[1] in names.METRICS_BY_VOTES:
        return say(names.METRICS_BY_VOTES[by_votes[1]], votes=by_votes[2])
    return say.name(names.METRICS, name)
