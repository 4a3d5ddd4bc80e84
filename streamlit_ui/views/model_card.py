"""How good the model in service is: its card in plain words, charts, decisions and all metrics."""

import re
from collections.abc import Iterator, Sequence
from html import escape

import streamlit as st

from streamlit_ui import names
from streamlit_ui.contract import Card, Description, GenreError, Status
from streamlit_ui.localizer import Localizer, Sentence
from streamlit_ui.views import html
from streamlit_ui.views.answer import SOURCES
from streamlit_ui.views.html import table

TITLE = Sentence("How good is this model?", "이 모델은 얼마나 정확한가요?")
PLAIN = Sentence("In plain words", "쉽게 말하면")
LEARNED = Sentence(
    "As of {day}, it was trained on {films:,} {source} films, using {family} on {features}.",
    "{day} 기준으로 {source} 영화 {films:,}편을 학습했습니다({family}, {features}).",
)
FEATURE_SETS = {
    "core": Sentence("five facts", "다섯 가지 정보"),
    "full": Sentence("everything known before release", "개봉 전에 알 수 있는 모든 정보"),
}
FAMILIES = {
    "lightgbm": Sentence("LightGBM", "LightGBM"),
    "xgboost": Sentence("XGBoost", "XGBoost"),
    "random_forest": Sentence("a random forest", "랜덤 포레스트"),
}
OFF = Sentence(
    "On {films:,} films it had not seen, it was off by {error:.2f} points on average.",
    "학습하지 않은 영화 {films:,}편에서 예측은 평균 {error:.2f}점 빗나갔습니다.",
)
OFF_UNCOUNTED = Sentence(
    "On films it had not seen, it was off by {error:.2f} points on average.",
    "학습하지 않은 영화에서 예측은 평균 {error:.2f}점 빗나갔습니다.",
)
GUESS = Sentence(
    "Always guessing the overall mean would have been off by {mean:.2f} points, the genre mean by {genre:.2f}.",
    "늘 전체 평균으로 답했다면 {mean:.2f}점, 장르 평균으로 답했다면 {genre:.2f}점 빗나갔을 것입니다.",
)
COVERAGE = Sentence(
    "Its range is meant to contain 80% of ratings; it contained {share:.0%}.",
    "예측 구간은 실제 평점의 80%를 포함하도록 만들었고, 실제로는 {share:.0%}를 포함했습니다.",
)
BACKTEST = Sentence(
    "Trained only on films from before {cut}, it was off by {error:.2f} points on the {films:,} films since then.",
    "{cut} 이전 영화만 학습해 그 뒤에 개봉한 {films:,}편을 예측했을 때는 평균 {error:.2f}점 빗나갔습니다.",
)
SCATTER = Sentence("Predicted against actual", "예측 평점과 실제 평점")
SCATTER_NOTE = Sentence(
    "Each dot is one of {films:,} films the model had not seen. On the line, the prediction was right.",
    "점 하나가 학습하지 않은 영화 한 편이며, 모두 {films:,}편입니다. 점선에 놓이면 예측이 맞은 것입니다.",
)
PREDICTED = Sentence("predicted", "예측")
ACTUAL = Sentence("actual", "실제")
BY_GENRE = Sentence("Average error by main genre", "주 장르별 평균 오차")
BY_GENRE_NOTE = Sentence("In rating points, with the number of films tested.", "평균 오차(점)와 측정한 영화 수입니다.")
GENRE = Sentence("Main genre", "주 장르")
ERROR = Sentence("Error", "오차")
FILMS = Sentence("{films:,} films", "{films:,}편")
LOOKS_AT = Sentence("What the model relies on", "모델이 중요하게 보는 것")
LOOKS_AT_NOTE = Sentence(
    "By how many points each detail moves a prediction on average, up or down.",
    "각 항목이 예측을 평균 몇 점이나 올리거나 내리는지 보여 줍니다.",
)
FEATURE = Sentence("Detail", "항목")
WEIGHT = Sentence("Points", "점수")
DECISION = Sentence("Why this model is in service", "이 모델을 쓰는 이유")
RECORDED = Sentence("As recorded by the platform, in English.", "플랫폼이 영어로 남긴 기록입니다.")
DECISIONS = Sentence("Recent decisions", "최근 결정")
NO_DECISIONS = Sentence("This service has no record of decisions.", "이 서비스에는 결정 기록이 없습니다.")
WHEN = Sentence("When", "시각")
WHAT = Sentence("What", "결정")
WHO = Sentence("By", "결정 주체")
WHY = Sentence("Why", "이유")
KINDS = {
    "release": Sentence("release of", "교체 결정"),
    "in service": Sentence("in service", "교체 완료"),
    "failed": Sentence("failed release of", "교체 실패"),
    "taken back": Sentence("withdrawn during its trial", "시험 중 철회"),
    "rollback": Sentence("rolled back to", "이전 모델로 되돌림"),
    "pin": Sentence("pinned", "고정"),
    "unpin": Sentence("unpinned", "고정 해제"),
}
FORECASTS = Sentence("Past forecasts", "지난 예측")
NO_FORECASTS = Sentence(
    "Predictions for unreleased films will appear here next to their actual ratings. None is due yet.",
    "개봉 전 영화의 예측이 실제 평점과 함께 이곳에 표시됩니다. 아직 결과가 나온 예측이 없습니다.",
)
FIGURES = Sentence("All metrics", "전체 지표")
METRIC = Sentence("Metric", "지표")
VALUE = Sentence("Value", "값")


