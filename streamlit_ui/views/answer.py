"""The answer: rating, range, mood, reasons, what it rests on. Drawings: html.py. When there is none: states.py."""

from html import escape

import streamlit as st

from streamlit_ui import names
from streamlit_ui.contract import Answer, Card, Film, Histogram, Mood
from streamlit_ui.flow import Rated
from streamlit_ui.localizer import Localizer, Sentence
from streamlit_ui.names import FeatureValue, feature_value
from streamlit_ui.views import html

WORKING = Sentence("Reading the film…", "영화를 살펴보는 중…")
PREDICTED_RATING = Sentence("Predicted rating", "예측 평점")
RANGE = Sentence("Range", "예측 구간")
OUT_OF_TEN = Sentence("out of 10", "10점 만점")
RATING_SPOKEN = Sentence("Predicted rating {rating} out of 10", "예측 평점 10점 만점에 {rating}점")

# How sure it is
INTERVAL = Sentence(
    "{share:.0%} of such films are rated between {low:.1f} and {high:.1f}.",
    "이런 영화의 {share:.0%}는 {low:.1f}점에서 {high:.1f}점 사이의 평점을 받습니다.",
)
NO_INTERVAL = Sentence(
    "No range can be given: this model learned from too few films.",
    "학습한 영화가 너무 적어 예측 구간을 제시할 수 없습니다.",
)
OLDER_SERVICE = Sentence(
    "This service is older than the page and gives no range.",
    "서비스가 이 페이지보다 오래된 버전이어서 예측 구간을 제공하지 않습니다.",
)
TYPICAL_ERROR = Sentence(
    "On films it had not seen, this model was {error:.2f} points off on average.",
    "학습하지 않은 영화에서 이 모델은 평균 {error:.2f}점 빗나갔습니다.",
)
AMONG = Sentence("Among the films it learned from", "학습한 영화들 가운데")
HIGHER_THAN = Sentence("Higher than {share:.0%} of their ratings", "그중 {share:.0%}보다 높은 평점")

# Mood
MOOD = Sentence("Mood of the synopsis", "줄거리의 분위기")
MOOD_VALUE = Sentence("{mood} ({polarity}, from −1 to 1)", "{mood}({polarity}, −1에서 1 사이)")
MOOD_NONE = Sentence("Not read: nothing of the synopsis was scored", "읽지 않음: 줄거리는 예측에 쓰지 않았습니다")

# Reasons
REASONS = Sentence("What moved this rating", "평점을 움직인 이유")
REASONS_FROM = Sentence(
    "In rating points, starting from {base:.1f}, the mean of the films it learned from.",
    "학습한 영화의 평균 {base:.1f}점에서 출발해 각 항목이 더하거나 뺀 점수입니다.",
)
REASONS_NOT_CAUSES = Sentence(
    "These are patterns in past films, not causes.", "과거 영화에서 나타난 경향일 뿐, 원인은 아닙니다."
)
REASON = Sentence("Reason", "이유")
POINTS = Sentence("Points", "점수")
OTHER_REASONS = Sentence("{count} further facts together", "그 밖의 항목 {count}개 합계")
UNKNOWN = Sentence("left out", "정보 없음")

# What it rests on
CHANGED_SINCE = Sentence("The form has changed since this prediction.", "이 예측 이후에 입력 내용이 바뀌었습니다.")
ANOTHER_MODEL = Sentence(
    "Another model answered this time than before, so the two ratings cannot be compared.",
    "이번에는 이전과 다른 모델이 예측했으므로 두 평점을 서로 비교할 수 없습니다.",
)
CHARACTERS = Sentence("{count:,.0f} characters of English synopsis", "영어 줄거리 {count:,.0f}자")
SCORED_FILM = Sentence("What was scored", "예측에 쓴 내용")
LEFT_OUT = Sentence("Left out", "예측에서 빠진 항목")
GOOD_TO_KNOW = Sentence("Good to know", "참고하세요")
LEARNED_FROM = Sentence("Learned from", "학습 데이터")
WINDOW = Sentence(
    "{films:,} {source} films, {first_day} to {last_day}", "{source} 영화 {films:,}편({first_day}~{last_day})"
)
MODEL = Sentence("Model", "모델")
MODEL_DAY = Sentence("of {day}", "{day} 모델")
TO_CARD = Sentence("How good is this model?", "이 모델은 얼마나 정확한가요?")

