"""Columns of cells read as a file's: all are added first, then each is read."""

from typing import Any

from film_files.forms import FormEvidence, Forms


def forms_of(**columns: list[Any]) -> Forms:
    """The forms that the cells of the columns leave possible."""
    evidence = FormEvidence()
    for column, cells in columns.items():
        for cell in cells:
            evidence.add(column, cell)
    return evidence.forms()


def read_column(column: str, cells: list[Any], **others: list[Any]) -> list[Any]:
    """Each cell's value, or the message of its ValueError as an exception of type Refused."""
    forms = forms_of(**{column: cells}, **others)
    return [read_cell(forms, column, cell) for cell in cells]


def read_cell(forms: Forms, column: str, cell: object) -> Any:
    """The value, or the refusal."""
    try:
        return forms.read(column, cell)
    except ValueError as error:
        return Refused(str(error))


class Refused(str):
    """A cell's refusal, by its message."""

    __slots__ = ()
