"""A declared schema as the Dagster UI shows it: each column with its type, its bounds and what it means.

The schemas themselves: catalogue/schemas.py.
"""

from typing import TYPE_CHECKING

import dagster as dg

if TYPE_CHECKING:
    from pandera.pandas import DataFrameSchema

COLUMN_SCHEMA = "dagster/column_schema"  # the name under which the UI looks for columns


def table_schema(schema: "DataFrameSchema") -> dg.TableSchema:
    """The columns of a declared schema, in their order."""
    return dg.TableSchema(
        [
            dg.TableColumn(
                name=str(name),
                type=str(column.dtype),
                description=column.description,
                constraints=dg.TableColumnConstraints(
                    nullable=column.nullable,
                    unique=column.unique,
                    other=[str(check.error) for check in column.checks if check.error],
                ),
            )
            for name, column in schema.columns.items()
        ]
    )
