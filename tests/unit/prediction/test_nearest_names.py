"""The known name that an unknown one is probably a slip of."""

import pytest

from movie_assets.prediction.nearest_names import NearestNames

KNOWN = (
    "Ada Example",
    "Benedict Cumberlake",
    "Bong Joon-ho",
    "J. J. Harbour",
    "Maria Di Stefano",
    "봉준호",
    "Quayside",
)


@pytest.mark.parametrize(
    ("name", "nearest"),
    [
        ("Ada Exampel", "Ada Example"),
        ("ada example", "Ada Example"),
        ("Benedikt Cumberlake", "Benedict Cumberlake"),
        ("Bong Joonho", "Bong Joon-ho"),
        ("JJ Harbour", "J. J. Harbour"),
        ("Maria Di Stephano", "Maria Di Stefano"),
        ("Quaysyde", "Quayside"),
        ("Ben Cumber", None),
        ("Somebody Else", None),
        ("Ad", None),
        ("", None),
        ("???", None),
    ],
)
def test_a_slip_finds_the_name_that_was_meant(name, nearest):
    """And another name none."""
    assert NearestNames(KNOWN, least_likeness=85).of(name) == nearest
