"""This file is `owl keys contacts`: a new key to know people by, and everybody moved to it."""

import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict
from zoneinfo import ZoneInfo

import click

from chalicelib.capabilities.audit import Deed
from chalicelib.cli import stage
from chalicelib.cli.options import as_option, json_option, printed
from chalicelib.duties import contacts as duties
from chalicelib.duties.contacts import Done, Renewal
from chalicelib.staff import Office

EVERY = 10_000
NEXT = {
    "single": "One key is valid.",
    "learning": "Two keys are valid; people are written under the older until {at}.",
    "moving": "Two keys are valid; people stand under either: run `owl keys contacts move`.",
    "clearing": "One key is valid; run `owl keys contacts retire` again from {at} on.",
    "moved": "Two keys are valid; everybody has moved: run `owl keys contacts retire`.",
}
HELD = "Notices, forum messages and broadcasts wait; replies, STOP and menus go on."


@click.group()
def contacts() -> None:
    """The key that people are known by: a new one, everybody moved to it, the old one gone."""


@contacts.command()
@json_option
def status(*, as_json: bool) -> None:
    """Say which contacts keys are valid, and what comes next."""
    side = stage.staff_side()
    _told(side, duties.standing(side), as_json=as_json)


@contacts.command()
@as_option
@json_option
def renew(as_: str | None, *, as_json: bool) -> None:
    """Make a second contacts key; all sending waits until everybody has moved to it.

    Functions learn of it within ten minutes; menus, replies and STOP go on meanwhile.
    """
    side = stage.staff_side()
    who, begun = stage.who(side, as_), duties.begun(side)
    side.audit.note(Deed(who, "renew contacts", {}))
    _told(side, begun, as_json=as_json)


@contacts.command()
@as_option
@json_option
def move(as_: str | None, *, as_json: bool) -> None:
    """Move everybody and what names them to the new key; run again, it goes on.

    It may be killed at any point, and two may run it. Sending goes on when it is through.
    """
    side = stage.staff_side()
    who, seen = stage.who(side, as_), Counter[str]()

    def tick(name: str, rows: int) -> None:
        before, seen[name] = seen[name], seen[name] + rows
        if seen[name] // EVERY > before // EVERY:
            click.echo(f"{name}: {seen[name]:,}", err=True)

    done = duties.moved(side, time.sleep, tick)
    side.audit.note(Deed(who, "move contacts", {"people": done.people, "rows": done.rows}))
    on, _ = side.sweeper.ledger.control.switched()
    printed(list(_lines(done, on=on)), asdict(done), as_json=as_json)


@contacts.command()
@click.option(
    "--without", default=0, metavar="N", help="Drop N people whose number cannot be read."
)
@as_option
@json_option
def retire(without: int, as_: str | None, *, as_json: bool) -> None:
    """Drop the old key, once nothing is left under it; run again, what led from it goes too.

    Functions know within ten minutes, so the second run waits for eleven.
    """
    side = stage.staff_side()
    who = stage.who(side, as_)
    left = duties.retired(side, without)
    side.audit.note(Deed(who, "retire contacts", {"people": without}))
    _told(side, left, as_json=as_json)


def _told(side: Office, renewal: Renewal, *, as_json: bool) -> None:
    zone, next_from = ZoneInfo(side.settings.timezone), renewal.next_from
    at = next_from.astimezone(zone).isoformat(timespec="minutes") if next_from else None
    plain = {"state": renewal.state, "key": renewal.number, "next_from": at, "held": renewal.held}
    lines = [NEXT[renewal.state].format(at=at), *([HELD] if renewal.held else [])]
    if renewal.state == "learning":
        lines.append(f"Then run `owl keys contacts move`, from {at} on.")
    printed(lines, plain, as_json=as_json)


def _lines(done: Done, *, on: bool) -> Iterator[str]:
    yield f"{done.people:,} people moved, {done.rows:,} rows that name them written anew."
    if done.unreadable:
        yield f"{done.unreadable:,} people stay: their number cannot be opened."
    stopped = "Sending stays stopped, as somebody left it: `owl sending start` lets it go on."
    yield "Sending goes on." if on else stopped
    yield "Look whether all is well, then `owl keys contacts retire`."
