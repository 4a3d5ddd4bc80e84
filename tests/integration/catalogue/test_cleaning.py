"""Cleaning in several processes, as large days are."""

from datetime import date

import pandas as pd

from movie_assets.catalogue.cleaning import BATCH_RECORDS, clean
from movie_assets.catalogue.raw import raw_frame
from movie_assets.catalogue.synthetic import SyntheticCatalogue

DAY = date(2026, 1, 1)


def test_processes_clean_as_one_does():
    """Every value and type, and above all the moods: the same numbers wherever they are computed."""
    catalogue = SyntheticCatalogue(seed=5, start=DAY, films_per_day=BATCH_RECORDS + 500)
    raw = raw_frame(catalogue.fetch(DAY, with_history=False))

    alone = clean(raw, day=DAY)
    together = clean(raw, day=DAY, parallel_from=1)

    assert together.counts == alone.counts
    for name in ("movies", "votes", "dropped"):
        pd.testing.assert_frame_equal(getattr(together, name), getattr(alone, name), check_exact=True)
