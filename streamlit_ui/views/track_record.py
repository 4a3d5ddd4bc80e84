"""How good the model in service is, as its card says."""

import re

import streamlit as st

from streamlit_ui import names
from streamlit_ui.contract import Card
from streamlit_ui.strings import record as words
from streamlit_ui.strings.tongue import Tongue


def track_record(say: Tongue, card: Card) -> None:
    """The card's figures and the sentence that put the model in service, folded away."""
    with st.expander(say(words.TRACK_RECORD)):
        st.markdown(f"**{say(words.DECISION)}**")
        st.text(card.decision)
        figures = [(name, value) for name, value in card.metrics.items() if isinstance(value, int | float)]
        if figures:
            measures = [_measure(say, name) for name, _ in figures]
            values = [f"{value:,.0f}" if name.startswith("films") else f"{value:,.3f}" for name, value in figures]
            st.table({say(words.METRIC): measures, say(words.VALUE): values}, hide_index=True)


def _measure(say: Tongue, name: str) -> str:
    by_votes = re.fullmatch(r"([a-z0-9]+)_(\d+)_votes", name)
    if by_votes and by_votes[1] in names.METRICS_BY_VOTES:
        return say(names.METRICS_BY_VOTES[by_votes[1]], votes=by_votes[2])
    return say.name(names.METRICS, name)
