"""This file is `owl sending`: the kill switch of everything that nobody asked for one by one."""

import json

import click

from chalicelib.capabilities.audit import Deed
from chalicelib.cli import stage
from chalicelib.cli.options import as_option, json_option


@click.group()
def sending() -> None:
    """The kill switch: stop or start every notice, forum message and broadcast of the stage."""


@sending.command()
@as_option
def stop(as_: str | None) -> None:
    """Stop all sending; what is being posted at this moment still goes out. Replies go on."""
    _turned(as_, on=False)


@sending.command()
@as_option
def start(as_: str | None) -> None:
    """Let sending go on where it stopped; nobody gets a second copy."""
    _turned(as_, on=True)


@sending.command()
@json_option
def status(*, as_json: bool) -> None:
    """Say whether sending is on, and who turned it last."""
    on, row = stage.staff_side().sweeper.ledger.control.switched()
    by = f", turned by {row['by']}" if row else ""
    click.echo(json.dumps({"on": on, "by": row.get("by")}) if as_json else _word(on=on) + by)


def _turned(as_: str | None, *, on: bool) -> None:
    side = stage.staff_side()
    who = stage.who(side, as_)
    side.sweeper.ledger.control.switch(on=on, who=who)
    side.audit.note(Deed(who, "start sending" if on else "stop sending", {}))
    click.echo(_word(on=on))


def _word(*, on: bool) -> str:
    return "sending is on" if on else "sending is stopped: `owl sending start` lets it go on"
