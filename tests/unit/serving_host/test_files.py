"""A file that others read is replaced whole."""

import stat
from pathlib import Path

import pytest

from movie_assets.serving_host.files import replace_file


@pytest.mark.parametrize("content", ["one slot", b"one slot"])
def test_a_file_is_replaced_for_its_owner_only_and_no_part_stays(tmp_path: Path, content: str | bytes):
    """What a service logs and asks with is nobody else's; a reader finds the old file or the new."""
    file = tmp_path / "role"
    file.write_text("a much longer one")

    replace_file(file, content)

    assert file.read_text() == "one slot"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [file]


def test_the_part_may_lie_elsewhere(tmp_path: Path):
    """Traefik reads every file of the route's folder."""
    watched = tmp_path / "route"
    watched.mkdir()

    replace_file(watched / "route.yml", "{}", part=tmp_path / "route.part")

    assert [path.name for path in tmp_path.iterdir()] == ["route"]
    assert (watched / "route.yml").read_text() == "{}"
