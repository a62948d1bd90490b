"""This file is `owl sending`: the kill switch of everything that nobody asked for one by one."""

import click

from chalicelib.cli.desk import done
from chalicelib.cli.options import as_option, json_option
from chalicelib.operations import sending as operations
from chalicelib.operations.catalogue import Nothing


@click.group()
def sending() -> None:
    """The kill switch: stop or start every notice, forum message and broadcast of the stage."""


@sending.command()
@as_option
def stop(as_: str | None) -> None:
    """Stop all sending; what is being posted at this moment still goes out. Replies go on."""
    done(operations.stop, Nothing(), as_=as_)


@sending.command()
@as_option
def start(as_: str | None) -> None:
    """Let sending go on where it stopped, once two people said so; nobody gets a second copy."""
    done(operations.start, Nothing(), as_=as_)


@sending.command()
@json_option
def status(*, as_json: bool) -> None:
    """Say whether sending is on, and who turned it last."""
    done(operations.status, Nothing(), as_json=as_json)
