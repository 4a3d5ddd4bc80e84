"""The Bentos on a serving host."""

import hashlib
import io
import tarfile

import pytest

from movie_assets.serving_host.bento_cache import BentoCache, BentoCacheError
from movie_assets.storage.bucket import StoreUnreachableError
from tests.support.memory_bucket import MemoryBucket
from tests.support.records import a_release


def an_archive(name="bento.yaml", content=b"one"):
    """A gzipped tar of one member."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        member = tarfile.TarInfo(name)
        member.size = len(content)
        archive.addfile(member, io.BytesIO(content))
    return packed.getvalue()


def a_release_of(archive, bucket, *, key="one.tar.gz"):
    bucket.put(key, archive)
    return a_release(bento_key=key, bento_sha256=hashlib.sha256(archive).hexdigest())


@pytest.fixture
def bucket():
    return MemoryBucket()


@pytest.fixture
def cache(tmp_path, bucket):
    return BentoCache(tmp_path / "serving", bucket)


def test_a_slot_holds_the_release_that_was_put_in_last(cache, bucket):
    """None at first; the other slot does not change."""
    one, two = a_release_of(an_archive(content=b"1"), bucket), a_release_of(an_archive(), bucket, key="two.tar.gz")
    assert (cache.bento_in("a"), cache.holds("a", one)) == (None, False)

    cache.put(cache.unpack(two), "a")
    cache.put(cache.unpack(one), "a")

    assert (cache.holds("a", one), cache.holds("a", two)) == (True, False)
    assert (cache.bento_in("a") / "bento.yaml").read_bytes() == b"1"
    assert cache.bento_in("b") is None


def test_an_archive_that_was_changed_is_refused(cache, bucket):
    """Its digest must be that of the release record."""
    release = a_release_of(an_archive(content=b"one"), bucket)
    bucket.put(release.bento_key, an_archive(content=b"two"))

    with pytest.raises(BentoCacheError, match=r"one\.tar\.gz.*was changed"):
        cache.unpack(release)


def test_an_archive_that_is_gone_is_named(cache, bucket):
    """The error says what to do."""
    release = a_release_of(an_archive(), bucket).model_copy(update={"bento_key": "elsewhere.tar.gz"})

    with pytest.raises(BentoCacheError, match=r"elsewhere\.tar\.gz.*Materialize rating_service again"):
        cache.unpack(release)


def test_a_file_outside_the_cache_is_refused(cache, bucket, tmp_path):
    """An archive cannot write beside the cache; every other kind is in test_archive.py."""
    with pytest.raises(BentoCacheError, match="cannot be unpacked"):
        cache.unpack(a_release_of(an_archive(name="../../../escaped"), bucket))

    assert not (tmp_path / "escaped").exists()


def test_a_cached_archive_needs_no_bucket(cache, bucket):
    """A failed pull leaves no partial archive."""
    release = a_release_of(an_archive(), bucket)
    bucket.is_away = True
    with pytest.raises(StoreUnreachableError):
        cache.unpack(release)
    bucket.is_away = False
    cache.unpack(release)
    bucket.is_away = True

    assert (cache.unpack(release) / "bento.yaml").exists()


def test_a_damaged_cached_archive_is_pulled_again(cache, bucket, tmp_path):
    """Its digest is compared at every use."""
    release = a_release_of(an_archive(), bucket)
    cache.unpack(release)
    (tmp_path / "serving" / "archives" / f"{release.bento_sha256}.tar.gz").write_bytes(b"damaged")

    assert (cache.unpack(release) / "bento.yaml").exists()


def test_cleaning_keeps_bentos_in_slots_and_the_named_archives(cache, bucket, tmp_path):
    """So that old releases do not fill the disk."""
    contents = (b"first", b"second", b"third")
    first, second, third = (a_release_of(an_archive(content=one), bucket, key=one.decode()) for one in contents)
    cache.put(cache.unpack(first), "a")
    cache.put(cache.unpack(second), "b")
    cache.put(cache.unpack(third), "a")

    cache.keep_only([second, third])

    assert cache.bento_in("a").exists()
    assert cache.bento_in("b").exists()
    assert len(list((tmp_path / "serving" / "bentos").iterdir())) == 2
    assert {path.name for path in (tmp_path / "serving" / "archives").iterdir()} == {
        f"{release.bento_sha256}.tar.gz" for release in (second, third)
    }
