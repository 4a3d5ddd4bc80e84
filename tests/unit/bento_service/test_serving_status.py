"""The release agent's report, as the service reads it."""

from datetime import UTC, datetime

from bento_service.serving_status import Serving, read_serving
from movie_assets.release.record import Attribution, Release, ReleaseRecord

NOW = datetime(2026, 1, 15, 6, 0, tzinfo=UTC)
RELEASE = Release(
    bundle_id="b" * 64,
    bento_tag="movie_rating:one",
    bento_key="bentos/one.tar.gz",
    bento_sha256="c" * 64,
    source="synthetic",
    day="2026-01-14",
    requested_at=NOW,
)


def test_a_release_record_is_a_report(tmp_path):
    """Fields that /status does not have are ignored."""
    attribution = Attribution(at=NOW, by="a person", why="to see")
    record = ReleaseRecord().with_wanted(RELEASE, attribution).with_in_service(RELEASE, attribution)
    (tmp_path / "status.json").write_text(record.model_dump_json())

    serving = read_serving(tmp_path / "status.json")

    assert serving.in_service.bento_tag == serving.wanted.bento_tag == "movie_rating:one"
    assert [decision.kind for decision in serving.decisions] == ["in service"]
    assert (serving.phase, serving.pinned) == ("idle", None)


def test_without_a_file_every_field_is_null(tmp_path):
    """None is named, or it does not exist yet."""
    assert read_serving(None) == read_serving(tmp_path / "status.json") == Serving()


def test_an_unreadable_file_is_logged(tmp_path, caplog):
    """The status is answered without it."""
    (tmp_path / "status.json").write_text("{")

    assert read_serving(tmp_path / "status.json") == Serving()
    assert "status.json cannot be read" in caplog.text
