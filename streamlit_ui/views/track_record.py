"""How good the model in service is: its card in plain words, htmls, decisions, and all its figures."""

import re
from collections.abc import Iterator, Sequence
from html import escape

import streamlit as st

from streamlit_ui import names
from streamlit_ui.contract import Card, Description, GenreErrors, Status
from streamlit_ui.localizer import Localizer, Sentence
from streamlit_ui.views import html
from streamlit_ui.views.answer import SOURCES
from streamlit_ui.views.html import table

TITLE = Sentence("How good is this model?", "이 모델은 얼마나 정확한가요?")
PLAIN = Sentence("In plain words", "쉽게 말하면")
LEARNED = Sentence(
    "As of {day} it has learned from {films:,} {source} films, with {family} on {features}.",
    "{day} 기준으로 {source} 영화 {films:,}편을 학습했습니다({family}, {features}).",
)
FEATURE_SETS = {
    "core": Sentence("five facts", "다섯 가지 정보"),
    "full": Sentence("everything known before a release", "개봉 전에 알 수 있는 모든 정보"),
}
FAMILIES = {
    "lightgbm": Sentence("LightGBM", "LightGBM"),
    "xgboost": Sentence("XGBoost", "XGBoost"),
    "random_forest": Sentence("a random forest", "랜덤 포레스트"),
}
OFF = Sentence(
    "On {films:,} films it had never seen, it was {error:.2f} points off on average.",
    "학습하지 않은 영화 {films:,}편에서 예측은 평균 {error:.2f}점 빗나갔습니다.",
)
OFF_UNCOUNTED = Sentence(
    "On films it had never seen, it was {error:.2f} points off on average.",
    "학습하지 않은 영화에서 예측은 평균 {error:.2f}점 빗나갔습니다.",
)
GUESS = Sentence(
    "Always guessing the mean would have been {mean:.2f} points off, the mean of the genre {genre:.2f}.",
    "늘 전체 평균으로 답했다면 {mean:.2f}점, 장르 평균으로 답했다면 {genre:.2f}점 빗나갔을 것입니다.",
)
HELD = Sentence(
    "Its range is meant to hold 80% of films; it held {share:.0%} of them.",
    "예측 구간은 영화의 80%를 담도록 만들었고, 실제로는 {share:.0%}를 담았습니다.",
)
BACKTEST = Sentence(
    "Asked as a forecast, knowing only films from before {cut}, it was {error:.2f} points off on the {films:,} since.",
    "{cut} 이전 영화만 학습해 그 뒤에 개봉한 {films:,}편을 예측했을 때는 평균 {error:.2f}점 빗나갔습니다.",
)
SCATTER = Sentence("Predicted against actual", "예측 평점과 실제 평점")
SCATTER_NOTE = Sentence(
    "Each dot is one of {films:,} films the model never saw. On the line the forecast was right.",
    "점 하나가 학습하지 않은 영화 {films:,}편 중 한 편입니다. 점선 위에 있으면 예측이 맞은 것입니다.",
)
PREDICTED = Sentence("predicted", "예측")
ACTUAL = Sentence("actual", "실제")
BY_GENRE = Sentence("How far off, by main genre", "주 장르별 평균 오차")
BY_GENRE_NOTE = Sentence(
    "Rating points on average, with the number of films measured.", "평균 오차(점)와 측정한 영화 수입니다."
)
GENRE = Sentence("Main genre", "주 장르")
ERROR = Sentence("Error", "오차")
FILMS = Sentence("{films:,} films", "{films:,}편")
LOOKS_AT = Sentence("What it looks at", "모델이 눈여겨보는 것")
LOOKS_AT_NOTE = Sentence(
    "How many points each fact moves a forecast on average, up or down.",
    "각 항목이 예측을 평균 몇 점이나 올리거나 내리는지 보여 줍니다.",
)
FEATURE = Sentence("Fact", "항목")
WEIGHT = Sentence("Points", "점수")
DECISION = Sentence("Why this model is in service", "이 모델을 쓰는 이유")
RECORDED = Sentence("As the platform recorded it, in English.", "플랫폼이 영어로 남긴 기록입니다.")
DECISIONS = Sentence("Decisions of the last days", "최근 결정")
NO_DECISIONS = Sentence("None is known to this service.", "이 서비스가 알고 있는 결정이 없습니다.")
WHEN = Sentence("When", "시각")
WHAT = Sentence("What", "결정")
WHO = Sentence("By", "결정 주체")
WHY = Sentence("Why", "이유")
KINDS = {
    "release": Sentence("to be put in service", "교체 결정"),
    "in service": Sentence("in service", "교체 완료"),
    "failed": Sentence("could not be put in service", "교체 실패"),
    "taken back": Sentence("taken back while it was tried", "시험 중 철회"),
    "rollback": Sentence("rolled back to", "이전 모델로 되돌림"),
    "pin": Sentence("held in service", "고정"),
    "unpin": Sentence("no longer held", "고정 해제"),
}
FORECASTS = Sentence("Past forecasts", "지난 예측")
NO_FORECASTS = Sentence(
    "Forecasts of unreleased films will stand here beside the ratings they got. None has come due yet.",
    "개봉 전 영화의 예측이 실제 평점과 함께 이곳에 표시됩니다. 아직 결과가 나온 예측이 없습니다.",
)
FIGURES = Sentence("All figures", "전체 지표")
METRIC = Sentence("Measure", "지표")
VALUE = Sentence("Value", "값")


MEAN_ERROR = "mae_6_votes"  # of films with at least so many votes
MEASURED = "films_6_votes"
BY_VOTES = re.compile(r"([a-z0-9]+)_(\d+)_votes")
FEATURES_SHOWN = 10
SCATTER_HEIGHT = 330  # pixels
RATING_TICKS = [0, 2, 4, 6, 8, 10]


