"""The cleaning version and its page."""

import re
from pathlib import Path

from movie_assets.catalogue.cleaning_version import CLEANING_VERSION, CLEANING_VERSIONS

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "versions.md"


def test_each_version_is_the_next_and_is_on_its_page():
    """In the same words, so that a person who is told to clean days again finds why."""
    listed = re.findall(r"^\| (\d+) \| .+? \| (.+) \|$", PAGE.read_text(), flags=re.MULTILINE)

    assert list(CLEANING_VERSIONS) == list(range(1, CLEANING_VERSION + 1))
    assert [int(version) for version, _ in listed] == list(CLEANING_VERSIONS)
    assert {int(version): why for version, why in listed}[CLEANING_VERSION] == CLEANING_VERSIONS[CLEANING_VERSION]
