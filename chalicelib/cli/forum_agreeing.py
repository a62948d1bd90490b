"""This file is `owl forum approve`: who agrees to a forum, also to one that grew since."""

import click

from chalicelib.cli import stage
from chalicelib.cli.agreeing import seen_option, sure
from chalicelib.cli.forum_told import told
from chalicelib.cli.options import as_option, json_option
from chalicelib.duties.forum_agreeing import agree, agreement
from chalicelib.duties.forum_timeline import timeline_of, words_digest


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
    side = stage.staff_side()
    who, old = stage.who(side, as_), side.forums.known(code)
    agreed = agreement(side, old, who)
    steps = timeline_of(side, old)
    shown = [line for one in steps for line in [*one.lines(side), *one.words()]]
    sure(words_digest(steps), seen, shown, f"owl forum timeline {old.code}", as_json=as_json)
    agree(side, agreed, who)
    told(side, side.forums.known(code), as_json=as_json)
