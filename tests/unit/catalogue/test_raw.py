"""The raw day as a table."""

import json
import re
from datetime import UTC, date, datetime

import pytest

from movie_assets.catalogue.raw import raw_frame
from movie_assets.catalogue.source import RawFilm
from tests.support.builders import a_raw_film


def test_a_record_comes_back_as_it_was():
    """The table keeps the source's record whole, in its own letters."""
    film = a_raw_film(title="기생충", keywords=None)

    text = raw_frame([film])["record"][0]

    assert json.loads(text) == film.record
    assert "기생충" in text


def test_a_film_without_a_record_keeps_its_problem():
    """A tombstone is a row like any other."""
    gone = RawFilm(film_id=7, record=None, chosen_by="popular", fetched_at=datetime.now(UTC), problem="gone: deleted")

    row = raw_frame([gone]).iloc[0]

    assert (row["film_id"], row["problem"]) == (7, "gone: deleted")
    assert raw_frame([gone])["record"].isna().all()


def test_half_a_surrogate_pair_is_kept_as_an_escape():
    """A broken emoji in one synopsis must not make the whole day unwritable."""
    text = raw_frame([a_raw_film(overview="broken \ud83d")])["record"][0]

    text.encode()
    assert json.loads(text)["overview"] == "broken \ud83d"


def test_dates_become_iso_texts():
    """A dump may give dates as dates."""
    text = raw_frame([a_raw_film(release_date=date(2017, 12, 1))])["record"][0]

    assert json.loads(text)["release_date"] == "2017-12-01"


def test_what_json_cannot_keep_is_named():
    """The person at night reads which value it was."""
    with pytest.raises(TypeError, match=re.escape("holds {1, 2}, a set")):
        raw_frame([a_raw_film(keywords={1, 2})])
