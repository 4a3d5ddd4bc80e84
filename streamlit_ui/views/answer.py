"""The answer: rating, mood, what was scored and left out, and which model said so. When there is none: states.py."""

from html import escape

import streamlit as st

from streamlit_ui import names, strings
from streamlit_ui.contract import Answer, Film, Mood
from streamlit_ui.strings import Tongue

UNKNOWN = "unknown"  # how the service writes a value its model has no class for
BUNDLE_ID_SHOWN = 12  # enough to find the bundle by


def answer_card(say: Tongue, answer: Answer, film: Film, *, model_day: str | None, changed: bool) -> None:
    """The answer to `film`; `changed` when the form holds another film by now."""
    with st.container(key="answer", border=True):
        st.html(_rating(say, answer.predicted_rating))
        if changed:
            st.caption(say(strings.CHANGED_SINCE))
        st.html(_mood(say, answer.mood))
        facts = [
            (strings.SCORED_FILM, _scored(say, answer, film)),
            (strings.LEFT_OUT, _left_out(say, answer)),
            (strings.GOOD_TO_KNOW, [_warning(say, warned.code, warned.message) for warned in answer.warnings]),
            (strings.LEARNED_FROM, [_learned_from(say, answer)]),
            (strings.MODEL, _model(say, answer, model_day)),
        ]
        rows = "".join(_row(say(title), lines) for title, lines in facts if lines)
        st.html(f'<dl class="facts">{rows}</dl>')


def _rating(say: Tongue, rating: float) -> str:
    spoken = say(strings.RATING_SPOKEN, rating=f"{rating:.1f}")
    return (
        f'<section class="rating" role="img" aria-label="{escape(spoken)}">'
        f'<p class="kicker">{escape(say(strings.PREDICTED_RATING))}</p>'
        f'<p class="figure">{rating:.1f}<small>{escape(say(strings.OUT_OF_TEN))}</small></p>'
        f'<div class="scale"><i style="width:{rating * 10:.1f}%"></i></div>'
        '<p class="ends"><span>0</span><span>5</span><span>10</span></p></section>'
    )


def _mood(say: Tongue, mood: Mood | None) -> str:
    kicker = f'<p class="kicker">{escape(say(strings.MOOD))}</p>'
    if mood is None:
        return f'<section class="mood">{kicker}<p>{escape(say(strings.MOOD_NONE))}</p></section>'
    value = say(strings.MOOD_VALUE, mood=say.name(names.MOODS, mood.label), polarity=mood.polarity)
    place = (mood.polarity + 1) * 50
    dark, bright = (say(names.MOODS[end]) for end in ("dark", "bright"))
    return (
        f'<section class="mood">{kicker}<p>{escape(value)}</p>'
        f'<div class="balance"><i style="left:{place:.1f}%"></i></div>'
        f'<p class="ends"><span>{escape(dark)}</span><span>{escape(bright)}</span></p></section>'
    )


def _scored(say: Tongue, answer: Answer, film: Film) -> list[str]:
    genres = [say.name(names.GENRES, genre) for genre in film.genres]
    parts = [
        film.title or "",
        say(strings.MINUTES, minutes=film.runtime),
        ", ".join(genres),
        say.name(names.LANGUAGES, film.original_language),
    ]
    length = answer.features.get("overview_len")
    if isinstance(length, float):
        parts.append(say(strings.CHARACTERS, count=length))
    return [" · ".join(part for part in parts if part)]


def _left_out(say: Tongue, answer: Answer) -> list[str]:
    gone = [name for name, value in answer.features.items() if value in (None, UNKNOWN, [])]
    return [", ".join(say.name(names.FEATURES, name) for name in gone)] if gone else []


def _warning(say: Tongue, code: str, message: str) -> str:
    return say.name(strings.WARNINGS, code) if code in strings.WARNINGS else message


def _learned_from(say: Tongue, answer: Answer) -> str:
    window = answer.window
    return say(
        strings.WINDOW,
        films=window.films,
        source=say.name(strings.SOURCES, answer.source),
        first_day=window.first_day,
        last_day=window.last_day,
    )


def _model(say: Tongue, answer: Answer, model_day: str | None) -> list[str]:
    bundle = answer.bundle_id[:BUNDLE_ID_SHOWN]
    day = f" {say(strings.MODEL_DAY, day=model_day)}" if model_day else ""
    return [bundle + day, answer.bento_tag]


def _row(title: str, lines: list[str]) -> str:
    return f"<dt>{escape(title)}</dt>" + "".join(f"<dd>{escape(line)}</dd>" for line in lines)