WARNINGS = {
    "unknown_main_genre": Sentence(
        "The model has not seen this main genre and treated it as unknown.",
        "모델이 학습하지 않은 주 장르여서 장르를 모르는 것으로 보고 예측했습니다.",
    ),
    "unknown_original_language": Sentence(
        "The model has not seen films in this language and treated it as unknown.",
        "모델이 학습하지 않은 언어여서 원어를 모르는 것으로 보고 예측했습니다.",
    ),
    "overview_not_english": Sentence(
        "The synopsis is not in English, so its mood and length were left out.",
        "줄거리가 영어가 아니어서 분위기와 길이를 예측에서 뺐습니다.",
    ),
    "no_overview": Sentence(
        "Without a synopsis, its mood and length were left out.", "줄거리가 없어서 분위기와 길이를 예측에서 뺐습니다."
    ),
    "overview_too_short": Sentence(
        "The synopsis has only a few words; its mood says little.",
        "줄거리가 몇 단어뿐이어서 분위기 점수를 믿기 어렵습니다.",
    ),
    "runtime_out_of_range": Sentence(
        "Hardly any film it learned from was so short or so long: the rating is a guess.",
        "학습한 영화 중 이렇게 짧거나 긴 영화가 거의 없어 예측을 믿기 어렵습니다.",
    ),
    "overview_len_out_of_range": Sentence(
        "Hardly any synopsis it learned from was so short or so long.",
        "학습한 줄거리 중 이렇게 짧거나 긴 것이 거의 없습니다.",
    ),
    "release_date_out_of_range": Sentence(
        "Hardly any film it learned from was so old, or the release is far ahead.",
        "학습한 영화 중 이렇게 오래된 영화가 거의 없거나, 개봉일이 너무 먼 미래입니다.",
    ),
    "overview_sentiment_out_of_range": Sentence(
        "Hardly any synopsis it learned from had this tone.", "학습한 줄거리 중 이런 분위기는 거의 없습니다."
    ),
    "held_on_the_scale": Sentence(
        "The model went beyond the scale; its answer was held between 0 and 10.",
        "모델의 값이 범위를 벗어나 0점과 10점 사이로 맞추었습니다.",
    ),
}
SOURCES = {
    "synthetic": Sentence("made-up", "가상"),
    "dump": Sentence("collected", "수집한"),
    "tmdb": Sentence("TMDB", "TMDB"),
}


BUNDLE_ID_SHOWN = 12  # enough to find the bundle by
REASONS_SHOWN = 6  # the rest is one line, so that few small ones do not hide what matters


def answer_card(say: Localizer, rated: Rated, *, changed: bool) -> None:
    """The answer to a film; `changed` when the form holds another by now."""
    answer, description = rated.answer, rated.description
    if description is not None and description.card.bundle_id != answer.bundle_id:
        description = None  # of another model, while one is tried or replaced
    card = description.card if description else None
    with st.container(key="answer", border=True):
        st.html(_rating(say, answer, card))
        if changed:
            st.caption(say(CHANGED_SINCE))
        if rated.by_another:
            st.caption(say(ANOTHER_MODEL))
        if answer.warnings:
            st.html(_warnings(say, answer))
        place = _among(say, answer, description.training_ratings) if description else ""
        st.html(f'<div class="pair">{_mood(say, answer.mood)}{place}</div>')
        if answer.contributions:
            st.html(_reasons(say, answer, answer.contributions))
        st.html(_details(say, answer, rated.film, card))
        st.button(
            say(TO_CARD),
            key="to_card",
            type="tertiary",
            icon=":material/fact_check:",
            on_click=st.session_state.update,
            kwargs={"view": "record"},
        )


def _rating(say: Localizer, answer: Answer, card: Card | None) -> str:
    rating, interval = answer.predicted_rating, answer.interval
    spoken = say(RATING_SPOKEN, rating=f"{rating:.1f}")
    sure = [say(NO_INTERVAL if answer.interval_note else OLDER_SERVICE)]
    if interval is not None:
        sure = [say(INTERVAL, share=interval.level, low=interval.low, high=interval.high)]
    if card is not None and card.typical_error is not None:
        sure.append(say(TYPICAL_ERROR, error=card.typical_error))
    lines = "".join(f"<p>{escape(line)}</p>" for line in sure)
    scale = html.rating_scale(rating, (interval.low, interval.high) if interval else None)
    return (
        f'<section class="rating"><p class="kicker">{escape(say(PREDICTED_RATING))}</p>'
        f'<p class="figure" role="img" aria-label="{escape(spoken)}">{rating:.1f}'
        f"<small>{escape(say(OUT_OF_TEN))}</small></p>"
        f'{scale}<div class="sure">{lines}</div></section>'
    )


