"""A row of a table of films, and the form of the file it comes from.

How each format is read is in delimited.py, json_films.py, parquet_films.py and workbook.py.
"""

from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

Format = Literal["csv", "jsonl", "json", "parquet", "xlsx"]

FORMAT_NAMES: dict[Format, str] = {
    "csv": "CSV",
    "jsonl": "JSON lines",
    "json": "JSON",
    "parquet": "Parquet",
    "xlsx": "Excel",
}
DELIMITER_NAMES = {",": "comma", ";": "semicolon", "\t": "tab", "|": "vertical bar"}


class TableRow(NamedTuple):  # made a million times: a third of the time of a frozen dataclass
    """One row: its cells by canonical column, as the file has them.

    Cells are text in CSV; elsewhere text, numbers, booleans, dates, lists and dictionaries. With a `problem` the cells
    cannot be trusted: there may be none.
    """

    line: int  # where it begins, from 1; in Parquet the number of the row
    cells: dict[str, Any]
    problem: str | None = None


@dataclass(frozen=True)
class FileForm:
    """How a file is written."""

    format: Format
    encoding: str | None = None
    encoding_guessed: bool = False
    delimiter: str | None = None
    compression: str | None = None
    header_line: int = 0  # of a CSV and a workbook, from 1
    parts: int = 1  # files read as one table

    def describe(self) -> dict[str, str]:
        """The form in words, by what is described."""
        described = {"format": FORMAT_NAMES[self.format]}
        if self.encoding:
            described["encoding"] = self.encoding + (" (guessed)" if self.encoding_guessed else "")
        if self.delimiter:
            described["delimiter"] = DELIMITER_NAMES.get(self.delimiter, repr(self.delimiter))
        if self.compression:
            described["compression"] = self.compression
        if self.header_line > 1:
            described["heading line"] = str(self.header_line)
        if self.parts > 1:
            described["parts"] = str(self.parts)
        return described
