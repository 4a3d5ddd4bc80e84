"""Predicted against actual ratings as a chart. Where it stands: track_record.py."""

from collections.abc import Sequence

import streamlit as st

from streamlit_ui.localizer import Localizer, Sentence

SCATTER_NOTE = Sentence(
    "Each dot is one of {films:,} films the model never saw. On the line the forecast was right.",
    "점 하나가 학습하지 않은 영화 {films:,}편 중 한 편입니다. 점선 위에 있으면 예측이 맞은 것입니다.",
)
PREDICTED = Sentence("predicted", "예측")
ACTUAL = Sentence("actual", "실제")


HEIGHT = 330  # pixels
AXES = [0, 2, 4, 6, 8, 10]


def scatter(say: Localizer, sample: Sequence[tuple[float, float]]) -> None:
    """A dot for each film at its predicted and actual rating, and the line where both are the same."""
    import altair as alt  # half a second: only where it is looked at

    actual, predicted = say(ACTUAL), say(PREDICTED)
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
    st.altair_chart((line + dots).properties(height=HEIGHT), alt=say(SCATTER_NOTE, films=len(sample)))
