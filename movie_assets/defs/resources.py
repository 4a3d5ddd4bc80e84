"""Our clients as Dagster resources. Secrets come as EnvVar or SecretStr only, so that the UI never shows them.

What a client does: storage/bucket.py, catalogue/. Which values they get: definitions.py.
"""

from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import dagster as dg
from pydantic import PrivateAttr, SecretStr

from movie_assets.catalogue.source import MovieSource
from movie_assets.settings import Settings
from movie_assets.storage.bucket import ATTEMPTS, Bucket
from movie_assets.storage.folders import folder_with
from movie_assets.storage.keys import asset_folder

if TYPE_CHECKING:
    from movie_assets.catalogue.tmdb.retry import RateLimiter
    from movie_assets.storage.checkpoints import BucketCheckpoints


class ObjectStore(dg.ConfigurableResource[Any]):
    """The bucket, through dagster-aws' S3 resource."""

    source: str
    bucket_name: str
    endpoint_url: str | None
    access_key: str
    secret_key: str
    region: str
    _bucket: Bucket | None = PrivateAttr(default=None)

    def bucket(self) -> Bucket:
        """The bucket, made on first use if it is not there."""
        if self._bucket is None:
            from dagster_aws.s3 import S3Resource  # three seconds to import: paid by runs, not by definitions

            client = S3Resource(
                endpoint_url=self.endpoint_url,
                aws_access_key_id=self.access_key,
                aws_secret_access_key=self.secret_key,
                region_name=self.region,
                max_attempts=ATTEMPTS,
            ).get_client()
            self._bucket = Bucket(client, self.bucket_name)
            self._bucket.create()
        return self._bucket

    def prefix(self, asset: str, day: str | None = None) -> str:
        """A day of an asset of this source, or all its days."""
        return asset_folder(self.source, asset, day)

    def address(self, asset: str, day: str, name: str, content: bytes) -> dg.MetadataValue:
        """Where a file of the day can be read by any S3 client, once the day is kept."""
        folder = folder_with(self.prefix(asset, day), {name: content})
        return dg.MetadataValue.path(f"s3://{self.bucket_name}/{folder.key_of(name)}")


class Catalogue(dg.ConfigurableResource[Any]):
    """Where films come from."""

    store: dg.ResourceDependency[ObjectStore]
    settings: dg.ResourceDependency[Settings]
    _opened: MovieSource | None = PrivateAttr(default=None)

    def movies(self) -> MovieSource:
        """The configured source, opened once."""
        if self._opened is None:
            self._opened = self._open()
        return self._opened

    def clear_checkpoint(self, day: str) -> None:
        """Remove the checkpoint of a day that is kept: the next fetch of it asks for everything again."""
        if self.settings.source == "tmdb":  # the only one whose fetch takes long enough to be resumed
            self._checkpoints().clear(date.fromisoformat(day))

    def _checkpoints(self) -> "BucketCheckpoints":
        from movie_assets.storage.checkpoints import BucketCheckpoints  # as above

        return BucketCheckpoints(self.store.bucket(), self.settings.source)

    def _open(self) -> MovieSource:
        settings = self.settings
        if settings.source == "tmdb":
            from movie_assets.catalogue.tmdb.source import TmdbSource  # each source imports what the others do not need

            return TmdbSource(
                token=_plain(settings.tmdb_read_token),
                api_key=_plain(settings.tmdb_key),
                base_url=settings.tmdb_url,
                files_url=settings.tmdb_files_url,
                films_per_day=settings.films_per_day,
                history_films=settings.history_films,
                history_again_days=settings.history_again_days,
                rate_limiter=_shared_rate_limiter(settings.tmdb_requests_per_second),
                checkpoints=self._checkpoints(),
                report=dg.get_dagster_logger("tmdb").info,
                today=lambda: datetime.now(UTC).date(),
            )
        if settings.source == "dump":
            from movie_assets.catalogue.dump.source import DumpSource  # as above

            return DumpSource(Path(str(settings.dump_path)), settings.start_date)
        from movie_assets.catalogue.synthetic.source import SyntheticCatalogue  # as above

        return SyntheticCatalogue(
            seed=settings.seed,
            start=settings.start_date,
            films_per_day=settings.films_per_day,
            history_films=settings.history_films,
            history_again_days=settings.history_again_days,
        )


def _plain(secret: SecretStr | None) -> str | None:
    return secret.get_secret_value() if secret else None


@cache
def _shared_rate_limiter(requests_per_second: float) -> "RateLimiter":
    """One for all fetches of this process, however many resources there are."""
    from movie_assets.catalogue.tmdb.retry import RateLimiter  # as above

    return RateLimiter(per_second=requests_per_second)