def track_record(say: Localizer, description: Description, status: Status | None) -> None:
    """All of it; parts that the card of an older model lacks are left out."""
    card = description.card
    with st.container(key="record"):
        st.header(say(TITLE), anchor=False)
        left, right = st.columns(2, gap="medium")
        with left.container(border=True, key="record_plain"):
            _heading(say, PLAIN)
            st.html("".join(f"<p>{escape(line)}</p>" for line in _in_plain_words(say, card)))
            _heading(say, DECISION)
            st.text(card.decision)
            st.caption(say(RECORDED))
        with right.container(border=True, key="record_scatter"):
            _heading(say, SCATTER)
            sample = description.holdout_sample or []
            st.caption(say(SCATTER_NOTE, films=len(sample)))
            if sample:
                _scatter(say, sample)
        if description.errors_by_genre:
            with left.container(border=True, key="record_genres"):
                _by_genre(say, description.errors_by_genre)
        if any(use.importance for use in card.features):
            with right.container(border=True, key="record_features"):
                _features(say, card)
        with st.container(border=True, key="record_decisions"):
            _decisions(say, status)
        with st.container(border=True, key="record_forecasts"):
            _heading(say, FORECASTS)
            st.markdown(say(NO_FORECASTS))
        with st.expander(say(FIGURES)):
            _figures(say, card)


def _heading(say: Localizer, sentence: Sentence) -> None:
    st.markdown(f"### {say(sentence)}")


def _in_plain_words(say: Localizer, card: Card) -> Iterator[str]:
    yield say(
        LEARNED,
        day=say.day(card.day),
        films=card.window.films,
        source=say.name(SOURCES, card.source),
        family=say.name(FAMILIES, card.family),
        features=say.name(FEATURE_SETS, card.feature_set),
    )
    error, measured = card.typical_error or card.figure(MEAN_ERROR), card.figure(MEASURED)
    if error is not None and measured is not None:
        yield say(OFF, films=int(measured), error=error)
    elif error is not None:
        yield say(OFF_UNCOUNTED, error=error)
    guesses = {row.get("predictor"): row.get(MEAN_ERROR) for row in card.table}
    mean, genre = guesses.get("mean"), guesses.get("mean_per_genre")
    if isinstance(mean, float) and isinstance(genre, float):
        yield say(GUESS, mean=mean, genre=genre)
    for group in card.coverage:
        if group.group == "all":
            yield say(HELD, share=group.coverage)
    backtest = card.backtest
    if backtest is not None and MEAN_ERROR in backtest.metrics:
        error = backtest.metrics[MEAN_ERROR]
        yield say(BACKTEST, cut=say.day(backtest.cut), films=backtest.test_films, error=error)


def _scatter(say: Localizer, sample: Sequence[tuple[float, float]]) -> None:
    """A dot for each film at its predicted and actual rating, and the line where both are the same."""
    import altair as alt  # half a second: only where it is looked at

    actual, predicted = say(ACTUAL), say(PREDICTED)
    values = [{"predicted": round(told, 2), "actual": round(truth, 2)} for told, truth in sample]
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
    st.altair_chart((line + dots).properties(height=SCATTER_HEIGHT), alt=say(SCATTER_NOTE, films=len(sample)))


def _by_genre(say: Localizer, errors: list[GenreErrors]) -> None:
    _heading(say, BY_GENRE)
    bars = [
        html.Bar(
            say.name(names.GENRES, one.genre),
            one.mae,
            note=say(FILMS, films=one.films),
            shown=f"{one.mae:.2f}",
        )
        for one in sorted(errors, key=lambda one: one.mae)
    ]
    st.html(html.lengths(bars, heads=(say(GENRE), say(ERROR))))
    st.caption(say(BY_GENRE_NOTE))


def _features(say: Localizer, card: Card) -> None:
    _heading(say, LOOKS_AT)
    used = sorted(card.features, key=lambda use: -(use.importance or 0))[:FEATURES_SHOWN]
    bars = [
        html.Bar(say.name(names.REASONS, use.name), use.importance or 0, shown=f"{use.importance or 0:.2f}")
        for use in used
    ]
    st.html(html.lengths(bars, heads=(say(FEATURE), say(WEIGHT))))
    st.caption(say(LOOKS_AT_NOTE))


def _decisions(say: Localizer, status: Status | None) -> None:
    _heading(say, DECISIONS)
    decisions = status.decisions if status else None
    if not decisions:
        st.markdown(say(NO_DECISIONS))
        return
    rows = [
        (
            f"{say.day(one.at.date())} {one.at:%H:%M} UTC".replace(" ", "\N{NO-BREAK SPACE}"),
            f"{say.name(KINDS, one.kind)} {one.bundle_id[:12]}",
            one.by,
            one.why,
        )
        for one in decisions
    ]
    st.html(table([say(head) for head in (WHEN, WHAT, WHO, WHY)], rows))
    st.caption(say(RECORDED))


def _figures(say: Localizer, card: Card) -> None:
    rows = [
        (_measure(say, name), f"{value:,.0f}" if name.startswith("films") else f"{value:,.3f}")
        for name, value in card.metrics.items()
        if isinstance(value, int | float)
    ]
    st.html(table([say(METRIC), say(VALUE)], rows))


def _measure(say: Localizer, name: str) -> str:
    by_votes = BY_VOTES.fullmatch(name)
    if by_votes and by_votes[1] in names.METRICS_BY_VOTES:
        return say(names.METRICS_BY_VOTES[by_votes[1]], votes=by_votes[2])
    return say.name(names.METRICS, name)
