"""A raw day cleaned in one go, as the assets do it batch by batch."""

from datetime import date

import pandas as pd

from movie_assets.catalogue.cleaning import Cleaned, Repeats, clean_rows


def clean(raw: pd.DataFrame, *, day: date, min_votes: int = 6) -> Cleaned:
    """The films of a raw day, and every other record with its reason."""
    return clean_rows(raw, Repeats(raw["film_id"]).among(raw), day=day, min_votes=min_votes)
