"""Metadata values for the Dagster UI: tables, pictures and column schemas. No figure is computed here."""

import base64
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import dagster as dg

if TYPE_CHECKING:
    import pandas as pd

    from movie_assets.catalogue.columns import Column

PREVIEW_ROWS = 5
PREVIEW_CHARACTERS = 60
COLUMN_SCHEMA = "dagster/column_schema"  # the metadata key under which the UI looks for columns


def table(rows: Iterable[Mapping[str, Any]]) -> dg.MetadataValue:
    """Rows as a Markdown table; the first row's keys are the columns."""
    listed = list(rows)
    if not listed:
        return dg.MetadataValue.md("_no rows_")
    columns = list(listed[0])
    cells = [columns, ["---"] * len(columns), *([row.get(name, "") for name in columns] for row in listed)]
    return dg.MetadataValue.md("\n".join(f"| {' | '.join(map(_cell, row))} |" for row in cells))


def preview(frame: "pd.DataFrame", columns: list[str]) -> dg.MetadataValue:
    """The first rows of a frame."""
    return table({str(name): row[name] for name in columns} for _, row in frame.head(PREVIEW_ROWS).iterrows())


def picture(svg: bytes, title: str) -> dg.MetadataValue:
    """A small drawing embedded in the metadata."""
    return dg.MetadataValue.md(f"![{title}](data:image/svg+xml;base64,{base64.b64encode(svg).decode()})")


def table_schema(columns: "Iterable[Column]") -> dg.TableSchema:
    """Declared columns with their types, bounds and descriptions."""
    return dg.TableSchema(
        [
            dg.TableColumn(
                name=column.name,
                type=column.type,
                description=column.description,
                constraints=dg.TableColumnConstraints(
                    nullable=column.nullable, unique=column.unique, other=[column.bounds] if column.bounds else []
                ),
            )
            for column in columns
        ]
    )


def _cell(value: Any) -> str:
    text = str(value).replace("|", "\\|").replace("\n", " ")
    return text if len(text) <= PREVIEW_CHARACTERS else f"{text[: PREVIEW_CHARACTERS - 1]}…"
