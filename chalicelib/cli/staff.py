"""This file is `owl staff`: who may sign in to the console, and as what."""

from collections.abc import Iterator, Mapping
from typing import Any

import click

from chalicelib.capabilities.staff import ROLES, Person, folded
from chalicelib.cli import stage
from chalicelib.cli.options import as_option, json_option, printed
from chalicelib.duties import staff as duties

NOBODY = "nobody may sign in yet: `owl staff add NAME --role admin`"

SHOWN = "{name} may sign in. The first password, shown this once: {password}"


@click.group()
def staff() -> None:
    """Staff of the console: add somebody with a role, renew or disable them, list them."""


@staff.command()
@click.argument("name")
@click.option(
    "--role",
    "roles",
    required=True,
    multiple=True,
    type=click.Choice(ROLES),
    help="What they may do; repeat it for several.",
)
@click.option("--office", default="", help="Of a clerk: the code of the office, as 0212.")
@click.option("--district", default="", help="Of an ombudsperson: the code, as 0212.")
@as_option
def add(name: str, roles: tuple[str, ...], office: str, district: str, as_: str | None) -> None:
    """Add somebody; the first password is shown once, and changed when they sign in.

    They have seven days for that, and set up a second factor then.
    """
    side = stage.staff_side()
    who, pool = stage.who(side, as_), duties.pool_of(side)
    new = Person(name, frozenset(roles), office=office, district=district)
    password = duties.added(side, pool, new, who)
    click.echo(SHOWN.format(name=folded(name), password=password))


@staff.command()
@click.argument("name")
@as_option
def renew(name: str, as_: str | None) -> None:
    """Give a new first password to somebody who lost the password or the phone.

    What they have open ends, and they set up a second factor again. Make sure that it is them.
    """
    side = stage.staff_side()
    who, pool = stage.who(side, as_), duties.pool_of(side)
    visits, keys = duties.visits_of(side), duties.keys_of(side)
    password = duties.renewed(side, pool, visits, keys, name, who=who)
    click.echo(SHOWN.format(name=folded(name), password=password))


@staff.command()
@click.argument("name")
@as_option
def disable(name: str, as_: str | None) -> None:
    """Let somebody sign in no more; what they have open ends at once."""
    side = stage.staff_side()
    who, pool = stage.who(side, as_), duties.pool_of(side)
    visits, keys = duties.visits_of(side), duties.keys_of(side)
    duties.disabled(side, pool, visits, keys, name, who=who)
    click.echo(f"{folded(name)} cannot sign in any more")


@staff.command("list")
@json_option
def list_(*, as_json: bool) -> None:
    """List the staff by name, with role and place."""
    people = duties.pool_of(stage.staff_side()).everybody()
    rows = [_plain(one) for one in people]
    printed(list(_lines(rows)) or [NOBODY], rows, as_json=as_json)


def _plain(one: Person) -> dict[str, Any]:
    return {
        "name": one.name,
        "roles": sorted(one.roles),
        "office": one.office,
        "district": one.district,
        "disabled": one.is_disabled,
    }


def _lines(rows: list[dict[str, Any]]) -> Iterator[str]:
    width = max((len(row["name"]) for row in rows), default=0)
    for row in rows:
        yield f"{row['name']:<{width}}  {_said(row)}"


def _said(row: Mapping[str, Any]) -> str:
    place = row["office"] or row["district"]
    said = ", ".join(row["roles"]) or "no role"
    return f"{said}{f' of {place}' if place else ''}{', disabled' if row['disabled'] else ''}"
