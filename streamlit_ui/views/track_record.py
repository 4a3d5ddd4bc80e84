"""How good the model in service is, as its card says."""

import streamlit as st

from streamlit_ui import names, strings
from streamlit_ui.contract import Card
from streamlit_ui.strings import Tongue


def track_record(say: Tongue, card: Card) -> None:
    """The card's figures and the sentence that put the model in service, folded away."""
    with st.expander(say(strings.TRACK_RECORD)):
        st.markdown(f"**{say(strings.DECISION)}**")
        st.text(card.decision)
        figures = {
            say.name(names.METRICS, name): f"{value:,.3f}"
            for name, value in card.metrics.items()
            if isinstance(value, int | float) and not isinstance(value, bool)
        }
        if figures:
            st.table({say(strings.METRIC): list(figures), say(strings.VALUE): list(figures.values())}, hide_index=True)
