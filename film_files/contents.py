"""What the bytes of a file are, by their beginning: a format that is read, or something else, named in a sentence.

A further thing that people give in place of a table belongs in `OTHER_FILES` or `OTHER_TEXTS`.
"""

import re
from pathlib import Path

from film_files.compression import Unpacked, is_office
from film_files.errors import FilmFileError
from film_files.table_row import Format
from film_files.text_encoding import BYTE_ORDER_MARKS

OTHER_FILES: dict[bytes, str] = {
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1": "an old Excel workbook (.xls) or Office document: save it as .xlsx or CSV",
    b"SQLite format 3\x00": "a SQLite database: export the table of films as CSV",
    b"%PDF": "a PDF: export the table as CSV",
    b"\x89PNG": "a picture (PNG): give the table itself",
    b"\xff\xd8\xff": "a picture (JPEG): give the table itself",
    b"GIF8": "a picture (GIF): give the table itself",
    b"RIFF": "a sound, film or picture file: give the table itself",
    b"\x80\x02": "a Python pickle, which is never read since it can run programs: save it as Parquet or CSV",
    b"\x80\x03": "a Python pickle, which is never read since it can run programs: save it as Parquet or CSV",
    b"\x80\x04": "a Python pickle, which is never read since it can run programs: save it as Parquet or CSV",
    b"\x80\x05": "a Python pickle, which is never read since it can run programs: save it as Parquet or CSV",
    b"ARROW1": "an Arrow (Feather) file: save it as Parquet",
    b"\xff\xff\xff\xff": "an Arrow stream: save it as Parquet",
    b"ORC": "an ORC file: save it as Parquet",
    b"Obj\x01": "an Avro file: save it as Parquet",
    b"\x89HDF": "an HDF5 file: save it as Parquet or CSV",
    b"7z\xbc\xaf\x27\x1c": "a 7z archive: unpack it and give the file inside",
    b"Rar!": "a RAR archive: unpack it and give the file inside",
    b"RDX": "an R data file: save it as CSV",
    b"\x7fELF": "a program: give a table of films",
    b"MZ": "a program: give a table of films",
}

OTHER_TEXTS: tuple[tuple[re.Pattern[bytes], str], ...] = (
    (
        re.compile(rb"version https://git-lfs\.github\.com/"),
        "a Git LFS pointer, not the file it stands for: run `git lfs pull`, or download the file itself",
    ),
    (
        re.compile(rb"(?:\.\./)*(?:\.git)?/?annex/objects/"),
        "a git-annex pointer, not the file it stands for: run `git annex get`, or download the file itself",
    ),
    (
        re.compile(rb"<(?:!doctype\s+html|html|head|body|!--[^>]{0,2000}-->\s*<(?:!doctype\s+)?html)\b", re.IGNORECASE),
        "an HTML page, perhaps a sign-in or error page: download the table itself",
    ),
    (re.compile(rb"<\?xml|<[a-z!][\w:.-]*[\s>/]", re.IGNORECASE), "an XML document: export the table as CSV or JSON"),
    (
        re.compile(rb"(?:HTTP/[\d.]+ )?(?:40[0-9]|41[0-9]|42[0-9]|50[0-9])\b[: -]{1,3}[A-Za-z][^\n,;\t]{0,200}\s*$"),
        "the error answer of a web server: download the table again",
    ),
    (
        re.compile(rb"(?:Not Found|Access ?Denied|Forbidden|Unauthorized)\s*$"),
        "an error answer: download the table again",
    ),
    (re.compile(rb"\{\\rtf"), "a text document (RTF): save the table as CSV"),
    (re.compile(rb"%!PS"), "a PostScript file: give the table itself"),
)

_JSON_START = re.compile(r"(?:\[\s*(?:\{|\]|\[|$)|\{\s*(?:\"|\}|$))")


def binary_format(file: Unpacked) -> Format | None:
    """Parquet or xlsx, or None for a text.

    Raises FilmFileError when the file is empty, or is something else than a table of films.
    """
    head = file.head
    if not head.strip(b"\0 \t\r\n\xef\xbb\xbf\xff\xfe"):
        empty = "is empty" if not head else "begins with nothing but empty space"
        raise FilmFileError(f"{file.name} {empty}: give a file of films.", kind="no_films")
    if head.startswith(b"PAR1"):
        return "parquet"
    if head.startswith(b"PK\x03\x04"):
        return _office_format(file)
    if head[257:262] == b"ustar":
        raise FilmFileError(f"{file.name} is a tar archive: unpack it and give the file inside.", kind="archive")
    for magic, what in OTHER_FILES.items():
        if head.startswith(magic) and (len(magic) > 2 or magic[:1] == b"\x80" or b"\0" in head):
            raise FilmFileError(f"{file.name} is {what}.", kind="not_a_table")
    start = next((head[len(mark) :] for mark in BYTE_ORDER_MARKS if head.startswith(mark)), head).lstrip()
    for pattern, what in OTHER_TEXTS:
        if pattern.match(start.replace(b"\0", b"")):
            raise FilmFileError(f"{file.name} is {what}.", kind="not_a_table")
    return None


def is_json(head: str, name: str) -> bool:
    """Whether the beginning of the text is JSON, or a line of it under a name that says so."""
    start = head.lstrip()
    if _JSON_START.match(start):
        return True
    named = any(suffix in (".json", ".jsonl", ".ndjson") for suffix in Path(name.lower()).suffixes)
    return named and any(line.lstrip().startswith("{") for line in start.splitlines()[:10])


def _office_format(file: Unpacked) -> Format:
    import zipfile  # only for a workbook

    if is_office(file.packed):
        with file.packed.open() as stream, zipfile.ZipFile(stream) as archive:
            if "xl/workbook.xml" in archive.namelist():
                return "xlsx"
            names = " ".join(archive.namelist())
        if "xl/workbook.bin" in names:
            raise FilmFileError(
                f"{file.name} is a binary Excel workbook (.xlsb): save it as .xlsx or CSV.", kind="not_a_table"
            )
    raise FilmFileError(
        f"{file.name} is an office document, not an Excel workbook: save the table as .xlsx or CSV.", kind="not_a_table"
    )