MEAN_ERROR = "mae_6_votes"  # of films with at least 6 votes
MEASURED = "films_6_votes"
BY_VOTES = re.compile(r"([a-z0-9]+)_(\d+)_votes")
FEATURES_SHOWN = 10
SCATTER_HEIGHT = 330  # pixels
RATING_TICKS = [0, 2, 4, 6, 8, 10]


def track_record(t: Localizer, description: Description, status: Status | None) -> None:
    """The whole view; sections that an older card lacks are left out."""
    card = description.card
    with st.container(key="record"):
        st.header(t(TITLE), anchor=False)
        left, right = st.columns(2, gap="medium")
        with left.container(border=True, key="record_plain"):
            _heading(t, PLAIN)
            st.html("".join(f"<p>{escape(line)}</p>" for line in _in_plain_words(t, card)))
            _heading(t, DECISION)
            st.text(card.decision)
            st.caption(t(RECORDED))
        with right.container(border=True, key="record_scatter"):
            _heading(t, SCATTER)
            sample = description.holdout_sample or []
            st.caption(t(SCATTER_NOTE, films=len(sample)))
            if sample:
                _scatter(t, sample)
        if description.errors_by_genre:
            with left.container(border=True, key="record_genres"):
                _by_genre(t, description.errors_by_genre)
        if any(use.importance for use in card.features):
            with right.container(border=True, key="record_features"):
                _features(t, card)
        with st.container(border=True, key="record_decisions"):
            _decisions(t, status)
        with st.container(border=True, key="record_forecasts"):
            _heading(t, FORECASTS)
            st.markdown(t(NO_FORECASTS))
        with st.expander(t(FIGURES)):
            _figures(t, card)


def _heading(t: Localizer, sentence: Sentence) -> None:
    st.markdown(f"### {t(sentence)}")


