"""The files of a folder that are one table: the parts that Spark and its like write beside each other."""

import re
from pathlib import Path

from film_files.compression import TABLE_ENDINGS, table_ending
from film_files.errors import FilmFileError, listed

_PART = re.compile(r"part[-._]?\d|\d+\.part\b|.*-\d+-of-\d+\b|.*[-_.]part[-_]?\d", re.IGNORECASE)
_DIGITS = re.compile(r"(\d+)")
MAX_PARTS = 100_000


def part_files(folder: Path) -> list[Path]:
    """The parts in the order of their names; hidden files, marks such as _SUCCESS, and empty parts are none.

    Raises FilmFileError when the folder is not one of parts.
    """
    entries = [path for path in folder.iterdir() if not path.name.startswith((".", "_"))]
    folders = [path.name for path in entries if path.is_dir()]
    tables = [path for path in entries if path.is_file() and table_ending(path.name) in (*TABLE_ENDINGS, ".part")]
    parts = [path for path in tables if _PART.match(path.name) and path.stat().st_size]
    if parts and len(parts) == len([path for path in tables if path.stat().st_size]) <= MAX_PARTS and not folders:
        return sorted(parts, key=lambda path: [int(p) if p.isdigit() else p for p in _DIGITS.split(path.name)])
    held = listed(sorted(path.name for path in tables) or sorted(path.name for path in entries), 5)
    raise FilmFileError(f"{folder} is a folder (with {held}): set the path to one file, or to a folder of parts only.")
