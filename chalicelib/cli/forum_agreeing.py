"""This file is `owl forum approve`: who agrees to a forum, also to one that grew since."""

import click

from chalicelib.cli.agreeing import seen_option, sure
from chalicelib.cli.desk import asked_of, done
from chalicelib.cli.options import as_option, json_option
from chalicelib.operations import forums
from chalicelib.operations.forums import OneForum, Shown


@click.command()
@click.argument("code")
@seen_option
@as_option
@json_option
def approve(code: str, seen: str | None, as_: str | None, *, as_json: bool) -> None:
    """Agree to a forum that goes to many people: shows what it sends, and asks.

    Not for who planned or changed it last. Also for one that few people needed no approval for,
    and that many joined since.
    """
    told = asked_of(forums.approval, OneForum(code=code), as_)
    digest = told.answer.digest
    sure(digest, seen, told.lines, f"owl forum timeline {told.answer.code}", as_json=as_json)
    done(forums.approve, Shown(code=code, seen=digest), as_=as_, as_json=as_json)
