"""This file holds what many commands share: options, and how they print."""

import json
import os

import click

from chalicelib.settings import LOCAL

json_option = click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
as_option = click.option("--as", "as_", envvar="OWL_STAFF", help="Who does it, on a local stage.")


def staged(command: click.Command) -> click.Command:
    """Return a command that takes `--stage`, and so does every command under it."""
    if all(one.name != STAGE.name for one in command.params):
        command.params.append(STAGE)
    for under in command.commands.values() if isinstance(command, click.Group) else ():
        staged(under)
    return command


def _named(context: click.Context, _option: click.Parameter, name: str | None) -> None:
    """Let everything below work on a stage, until the command is over."""
    if name is None:
        return
    before = dict(os.environ)
    context.call_on_close(lambda: _back(before))
    # The stage of this laptop is found by its file, as without the option.
    os.environ.pop("OWL_STAGE", None)
    if name != LOCAL:
        os.environ["OWL_STAGE"] = name


def _back(before: dict[str, str]) -> None:
    os.environ.clear()
    os.environ.update(before)


STAGE = click.Option(
    ["--stage", "stage_"],
    metavar="NAME",
    expose_value=False,
    is_eager=True,
    callback=_named,
    help="Work on this stage, as prod; without it, OWL_STAGE or the one of this laptop.",
)


def printed(told: list[str], plain: object, *, as_json: bool) -> None:
    """Print lines for a person, or the same for a program."""
    click.echo(json.dumps(plain, ensure_ascii=False, indent=2) if as_json else "\n".join(told))
