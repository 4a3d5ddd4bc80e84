"""What if: the scored film with other facts, and up to three versions of it side by side. The form is left alone."""

import time
from dataclasses import dataclass
from html import escape

import streamlit as st

from streamlit_ui import names
from streamlit_ui.client import Service, Trouble
from streamlit_ui.contract import Answer, Description, Film, Wishes
from streamlit_ui.flow import Rated, Version, Visit
from streamlit_ui.strings import states as state_words
from streamlit_ui.strings import what_if as words
from streamlit_ui.strings.tongue import Tongue
from streamlit_ui.views import drawing
from streamlit_ui.views.facts import feature_value, wide_table
from streamlit_ui.views.form import genre_options
from streamlit_ui.views.states import PASSING, go_on_when_ready, sentence_of

TONE = "overview_sentiment"  # the derived input that the service lets one set
USUAL_RUNTIME = (40.0, 240.0)  # minutes, where the service does not say
VERSIONS_KEPT = 3


@dataclass(frozen=True)
class Change:
    """The film with other facts, and the tone where it is set."""

    film: Film
    tone: float | None

    def wishes(self, rated: Rated) -> Wishes:
        """As the film itself was wished for, with the tone set and without the dear reasons."""
        what_if = {} if self.tone is None else {TONE: self.tone}
        return Wishes(omit=rated.wishes.omit, what_if=what_if, reasons=False)


@st.fragment
def what_if(say: Tongue, visit: Visit, rated: Rated, description: Description, service: Service) -> None:
    """Controls, the change they make, and the versions that were kept; only this part is drawn anew."""
    with st.container(key="what_if", border=True):
        st.header(say(words.TITLE), anchor=False)
        st.caption(say(words.LEAD))
        change = _controls(say, visit, rated, description)
        if change.film == rated.film and change.tone is None:
            st.html(f'<p class="note change">{escape(say(words.UNCHANGED))}</p>')
            answer: Answer | Trouble = rated.answer
        else:
            answer = service.predict(change.film, change.wishes(rated))
            if isinstance(answer, Trouble):
                _no_answer(say, answer, visit, service)
            elif answer.bundle_id != rated.answer.bundle_id:
                st.info(say(words.OTHER_MODEL), icon=":material/published_with_changes:")
            else:
                st.html(_difference(say, rated.answer, answer, description))
        _buttons(say, visit, None if isinstance(answer, Trouble) else Version(change.film, answer))
        if visit.versions:
            _side_by_side(say, visit.versions)


def _no_answer(say: Tongue, found: Trouble, visit: Visit, service: Service) -> None:
    """Why the change was not rated; a trouble that passes is watched until it has passed."""
    sentence_of(say, found)
    if found.kind in PASSING:
        st.caption(say(state_words.GOES_ON))
        go_on_when_ready(visit, service, time.monotonic())


def _controls(say: Tongue, visit: Visit, rated: Rated, description: Description) -> Change:
    """What the controls say; they start at the film as it was scored, and anew with each answer."""
    film, turn = rated.film, visit.turn
    left, right = st.columns(2, gap="medium")
    lowest, highest = description.usual("runtime", otherwise=USUAL_RUNTIME)
    runtime = left.slider(
        say(words.RUNTIME),
        min_value=int(min(lowest, film.runtime)),
        max_value=int(max(highest, film.runtime)) + 1,
        value=round(film.runtime),
        key=f"what_if_runtime_{turn}",
        persist_state="session",
    )
    tone = _tone(say, right, rated, description, turn)
    options = genre_options(say, description, also=film.genres)
    main = left.selectbox(
        say(words.MAIN_GENRE),
        options,
        index=options.index(film.genres[0]) if film.genres else None,
        format_func=lambda genre: say.name(names.GENRES, genre),
        key=f"what_if_main_{turn}",
        persist_state="session",
    )
    further = st.pills(
        say(words.FURTHER_GENRES),
        [genre for genre in options if genre != main],
        selection_mode="multi",
        default=[genre for genre in film.genres[1:] if genre != main],
        format_func=lambda genre: say.name(names.GENRES, genre),
        key=f"what_if_further_{turn}_{main}",
        persist_state="session",
    )
    genres = [*([main] if main else []), *further]
    same = sorted(genres[1:]) == sorted(film.genres[1:]) and genres[:1] == film.genres[:1]
    facts = {
        "runtime": film.runtime if runtime == round(film.runtime) else float(runtime),
        "genres": film.genres if same else genres,
    }
    return Change(film.model_copy(update=facts), tone)


