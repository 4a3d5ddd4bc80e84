"""Every key prefix is made in one module."""

import ast
import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from movie_assets.storage import keys

DAY = "2026-01-01"
KEYS = {
    "s/raw_tmdb": keys.asset_folder("s", "raw_tmdb"),
    f"s/cleaned_movies/{DAY}": keys.asset_folder("s", "cleaned_movies", DAY),
    f"s/rejected/cleaned_movies/{DAY}": keys.rejected_folder("s", "cleaned_movies", DAY),
    f"s/progress/{DAY}": keys.unfinished_folder("s", "progress", date(2026, 1, 1)),
    f"s/searches/{DAY}": keys.unfinished_folder("s", "searches", date(2026, 1, 1)),
    f"s/wandb/online/best_model/{DAY}.json": keys.tracking_marker("s", "online", "best_model", DAY),
    "s/bundles/b": keys.bundle_folder("s", "b"),
    "s/models/latest": keys.legacy_artifacts_folder("s", "latest"),
    "s/models": keys.legacy_artifacts_folder("s"),
    "s/bentos/b/0123456789abcdef.tar.gz": keys.bento_archive("s", "b", "0123456789abcdef" + 48 * "0"),
    "s/release.json": keys.release_record("s"),
    "s/expired/2026-01-01T07-00-00-raw_tmdb.json": keys.expired_record(
        "s", "raw_tmdb", datetime(2026, 1, 1, 7, tzinfo=UTC)
    ),
    "s/releases": keys.decisions_folder("s"),
}
SOURCES = [path for name in ("movie_assets", "bento_service", "local_stack") for path in Path(name).rglob("*.py")]


@pytest.mark.parametrize(("key", "made"), KEYS.items(), ids=list(KEYS))
def test_keys_stay_where_earlier_versions_put_them(key, made):
    """A bucket that is there must be found again."""
    assert made == key


def test_folders_with_records_expire():
    """Raw, cleaned and rejected days, and the checkpoints of fetches."""
    assert keys.record_folders("s") == ("s/raw_tmdb", "s/cleaned_movies", "s/rejected", "s/progress")


def test_no_other_module_writes_a_prefix():
    """Neither behind a source, as in f"{source}/bundles", nor as a text of its own, as in "rejected/cleaned_movies"."""
    written = [
        f"{path}:{node.lineno}"
        for path in SOURCES
        if path.name != "keys.py" or path.parent.name != "storage"
        for node in ast.walk(ast.parse(path.read_text()))
        if _follows_a_source(node) or _names_an_area(node)
    ]

    assert written == []


def _follows_a_source(node):
    match node:
        case ast.JoinedStr(values=[ast.FormattedValue(value=first), ast.Constant(value=second), *_]):
            return ast.unparse(first).endswith("source") and second.startswith("/")
    return False


def _names_an_area(node):
    areas = "|".join({key.split("/")[1] for key in KEYS if key.count("/") > 1})
    if not isinstance(node, ast.Constant) or not isinstance(node.value, str) or re.search(r"\s", node.value):
        return False
    return re.search(rf"(^|/)({areas})/(\w|$)", node.value) is not None
