"""This file is `owl demo`: made-up figures, to see reports before there are real ones."""

import click

from chalicelib.capabilities.audit import Deed
from chalicelib.cli import demo_quarter, stage
from chalicelib.cli.options import as_option
from chalicelib.errors import NotAcceptable
from chalicelib.settings import LOCAL
from chalicelib.storage.figures import DynamoFigures


@click.group()
def demo() -> None:
    """Made-up data, on a local stage only; every report of that stage says so from then on."""


@demo.command()
@as_option
def quarter(as_: str | None) -> None:
    """Load a made-up quarter, 2020-Q4, whose totals are those of the pilot OWL grew from.

    It needs the demo's services and places, which `make run` loads. Loaded once, it stays.
    """
    side = stage.staff_side()
    if side.settings.stage != LOCAL:
        raise NotAcceptable("made-up figures are for a local stage only")
    stored = DynamoFigures(side.database)
    if stored.is_synthetic():
        click.echo("The made-up quarter is here already.")
        return
    what = demo_quarter.plan(side)
    # Marked first: whatever breaks off later, no made-up figure is ever taken for a real one.
    stored.mark_synthetic()
    for name, load in what.items():
        click.echo(f"loading {name}", err=True)
        load()
    side.audit.note(Deed(stage.who(side, as_), "load demo quarter", {"parts": len(what)}))
    click.echo("2020-Q4 is loaded. See it: owl report all --period 2020-Q4 --out reports")
