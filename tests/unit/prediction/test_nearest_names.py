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


def test_of_equally_similar_names_the_first_is_found():
    """In whatever order the names come, as sets have another in each process."""
    names = ["Quaysidd", "Quaysida", "Quaysidc"]

    assert {NearestNames(order, least_likeness=80).of("Quaysidz") for order in (names, names[::-1])} == {"Quaysida"}


def test_a_name_of_many_words_is_compared_with_few():
    """Of each word one could search as many names again."""
    names = [f"A{letter}" for letter in "bcdefgh"]
    searched = []

    class Groups(dict):
        def get(self, key, default=None):
            searched.append(key)
            return super().get(key, default)

    nearest = NearestNames(names, least_likeness=85)
    nearest.__dict__["_by_beginning"] = Groups()
    nearest.of("Ada " + " ".join(f"{letter}word" for letter in "abcdefghijkl"))

    assert len(searched) == 2
