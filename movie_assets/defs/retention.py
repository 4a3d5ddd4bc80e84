"""The job `expire`, which deletes expired records and served predictions.

What expires, and in which order it is deleted: retention/expiry.py. When the job runs: schedules.py.
"""

from datetime import UTC, datetime
from typing import Any

import dagster as dg

from movie_assets.defs.previews import table
from movie_assets.defs.resources import ObjectStore
from movie_assets.retention.expiry import Retention, ServedRetention, Sweep
from movie_assets.storage.formats import json_of
from movie_assets.storage.keys import expired_record


def expire_job(*, keep_days: int | None, served_keep_days: int) -> dg.JobDefinition:
    """Deletes the source's records fetched more than `keep_days` ago, and old served predictions, in separate steps.

    Without `keep_days` no record expires.
    """

    @dg.op(out=dg.Out(dg.Nothing))
    def delete_expired(context: dg.OpExecutionContext, store: ObjectStore) -> None:
        """Delete records, and observe on raw_tmdb what was deleted and what is left."""
        if keep_days is None:
            context.log.info(f"Records of source {store.source} do not expire: MOVIE_RETENTION_DAYS is not set.")
            return
        retention = Retention(store.bucket(), store.source, keep_days=keep_days)
        _sweep(context, store, retention, asset="raw_tmdb", what="records fetched")

    @dg.op(out=dg.Out(dg.Nothing))
    def delete_served(context: dg.OpExecutionContext, store: ObjectStore) -> None:
        """Delete served predictions, and observe it on served_predictions."""
        retention = ServedRetention(store.bucket(), store.source, keep_days=served_keep_days)
        _sweep(context, store, retention, asset="served_predictions", what="predictions served")

    @dg.job(name="expire", description="Delete every copy and version of what has expired.")
    def expire() -> None:
        delete_expired()
        delete_served()

    return expire


def _sweep(
    context: dg.OpExecutionContext, store: ObjectStore, retention: Retention | ServedRetention, *, asset: str, what: str
) -> None:
    now = datetime.now(UTC)
    swept = retention.sweep(now)
    record = expired_record(store.source, asset, now)
    if swept.deleted:
        store.bucket().put(record, json_of([[version.key, version.id] for version in swept.deleted]))
    for folder, count in swept.summary.items():
        context.log.info(f"Deleted {count} object versions of {folder}.")
    context.log_event(dg.AssetObservation(asset, metadata=_metadata(swept, record if swept.deleted else "none")))
    if swept.left:
        raise dg.Failure(
            description=f"{len(swept.left)} object versions with {what} before {swept.before:%Y-%m-%d} "
            f"are still there, the first {swept.left[0].key}. Run expire again, and check that the S3 keys may "
            "delete versions."
        )


def _metadata(swept: Sweep, record: str) -> dict[str, Any]:
    return {
        "expired_before": swept.before.isoformat(timespec="seconds"),
        "deleted": len(swept.deleted),
        "deleted_from": table({"folder": folder, "versions": count} for folder, count in swept.summary.items()),
        "deleted_versions": record,
        "left": len(swept.left),
        "oldest_record_kept": swept.oldest_kept.isoformat(timespec="seconds") if swept.oldest_kept else "none",
    }
