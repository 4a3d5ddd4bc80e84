"""The bucket and the source of films as Dagster resources.

A further client of an outside service is a resource here; its secrets are EnvVar or SecretStr, which the UI never
shows. What the clients do: storage/bucket.py, catalogue/. Their values: definitions.py.
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
    from movie_assets.catalogue.tmdb.rate_limit import RateLimiter
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
        """The bucket, created on first use if it does not exist."""
        if self._bucket is None:
            from dagster_aws.s3 import S3Resource  # takes three seconds to import

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
        """The address of a file of the day for any S3 client, once the day is written."""
        folder = folder_with(self.prefix(asset, day), {name: content})
        return dg.MetadataValue.path(f"s3://{self.bucket_name}/{folder.key_of(name)}")


class Catalogue(dg.ConfigurableResource[Any]):
    """The source of films."""

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
        if self.settings.source == "tmdb":  # the only source whose fetches are resumed
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

            return DumpSource(
                Path(str(settings.dump_path)),
                settings.start_date,
                last=settings.last_day(today=datetime.now(UTC).date()),
                encoding=settings.dump_encoding,
                rating_max=settings.dump_rating_max,
            )
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
    from movie_assets.catalogue.tmdb.rate_limit import RateLimiter  # as above

    return RateLimiter(per_second=requests_per_second)
