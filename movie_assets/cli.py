"""The commands beside Dagster: `python -m movie_assets.cli …`, of a serving host and of whoever keeps the days.

Reads the settings and hands out values; what the commands do is in deployment/, storage/ and tracking/.
"""

import getpass
import json
import logging
import os
import socket
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import BinaryIO

import click

from movie_assets.release.request import ReleaseError, wait_until_in_service
from movie_assets.release.store import NothingInServiceError, ReleaseRecordError, Releases
from movie_assets.retention.expiry import Retention, ServedRetention
from movie_assets.serving_host.agent import ReleaseAgent
from movie_assets.serving_host.prediction_log_shipping import PredictionFiles, ship_forever
from movie_assets.serving_host.rollout import RolloutRules
from movie_assets.serving_host.route import Route, run_proxy
from movie_assets.serving_host.service_client import ServiceClient
from movie_assets.serving_host.shared_files import SharedFiles
from movie_assets.serving_host.slot import LOOPBACK, Slot, SlotError, run_slot
from movie_assets.serving_host.supervisord import SERVER_URL, SLOTS, run_supervisord, serving_programs
from movie_assets.settings import Settings, SettingsError
from movie_assets.storage.bucket import Bucket, MissingObjectError, StoreUnreachableError, Version, connect
from movie_assets.storage.folders import CorruptFolderError, folder_version, folder_versions, read_file
from movie_assets.storage.keys import FILMS, asset_folder
from movie_assets.storage.served_predictions import ServedPredictions
from movie_assets.tracking.sync import sync
from movie_assets.tracking.wandb_runs import NotSentError, WandbRuns
from movie_assets.training.records import RecordError
from movie_assets.training.staleness import day_states


def bucket_of(settings: Settings) -> Bucket:
    """The bucket of these settings; asks the server nothing yet."""
    client = connect(
        endpoint_url=settings.s3_endpoint_url,
        access_key=settings.aws_access_key_id,
        secret_key=settings.aws_secret_access_key.get_secret_value(),
        region=settings.aws_region,
    )
    return Bucket(client, settings.bucket)


BUCKET_ERRORS = (StoreUnreachableError, MissingObjectError, CorruptFolderError)
RELEASE_ERRORS = (ReleaseRecordError, ReleaseError, NothingInServiceError, SlotError)


class _InSentences(click.Group):
    """Commands that tell what a person can mend in a sentence, without a traceback."""

    def invoke(self, context: click.Context) -> object:
        try:
            return super().invoke(context)
        except (SettingsError, *BUCKET_ERRORS, *RELEASE_ERRORS) as error:
            raise click.ClickException(str(error)) from error


@click.group(cls=_InSentences)
@click.pass_context
def commands(context: click.Context) -> None:
    """The release agent, its service, the release record, raw days' versions, expiry, and what W&B does not have."""
    context.obj = Settings.from_environment()


@commands.command()
@click.option("--logs", type=click.Path(exists=True, file_okay=False, path_type=Path), help="A folder for every log.")
@click.pass_obj
def supervise(settings: Settings, logs: Path | None) -> None:
    """Become supervisord, which runs the three commands below.

    Without --logs they and it write to standard output; the slots, whose logs the agent reads, to files.
    """
    socket = Path(settings.supervisor_url.removeprefix("unix://"))
    programs = serving_programs(logs, slot_logs=logs or settings.serving_dir.parent)
    run_supervisord(programs, socket=socket, log=logs / "supervisord.log" if logs else None)


