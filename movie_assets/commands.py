"""The commands of a serving host: `python -m movie_assets.commands agent | slot | status`.

Reads the settings and hands out values; what the commands do is in deployment/.
"""

import logging

import click

from movie_assets.deployment.agent import ReleaseAgent, run_forever
from movie_assets.deployment.shelf import Shelf
from movie_assets.deployment.slot import SlotError, SupervisorSlot, run_slot
from movie_assets.settings import Settings, SettingsError
from movie_assets.storage.bucket import Bucket, StoreUnreachableError, connect
from movie_assets.storage.releases import ReleaseRecordError, Releases


def bucket_of(settings: Settings) -> Bucket:
    """The bucket of these settings; asks the server nothing yet."""
    client = connect(
        endpoint_url=settings.s3_endpoint_url,
        access_key=settings.aws_access_key_id,
        secret_key=settings.aws_secret_access_key.get_secret_value(),
        region=settings.aws_region,
    )
    return Bucket(client, settings.bucket)


@click.group()
@click.pass_context
def commands(context: click.Context) -> None:
    """The release agent, the service it keeps, and the release record."""
    try:
        context.obj = Settings.from_environment()
    except SettingsError as error:
        raise click.ClickException(str(error)) from error


@commands.command()
@click.pass_obj
def agent(settings: Settings) -> None:
    """Keep the service as the release record asks; does not end by itself."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    logging.getLogger("httpx").setLevel(logging.WARNING)  # a line at every look would drown what matters
    bucket = bucket_of(settings)
    run_forever(
        ReleaseAgent(
            releases=Releases(bucket, settings.source),
            shelf=Shelf(settings.serving_dir, bucket),
            slot=SupervisorSlot(settings.supervisor_url),
            url=f"http://{_reachable(settings.service_host)}:{settings.service_port}",
            ready_seconds=settings.service_ready_seconds,
        ),
        poll_seconds=settings.release_poll_seconds,
    )


@commands.command()
@click.pass_obj
def slot(settings: Settings) -> None:
    """Become the service of the current Bento; started and stopped by the agent, through supervisord."""
    current = (settings.serving_dir / "current").resolve()  # the folder itself: the link may move on
    try:
        run_slot(current, home=settings.serving_dir / "home", host=settings.service_host, port=settings.service_port)
    except SlotError as error:
        raise click.ClickException(str(error)) from error


@commands.command()
@click.pass_obj
def status(settings: Settings) -> None:
    """Print the release record: what is wanted, what is in service, and how the last switch went."""
    try:
        record = Releases(bucket_of(settings), settings.source).read()
    except (StoreUnreachableError, ReleaseRecordError) as error:
        raise click.ClickException(str(error)) from error
    click.echo(record.model_dump_json(indent=2))


def _reachable(host: str) -> str:
    """Where a server that listens on `host` is asked from this machine."""
    return "127.0.0.1" if host == "0.0.0.0" else host  # noqa: S104 - compared, not bound


if __name__ == "__main__":
    commands()
