"""Folders: of parts, which are one table, and others, which are refused."""

import gzip
from pathlib import Path

import pytest

from film_files.table import FilmFileError, open_table


def written(folder: Path, files: dict[str, str | bytes]) -> Path:
    """The folder with these files."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


@pytest.mark.parametrize(
    "names",
    [
        ("part-00000-ab.csv", "part-00001-ab.csv", "part-00010-ab.csv"),
        ("part.0.csv", "part.2.csv", "part.10.csv"),
        ("films-1-of-3.csv", "films-2-of-3.csv", "films-3-of-3.csv"),
    ],
)
def test_a_folder_of_parts(tmp_path, names):
    """Read as one table, in the order of their numbers, without marks and hidden files."""
    parts = {name: f"title,runtime\nFilm {number},90\nShort\n" for number, name in enumerate(names)}
    others = {"_SUCCESS": "", ".part-00000.crc": b"\0", "part-00099-ab.csv" if "part-" in names[0] else ".x": ""}

    table = open_table(written(tmp_path / "films.csv", parts | others))

    rows = list(table.rows())
    assert [row.cells["title"] for row in rows if not row.problem] == ["Film 0", "Film 1", "Film 2"]
    assert rows[1].problem.startswith(f"{names[0]}: the row in line 3 has 1 cells")
    assert table.form.describe()["parts"] == "3"


def test_parts_of_json(tmp_path):
    """Packed, with columns that differ."""
    parts = {
        "part-0.json.gz": gzip.compress(b'{"title": "A"}\n'),
        "part-1.json.gz": gzip.compress(b'{"title": "B", "runtime": 90}\n'),
    }

    table = open_table(written(tmp_path, parts))

    assert [row.cells for row in table.rows()] == [{"title": "A"}, {"title": "B", "runtime": 90}]
    assert set(table.columns) == {"title", "runtime"}


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({}, "is a folder (with none): set the path to one file"),
        ({"movies.csv": "title\nA\n", "credits.csv": "title\nA\n"}, "(with credits.csv, movies.csv)"),
        ({"part-0.csv": "title\nA\n", "movies.csv": "title\nA\n"}, "is a folder"),
        ({"year=2024/part-0.csv": "title\nA\n"}, "(with year=2024)"),
        ({"part-0.csv": "title,runtime\nA,1\n", "part-1.csv": "title\nA\n"}, "other columns"),
        ({"part-0.csv": "title\nA\n", "part-1.csv": '{"title": "A"}\n'}, "another format"),
    ],
)
def test_folders_that_are_refused(tmp_path, files, said):
    """With what they hold."""
    with pytest.raises(FilmFileError) as refused:
        open_table(written(tmp_path / "films", {"_SUCCESS": "", **files}))
    assert said in str(refused.value)
