"""Declared columns as the Dagster UI shows them: each with its type, its bounds and what it means.

The declarations themselves: catalogue/columns.py.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

import dagster as dg

if TYPE_CHECKING:
    from movie_assets.catalogue.columns import Column

COLUMN_SCHEMA = "dagster/column_schema"  # the name under which the UI looks for columns


def table_schema(columns: "Iterable[Column]") -> dg.TableSchema:
    """The columns in their order."""
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
