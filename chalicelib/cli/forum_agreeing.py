"""This file is `owl forum approve`: who agrees to a forum, also to one that grew since."""

from collections.abc import Iterator
from dataclasses import replace

import click

from chalicelib.capabilities.audit import Deed
from chalicelib.capabilities.forums import Forum, approved
from chalicelib.capabilities.forums_plan import id_of, kinds
from chalicelib.capabilities.ledger import PLANNED, PLANNING, Head
from chalicelib.capabilities.ledger_rules import is_agreed
from chalicelib.cli import stage
from chalicelib.cli.agreeing import seen_option, sure
from chalicelib.cli.forum_lines import people_in, told
from chalicelib.cli.forum_timeline import timeline_of, words_digest
from chalicelib.cli.options import as_option, json_option
from chalicelib.staff import Office


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
    waiting = list(_waiting(side, old))
    new = old
    if not (waiting and old.approved_by):
        counted = replace(old, people=_people(side, old, waiting))
        few = side.settings.forum_few
        new = approved(counted, who, side.clock.now(), few=few)
    steps = timeline_of(side, old)
    shown = [line for one in steps for line in [*one.lines(side), *one.words()]]
    sure(words_digest(steps), seen, shown, f"owl forum timeline {old.code}", as_json=as_json)
    if new is not old:
        side.forums.change(old, new)
    for head in waiting:
        side.ledger.sign(head.id, who, head.digest)
    side.audit.note(Deed(who, "approve forum", {"forum": old.code, "version": old.version}))
    told(side, side.forums.known(code), as_json=as_json)


def _waiting(side: Office, forum: Forum) -> Iterator[Head]:
    """Give the messages of a forum that somebody has to agree to, each planned to its end."""
    ids = [id_of(forum.code, what, forum.version) for what in kinds(side.announcer.rules)]
    for head in filter(None, side.ledger.heads(list(side.forums.fired(ids)))):
        planned = side.sweeper.advance(head.id) if head.state == PLANNING else head
        if planned.state == PLANNED and not is_agreed(planned):
            yield planned


def _people(side: Office, forum: Forum, waiting: list[Head]) -> int:
    """Return how many people a forum goes to: as planned, as of now, or as its messages say."""
    return max(forum.people, people_in(side, forum.commune), *(one.planned for one in waiting))
