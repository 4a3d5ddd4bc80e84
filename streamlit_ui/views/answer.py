"""The answer: rating, range, mood, reasons, provenance. A new warning of the service is one entry of WARNINGS."""

from html import escape

import streamlit as st

from streamlit_ui import names
from streamlit_ui.contract import Answer, Card, Film, Histogram, Mood, PredictionWarning
from streamlit_ui.flow import RatedFilm
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
    "No range available: this model was trained on too few films.",
    "학습한 영화가 너무 적어 예측 구간을 제시할 수 없습니다.",
)
OLDER_SERVICE = Sentence(
    "The service is older than this page and gives no range.",
    "서비스가 이 페이지보다 오래된 버전이어서 예측 구간을 제공하지 않습니다.",
)
TYPICAL_ERROR = Sentence(
    "On films it had not seen, this model was off by {error:.2f} points on average.",
    "학습하지 않은 영화에서 이 모델은 평균 {error:.2f}점 빗나갔습니다.",
)
AMONG = Sentence("Compared with its training films", "학습한 영화들 가운데")
HIGHER_THAN = Sentence("Higher than {share:.0%} of their ratings", "그중 {share:.0%}보다 높은 평점")

# Mood
MOOD = Sentence("Mood of the synopsis", "줄거리의 분위기")
MOOD_VALUE = Sentence("{mood} ({polarity}, from −1 to 1)", "{mood}({polarity}, −1에서 1 사이)")
MOOD_NONE = Sentence("None: the synopsis was not scored", "없음: 줄거리를 예측에 쓰지 않았습니다")

# Reasons
REASONS = Sentence("What moved this rating", "평점을 움직인 이유")
REASONS_FROM = Sentence(
    "In rating points, starting from {base:.1f}, the mean of the training films.",
    "학습한 영화의 평균 {base:.1f}점에서 출발해 각 항목이 더하거나 뺀 점수입니다.",
)
REASONS_NOT_CAUSES = Sentence(
    "These are patterns in past films, not causes.", "과거 영화에서 나타난 경향일 뿐, 원인은 아닙니다."
)
REASON = Sentence("Reason", "이유")
POINTS = Sentence("Points", "점수")
OTHER_REASONS = Sentence("{count} other details combined", "그 밖의 항목 {count}개 합계")
UNKNOWN = Sentence("left out", "정보 없음")
ASSUMED_YEAR = Sentence("{year} assumed", "{year}년으로 가정")
ASSUMED_DATE = Sentence("release date ({year} assumed)", "개봉일({year}년으로 가정)")

# What it rests on
CHANGED_SINCE = Sentence("The form has changed since this prediction.", "이 예측 이후에 입력 내용이 바뀌었습니다.")
ANOTHER_MODEL = Sentence(
    "A different model made this prediction, so it cannot be compared with the previous one.",
    "이번에는 이전과 다른 모델이 예측했으므로 두 평점을 서로 비교할 수 없습니다.",
)
CHARACTERS = Sentence("{count:,.0f} characters of English synopsis", "영어 줄거리 {count:,.0f}자")
SCORED_FILM = Sentence("What was scored", "예측에 쓴 내용")
LEFT_OUT = Sentence("Left out", "예측에서 빠진 항목")
GOOD_TO_KNOW = Sentence("Keep in mind", "참고하세요")
LEARNED_FROM = Sentence("Trained on", "학습 데이터")
WINDOW = Sentence(
    "{films:,} {source} films, {first_day} to {last_day}", "{source} 영화 {films:,}편({first_day}~{last_day})"
)
MODEL = Sentence("Model", "모델")
MODEL_DAY = Sentence("of {day}", "{day} 모델")
TO_CARD = Sentence("How good is this model?", "이 모델은 얼마나 정확한가요?")

