"""This file holds what many commands share: options, and how they print."""

import json

import click

json_option = click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
as_option = click.option("--as", "as_", envvar="OWL_STAFF", help="Who does it, on a local stage.")


def printed(told: list[str], plain: object, *, as_json: bool) -> None:
    """Print lines for a person, or the same for a program."""
    click.echo(json.dumps(plain, ensure_ascii=False, indent=2) if as_json else "\n".join(told))