@commands.command()
@click.pass_obj
def agent(settings: Settings) -> None:
    """Keep the service as the release record asks; does not end by itself."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    logging.getLogger("httpx").setLevel(logging.WARNING)  # a line at every look would drown what matters
    bucket, folder = bucket_of(settings), settings.serving_dir
    key = SharedFiles(folder).key
    ship_forever(PredictionFiles(folder), ServedPredictions(bucket, settings.source))
    release_agent = ReleaseAgent(
        folder=folder,
        bucket=bucket,
        source=settings.source,
        slots={
            name: Slot(settings.supervisor_url, name=name, service=ServiceClient(f"http://{LOOPBACK}:{port}", key))
            for name, port in _slot_ports(settings).items()
        },
        proxied=ServiceClient(f"http://{_reachable(settings.service_host)}:{settings.service_port}", key),
        rules=RolloutRules(
            kind=settings.rollout,
            percent=settings.rollout_percent,
            period=timedelta(minutes=settings.rollout_minutes),
            most_shift=settings.rollout_rating_shift,
        ),
        ready_seconds=settings.service_ready_seconds,
        standby_seconds=settings.standby_seconds,
    )
    release_agent.run_forever(poll_seconds=settings.release_poll_seconds)


@commands.command()
@click.argument("name", type=click.Choice(SLOTS))
@click.pass_obj
def slot(settings: Settings, name: str) -> None:
    """Become the service of the Bento in slot NAME; started and stopped by the agent, through supervisord."""
    bento = (settings.serving_dir / "slots" / name).resolve()  # the folder itself: the link may move on
    home, port = settings.serving_dir / f"home-{name}", _slot_ports(settings)[name]
    # handed on, not read: they are the service's own, and it says what is wrong with them
    its_own = _handed_on("MOVIE_API_", "MOVIE_LOG_")
    logged = {"MOVIE_LOG_DIR": str(PredictionFiles(settings.serving_dir).folder), "MOVIE_LOG_SLOT": name}
    variables = SharedFiles(settings.serving_dir).variables(its_own) | logged
    run_slot(bento, home=home, host=LOOPBACK, port=port, variables=variables)


@commands.command()
@click.pass_obj
def proxy(settings: Settings) -> None:
    """Become Traefik, which sends every request to the slot in service."""
    route = Route(settings.serving_dir)
    run_proxy(route, host=settings.service_host, port=settings.service_port, variables=_handed_on())


@commands.command()
@click.option("--json", "as_json", is_flag=True, help="The release record itself.")
@click.pass_obj
def status(settings: Settings, *, as_json: bool) -> None:
    """Print what is in service, wanted and pinned, how the last switch went, and the last decisions."""
    record = _releases(settings).read()
    click.echo(record.model_dump_json(indent=2) if as_json else record.summary())


@commands.command()
@click.option("--why", required=True, help="For the record, and for whoever reads it later.")
@click.pass_obj
def rollback(settings: Settings, why: str) -> None:
    """Put the previous bundle in service, pin it, and withdraw the one that was wanted."""
    releases = _releases(settings)
    wanted = releases.rollback(by=_person(), why=why, now=datetime.now(UTC)).wanted
    if wanted is not None:
        wait_until_in_service(releases, wanted.bundle_id, timeout_seconds=settings.release_wait_seconds)
    click.echo(releases.read().summary())


@commands.command()
@click.option("--why", required=True, help="For the record, and for whoever reads it later.")
@click.pass_obj
def pin(settings: Settings, why: str) -> None:
    """Keep what is in service until unpin, whatever is promoted meanwhile."""
    click.echo(_releases(settings).pin(by=_person(), why=why, now=datetime.now(UTC)).summary())


@commands.command()
@click.option("--why", default="no reason given", help="For the record, and for whoever reads it later.")
@click.pass_obj
def unpin(settings: Settings, why: str) -> None:
    """Let releases through again; Dagster then releases the newest champion that is not withdrawn."""
    click.echo(_releases(settings).unpin(by=_person(), why=why, now=datetime.now(UTC)).summary())


def _releases(settings: Settings) -> Releases:
    return Releases(bucket_of(settings), settings.source)


def _person() -> str:
    return f"{getpass.getuser()} on {socket.gethostname()}"


def _handed_on(*prefixes: str) -> dict[str, str]:
    """Variables for a program that this process becomes: those it is for, and whose program it is."""
    return {name: value for name, value in os.environ.items() if name.startswith(prefixes) or name == SERVER_URL}


def _slot_ports(settings: Settings) -> dict[str, int]:
    return dict(zip(SLOTS, (settings.slot_a_port, settings.slot_b_port), strict=True))


DAY = click.DateTime(formats=["%Y-%m-%d"])


@commands.command("raw-versions")
@click.argument("day", type=DAY)
@click.pass_obj
def raw_versions(settings: Settings, day: datetime) -> None:
    """List every fetch of a raw day that is kept, the newest first."""
    versions = folder_versions(bucket_of(settings), _raw_day(settings, day))
    if not versions:
        raise click.ClickException(f"No fetch of {day:%Y-%m-%d} is kept for source {settings.source}.")
    for version, _folder in versions:
        current = "  current" if version.is_newest else ""
        click.echo(f"{version.id}  {version.written_at:%Y-%m-%d %H:%M:%S} UTC{current}")


@commands.command("raw-version")
@click.argument("day", type=DAY)
@click.argument("version")
@click.option("--out", required=True, type=click.File("wb", lazy=True), help="The Parquet file to write.")
@click.pass_obj
def raw_version(settings: Settings, day: datetime, version: str, out: BinaryIO) -> None:
    """Write the films of one fetch of a raw day, VERSION as raw-versions lists it, to a Parquet file."""
    bucket = bucket_of(settings)
    content = read_file(bucket, folder_version(bucket, _raw_day(settings, day), version), FILMS)
    out.write(content)
    click.echo(f"{out.name}: {len(content):,} bytes")


@commands.command()
@click.option("--dry-run", is_flag=True, help="List what would be deleted, and delete nothing.")
@click.pass_obj
def expire(settings: Settings, dry_run: bool) -> None:
    """Delete every version of records and served predictions that have expired, and look again."""
    bucket, source = bucket_of(settings), settings.source
    if settings.keep_days is None:
        click.echo(f"Records of source {source} do not expire. To let them, set MOVIE_RETENTION_DAYS.")
    else:
        _expire(Retention(bucket, source, keep_days=settings.keep_days), "fetched", dry_run=dry_run)
    _expire(ServedRetention(bucket, source, keep_days=settings.served_retention_days), "served", dry_run=dry_run)


def _expire(retention: Retention | ServedRetention, done: str, *, dry_run: bool) -> None:
    now = datetime.now(UTC)
    if dry_run:
        _list(retention.expired(now), "would be deleted")
        return
    swept = retention.sweep(now)
    _list(swept.deleted, "deleted")
    if swept.left:
        raise click.ClickException(f"{len(swept.left)} expired object versions are still there; run expire again.")
    click.echo(f"Nothing that was {done} before {swept.before:%Y-%m-%d %H:%M} UTC is left.")


def _list(versions: Sequence[Version], what: str) -> None:
    for version in versions:
        click.echo(f"{version.key}  {version.id}")
    click.echo(f"{len(versions)} object versions {what}.")


def _raw_day(settings: Settings, day: datetime) -> str:
    return asset_folder(settings.source, "raw_tmdb", f"{day:%Y-%m-%d}")


@commands.command()
@click.option("--json", "as_json", is_flag=True, help="As JSON, one object a day.")
@click.pass_obj
def days(settings: Settings, *, as_json: bool) -> None:
    """List every day: how far it has come, whether it is kept out of the windows, whether it is stale."""
    states = day_states(bucket_of(settings), settings.source)
    if as_json:
        click.echo(json.dumps([asdict(state) for state in states]))
        return
    for state in states:
        marks = {"rejected": state.rejected, "held": state.held, "stale": state.stale}
        words = [", ".join(state.there) or "nothing", *(mark for mark, holds in marks.items() if holds)]
        click.echo(f"{state.day}  {'; '.join(words)}")
    click.echo(f"{len(states)} days of source {settings.source}")


@commands.command("wandb-sync")
@click.option("--offline", is_flag=True, help="Make runs in MOVIE_WANDB_DIR in place of sending them.")
@click.pass_obj
def wandb_sync(settings: Settings, *, offline: bool) -> None:
    """Send W&B every record of training that it does not have; sends nothing twice."""
    key = settings.wandb_api_key
    wandb = WandbRuns(
        mode="offline" if offline else "online",
        project=settings.wandb_project,
        base_url=settings.wandb_base_url,
        directory=settings.wandb_dir.absolute(),
        api_key=key.get_secret_value() if key else None,
    )
    try:
        with wandb.open():
            sync(bucket_of(settings), settings.source, wandb, tell=click.echo)
    except (NotSentError, StoreUnreachableError, MissingObjectError, CorruptFolderError, RecordError) as error:
        raise click.ClickException(str(error)) from error


def _reachable(host: str) -> str:
    """Where a server that listens on `host` is asked from this machine."""
    return "127.0.0.1" if host == "0.0.0.0" else host  # noqa: S104 - compared, not bound


if __name__ == "__main__":
    commands()