WARNINGS = {
    "no_genres": Sentence(
        "No genre was given, so the genres count as unknown.",
        "장르를 입력하지 않아 장르를 모르는 것으로 보고 예측했습니다.",
    ),
    "unknown_main_genre": Sentence(
        "The model does not know this main genre and treated it as missing.",
        "모델이 학습하지 않은 주 장르여서 장르를 모르는 것으로 보고 예측했습니다.",
    ),
    "unknown_original_language": Sentence(
        "The model does not know this language and treated it as missing.",
        "모델이 학습하지 않은 언어여서 원어를 모르는 것으로 보고 예측했습니다.",
    ),
    "unknown_genre": Sentence(
        "The model does not know one of the genres and left it out.", "모델이 모르는 장르는 예측에서 뺐습니다."
    ),
    "unknown_spoken_language": Sentence(
        "The model does not know one of the spoken languages and left it out.",
        "모델이 모르는 사용 언어는 예측에서 뺐습니다.",
    ),
    "unknown_production_country": Sentence(
        "The model does not know one of the countries and left it out.", "모델이 모르는 제작 국가는 예측에서 뺐습니다."
    ),
    "unknown_production_company": Sentence(
        "No training film is by this company, so its name changes nothing.",
        "학습한 영화에 없는 제작사여서 예측에 영향이 없습니다.",
    ),
    "unknown_director": Sentence(
        "No training film is by this director, so the name changes nothing.",
        "학습한 영화에 없는 감독이어서 예측에 영향이 없습니다.",
    ),
    "unknown_actor": Sentence(
        "No training film has this actor, so the name changes nothing.",
        "학습한 영화에 없는 배우여서 예측에 영향이 없습니다.",
    ),
    "unknown_collection": Sentence(
        "No training film is of this series, so its name changes nothing.",
        "학습한 영화에 없는 시리즈여서 예측에 영향이 없습니다.",
    ),
    "overview_not_english": Sentence(
        "The synopsis is not in English, so its mood and length were left out.",
        "줄거리가 영어가 아니어서 분위기와 길이를 예측에서 뺐습니다.",
    ),
    "no_overview": Sentence(
        "Without a synopsis, its mood and length were left out.", "줄거리가 없어서 분위기와 길이를 예측에서 뺐습니다."
    ),
    "overview_too_short": Sentence(
        "The synopsis has only a few words, so its mood is unreliable.",
        "줄거리가 몇 단어뿐이어서 분위기 점수를 믿기 어렵습니다.",
    ),
    "runtime_out_of_range": Sentence(
        "Hardly any training film is this short or this long, so the rating is unreliable.",
        "학습한 영화 중 이렇게 짧거나 긴 영화가 거의 없어 예측을 믿기 어렵습니다.",
    ),
    "overview_len_out_of_range": Sentence(
        "Hardly any training synopsis is this short or this long.",
        "학습한 줄거리 중 이렇게 짧거나 긴 것이 거의 없습니다.",
    ),
    "release_date_out_of_range": Sentence(
        "Hardly any training film is this old, or the release date is too far ahead.",
        "학습한 영화 중 이렇게 오래된 영화가 거의 없거나, 개봉일이 너무 먼 미래입니다.",
    ),
    "overview_sentiment_out_of_range": Sentence(
        "Hardly any training synopsis has this tone.", "학습한 줄거리 중 이런 분위기는 거의 없습니다."
    ),
    "held_on_the_scale": Sentence(
        "The model's value was outside the scale and was limited to 0 to 10.",
        "모델의 예측값이 범위를 벗어나 0~10점으로 제한했습니다.",
    ),
}
NEAREST = Sentence("{name}: did you mean {nearest}?", "{name}: 혹시 {nearest}?")
SOURCES = {
    "synthetic": Sentence("made-up", "가상"),
    "dump": Sentence("collected", "수집한"),
    "tmdb": Sentence("TMDB", "TMDB"),
}


BUNDLE_ID_SHOWN = 12  # enough to find the bundle
REASONS_SHOWN = 6  # the others are summed up in one line


def answer_card(t: Localizer, rated: RatedFilm, *, changed: bool) -> None:
    """The answer; `changed` if the form has another film by now."""
    answer, description = rated.answer, rated.description
    if description is not None and description.card.bundle_id != answer.bundle_id:
        description = None  # of another model, during a trial or a release
    card = description.card if description else None
    with st.container(key="answer", border=True):
        st.html(_rating(t, answer, card))
        if changed:
            st.caption(t(CHANGED_SINCE))
        if rated.by_another:
            st.caption(t(ANOTHER_MODEL))
        if answer.warnings:
            st.html(_warnings(t, answer))
        place = _among(t, answer, description.training_ratings) if description else ""
        st.html(f'<div class="pair">{_mood(t, answer.mood)}{place}</div>')
        if answer.contributions:
            st.html(_reasons(t, answer, answer.contributions))
        st.html(_details(t, answer, rated.film, card))
        st.button(
            t(TO_CARD),
            key="to_card",
            type="tertiary",
            icon=":material/fact_check:",
            on_click=st.session_state.update,
            kwargs={"view": "record"},
        )


def _rating(t: Localizer, answer: Answer, card: Card | None) -> str:
    rating, interval = answer.predicted_rating, answer.interval
    spoken = t(RATING_SPOKEN, rating=f"{rating:.1f}")
    sure = [t(NO_INTERVAL if answer.interval_note else OLDER_SERVICE)]
    if interval is not None:
        sure = [t(INTERVAL, share=interval.level, low=interval.low, high=interval.high)]
    if card is not None and card.typical_error is not None:
        sure.append(t(TYPICAL_ERROR, error=card.typical_error))
    lines = "".join(f"<p>{escape(line)}</p>" for line in sure)
    scale = html.rating_scale(rating, (interval.low, interval.high) if interval else None)
    return (
        f'<section class="rating"><p class="kicker">{escape(t(PREDICTED_RATING))}</p>'
        f'<p class="figure" role="img" aria-label="{escape(spoken)}">{rating:.1f}'
        f"<small>{escape(t(OUT_OF_TEN))}</small></p>"
        f'{scale}<div class="sure">{lines}</div></section>'
    )


