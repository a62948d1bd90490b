"""This file is `owl`: the commands by name, each imported when it is called."""

import sys
from collections.abc import Sequence
from importlib import import_module

import click

from chalicelib.cli.options import STAGE, staged
from chalicelib.errors import CivicError

# name -> where it lives; the file is imported for its own command and for --help.
COMMANDS = {
    "broadcast": "chalicelib.cli.broadcast:broadcast",
    "catalogue": "chalicelib.cli.catalogue:catalogue",
    "demo": "chalicelib.cli.demo:demo",
    "complaints": "chalicelib.cli.complaints:complaints",
    "doctor": "chalicelib.cli.doctor:doctor",
    "forget": "chalicelib.cli.forget:forget",
    "forum": "chalicelib.cli.forum:forum",
    "gateway": "chalicelib.cli.gateway:gateway",
    "keys": "chalicelib.cli.keys:keys",
    "menus": "chalicelib.cli.menus:menus",
    "people": "chalicelib.cli.people:people",
    "phone": "chalicelib.cli.phone:phone",
    "places": "chalicelib.cli.places:places",
    "report": "chalicelib.cli.report:report",
    "scorecards": "chalicelib.cli.scorecards:scorecards",
    "segments": "chalicelib.cli.segments:segments",
    "sending": "chalicelib.cli.sending:sending",
    "settings": "chalicelib.cli.settings:settings",
    "sign-in": "chalicelib.cli.sign_in:sign_in",
    "sign-out": "chalicelib.cli.sign_in:sign_out",
    "staff": "chalicelib.cli.staff:staff",
    "tally": "chalicelib.cli.tally:tally",
    "tickets": "chalicelib.cli.tickets:tickets",
}
# What works on files and words alone, or names its stage otherwise.
STAGELESS = frozenset({"menus", "phone", "segments", "sign-in", "sign-out"})
FAULT = 1


class Lazy(click.Group):
    """A group that imports a command only when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Return the names of all commands."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Return a command by name; None where there is no such command."""
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name].partition(":")
        command: click.Command = getattr(import_module(module), name)
        return command if cmd_name in STAGELESS else staged(command)


@click.command(cls=Lazy, context_settings={"help_option_names": ["-h", "--help"]}, params=[STAGE])
def owl() -> None:
    """Run the staff's side of OWL: services, tickets, places, menus, and a phone to try them."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command. A fault ends in one sentence on stderr and exit code 1."""
    try:
        owl.main(arguments, prog_name="owl")
    except CivicError as fault:
        click.echo(f"owl: {fault}", err=True)
        sys.exit(FAULT)
