"""Bounds on what a workbook unpacks to, before a library lays its cells out in memory.

A workbook of kilobytes can name two cells a million rows apart, or one text in a million cells.
"""

import io
import re
import zipfile
import zlib

from film_files.compression import MAX_MEMBERS, Packed
from film_files.errors import FilmFileError

MAX_UNPACKED = 256 << 20  # bytes of its parts, and of all texts in its cells
MAX_CELLS = 1_000_000  # of all sheets, empty ones between others included

_NEEDED = re.compile(r"(?:\[Content_Types\]\.xml|_rels/[^/]+|xl/(?:[^/]+|_rels/[^/]+|worksheets/.+))", re.IGNORECASE)
_ATTRIBUTES = rb"((?:[^>\"']|\"[^\"]*\"|'[^']*')*)"
_CELL = re.compile(rb"<(?:\w+:)?(row|c)\b" + _ATTRIBUTES + rb">|<(?:\w+:)?v>\s*(\d+)")
_PLACE = re.compile(rb"(?<!\S)r\s*=\s*[\"']([A-Za-z]*)(\d+)[\"']")
_SHARED = re.compile(rb"(?<!\S)t\s*=\s*[\"']s[\"']")
_TEXT_END = re.compile(rb"</(?:\w+:)?si\s*>")


def checked_workbook(packed: Packed) -> io.BytesIO:
    """The parts of the workbook that have cells, as an archive that is not compressed.

    Raises FilmFileError when they are too large, or when the archive is damaged.
    """
    sink = io.BytesIO()
    most = min(MAX_UNPACKED, packed.limit)
    left, parts = most, {}
    try:
        with packed.open() as stream, zipfile.ZipFile(stream) as archive, zipfile.ZipFile(sink, "w") as copy:
            if len(archive.infolist()) > MAX_MEMBERS:
                raise FilmFileError(
                    f"{packed.name} is a workbook of more than {MAX_MEMBERS:,} parts: save it as CSV.", kind="too_large"
                )
            for name in filter(_NEEDED.fullmatch, archive.namelist()):
                with archive.open(name) as member:
                    parts[name] = member.read(left + 1)
                left -= len(parts[name])
                if left < 0:
                    raise _too_large(packed, f"unpacks to more than {most >> 20} MB")
                copy.writestr(name, parts[name])
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError, zlib.error, OSError) as error:
        raise FilmFileError(
            f"{packed.name} is a damaged workbook ({error}): save it again, or as CSV.", kind="damaged"
        ) from error
    shared = next((part for name, part in parts.items() if name.lower() == "xl/sharedstrings.xml"), b"")
    lengths = [len(text) for text in _TEXT_END.split(shared)]
    cells = texts = 0
    for name, part in parts.items():
        if name.lower().startswith("xl/worksheets/") and name.lower().endswith(".xml"):
            if part.count(b"<") > 8 * MAX_CELLS:  # before each is looked at
                raise _too_large(packed, f"has more than {MAX_CELLS:,} cells")
            of_sheet, of_texts = _extent(part, lengths)
            cells, texts = cells + of_sheet, texts + of_texts
    if cells > MAX_CELLS:
        raise _too_large(packed, f"spans {cells:,} cells, more than the {MAX_CELLS:,} that are read")
    if texts > most:
        raise _too_large(packed, f"has more than {most >> 20} MB of texts")
    sink.seek(0)
    return sink


def _extent(sheet: bytes, lengths: list[int]) -> tuple[int, int]:
    """How many cells the sheet spans from its first to its last one, and the bytes of the texts that they share."""
    row = column = last_row = last_column = texts = 0
    is_shared = False
    for found in _CELL.finditer(sheet):
        kind, attributes, value = found.groups()
        if value:
            texts += lengths[int(value)] if is_shared and len(value) < 8 and int(value) < len(lengths) else 0
            continue
        place = _PLACE.search(attributes)
        if kind == b"row":
            row, column = int(place.group(2)) if place else row + 1, 0
            continue
        column = _column(place.group(1)) if place else column + 1
        row = int(place.group(2)) if place else row
        is_shared = _SHARED.search(attributes) is not None
        if not attributes.endswith(b"/"):  # an empty cell with a style spans nothing
            last_row, last_column = max(row, last_row), max(column, last_column)
    return last_row * last_column, texts


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters.upper()[:8]:
        number = 26 * number + letter - 64
    return number


def _too_large(packed: Packed, what: str) -> FilmFileError:
    return FilmFileError(f"{packed.name} is a workbook that {what}: save its sheet of films as CSV.", kind="too_large")
