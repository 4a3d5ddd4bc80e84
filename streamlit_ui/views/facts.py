"""Facts of a film as a person reads them: a feature's value, the film in one line. No layout beyond a row."""

from collections.abc import Sequence
from datetime import date
from html import escape

from streamlit_ui import names
from streamlit_ui.contract import Film
from streamlit_ui.localizer import Localizer, Sentence

MINUTES = Sentence("{minutes:g} min", "{minutes:g}분")
CHARACTERS = Sentence("{count:,.0f} characters of English synopsis", "영어 줄거리 {count:,.0f}자")


Value = float | str | list[str] | None
LISTED = 3  # of a long cast the first few say enough
NAMED = {
    "main_genre": names.GENRES,
    "genres": names.GENRES,
    "original_language": names.LANGUAGES,
    "spoken_languages": names.LANGUAGES,
    "production_countries": names.COUNTRIES,
}


def feature_value(say: Localizer, name: str, value: Value) -> str:
    """What the model saw of a feature, in the page's language; empty where it saw nothing."""
    if value is None:
        return ""
    if isinstance(value, list):
        return ", ".join(say.name(NAMED.get(name, {}), entry) for entry in value[:LISTED])
    if name == "release_date" and isinstance(value, str):
        return say.day(date.fromisoformat(value))
    if isinstance(value, str):
        return say.name(NAMED.get(name, {}), value)
    if name == "runtime":
        return say(MINUTES, minutes=value)
    return f"{value:+.2f}".replace("-", "−") if name == "overview_sentiment" else f"{value:,.0f}"


def scored(say: Localizer, film: Film, *, length: Value = None) -> str:
    """The film in one line, as it was scored."""
    parts = [
        film.title or "",
        say(MINUTES, minutes=film.runtime),
        ", ".join(say.name(names.GENRES, genre) for genre in film.genres),
        say.name(names.LANGUAGES, film.original_language),
        say(CHARACTERS, count=length) if isinstance(length, float | int) else "",
    ]
    return " · ".join(part for part in parts if part)


def row(title: str, lines: list[str]) -> str:
    """A term of a definition list with its lines."""
    return f"<dt>{escape(title)}</dt>" + "".join(f"<dd>{escape(line)}</dd>" for line in lines)


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A plain table."""
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in heads)
    body = "".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in cells)}</tr>" for cells in rows)
    return wide_table("plain", head, body)


def wide_table(kind: str, head: str, body: str) -> str:
    """A table that scrolls by itself where the screen is narrow, also with the keyboard."""
    table_html = f'<table class="{kind}"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'
    return f'<div class="wide" tabindex="0">{table_html}</div>'
