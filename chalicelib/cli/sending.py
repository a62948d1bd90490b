"""This file is `owl sending`: the kill switch of everything that nobody asked for one by one."""

import json

import click

from chalicelib.capabilities.audit import Deed
from chalicelib.cli import stage
from chalicelib.cli.options import as_option, json_option

ON = "sending is on"
STOPPED = "sending is stopped: it goes on when two people run `owl sending start`"


@click.group()
def sending() -> None:
    """The kill switch: stop or start every notice, forum message and broadcast of the stage."""


@sending.command()
@as_option
def stop(as_: str | None) -> None:
    """Stop all sending; what is being posted at this moment still goes out. Replies go on."""
    side = stage.staff_side()
    who = stage.who(side, as_)
    side.sweeper.ledger.control.stop(who)
    side.audit.note(Deed(who, "stop sending", {}))
    click.echo(STOPPED)


@sending.command()
@as_option
def start(as_: str | None) -> None:
    """Let sending go on where it stopped, once two people said so; nobody gets a second copy."""
    side = stage.staff_side()
    who = stage.who(side, as_)
    on = side.sweeper.ledger.control.start(who)
    side.audit.note(Deed(who, "start sending", {}))
    click.echo(ON if on else _waiting([who]))


@sending.command()
@json_option
def status(*, as_json: bool) -> None:
    """Say whether sending is on, and who turned it last."""
    on, row = stage.staff_side().sweeper.ledger.control.switched()
    agreed = list(row.get("agreed", ()))
    if as_json:
        click.echo(json.dumps({"on": on, "by": row.get("by"), "agreed": agreed}))
        return
    by = f" ({'started' if on else 'stopped'} by {row['by']})" if row else ""
    click.echo((ON if on else _waiting(agreed) if agreed else STOPPED) + by)


def _waiting(agreed: list[str]) -> str:
    return (
        f"sending is stopped: {', '.join(agreed)} would let it go on, and it does when somebody "
        "else runs `owl sending start` too"
    )
