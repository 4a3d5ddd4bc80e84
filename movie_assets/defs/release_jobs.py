"""Rollback, pin and unpin in Dagster: the jobs a person launches, and the sensor that shows such decisions.

What they change: release/store.py. The release of a champion: assets/serving.py.
"""

from datetime import UTC, datetime

import dagster as dg

from movie_assets.defs.resources import ObjectStore

SECONDS_BETWEEN_TICKS = 10
RATING_SERVICE = dg.AssetKey("rating_service")
SHOWN = {
    "rollback",
    "pin",
    "unpin",
    "taken back",
}  # a release is shown by its own run, and whether it serves by that run's end


class Reason(dg.Config):
    """Why, for the record and for whoever reads it later."""

    why: str = "no reason given"


def release_jobs(*, wait_seconds: float) -> list[dg.JobDefinition]:
    """rollback: the previous bundle in service, pinned. unpin: releases may follow again."""

    @dg.op(name="put_the_previous_bundle_in_service")
    def roll_back(context: dg.OpExecutionContext, config: Reason, store: ObjectStore) -> None:
        from movie_assets.release.request import wait_until_in_service
        from movie_assets.release.store import Releases

        releases = Releases(store.bucket(), store.source)
        record = releases.rollback(by=_who(context), why=config.why, now=datetime.now(UTC))
        if record.wanted is not None:
            context.log.info(f"{record.wanted.bento_tag} is wanted and pinned; waiting until it is in service")
            wait_until_in_service(releases, record.wanted.bundle_id, timeout_seconds=wait_seconds)

    @dg.op(name="let_releases_through_again")
    def let_through(context: dg.OpExecutionContext, config: Reason, store: ObjectStore) -> None:
        from movie_assets.release.store import Releases

        Releases(store.bucket(), store.source).unpin(by=_who(context), why=config.why, now=datetime.now(UTC))

    @dg.job(description="Put the previous bundle in service, pin it, and withdraw the one that was wanted.")
    def rollback() -> None:
        roll_back()

    @dg.job(description="End a pin; the newest champion that is not withdrawn is then released.")
    def unpin() -> None:
        let_through()

    return [rollback, unpin]


def release_record_sensor(*, source: str) -> dg.SensorDefinition:
    """Shows each decision in SHOWN as a materialization of rating_service, and after an unpin asks for `deploy`.

    Whoever decided it, in Dagster or by a command, the decision is an object in the bucket.
    """

    @dg.sensor(
        job_name="deploy",
        name="release_record_sensor",
        minimum_interval_seconds=SECONDS_BETWEEN_TICKS,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Shows rollbacks, pins, unpins and what was taken back; releases the newest after an unpin.",
    )
    def sensor(context: dg.SensorEvaluationContext, store: ObjectStore) -> dg.SensorResult | dg.SkipReason:
        from movie_assets.release.store import Releases

        new = Releases(store.bucket(), source).entries_after(context.cursor or "")
        if not new:
            return dg.SkipReason("No new decision.")
        shown = [(name, decision) for name, decision in new if decision.kind in SHOWN]
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
            for _name, decision in shown
        ]
        requests = [dg.RunRequest(run_key=name) for name, decision in shown[-1:] if decision.kind == "unpin"]
        return dg.SensorResult(
            asset_events=events,
            run_requests=requests,
            cursor=new[-1][0],
            skip_reason=None if requests else f"{len(new)} new decisions, {len(events)} of them shown.",
        )

    return sensor


def _who(context: dg.OpExecutionContext) -> str:
    return f"Dagster run {context.run_id}"
