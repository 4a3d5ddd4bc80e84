"""The commands of the stack on this machine: `python -m local_stack --help`."""

import json
import sys

import click
from rich.console import Console

from local_stack.dagster_api import DagsterApi
from local_stack.errors import ShutdownRequested, StackError, listen
from local_stack.settings import read_settings
from local_stack.stack import Stack, run_platform_command, running_stack, stop_stacks
from local_stack.state_dir import DEV
from local_stack.steps import Steps


@click.group()
def main() -> None:
    """The whole platform on this machine: S3 server, Dagster, release agent, service and page."""
    listen()


@main.command("demo")
@click.option("--exit", "leave", is_flag=True, help="End after printing, with nothing left running.")
def run_demo(*, leave: bool) -> None:
    """From an empty state to a served rating, leg by leg; then stay until Ctrl-C."""
    from local_stack.demo import demo

    began = read_settings().demo_began
    legs = Steps() if began is None else Steps.since(began)
    try:
        demo(legs, stay=not leave)
    except StackError as error:
        legs.console.print(f"\nThe demo failed in the leg: {legs.current}", style="bold red")
        legs.console.print(str(error), markup=False)
        sys.exit(1)


@main.command()
def dev() -> None:
    """Bring the stack up on the kept state, the page reloading on change; stay until Ctrl-C."""
    legs = Steps()
    stack = Stack.prepare(DEV, fresh=False, reload=True)
    try:
        stack.bring_up(legs)
        legs.console.print("Up. After a change: Reload in Dagster's Deployment page; the page follows by itself.")
        stack.stay()
    finally:
        stack.stop()


@main.command()
def up() -> None:
    """Bring the stack up on the kept state and leave it running; `down` ends it."""
    legs = Steps()
    stack = Stack.prepare(DEV, fresh=False, reload=False)
    try:
        stack.bring_up(legs)
    except BaseException:
        stack.stop()
        raise


@main.command()
def down() -> None:
    """End the stack of this checkout, however it was started, and what a killed one left."""
    ended = [f"Ended the stack on {state.path}." for state in stop_stacks()]
    click.echo("\n".join(ended or ["Nothing of this checkout runs."]))


@main.command()
def status() -> None:
    """Show what is in service, wanted and pinned, the last decisions, and each part of the running stack."""
    supervisor = running_stack()
    if supervisor is None:
        raise StackError("Nothing of this checkout runs; start it with: make dev")
    click.echo(run_platform_command("status"))
    click.echo(f"The stack on {supervisor.state.path}:")
    for name, part in supervisor.parts().items():
        click.echo(f"  {name:18} {part['statename']:9} {part['description']}")


def _passed_on(name: str, short_help: str) -> None:
    """Make a command that the platform has too, for the running stack."""

    @main.command(name, help=short_help, context_settings={"ignore_unknown_options": True})
    @click.argument("options", nargs=-1, type=click.UNPROCESSED)
    def passed_on(options: tuple[str, ...]) -> None:
        click.echo(run_platform_command(name, *options), nl=False)


_passed_on("rollback", "Put the previous bundle in service and pin it (--why …); returns once it is.")
_passed_on("pin", "Keep what is in service, whatever is promoted meanwhile (--why …).")
_passed_on("unpin", "End a pin (--why …); Dagster then releases the newest champion that is not withdrawn.")
_passed_on("wandb-sync", "Send Weights & Biases the records of training that it does not have.")
_passed_on("days", "List the days of the running stack: how far each has come, and whether it is stale.")


@main.command("backfill")
@click.option("--from", "first", required=True, metavar="DAY", help="The first day, YYYY-MM-DD.")
@click.option("--to", "last", required=True, metavar="DAY", help="The last day, included.")
@click.option("--assets", help="Asset names with commas; all five without it.")
@click.option("--all", "everything", is_flag=True, help="Also the days that are there.")
def run_backfill(first: str, last: str, assets: str | None, *, everything: bool) -> None:
    """Have the running stack make the missing days of a range, with a bar for each asset."""
    from local_stack.backfill import days_to_ask, fill, line_of

    api = DagsterApi(read_settings().dagster_url)
    days = days_to_ask(api.calendar(line_of(assets)), first, last, everything=everything)
    if not days:
        click.echo(f"Every day from {first} to {last} is there; --all (make: ALL=1) makes them again.")
        return
    fill(api, days, Console(highlight=False, soft_wrap=True))


@main.command("retrain-stale")
def retrain_stale() -> None:
    """Train every day again, from the first stale one on."""
    from local_stack.backfill import days_to_retrain, fill

    days = days_to_retrain(json.loads(run_platform_command("days", "--json")))
    if not days:
        click.echo("No day is stale.")
        return
    fill(DagsterApi(read_settings().dagster_url), days, Console(highlight=False, soft_wrap=True))


if __name__ == "__main__":
    try:
        main()
    except StackError as error:
        Console(stderr=True, highlight=False, soft_wrap=True).print(str(error), markup=False)
        sys.exit(1)
    except ShutdownRequested as asked:
        sys.exit(asked.exit_code)
