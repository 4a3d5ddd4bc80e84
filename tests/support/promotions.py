"""A promotion as best_model reports it, without the training, for tests of releases through Dagster."""

import dagster as dg

from movie_assets.prediction.bundle import ModelBundle
from movie_assets.storage.bucket import Bucket
from movie_assets.storage.folders import write_folder
from movie_assets.storage.keys import CHOICE
from movie_assets.training.bundles import save_bundle
from tests.support.records import a_choice


def promote(bucket: Bucket, instance: dg.DagsterInstance, bundle: ModelBundle, *, day: str) -> None:
    """Keep the bundle, have best_model of the day name it, and say so to Dagster."""
    save_bundle(bucket, "synthetic", bundle)
    write_folder(bucket, f"synthetic/best_model/{day}", {CHOICE: a_choice(champion=bundle.id).to_json()})
    metadata = {"source": "synthetic", "bundle_id": bundle.id, "decision": "made up"}
    instance.report_runless_asset_event(dg.AssetMaterialization("best_model", partition=day, metadata=metadata))
