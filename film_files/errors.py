"""The error of a file of films that cannot be read, and texts cut to a length that fits a sentence.

What a row has wrong is its `problem` (table_row.py), not an error.
"""

from typing import Literal

SENTENCE_LENGTH = 590  # characters, whatever the file holds

# What is wrong, for those who say it in another language beside the sentence.
FaultKind = Literal[
    "unreadable", "not_a_table", "no_columns", "headings", "no_films", "encoding", "json", "archive", "damaged",
    "too_large",
]  # fmt: skip


class FilmFileError(Exception):
    """A file that cannot be read as films; the message is one sentence for a person, with what to do."""

    def __init__(self, sentence: str, kind: FaultKind = "unreadable") -> None:
        super().__init__(shortened(sentence, SENTENCE_LENGTH))
        self.kind: FaultKind = kind


def shortened(text: object, length: int = 80) -> str:
    """The text on one line, its middle left out if it is longer than `length`."""
    line = " ".join(str(text)[: 4 * length + 1].split())
    if len(line) <= length:
        return line
    half = (length - 3) // 2
    return f"{line[:half]}...{line[-half:]}" if len(str(text)) <= 4 * length else f"{line[: length - 3]}..."


def listed(names: object, count: int = 8) -> str:
    """The first names of several, separated by commas, each shortened; `none` if there are none."""
    found = [shortened(name, 40) for name in names] if isinstance(names, list | tuple) else []
    more = f", and {len(found) - count} more" if len(found) > count else ""
    return (", ".join(found[:count]) or "none") + more
