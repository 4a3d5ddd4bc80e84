"""The resource `store` over a bucket in memory, for tests of Dagster's side."""

from typing import ClassVar

from movie_assets.defs.resources import ObjectStore
from movie_assets.storage.bucket import Bucket
from tests.support.memory_bucket import MemoryBucket


class MemoryStore(ObjectStore):
    """The bucket in memory."""

    kept: ClassVar[Bucket | None] = None

    def bucket(self) -> Bucket:
        assert MemoryStore.kept is not None
        return MemoryStore.kept


def memory_store() -> MemoryStore:
    """An empty one."""
    MemoryStore.kept = MemoryBucket()
    return MemoryStore(
        source="synthetic", bucket_name="memory", endpoint_url=None, access_key="", secret_key="", region=""
    )
