"""This file is `owl broadcast draft` and `resend-unconfirmed`: what is to be said, and to whom."""

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import click

from chalicelib.capabilities.broadcasts import Audience, Order
from chalicelib.capabilities.ledger_words import finished
from chalicelib.capabilities.subscribers import TOPICS
from chalicelib.cli import broadcast_lines as lines
from chalicelib.cli import stage
from chalicelib.cli.options import as_option, json_option
from chalicelib.cli.people import codes_of, places_of
from chalicelib.dialog.book import LANGUAGES
from chalicelib.errors import NotAcceptable
from chalicelib.staff import Office

DAYS, MOST_AGAIN = 3, 5_000
WRITTEN = "%Y-%m-%d %H:%M"
AGAIN = "again_of"
TEXTS = {"text": "en", "text_km": "km", "text_latn": "km-Latn"}


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
    order = _order(side, stage.who(side, as_), typed)
    made = bool(side.ledger.edit(order)) if edit else side.ledger.draft(order)
    lines.note(side, order.author, "draft broadcast", order.id)
    told = [order.id if made else f"{order.id}: it is there already, just so"]
    told.append(f"next: owl broadcast preview {order.id}")
    lines.printed(told, {"id": order.id, "new": made}, as_json=as_json)


@click.command("resend-unconfirmed")
@click.argument("name")
@as_option
@json_option
def resend_unconfirmed(name: str, as_: str | None, *, as_json: bool) -> None:
    """Draft a second message for those of whom nobody knows whether they got the first.

    Up to that many people may get it twice, so it needs two people, and it is offered once.
    """
    side = stage.staff_side()
    who, head = stage.who(side, as_), side.ledger.head(name)
    if head.kind != "broadcast":
        raise NotAcceptable(f"{name} is no broadcast: write one to those of the forum")
    people = lines.unconfirmed(side, head)
    if not head.closed or not people:
        raise NotAcceptable(f"{name}: nobody is unconfirmed (that is known 72 hours after its end)")
    if len(people) > MOST_AGAIN:
        raise NotAcceptable(f"{name}: {len(people):,} are unconfirmed: write a new broadcast")
    order, now = side.ledger.body(head), side.clock.now()
    again = Order(
        id=f"{name}-again",
        kind=order.kind,
        texts=order.texts,
        audience=Audience(people=people),
        not_before=now,
        not_after=now + timedelta(days=DAYS),
        author=who,
        facts={AGAIN: name},
    )
    side.ledger.draft(again)
    lines.note(side, who, "draft broadcast", again.id)
    told = f"{again.id}: to {len(people):,} people, all of whom may get it twice"
    lines.printed(
        [told, f"next: owl broadcast preview {again.id}"], {"id": again.id}, as_json=as_json
    )


def _order(side: Office, author: str, typed: Mapping[str, Any]) -> Order:
    """Return the order of what was typed, its words finished.

    Raises:
        NotAcceptable: saying what is missing or wrong.
    """
    texts = {language: typed[option] for option, language in TEXTS.items() if typed[option]}
    first, last = _window(side, typed["begin"], typed["until"])
    return Order(
        id=typed["name"] or f"b-{side.today():%Y%m%d}-{secrets.token_hex(2)}",
        kind="broadcast",
        texts=finished(texts, _values(side)),
        audience=_audience(side, typed),
        not_before=first,
        not_after=last,
        author=author,
    )


def _audience(side: Office, typed: Mapping[str, Any]) -> Audience:
    if not typed["communes"] and not typed["forum"]:
        raise NotAcceptable("to nobody: name a --commune (or district, or province) or a --forum")
    forum = side.forums.known(typed["forum"]) if typed["forum"] else None
    communes = [*codes_of(places_of(side), typed["communes"])] if typed["communes"] else []
    if forum is not None and not communes:
        # Who was invited and said nothing is known by the commune alone.
        communes = [forum.commune]
    return Audience(
        communes=tuple(communes),
        topics=frozenset(typed["topics"]),
        languages=frozenset(typed["languages"]),
        forum=forum.code if forum is not None else "",
        answers=frozenset(typed["answers"]),
    )


def _window(side: Office, begin: str, until: str) -> tuple[datetime, datetime]:
    now = side.clock.now()
    first = _moment(side, begin) if begin else now
    last = _moment(side, until) if until else max(first, now) + timedelta(days=DAYS)
    if last <= max(first, now):
        raise NotAcceptable("it would end before it begins: give a later --until")
    return first, last


def _moment(side: Office, typed: str) -> datetime:
    try:
        naive = datetime.strptime(typed, WRITTEN)  # noqa: DTZ007 - the stage's zone follows
    except ValueError:
        raise NotAcceptable(f"'{typed}' is no time: write as '2026-12-05 08:00'") from None
    return naive.replace(tzinfo=ZoneInfo(side.settings.timezone))


def _values(side: Office) -> dict[str, str]:
    return {
        "ussd": side.settings.service_code.split(",")[0],
        "short_code": side.settings.short_code.split(",")[0],
        "sender": side.settings.sender_name,
    }
