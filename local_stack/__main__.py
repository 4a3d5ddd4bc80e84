"""The commands of the stack on this machine: `python -m local_stack --help`. A new command is one function here."""

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
@click.option("--exit", "leave", is_flag=True, help="Stop everything after printing.")
def run_demo(*, leave: bool) -> None:
    """Go from an empty state to a served rating, step by step; then stay up until Ctrl-C."""
    from local_stack.demo import demo

    began = read_settings().demo_began
    steps = Steps() if began is None else Steps.since(began)
    try:
        demo(steps, stay=not leave)
    except StackError as error:
        steps.console.print(f"\nThe demo failed in step: {steps.current}", style="bold red")
        steps.console.print(str(error), markup=False)
        sys.exit(1)


@main.command()
def dev() -> None:
    """Start the stack on its existing state, reload the page on changes, stay up until Ctrl-C."""
    steps = Steps()
    stack = Stack.prepare(DEV, fresh=False, reload=True)
    try:
        stack.bring_up(steps)
        steps.console.print("Up. After a code change: Reload on Dagster's Deployment page; the page reloads by itself.")
        stack.stay()
    finally:
        stack.stop()


@main.command()
def up() -> None:
    """Start the stack on its existing state and leave it running; `down` stops it."""
    steps = Steps()
    stack = Stack.prepare(DEV, fresh=False, reload=False)
    try:
        stack.bring_up(steps)
    except BaseException:
        stack.stop()
        raise


@main.command()
def down() -> None:
    """Stop the stack of this checkout, however it was started, and what a killed one left."""
    ended = [f"Stopped the stack on {state.path}." for state in stop_stacks()]
    click.echo("\n".join(ended or ["No stack of this checkout is running."]))


@main.command()
def status() -> None:
    """Show what is in service, wanted and pinned, the last decisions, and each process of the running stack."""
    supervisor = running_stack()
    if supervisor is None:
        raise StackError("No stack of this checkout is running; start it with: make dev")
    click.echo(run_platform_command("status"))
    click.echo(f"The stack on {supervisor.state.path}:")
    for name, process in supervisor.processes().items():
        click.echo(f"  {name:18} {process['statename']:9} {process['description']}")


def _platform_command(name: str, short_help: str) -> None:
    """Add a command that runs the platform's command of that name for the running stack."""

    @main.command(name, help=short_help, context_settings={"ignore_unknown_options": True})
    @click.argument("options", nargs=-1, type=click.UNPROCESSED)
    def command(options: tuple[str, ...]) -> None:
        click.echo(run_platform_command(name, *options), nl=False)


_platform_command("rollback", "Put the previous bundle in service and pin it (--why …); returns once it is in service.")
_platform_command("pin", "Keep the bundle in service whatever is promoted meanwhile (--why …).")
_platform_command("unpin", "End a pin (--why …); Dagster then releases the newest champion that is not withdrawn.")
_platform_command("wandb-sync", "Send Weights & Biases the records of training that it does not have.")
_platform_command("days", "List the days of the running stack: how far each has come, and whether it is stale.")


@main.command("backfill")
@click.option("--from", "first", required=True, metavar="DAY", help="The first day, YYYY-MM-DD.")
@click.option("--to", "last", required=True, metavar="DAY", help="The last day, included.")
@click.option("--assets", help="Asset names, separated by commas; default: all five.")
@click.option("--all", "everything", is_flag=True, help="Also materialize again the days that exist.")
def backfill(first: str, last: str, assets: str | None, *, everything: bool) -> None:
    """Backfill the missing days of a range in the running stack, with a progress bar for each asset."""
    from local_stack.backfill import assets_in_order, days_to_backfill, run_backfill

    api = DagsterApi(read_settings().dagster_url)
    days = days_to_backfill(api.calendar(assets_in_order(assets)), first, last, everything=everything)
    if not days:
        click.echo(f"No day from {first} to {last} is missing; --all (make: ALL=1) materializes them again.")
        return
    run_backfill(api, days, Console(highlight=False, soft_wrap=True))


@main.command("mend", hidden=True)
@click.pass_context
def mend(context: click.Context) -> None:
    """The earlier name of retrain-stale, for one version."""
    click.echo("python -m local_stack mend is now python -m local_stack retrain-stale.", err=True)
    context.invoke(retrain_stale)


@main.command("retrain-stale")
def retrain_stale() -> None:
    """Retrain every day from the first stale one on."""
    from local_stack.backfill import days_to_retrain, run_backfill

    days = days_to_retrain(json.loads(run_platform_command("days", "--json")))
    if not days:
        click.echo("No day is stale.")
        return
    run_backfill(DagsterApi(read_settings().dagster_url), days, Console(highlight=False, soft_wrap=True))


@main.command("clean-again")
def clean_days_again() -> None:
    """Clean every day of another cleaning version again, from the films fetched then."""
    from local_stack.backfill import clean_again

    states = json.loads(run_platform_command("days", "--json"))
    clean_again(DagsterApi(read_settings().dagster_url), states, Console(highlight=False, soft_wrap=True))


if __name__ == "__main__":
    try:
        main()
    except StackError as error:
        Console(stderr=True, highlight=False, soft_wrap=True).print(str(error), markup=False)
        sys.exit(1)
    except ShutdownRequested as request:
        sys.exit(request.exit_code)
