"""This file is `owl broadcast draft` and `resend-unconfirmed`: what is to be said, and to whom."""

from typing import Any

import click

from chalicelib.capabilities.subscribers import TOPICS
from chalicelib.cli import stage
from chalicelib.cli.options import as_option, json_option, printed
from chalicelib.dialog.book import LANGUAGES
from chalicelib.duties.broadcasts import again_to_unconfirmed, drafted, order_of


@click.command()
@click.option("--id", "name", default="", help="A name for it; one is made up if not given.")
@click.option("--text", default="", help="The words in English.")
@click.option("--text-km", default="", help="The words in Khmer.")
@click.option("--text-latn", default="", help="The words in Khmer with Latin letters.")
@click.option(
    "--commune", "communes", multiple=True, help="Also a district or province; repeat it."
)
@click.option("--topic", "topics", multiple=True, type=click.Choice(TOPICS), help="Repeat it.")
@click.option(
    "--language", "languages", multiple=True, type=click.Choice(LANGUAGES), help="Repeat it."
)
@click.option("--forum", default="", help="Code of a forum: those it invited or who answered it.")
@click.option(
    "--answer",
    "answers",
    multiple=True,
    type=click.Choice(["yes", "no", "silent"]),
    help="Only who answered the forum so; repeat it.",
)
@click.option("--from", "begin", default="", help="Not before, as '2026-12-05 08:00'.")
@click.option("--until", default="", help="Not after; three days from the beginning if not given.")
@click.option("--edit", is_flag=True, help="Replace the draft of that --id; approvals are void.")
@as_option
@json_option
def draft(as_: str | None, *, edit: bool, as_json: bool, **typed: Any) -> None:
    """Write a broadcast. Nothing goes out before somebody else has approved it.

    In the text, {ussd}, {short_code} and {sender} are filled in. The sender's name and how to
    stop are added at the end.
    """
    side = stage.staff_side()
    order = order_of(side, stage.who(side, as_), typed)
    made = drafted(side, order, is_edit=edit)
    told = [order.id if made else f"{order.id}: it is there already, just so"]
    told.append(f"next: owl broadcast preview {order.id}")
    printed(told, {"id": order.id, "new": made}, as_json=as_json)


@click.command("resend-unconfirmed")
@click.argument("name")
@as_option
@json_option
def resend_unconfirmed(name: str, as_: str | None, *, as_json: bool) -> None:
    """Draft a second message for those of whom nobody knows whether they got the first.

    Up to that many people may get it twice, so it needs two people, and it is offered once.
    """
    side = stage.staff_side()
    again = again_to_unconfirmed(side, name, stage.who(side, as_))
    people = again.audience.people
    told = f"{again.id}: to {len(people):,} people, all of whom may get it twice"
    printed([told, f"next: owl broadcast preview {again.id}"], {"id": again.id}, as_json=as_json)