def _in_plain_words(t: Localizer, card: Card) -> Iterator[str]:
    yield t(
        LEARNED,
        day=t.day(card.day),
        films=card.window.films,
        source=t.name(SOURCES, card.source),
        family=t.name(FAMILIES, card.family),
        features=t.name(FEATURE_SETS, card.feature_set),
    )
    error, measured = card.typical_error or card.figure(MEAN_ERROR), card.figure(MEASURED)
    if error is not None and measured is not None:
        yield t(OFF, films=int(measured), error=error)
    elif error is not None:
        yield t(OFF_UNCOUNTED, error=error)
    guesses = {row.get("predictor"): row.get(MEAN_ERROR) for row in card.table}
    mean, genre = guesses.get("mean"), guesses.get("mean_per_genre")
    if isinstance(mean, float) and isinstance(genre, float):
        yield t(GUESS, mean=mean, genre=genre)
    for group in card.coverage:
        if group.group == "all":
            yield t(COVERAGE, share=group.coverage)
    backtest = card.backtest
    if backtest is not None and MEAN_ERROR in backtest.metrics:
        error = backtest.metrics[MEAN_ERROR]
        yield t(BACKTEST, cut=t.day(backtest.cut), films=backtest.test_films, error=error)


def _scatter(t: Localizer, sample: Sequence[tuple[float, float]]) -> None:
    """A dot for each film at its predicted and actual rating, and the diagonal."""
    import altair as alt  # takes half a second, so only in this view

    actual, predicted = t(ACTUAL), t(PREDICTED)
    values = [{"predicted": round(rating, 2), "actual": round(truth, 2)} for rating, truth in sample]
    low = int(min(min(pair) for pair in sample))
    scale = alt.Scale(domain=[low, 10], nice=False)
    x = alt.X("predicted:Q", scale=scale, title=predicted, axis=alt.Axis(values=RATING_TICKS))
    y = alt.Y("actual:Q", scale=scale, title=actual, axis=alt.Axis(values=RATING_TICKS))
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
    st.altair_chart((line + dots).properties(height=SCATTER_HEIGHT), alt=t(SCATTER_NOTE, films=len(sample)))


def _by_genre(t: Localizer, errors: list[GenreError]) -> None:
    _heading(t, BY_GENRE)
    bars = [
        html.Bar(
            t.name(names.GENRES, error.genre),
            error.mae,
            note=t(FILMS, films=error.films),
            text=f"{error.mae:.2f}",
        )
        for error in sorted(errors, key=lambda error: error.mae)
    ]
    st.html(html.lengths(bars, heads=(t(GENRE), t(ERROR))))
    st.caption(t(BY_GENRE_NOTE))


def _features(t: Localizer, card: Card) -> None:
    _heading(t, LOOKS_AT)
    used = sorted(card.features, key=lambda use: -(use.importance or 0))[:FEATURES_SHOWN]
    bars = [
        html.Bar(t.name(names.REASONS, use.name), use.importance or 0, text=f"{use.importance or 0:.2f}")
        for use in used
    ]
    st.html(html.lengths(bars, heads=(t(FEATURE), t(WEIGHT))))
    st.caption(t(LOOKS_AT_NOTE))


def _decisions(t: Localizer, status: Status | None) -> None:
    _heading(t, DECISIONS)
    decisions = status.decisions if status else None
    if not decisions:
        st.markdown(t(NO_DECISIONS))
        return
    rows = [
        (
            f"{t.day(entry.at.date())} {entry.at:%H:%M} UTC".replace(" ", "\N{NO-BREAK SPACE}"),
            f"{t.name(KINDS, entry.kind)} {entry.bundle_id[:12]}",
            entry.by,
            entry.why,
        )
        for entry in decisions
    ]
    st.html(table([t(head) for head in (WHEN, WHAT, WHO, WHY)], rows))
    st.caption(t(RECORDED))


def _figures(t: Localizer, card: Card) -> None:
    rows = [
        (_measure(t, name), f"{value:,.0f}" if name.startswith("films") else f"{value:,.3f}")
        for name, value in card.metrics.items()
        if isinstance(value, int | float)
    ]
    st.html(table([t(METRIC), t(VALUE)], rows))


def _measure(t: Localizer, name: str) -> str:
    by_votes = BY_VOTES.fullmatch(name)
    if by_votes and by_votes[1] in names.METRICS_BY_VOTES:
        return t(names.METRICS_BY_VOTES[by_votes[1]], votes=by_votes[2])
    return t.name(names.METRICS, name)
