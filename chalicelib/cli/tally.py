"""This file is `owl tally`: what waits in the ballot box, and which months are closed."""

import json
from dataclasses import asdict
from datetime import datetime
from zoneinfo import ZoneInfo

import click

from chalicelib.capabilities.audit import Deed
from chalicelib.capabilities.ballots_flags import TIMES, flagged
from chalicelib.capabilities.ballots_tally import Tally
from chalicelib.cli import stage
from chalicelib.cli.options import as_option, json_option
from chalicelib.errors import NotAcceptable
from chalicelib.settings import LOCAL
from chalicelib.staff import Office
from chalicelib.wiring.ballots import tally_of


@click.group()
def tally() -> None:
    """Ratings: how many wait to be counted, and the months whose figures may be published."""


@tally.command()
@json_option
def status(*, as_json: bool) -> None:
    """Say what waits in the box, when it was last counted, and which months are open or closed.

    What the ballots say is not told here: `owl report satisfaction` does, of closed months. An
    office that got over 5 times the ballots of its median month is named: look before you quote it.
    """
    counting, _ = _opened()
    waiting, unreadable = counting.waiting()
    last = counting.box.tallied_on()
    months = dict(sorted(counting.box.months().items()))
    unusual = flagged({one: counting.box.cells(one) for one, closed in months.items() if closed})
    if as_json:
        told = {"waiting": waiting, "unreadable": unreadable, "months": _named(months)}
        told["unusual"] = [asdict(one) for one in unusual]
        click.echo(json.dumps({**told, "last": last and last.isoformat()}))
        return
    click.echo(f"{_ballots(waiting)}; counted when 50 do, or when their month is over")
    if unreadable:
        click.echo(f"{unreadable} of them cannot be opened: they were sealed to another stage")
    click.echo(f"last counted: {last or 'never'}")
    for month, is_closed in months.items():
        click.echo(f"{month}: {'closed, published' if is_closed else 'open, not published yet'}")
    for one in unusual:
        click.echo(f"{one.month}: UNUSUAL, office {one.office} got over {TIMES} times its median")


@tally.command()
@click.option("--dry-run", is_flag=True, help="Only say what would be done.")
@as_option
def close(as_: str | None, *, dry_run: bool) -> None:
    """Close the months that ended over 48 hours ago: count the last ballots, destroy the tokens.

    A stage does this by itself every night. A closed month stays closed: no ballot can be added
    to it, and nobody can find out any more which phones rated.
    """
    counting, side = _opened()
    now = _local(side)
    closing = counting.closing(now)
    if dry_run:
        click.echo(_sentence("would be closed", closing))
        return
    if side.settings.stage != LOCAL:
        raise NotAcceptable("on a deployed stage the tally closes months by itself, every night")
    who = stage.who(side, as_)
    done = counting.run(now)
    side.audit.note(Deed(who, "close months", {"months": ", ".join(done.closed)}))
    click.echo(_sentence("closed", done.closed))


def _opened() -> tuple[Tally, Office]:
    side = stage.staff_side()
    return tally_of(side.database, side.clock), side


def _local(side: Office) -> datetime:
    return side.clock.now().astimezone(ZoneInfo(side.settings.timezone))


def _named(months: dict[str, bool]) -> dict[str, str]:
    return {month: "closed" if closed else "open" for month, closed in months.items()}


def _ballots(waiting: int) -> str:
    return "1 ballot waits" if waiting == 1 else f"{waiting} ballots wait"


def _sentence(done: str, months: list[str] | tuple[str, ...]) -> str:
    return f"{done}: {', '.join(months)}" if months else f"{done}: no month is over"
