"""This file prints a forum that was planned or changed."""

import json

import click

from chalicelib.capabilities.forums import Forum
from chalicelib.duties.broadcast_lines import NOBODY
from chalicelib.duties.forum_lines import in_line, people_in, plain_forum
from chalicelib.staff import Office


def told(side: Office, one: Forum, *, as_json: bool) -> None:
    """Print a forum that was planned or changed, and where to see what it sends."""
    if as_json:
        click.echo(json.dumps(plain_forum(one), ensure_ascii=False, indent=2))
        return
    click.echo(in_line(side, one))
    if not people_in(side, one.commune):
        click.echo(f"Nobody would get it: {NOBODY}")
    click.echo(f"See what it sends: owl forum timeline {one.code}")
