"""How numbers are shown in the Dagster UI: small tables and pictures as Markdown metadata."""

import base64
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import dagster as dg

if TYPE_CHECKING:
    import pandas as pd

PREVIEW_ROWS = 5
PREVIEW_CHARACTERS = 60


def table(rows: Iterable[Mapping[str, Any]]) -> dg.MetadataValue:
    """Rows as a Markdown table; the first row's keys are the columns."""
    listed = list(rows)
    if not listed:
        return dg.MetadataValue.md("_no rows_")
    columns = list(listed[0])
    lines = [
        _row(columns),
        _row("---" for _ in columns),
        *(_row(row.get(name, "") for name in columns) for row in listed),
    ]
    return dg.MetadataValue.md("\n".join(lines))


def preview(frame: "pd.DataFrame", columns: list[str]) -> dg.MetadataValue:
    """The first rows of a frame."""
    rows = frame[columns].head(PREVIEW_ROWS).to_dict("records")
    return table([{str(name): value for name, value in row.items()} for row in rows])


def picture(image: bytes, title: str) -> dg.MetadataValue:
    """A PNG or SVG inside the metadata itself."""
    kind = "svg+xml" if image.startswith(b"<svg") else "png"
    return dg.MetadataValue.md(f"![{title}](data:image/{kind};base64,{base64.b64encode(image).decode()})")


def _row(cells: Iterable[Any]) -> str:
    return "| " + " | ".join(_cell(cell) for cell in cells) + " |"


def _cell(value: Any) -> str:
    text = str(value).replace("|", "\\|").replace("\n", " ")
    return text if len(text) <= PREVIEW_CHARACTERS else f"{text[: PREVIEW_CHARACTERS - 1]}…"
