"""The jobs `rollback` and `unpin`, and the sensor that shows release decisions on rating_service.

A further decision that a person makes about releases is a job here. The release record: release/store.py. The release
of a champion: assets/serving.py.
"""

from datetime import UTC, datetime

import dagster as dg

from movie_assets.defs.resources import ObjectStore

SECONDS_BETWEEN_TICKS = 10
RATING_SERVICE = dg.AssetKey("rating_service")
REPORTED_KINDS = {"rollback", "pin", "unpin", "taken back"}  # a release is a materialization of its own run


class Reason(dg.Config):
    """The reason, for the release record."""

    why: str = "no reason given"


def release_jobs(*, wait_seconds: float) -> list[dg.JobDefinition]:
    """`rollback` puts the previous bundle in service and pins it; `unpin` ends a pin."""

    @dg.op
    def roll_back(context: dg.OpExecutionContext, config: Reason, store: ObjectStore) -> None:
        from movie_assets.release.request import wait_until_in_service
        from movie_assets.release.store import Releases

        releases = Releases(store.bucket(), store.source)
        record = releases.rollback(by=_author(context), why=config.why, now=datetime.now(UTC))
        if record.wanted is not None:
            context.log.info(f"{record.wanted.bento_tag} is wanted and pinned; waiting until it is in service")
            wait_until_in_service(releases, record.wanted.bundle_id, timeout_seconds=wait_seconds)

    @dg.op  # not `unpin`: ops and jobs share their names
    def end_pin(context: dg.OpExecutionContext, config: Reason, store: ObjectStore) -> None:
        from movie_assets.release.store import Releases

        Releases(store.bucket(), store.source).unpin(by=_author(context), why=config.why, now=datetime.now(UTC))

    @dg.job(description="Put the previous bundle in service, pin it, and withdraw the one that was wanted.")
    def rollback() -> None:
        roll_back()

    @dg.job(description="End a pin; the newest champion that is not withdrawn is then released.")
    def unpin() -> None:
        end_pin()

    return [rollback, unpin]


def release_record_sensor(*, source: str) -> dg.SensorDefinition:
    """Reports each decision of REPORTED_KINDS on rating_service, and requests `deploy` after an unpin.

    Decisions are read from the bucket, so that those made by a command are reported too.
    """

    @dg.sensor(
        job_name="deploy",
        name="release_record_sensor",
        minimum_interval_seconds=SECONDS_BETWEEN_TICKS,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Reports rollbacks, pins, unpins and releases taken back; requests a deploy run after an unpin.",
    )
    def sensor(context: dg.SensorEvaluationContext, store: ObjectStore) -> dg.SensorResult | dg.SkipReason:
        from movie_assets.release.store import Releases

        new = Releases(store.bucket(), source).entries_after(context.cursor or "")
        if not new:
            return dg.SkipReason("No new decision.")
        reported = [(name, decision) for name, decision in new if decision.kind in REPORTED_KINDS]
        events = [
            dg.AssetMaterialization(
                RATING_SERVICE,
                metadata={
                    "decision": f"{decision.kind}: {decision.why}",
                    "by": decision.by,
                    "at": decision.at.isoformat(),
                    "bundle_id": decision.bundle_id,
                    "bento_tag": decision.bento_tag,
                },
            )
            for _name, decision in reported
        ]
        requests = [dg.RunRequest(run_key=name) for name, decision in reported[-1:] if decision.kind == "unpin"]
        return dg.SensorResult(
            asset_events=events,
            run_requests=requests,
            cursor=new[-1][0],
            skip_reason=None if requests else f"{len(new)} new decisions, {len(events)} of them reported.",
        )

    return sensor


def _author(context: dg.OpExecutionContext) -> str:
    return f"Dagster run {context.run_id}"