def _mood(say: Localizer, mood: Mood | None) -> str:
    kicker = f'<p class="kicker">{escape(say(MOOD))}</p>'
    if mood is None:
        return f'<section class="mood">{kicker}<p>{escape(say(MOOD_NONE))}</p></section>'
    value = say(MOOD_VALUE, mood=say.name(names.MOODS, mood.label), polarity=html.signed(mood.polarity))
    place = (mood.polarity + 1) / 2
    dark, bright = (escape(say(names.MOODS[end])) for end in ("dark", "bright"))
    return (
        f'<section class="mood">{kicker}<p>{escape(value)}</p>'
        f'<div class="balance" aria-hidden="true"><i style="left:{place:.1%}"></i></div>'
        f'<p class="ends" aria-hidden="true"><span>{dark}</span><span>{bright}</span></p></section>'
    )


def _among(say: Localizer, answer: Answer, histogram: Histogram | None) -> str:
    if histogram is None or not sum(histogram.films):
        return ""
    share = histogram.share_below(answer.predicted_rating)
    return (
        f'<section class="among"><p class="kicker">{escape(say(AMONG))}</p>'
        f"<p>{escape(say(HIGHER_THAN, share=share))}</p>"
        f"{html.distribution(histogram, answer.predicted_rating)}</section>"
    )


def _reasons(say: Localizer, answer: Answer, contributions: dict[str, float]) -> str:
    ranked = sorted(contributions.items(), key=lambda entry: -abs(entry[1]))
    rest = ranked[REASONS_SHOWN:] if len(ranked) > REASONS_SHOWN + 1 else []
    bars = [
        html.Bar(say.name(names.REASONS, name), points, note=_seen(say, name, answer))
        for name, points in ranked[: len(ranked) - len(rest)]
    ]
    if rest:
        bars.append(html.Bar(say(OTHER_REASONS, count=len(rest)), sum(points for _, points in rest)))
    notes = [say(REASONS_NOT_CAUSES)]
    if answer.base_value is not None:
        notes.insert(0, say(REASONS_FROM, base=answer.base_value))
    return (
        f'<section class="reasons"><p class="kicker">{escape(say(REASONS))}</p>'
        f"{html.diverging(bars, heads=(say(REASON), say(POINTS)))}"
        f'<p class="note">{escape(" ".join(notes))}</p></section>'
    )


def _seen(say: Localizer, name: str, answer: Answer) -> str:
    if name not in answer.features:
        return ""  # the words of a synopsis are not repeated
    return say(UNKNOWN) if answer.did_without(name) else feature_value(say, name, answer.features[name])


def _warnings(say: Localizer, answer: Answer) -> str:
    lines = [say(WARNINGS[warned.code]) if warned.code in WARNINGS else warned.message for warned in answer.warnings]
    items = "".join(f"<li>{escape(line)}</li>" for line in lines)
    return f'<section class="warned"><p class="kicker">{escape(say(GOOD_TO_KNOW))}</p><ul>{items}</ul></section>'


def _details(say: Localizer, answer: Answer, film: Film, card: Card | None) -> str:
    gone = [name for name in answer.features if answer.did_without(name)]
    window = answer.window
    learned_from = say(
        WINDOW,
        films=window.films,
        source=say.name(SOURCES, answer.source),
        first_day=say.day(window.first_day),
        last_day=say.day(window.last_day),
    )
    bundle = answer.bundle_id[:BUNDLE_ID_SHOWN]
    model = [f"{bundle} {say(MODEL_DAY, day=say.day(card.day))}" if card else bundle, answer.bento_tag]
    facts = [
        (SCORED_FILM, [_scored(say, film, length=answer.features.get("overview_len"))]),
        (LEFT_OUT, [", ".join(say.name(names.FEATURES, name) for name in gone)] if gone else []),
        (LEARNED_FROM, [learned_from]),
        (MODEL, model),
    ]
    rows = "".join(html.row(say(title), lines) for title, lines in facts if lines)
    return f'<dl class="facts">{rows}</dl>'


def _scored(say: Localizer, film: Film, *, length: FeatureValue = None) -> str:
    """The film in one line, as it was scored."""
    parts = [
        film.title or "",
        say(names.MINUTES, minutes=film.runtime),
        ", ".join(say.name(names.GENRES, genre) for genre in film.genres),
        say.name(names.LANGUAGES, film.original_language),
        say(CHARACTERS, count=length) if isinstance(length, float | int) else "",
    ]
    return " · ".join(part for part in parts if part)
