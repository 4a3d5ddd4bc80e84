"""The resource `store` over a bucket in memory, for tests of Dagster's side."""

from movie_assets.defs.resources import ObjectStore
from movie_assets.storage.bucket import Bucket
from tests.support.memory_bucket import MemoryBucket


def memory_store(bucket: Bucket | None = None, *, source: str = "synthetic") -> ObjectStore:
    """The store over this bucket, or over an empty one."""
    memory = bucket or MemoryBucket()

    class MemoryStore(ObjectStore):
        def bucket(self) -> Bucket:
            return memory

    return MemoryStore(source=source, bucket_name="movies", endpoint_url=None, access_key="", secret_key="", region="")
