"""The commands beside Dagster, for a serving host and for maintenance: `python -m movie_assets.cli …`.

A command reads the settings and calls one function of release/, serving_host/, retention/, tracking/ or storage/;
nothing is decided here.
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

from movie_assets.catalogue.cleaning_version import CLEANING_VERSION
from movie_assets.release.request import ReleaseError, wait_until_in_service
from movie_assets.release.store import NothingInServiceError, ReleaseRecordError, Releases
from movie_assets.retention.expiry import Retention, ServedRetention
from movie_assets.serving_host.agent import ReleaseAgent
from movie_assets.serving_host.prediction_log_shipping import PredictionFiles, ship_forever
from movie_assets.serving_host.rollout import RolloutRules
from movie_assets.serving_host.route import LIMITS, Route, run_proxy
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
    """The bucket of these settings; no request is sent yet."""
    client = connect(
        endpoint_url=settings.s3_endpoint_url,
        access_key=settings.aws_access_key_id,
        secret_key=settings.aws_secret_access_key.get_secret_value(),
        region=settings.aws_region,
    )
    return Bucket(client, settings.bucket)


BUCKET_ERRORS = (StoreUnreachableError, MissingObjectError, CorruptFolderError, RecordError)
RELEASE_ERRORS = (ReleaseRecordError, ReleaseError, NothingInServiceError, SlotError)


class _WithoutTracebacks(click.Group):
    """Prints an expected error as its sentence, without a traceback."""

    def invoke(self, context: click.Context) -> object:
        try:
            return super().invoke(context)
        except (SettingsError, NotSentError, *BUCKET_ERRORS, *RELEASE_ERRORS) as error:
            raise click.ClickException(str(error)) from error


@click.group(cls=_WithoutTracebacks)
@click.pass_context
def commands(context: click.Context) -> None:
    """The release agent and its services, the release record, versions of raw days, expiry and tracking."""
    context.obj = Settings.from_environment()


@commands.command()
@click.option("--logs", type=click.Path(exists=True, file_okay=False, path_type=Path), help="A folder for every log.")
@click.pass_obj
def supervise(settings: Settings, logs: Path | None) -> None:
    """Become supervisord, which runs `agent`, `slot` and `proxy`.

    Without --logs they log to standard output, except the slots, whose logs the agent reads from files.
    """
    socket = Path(settings.supervisor_url.removeprefix("unix://"))
    programs = serving_programs(logs, slot_logs=logs or settings.serving_dir.parent)
    run_supervisord(programs, socket=socket, log=logs / "supervisord.log" if logs else None)


@commands.command()
@click.pass_obj
def agent(settings: Settings) -> None:
    """Keep the service as the release record wants it; does not end by itself."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    logging.getLogger("httpx").setLevel(logging.WARNING)  # it logs every request
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
    """Become the service of the Bento in slot NAME; the agent starts and stops it through supervisord."""
    bento = (settings.serving_dir / "slots" / name).resolve()  # the folder itself: the link may change
    home, port = settings.serving_dir / f"home-{name}", _slot_ports(settings)[name]
    # The service reads and validates these itself.
    inherited = _inherited("MOVIE_API_", "MOVIE_LOG_")
    log = {"MOVIE_LOG_DIR": str(PredictionFiles(settings.serving_dir).folder), "MOVIE_LOG_SLOT": name}
    variables = SharedFiles(settings.serving_dir).variables(inherited) | log
    run_slot(bento, home=home, host=LOOPBACK, port=port, variables=variables)


@commands.command()
@click.pass_obj
def proxy(settings: Settings) -> None:
    """Become Traefik, which sends every request to the slot in service."""
    route = Route(settings.serving_dir)
    run_proxy(route, host=settings.service_host, port=settings.service_port, variables=_inherited(*LIMITS))


@commands.command()
@click.option("--json", "as_json", is_flag=True, help="The release record itself.")
@click.pass_obj
def status(settings: Settings, *, as_json: bool) -> None:
    """Print what is in service, wanted and pinned, the outcome of the last switch, and the last decisions."""
    record = _releases(settings).read()
    click.echo(record.model_dump_json(indent=2) if as_json else record.summary())


@commands.command()
@click.option("--why", required=True, help="The reason, for the release record.")
@click.pass_obj
def rollback(settings: Settings, why: str) -> None:
    """Put the previous bundle in service, pin it, and withdraw the one that was wanted."""
    releases = _releases(settings)
    wanted = releases.rollback(by=_person(), why=why, now=datetime.now(UTC)).wanted
    if wanted is not None:
        wait_until_in_service(releases, wanted.bundle_id, timeout_seconds=settings.release_wait_seconds)
    click.echo(releases.read().summary())


@commands.command()
@click.option("--why", required=True, help="The reason, for the release record.")
@click.pass_obj
def pin(settings: Settings, why: str) -> None:
    """Keep the bundle in service until unpin, whatever is promoted meanwhile."""
    click.echo(_releases(settings).pin(by=_person(), why=why, now=datetime.now(UTC)).summary())


@commands.command()
@click.option("--why", default="no reason given", help="The reason, for the release record.")
@click.pass_obj
def unpin(settings: Settings, why: str) -> None:
    """End a pin; Dagster then releases the newest champion that is not withdrawn."""
    click.echo(_releases(settings).unpin(by=_person(), why=why, now=datetime.now(UTC)).summary())


def _releases(settings: Settings) -> Releases:
    return Releases(bucket_of(settings), settings.source)


def _person() -> str:
    return f"{getpass.getuser()} on {socket.gethostname()}"