def _mood(t: Localizer, mood: Mood | None) -> str:
    kicker = f'<p class="kicker">{escape(t(MOOD))}</p>'
    if mood is None:
        return f'<section class="mood">{kicker}<p>{escape(t(MOOD_NONE))}</p></section>'
    value = t(MOOD_VALUE, mood=t.name(names.MOODS, mood.label), polarity=html.signed(mood.polarity))
    place = (mood.polarity + 1) / 2
    dark, bright = (escape(t(names.MOODS[end])) for end in ("dark", "bright"))
    return (
        f'<section class="mood">{kicker}<p>{escape(value)}</p>'
        f'<div class="balance" aria-hidden="true"><i style="left:{place:.1%}"></i></div>'
        f'<p class="ends" aria-hidden="true"><span>{dark}</span><span>{bright}</span></p></section>'
    )


def _among(t: Localizer, answer: Answer, histogram: Histogram | None) -> str:
    if histogram is None or not sum(histogram.films):
        return ""
    share = histogram.share_below(answer.predicted_rating)
    return (
        f'<section class="among"><p class="kicker">{escape(t(AMONG))}</p>'
        f"<p>{escape(t(HIGHER_THAN, share=share))}</p>"
        f"{html.distribution(histogram, answer.predicted_rating)}</section>"
    )


def _reasons(t: Localizer, answer: Answer, contributions: dict[str, float]) -> str:
    ranked = sorted(contributions.items(), key=lambda entry: -abs(entry[1]))
    rest = ranked[REASONS_SHOWN:] if len(ranked) > REASONS_SHOWN + 1 else []
    bars = [
        html.Bar(t.name(names.REASONS, name), points, note=_seen(t, name, answer))
        for name, points in ranked[: len(ranked) - len(rest)]
    ]
    if rest:
        bars.append(html.Bar(t(OTHER_REASONS, count=len(rest)), sum(points for _, points in rest)))
    notes = [t(REASONS_NOT_CAUSES)]
    if answer.base_value is not None:
        notes.insert(0, t(REASONS_FROM, base=answer.base_value))
    return (
        f'<section class="reasons"><p class="kicker">{escape(t(REASONS))}</p>'
        f"{html.diverging(bars, heads=(t(REASON), t(POINTS)))}"
        f'<p class="note">{escape(" ".join(notes))}</p></section>'
    )


def _seen(t: Localizer, name: str, answer: Answer) -> str:
    if name not in answer.features:
        return ""  # facts not given, and the words of the synopsis, which are not repeated
    if name == "release_date" and answer.assumed_release_year is not None:
        return t(ASSUMED_YEAR, year=answer.assumed_release_year)
    return t(UNKNOWN) if answer.left_out(name) else feature_value(t, name, answer.features[name])


def _warnings(t: Localizer, answer: Answer) -> str:
    items = "".join(f"<li>{escape(_warning(t, warned))}</li>" for warned in answer.warnings)
    return f'<section class="warned"><p class="kicker">{escape(t(GOOD_TO_KNOW))}</p><ul>{items}</ul></section>'


def _warning(t: Localizer, warned: PredictionWarning) -> str:
    if warned.code not in WARNINGS:
        return warned.message
    known = names.NAMES_OF.get(warned.field or "", {})
    listed = [
        t(NEAREST, name=name, nearest=t.name(known, nearest)) if nearest else name
        for name, nearest in warned.names.items()
    ]
    return " ".join([t(WARNINGS[warned.code]), *([f"({', '.join(listed)})"] if listed else [])])


def _details(t: Localizer, answer: Answer, film: Film, card: Card | None) -> str:
    gone = [_left_out(t, name, answer) for name in answer.features if answer.left_out(name)]
    window = answer.window
    learned_from = t(
        WINDOW,
        films=window.films,
        source=t.name(SOURCES, answer.source),
        first_day=t.day(window.first_day),
        last_day=t.day(window.last_day),
    )
    bundle = answer.bundle_id[:BUNDLE_ID_SHOWN]
    model = [f"{bundle} {t(MODEL_DAY, day=t.day(card.day))}" if card else bundle, answer.bento_tag]
    facts = [
        (SCORED_FILM, [_scored(t, film, length=answer.features.get("overview_len"))]),
        (LEFT_OUT, [", ".join(gone)] if gone else []),
        (LEARNED_FROM, [learned_from]),
        (MODEL, model),
    ]
    rows = "".join(html.row(t(title), lines) for title, lines in facts if lines)
    return f'<dl class="facts">{rows}</dl>'


def _left_out(t: Localizer, name: str, answer: Answer) -> str:
    if name == "release_date" and answer.assumed_release_year is not None:
        return t(ASSUMED_DATE, year=answer.assumed_release_year)
    return t.name(names.FEATURES, name)


def _scored(t: Localizer, film: Film, *, length: FeatureValue = None) -> str:
    """The scored film in one line."""
    parts = [
        film.title or "",
        t(names.MINUTES, minutes=film.runtime),
        ", ".join(t.name(names.GENRES, genre) for genre in film.genres),
        t.name(names.LANGUAGES, film.original_language),
        t(CHARACTERS, count=length) if isinstance(length, float | int) else "",
    ]
    return " · ".join(part for part in parts if part)
