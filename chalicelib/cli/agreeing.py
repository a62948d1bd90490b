"""This file holds an approval to what was seen: shown and asked about, or named by its code."""

from collections.abc import Sequence

import click

from chalicelib.duties.codes import code_of
from chalicelib.errors import NotAcceptable

seen_option = click.option(
    "--seen", metavar="CODE", help="The code of what was seen, instead of being shown and asked."
)


def sure(digest: str, seen: str | None, shown: Sequence[str], look: str, *, as_json: bool) -> None:
    """Make sure that who agrees has seen what stands there now; `look` is the command to see it.

    Raises:
        NotAcceptable: the code is of something else, or JSON was asked for without a code.
        click.Abort: the person said no.
    """
    if seen is None and as_json:
        raise NotAcceptable(f"with --json say what was seen: --seen CODE, as `{look}` prints it")
    if seen is None:
        click.echo("\n".join(shown))
        click.confirm("Approve exactly this?", abort=True)
    elif seen != code_of(digest):
        raise NotAcceptable(f"{seen} is not the code of what stands there now: see `{look}`")
