"""Cells of a column by their different values."""

from movie_assets.catalogue.dump import distinct_cells
from movie_assets.catalogue.dump.distinct_cells import CodedCells, DistinctCells


def test_missing_numbers_leave_room_for_ratings(monkeypatch):
    """A file without most ratings, read from Parquet, has a NaN in each row, and no two are one key."""
    monkeypatch.setattr(distinct_cells, "MOST_DISTINCT", 2)
    cells = DistinctCells()
    for cell in (*(float("nan") for _ in range(9)), None, 7.5, 8.5, 7.5):
        cells.add(cell)

    assert cells.counts == {7.5: 2, 8.5: 1}


def test_missing_dates_are_judged_once():
    """All NaN are one value."""
    cells, judged = CodedCells(), []
    for _ in range(9):
        cells.add(float("nan"))

    assert cells.values(lambda cell: judged.append(cell) or 3).tolist() == [3] * 9
    assert judged == [None]