def _inherited(*prefixes: str) -> dict[str, str]:
    """This process's variables for the program it becomes: those with these prefixes, and supervisord's address."""
    return {name: value for name, value in os.environ.items() if name.startswith(prefixes) or name == SERVER_URL}


def _slot_ports(settings: Settings) -> dict[str, int]:
    return dict(zip(SLOTS, (settings.slot_a_port, settings.slot_b_port), strict=True))


DAY = click.DateTime(formats=["%Y-%m-%d"])


@commands.command("raw-versions")
@click.argument("day", type=DAY)
@click.pass_obj
def raw_versions(settings: Settings, day: datetime) -> None:
    """List the stored fetches of a raw day, newest first."""
    versions = folder_versions(bucket_of(settings), _raw_day(settings, day))
    if not versions:
        raise click.ClickException(f"There is no fetch of {day:%Y-%m-%d} for source {settings.source}.")
    for version, _folder in versions:
        current = "  current" if version.is_newest else ""
        click.echo(f"{version.id}  {version.written_at:%Y-%m-%d %H:%M:%S} UTC{current}")


@commands.command("raw-version")
@click.argument("day", type=DAY)
@click.argument("version")
@click.option("--out", required=True, type=click.File("wb", lazy=True), help="The Parquet file to write.")
@click.pass_obj
def raw_version(settings: Settings, day: datetime, version: str, out: BinaryIO) -> None:
    """Write the films of one fetch of a raw day to a Parquet file; VERSION is from raw-versions."""
    bucket = bucket_of(settings)
    content = read_file(bucket, folder_version(bucket, _raw_day(settings, day), version), FILMS)
    out.write(content)
    click.echo(f"{out.name}: {len(content):,} bytes")


@commands.command()
@click.option("--dry-run", is_flag=True, help="List what would be deleted, and delete nothing.")
@click.pass_obj
def expire(settings: Settings, dry_run: bool) -> None:
    """Delete every version of expired records and served predictions, and verify that none is left."""
    bucket, source = bucket_of(settings), settings.source
    if settings.keep_days is None:
        click.echo(f"Records of source {source} do not expire. To let them, set MOVIE_RETENTION_DAYS.")
    else:
        _expire(Retention(bucket, source, keep_days=settings.keep_days), "fetched", dry_run=dry_run)
    _expire(ServedRetention(bucket, source, keep_days=settings.served_retention_days), "served", dry_run=dry_run)


def _expire(retention: Retention | ServedRetention, event: str, *, dry_run: bool) -> None:
    now = datetime.now(UTC)
    if dry_run:
        _list(retention.expired(now), "would be deleted")
        return
    swept = retention.sweep(now)
    _list(swept.deleted, "deleted")
    if swept.left:
        raise click.ClickException(f"{len(swept.left)} expired object versions are still there; run expire again.")
    click.echo(f"Nothing that was {event} before {swept.before:%Y-%m-%d %H:%M} UTC is left.")


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
    """List every day: its assets, and whether it is rejected, quarantined, stale or outdated."""
    states = day_states(bucket_of(settings), settings.source)
    if as_json:
        # `stale` under its earlier name too, until 0.3.0
        click.echo(json.dumps([asdict(state) | {"out_of_order": state.stale} for state in states]))
        return
    for state in states:
        marks = {"rejected": state.rejected, "quarantined": state.held, "stale": state.stale}
        words = [", ".join(state.there) or "nothing", *(mark for mark, holds in marks.items() if holds)]
        if state.cleaning_version not in {None, CLEANING_VERSION}:
            words.append(f"outdated: cleaned by version {state.cleaning_version}, now {CLEANING_VERSION}")
        click.echo(f"{state.day}  {'; '.join(words)}")
    click.echo(f"{len(states)} days of source {settings.source}")


@commands.command("check-dump")
@click.argument("path", type=Path)
@click.pass_obj
def check_dump(settings: Settings, path: Path) -> None:
    """Tell what runs would read of a dump, with the settings of MOVIE_DUMP_…; exit code 1 if they would refuse it."""
    from movie_assets.catalogue.dump.report import report_of  # pandas: paid by this command alone
    from movie_assets.catalogue.dump.source import DumpSource
    from movie_assets.catalogue.source import SourceError

    last = settings.last_day(today=datetime.now(UTC).date())
    source = DumpSource(path, last, last=last, encoding=settings.dump_encoding, rating_max=settings.dump_rating_max)
    try:
        report = report_of(
            source,
            last,
            min_votes=settings.min_votes,
            min_films=settings.fewest_films,
            min_kept_share=settings.min_kept_share,
        )
    except SourceError as error:
        raise click.ClickException(str(error)) from error
    for line in report.lines:
        click.echo(line)
    if report.refusals:
        raise click.ClickException(f"A run would refuse this dump: {' '.join(report.refusals)}")


@commands.command("wandb-sync")
@click.option("--offline", is_flag=True, help="Write runs to MOVIE_WANDB_DIR instead of sending them.")
@click.pass_obj
def wandb_sync(settings: Settings, *, offline: bool) -> None:
    """Send W&B every training record that it does not have."""
    key = settings.wandb_api_key
    wandb = WandbRuns(
        mode="offline" if offline else "online",
        project=settings.wandb_project,
        base_url=settings.wandb_base_url,
        directory=settings.wandb_dir.absolute(),
        api_key=key.get_secret_value() if key else None,
    )
    with wandb.open():
        sync(bucket_of(settings), settings.source, wandb, log=click.echo)


def _reachable(host: str) -> str:
    """The address on this machine of a server that listens on `host`."""
    return "127.0.0.1" if host == "0.0.0.0" else host  # noqa: S104 - compared, not bound


if __name__ == "__main__":
    commands()
