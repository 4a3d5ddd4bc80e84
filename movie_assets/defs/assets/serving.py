"""rating_service: the champion, built as a Bento and put in service.

Building and verifying: release/bento_build.py. Requesting the release and waiting for it: release/request.py. Starting
and stopping the service: serving_host/agent.py.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import dagster as dg

from movie_assets.defs.partitions import OWNERS
from movie_assets.defs.resources import ObjectStore

if TYPE_CHECKING:
    from movie_assets.release.record import Release
    from movie_assets.release.store import Releases

PROJECT = Path(__file__).parents[3]  # where bentofile.yaml is
RETRIES = dg.RetryPolicy(max_retries=2, delay=5, backoff=dg.Backoff.EXPONENTIAL, jitter=dg.Jitter.PLUS_MINUS)


class ReleaseRequest(dg.Config):
    """A run releases the newest champion; one that was rolled back only with `although_withdrawn`."""

    although_withdrawn: bool = False


def serving_assets(*, wait_seconds: float) -> Sequence[dg.AssetsDefinition]:
    """The one asset without partitions."""

    @dg.asset(
        deps=["best_model"],
        group_name="serving",
        owners=OWNERS,
        kinds={"bentoml"},
        retry_policy=RETRIES,
        pool="release",
    )
    def rating_service(
        context: dg.AssetExecutionContext, config: ReleaseRequest, store: ObjectStore
    ) -> dg.MaterializeResult[None]:
        """The newest champion as a running service. Another run for the same bundle changes nothing."""
        return _release(context, config, store, wait_seconds=wait_seconds)

    return [rating_service]


def _release(
    context: dg.AssetExecutionContext, config: ReleaseRequest, store: ObjectStore, *, wait_seconds: float
) -> dg.MaterializeResult[None]:
    from movie_assets.release.store import Releases

    bucket = store.bucket()
    releases = Releases(bucket, store.source)
    record = releases.read()
    if record.pin_message and record.wanted:
        context.log.warning(record.pin_message)
        wanted = {"bundle_id": record.wanted.bundle_id, "bento_tag": record.wanted.bento_tag}
        return dg.MaterializeResult(metadata={**wanted, "decision": record.pin_message})
    from movie_assets.release.bento_build import build_bento  # bentoml: paid by this run, not by definitions
    from movie_assets.release.request import release
    from movie_assets.training.bundles import load_bundle
    from movie_assets.training.champions import newest_champion

    withdrawn = frozenset[str]() if config.although_withdrawn else record.withdrawn_bundles
    champion = newest_champion(bucket, store.source, without=withdrawn)
    bundle = load_bundle(bucket, store.source, champion.bundle_id)
    decision = bundle.card.decision if bundle.card else ""
    with TemporaryDirectory() as workdir:
        bento = build_bento(bundle, project=PROJECT, workdir=Path(workdir))
        context.log.info(f"Built {bento.tag} of bundle {bundle.id[:12]}; waiting until it is in service")
        release(
            bundle,
            bento,
            releases=releases,
            by=f"Dagster run {context.run_id}",
            why=f"Champion of {champion.named_by}. {decision}",
            now=datetime.now(UTC),
            although_withdrawn=config.although_withdrawn,
        )
    in_service = wait_for_release(releases, bundle.id, wait_seconds=wait_seconds)
    return dg.MaterializeResult(
        metadata={
            "bundle_id": bundle.id,
            "champion_of": champion.named_by,
            "bento_tag": in_service.bento_tag,
            "archive": in_service.bento_key,
            "decision": decision,
            "switch": releases.read().message,
        }
    )


def wait_for_release(releases: "Releases", bundle_id: str, *, wait_seconds: float) -> "Release":
    """The release of the bundle, once it is in service. Raises Failure without retries if it was withdrawn meanwhile.

    A retry would release an older champion and succeed.
    """
    from movie_assets.release.request import WithdrawnMeanwhileError, wait_until_in_service

    try:
        return wait_until_in_service(releases, bundle_id, timeout_seconds=wait_seconds)
    except WithdrawnMeanwhileError as error:
        raise dg.Failure(str(error), allow_retries=False) from error