def _tone(
    say: Tongue, place: "st.delta_generator.DeltaGenerator", rated: Rated, description: Description, turn: int
) -> float | None:
    settable = next((one for one in description.what_if if one.name == TONE), None)
    if settable is None:
        return None
    mood = rated.answer.mood
    start = round(mood.polarity, 2) if mood else 0.0
    tone = place.slider(
        say(words.TONE),
        min_value=settable.minimum,
        max_value=settable.maximum,
        value=start,
        step=0.01,
        key=f"what_if_tone_{turn}",
        persist_state="session",
    )
    return None if tone == start else tone


def _difference(say: Tongue, before: Answer, after: Answer, description: Description) -> str:
    change = after.predicted_rating - before.predicted_rating
    said = say(words.CHANGE, before=before.predicted_rating, after=after.predicted_rating)
    noise = _noise(before, description)
    note = ""
    if noise is not None:
        note = say(words.WITHIN_NOISE if abs(change) < noise else words.BEYOND_NOISE, noise=noise)
    spoken = say(words.SPOKEN, change=drawing.signed(change))
    return (
        f'<div class="change" role="status"><p class="figure">{escape(spoken)}</p>'
        f'<p>{escape(said)}</p><p class="note">{escape(note)}</p></div>'
    )


def _noise(answer: Answer, description: Description) -> float | None:
    """How far the model is usually off, in rating points; half the interval where its card does not say."""
    if description.card.typical_error is not None:
        return description.card.typical_error
    return (answer.interval.high - answer.interval.low) / 2 if answer.interval else None


def _buttons(say: Tongue, visit: Visit, version: Version | None) -> None:
    full = len(visit.versions) >= VERSIONS_KEPT
    with st.container(key="what_if_buttons", horizontal=True, vertical_alignment="center", gap="small"):
        st.button(
            say(words.KEEP),
            key="keep_version",
            icon=":material/add_column_right:",
            disabled=full or version is None,
            on_click=visit.versions.append,
            args=(version,),
        )
        st.button(say(words.RESET), key="what_if_reset", type="tertiary", on_click=visit.turn_page)
        if visit.versions:
            st.button(say(words.CLEAR), key="clear_versions", type="tertiary", on_click=visit.versions.clear)
    if full:
        st.caption(say(words.KEPT_ALL))


def _side_by_side(say: Tongue, versions: list[Version]) -> None:
    first = versions[0].answer.predicted_rating
    rows = [
        (words.RATING, [f"<b>{version.answer.predicted_rating:.1f}</b>{_strip(version)}" for version in versions]),
        (words.RANGE, [_range(version) for version in versions]),
        (words.AGAINST_FIRST, ["–", *(drawing.signed(v.answer.predicted_rating - first) for v in versions[1:])]),
        (words.LENGTH, [escape(feature_value(say, "runtime", version.film.runtime)) for version in versions]),
        (words.GENRES, [escape(", ".join(say.name(names.GENRES, g) for g in v.film.genres)) for v in versions]),
        (words.TONE_SHORT, [_mood(say, version) for version in versions]),
    ]
    heads = "".join(
        f'<th scope="col">{escape(say(words.VERSION, number=number))}</th>' for number in range(1, len(versions) + 1)
    )
    body = "".join(
        f'<tr><th scope="row">{escape(say(label))}</th>{"".join(f"<td>{cell}</td>" for cell in cells)}</tr>'
        for label, cells in rows
    )
    head = f'<th scope="col">{escape(say(words.FACT))}</th>{heads}'
    st.html(f'<p class="kicker">{escape(say(words.VERSIONS))}</p>{wide_table("versions", head, body)}')
    if len({version.answer.bundle_id for version in versions}) > 1:
        st.caption(say(words.OTHER_MODELS))


def _strip(version: Version) -> str:
    interval = version.answer.interval
    return drawing.rating_scale(
        version.answer.predicted_rating, (interval.low, interval.high) if interval else None, numbers=False
    )


def _range(version: Version) -> str:
    interval = version.answer.interval
    return f"{interval.low:.1f}–{interval.high:.1f}" if interval else "–"


def _mood(say: Tongue, version: Version) -> str:
    mood = version.answer.mood
    if mood is None:
        return "–"
    return escape(f"{say.name(names.MOODS, mood.label)} {drawing.signed(mood.polarity)}")
