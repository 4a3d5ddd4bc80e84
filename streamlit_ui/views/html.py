"""HTML of the page: tables, bars, the rating scale, a histogram. What they mean belongs in the view.

HTML rather than charts of a library, so that they appear together with the text, in the theme's colours, without moving
the page. Shapes are hidden from screen readers; the views repeat them in words.
"""

from collections.abc import Callable, Sequence
from html import escape
from typing import NamedTuple

from streamlit_ui.contract import Histogram

TOP = 10.0  # of the scale of ratings


class Bar(NamedTuple):
    """A labelled value, with a small `note` beside the label."""

    label: str
    value: float
    note: str = ""
    text: str | None = None  # default: the signed value


def rating_scale(rating: float, interval: tuple[float, float] | None, *, numbers: bool = True) -> str:
    """The scale from 0 to 10 with a mark at the rating and a band for the interval."""
    band = ""
    if interval is not None:
        low, high = interval
        band = f'<i class="band" style="left:{low / TOP:.2%};width:{(high - low) / TOP:.2%}"></i>'
    return _scale(f'{band}<i class="mark" style="left:{rating / TOP:.2%}"></i>', numbers=numbers)


def empty_scale() -> str:
    """The scale before there is a rating."""
    return _scale("", numbers=True)


def _scale(marks: str, *, numbers: bool) -> str:
    ends = "".join(f"<span>{number}</span>" for number in (0, 2, 4, 6, 8, 10))
    below = f'<p class="ends ticks" aria-hidden="true">{ends}</p>' if numbers else ""
    return f'<div class="scale" aria-hidden="true">{marks}</div>{below}'


def distribution(histogram: Histogram, rating: float) -> str:
    """The histogram, with the bin of the rating marked."""
    tallest = max(histogram.films, default=0) or 1
    columns = []
    for low, high, films in zip(histogram.edges, histogram.edges[1:], histogram.films, strict=False):
        here = low <= rating < high or rating == high == histogram.edges[-1]
        columns.append(f'<i class="{"here" if here else ""}" style="height:{max(films / tallest, 0.01):.1%}"></i>')
    first, last = (f"{histogram.edges[end]:g}" for end in (0, -1))
    return (
        f'<div class="distribution" aria-hidden="true">{"".join(columns)}</div>'
        f'<p class="ends" aria-hidden="true"><span>{first}</span><span>{last}</span></p>'
    )


def diverging(bars: Sequence[Bar], *, heads: tuple[str, str]) -> str:
    """A table with bars to the left for negative and to the right for positive values, on one scale."""
    longest = max((abs(bar.value) for bar in bars), default=0.0) or 1.0
    return _table(bars, heads, "diverging", lambda bar: _to_both_sides(bar.value / longest))


def lengths(bars: Sequence[Bar], *, heads: tuple[str, str]) -> str:
    """A table with bars for values that are not negative."""
    longest = max((bar.value for bar in bars), default=0.0) or 1.0
    return _table(
        bars, heads, "lengths", lambda bar: f'<i class="up" style="left:0;width:{bar.value / longest:.1%}"></i>'
    )


def _to_both_sides(share: float) -> str:
    width = abs(share) * 50
    start = 50 if share >= 0 else 50 - width
    return f'<i class="{"up" if share >= 0 else "down"}" style="left:{start:.1f}%;width:{width:.1f}%"></i>'


def _table(bars: Sequence[Bar], heads: tuple[str, str], kind: str, drawn: Callable[[Bar], str]) -> str:
    rows = "".join(
        f'<tr><th scope="row">{escape(bar.label)}{_small(bar.note)}</th>'
        f'<td class="bar" aria-hidden="true"><div>{drawn(bar)}</div></td>'
        f"<td>{escape(bar.text if bar.text is not None else signed(bar.value))}</td></tr>"
        for bar in bars
    )
    label, value = (escape(head) for head in heads)
    head = f'<tr><th scope="col">{label}</th><th scope="col" aria-hidden="true"></th><th scope="col">{value}</th></tr>'
    return f'<table class="bars {kind}"><thead>{head}</thead><tbody>{rows}</tbody></table>'


def _small(note: str) -> str:
    return f" <small>{escape(note)}</small>" if note else ""


def signed(value: float) -> str:
    """Two digits with a sign; a real minus, as wide as the plus."""
    return f"{value:+.2f}".replace("-", "−")


def row(title: str, lines: list[str]) -> str:
    """A term of a definition list with its definitions."""
    return f"<dt>{escape(title)}</dt>" + "".join(f"<dd>{escape(line)}</dd>" for line in lines)


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A plain table."""
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in heads)
    body = "".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in cells)}</tr>" for cells in rows)
    return wide_table("plain", head, body)


def wide_table(kind: str, head: str, body: str) -> str:
    """A table in a box that scrolls on narrow screens, also with the keyboard."""
    table_html = f'<table class="{kind}"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'
    return f'<div class="wide" tabindex="0">{table_html}</div>'
