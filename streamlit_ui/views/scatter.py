"""Predicted against actual ratings as a chart. Where it stands: track_record.py."""

from collections.abc import Sequence

import streamlit as st

from streamlit_ui.strings import record as words
from streamlit_ui.strings.tongue import Tongue

HEIGHT = 330  # pixels
AXES = [0, 2, 4, 6, 8, 10]


def scatter(say: Tongue, sample: Sequence[tuple[float, float]]) -> None:
    """A dot for each film at its predicted and actual rating, and the line where both are the same."""
    import altair as alt  # half a second: only where it is looked at

    actual, predicted = say(words.ACTUAL), say(words.PREDICTED)
    values = [{"predicted": round(told, 2), "actual": round(truth, 2)} for told, truth in sample]
    low = int(min(min(pair) for pair in sample))
    scale = alt.Scale(domain=[low, 10], nice=False)
    x = alt.X("predicted:Q", scale=scale, title=predicted, axis=alt.Axis(values=AXES))
    y = alt.Y("actual:Q", scale=scale, title=actual, axis=alt.Axis(values=AXES))
    dots = (
        alt.Chart(alt.InlineData(values=values))
        .mark_circle(size=36, opacity=0.55, color="#2f7fc1")
        .encode(x=x, y=y, tooltip=[alt.Tooltip("predicted:Q", title=predicted), alt.Tooltip("actual:Q", title=actual)])
    )
    ends = [{"predicted": end, "actual": end} for end in (low, 10)]
    line = (
        alt.Chart(alt.InlineData(values=ends))
        .mark_line(color="#888", strokeDash=[5, 4], strokeWidth=1.5)
        .encode(x=x, y=y)
    )
    st.altair_chart((line + dots).properties(height=HEIGHT), alt=say(words.SCATTER_NOTE, films=len(sample)))
