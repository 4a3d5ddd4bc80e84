"""The answer: rating, range, mood, reasons, what it rests on. Drawings: drawing.py. When there is none: states.py."""

from collections.abc import Callable
from html import escape

import streamlit as st

from streamlit_ui import names
from streamlit_ui.contract import Answer, Card, Film, Histogram, Mood
from streamlit_ui.flow import Rated
from streamlit_ui.strings import answer as words
from streamlit_ui.strings.tongue import Tongue
from streamlit_ui.views import drawing
from streamlit_ui.views.facts import feature_value, row, scored

BUNDLE_ID_SHOWN = 12  # enough to find the bundle by
REASONS_SHOWN = 6  # the rest is one line, so that few small ones do not hide what matters


def answer_card(say: Tongue, rated: Rated, *, changed: bool, to_card: Callable[[], None]) -> None:
    """The answer to a film; `changed` when the form holds another by now; `to_card` shows the model's card."""
    answer, description = rated.answer, rated.description
    if description is not None and description.card.bundle_id != answer.bundle_id:
        description = None  # of another model, while one is tried or replaced
    card = description.card if description else None
    with st.container(key="answer", border=True):
        st.html(_rating(say, answer, card))
        if changed:
            st.caption(say(words.CHANGED_SINCE))
        if rated.by_another:
            st.caption(say(words.ANOTHER_MODEL))
        if answer.warnings:
            st.html(_warnings(say, answer))
        place = _among(say, answer, description.training_ratings) if description else ""
        st.html(f'<div class="pair">{_mood(say, answer.mood)}{place}</div>')
        if answer.contributions:
            st.html(_reasons(say, answer, answer.contributions))
        st.html(_details(say, answer, rated.film, card))
        st.button(say(words.TO_CARD), key="to_card", type="tertiary", icon=":material/fact_check:", on_click=to_card)


def _rating(say: Tongue, answer: Answer, card: Card | None) -> str:
    rating, interval = answer.predicted_rating, answer.interval
    spoken = say(words.RATING_SPOKEN, rating=f"{rating:.1f}")
    sure = [say(words.NO_INTERVAL if answer.interval_note else words.OLDER_SERVICE)]
    if interval is not None:
        sure = [say(words.INTERVAL, share=interval.level, low=interval.low, high=interval.high)]
    if card is not None and card.typical_error is not None:
        sure.append(say(words.TYPICAL_ERROR, error=card.typical_error))
    lines = "".join(f"<p>{escape(line)}</p>" for line in sure)
    scale = drawing.rating_scale(rating, (interval.low, interval.high) if interval else None)
    return (
        f'<section class="rating"><p class="kicker">{escape(say(words.PREDICTED_RATING))}</p>'
        f'<p class="figure" role="img" aria-label="{escape(spoken)}">{rating:.1f}'
        f"<small>{escape(say(words.OUT_OF_TEN))}</small></p>"
        f'{scale}<div class="sure">{lines}</div></section>'
    )


def _mood(say: Tongue, mood: Mood | None) -> str:
    kicker = f'<p class="kicker">{escape(say(words.MOOD))}</p>'
    if mood is None:
        return f'<section class="mood">{kicker}<p>{escape(say(words.MOOD_NONE))}</p></section>'
    value = say(words.MOOD_VALUE, mood=say.name(names.MOODS, mood.label), polarity=drawing.signed(mood.polarity))
    place = (mood.polarity + 1) / 2
    dark, bright = (escape(say(names.MOODS[end])) for end in ("dark", "bright"))
    return (
        f'<section class="mood">{kicker}<p>{escape(value)}</p>'
        f'<div class="balance" aria-hidden="true"><i style="left:{place:.1%}"></i></div>'
        f'<p class="ends" aria-hidden="true"><span>{dark}</span><span>{bright}</span></p></section>'
    )


def _among(say: Tongue, answer: Answer, histogram: Histogram | None) -> str:
    if histogram is None or not sum(histogram.films):
        return ""
    share = histogram.share_below(answer.predicted_rating)
    return (
        f'<section class="among"><p class="kicker">{escape(say(words.AMONG))}</p>'
        f"<p>{escape(say(words.HIGHER_THAN, share=share))}</p>"
        f"{drawing.distribution(histogram, answer.predicted_rating)}</section>"
    )


def _reasons(say: Tongue, answer: Answer, contributions: dict[str, float]) -> str:
    ranked = sorted(contributions.items(), key=lambda entry: -abs(entry[1]))
    rest = ranked[REASONS_SHOWN:] if len(ranked) > REASONS_SHOWN + 1 else []
    bars = [
        drawing.Bar(say.name(names.REASONS, name), points, note=_seen(say, name, answer))
        for name, points in ranked[: len(ranked) - len(rest)]
    ]
    if rest:
        bars.append(drawing.Bar(say(words.OTHER_REASONS, count=len(rest)), sum(points for _, points in rest)))
    notes = [say(words.REASONS_NOT_CAUSES)]
    if answer.base_value is not None:
        notes.insert(0, say(words.REASONS_FROM, base=answer.base_value))
    return (
        f'<section class="reasons"><p class="kicker">{escape(say(words.REASONS))}</p>'
        f"{drawing.diverging(bars, heads=(say(words.REASON), say(words.POINTS)))}"
        f'<p class="note">{escape(" ".join(notes))}</p></section>'
    )


def _seen(say: Tongue, name: str, answer: Answer) -> str:
    if name not in answer.features:
        return ""  # the words of a synopsis are not repeated
    return say(words.UNKNOWN) if answer.did_without(name) else feature_value(say, name, answer.features[name])


def _warnings(say: Tongue, answer: Answer) -> str:
    lines = [
        say(words.WARNINGS[warned.code]) if warned.code in words.WARNINGS else warned.message
        for warned in answer.warnings
    ]
    items = "".join(f"<li>{escape(line)}</li>" for line in lines)
    return f'<section class="warned"><p class="kicker">{escape(say(words.GOOD_TO_KNOW))}</p><ul>{items}</ul></section>'


def _details(say: Tongue, answer: Answer, film: Film, card: Card | None) -> str:
    gone = [name for name in answer.features if answer.did_without(name)]
    window = answer.window
    learned_from = say(
        words.WINDOW,
        films=window.films,
        source=say.name(words.SOURCES, answer.source),
        first_day=say.day(window.first_day),
        last_day=say.day(window.last_day),
    )
    bundle = answer.bundle_id[:BUNDLE_ID_SHOWN]
    model = [f"{bundle} {say(words.MODEL_DAY, day=say.day(card.day))}" if card else bundle, answer.bento_tag]
    facts = [
        (words.SCORED_FILM, [scored(say, film, length=answer.features.get("overview_len"))]),
        (words.LEFT_OUT, [", ".join(say.name(names.FEATURES, name) for name in gone)] if gone else []),
        (words.LEARNED_FROM, [learned_from]),
        (words.MODEL, model),
    ]
    rows = "".join(row(say(title), lines) for title, lines in facts if lines)
    return f'<dl class="facts">{rows}</dl>'
