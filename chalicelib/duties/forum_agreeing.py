"""This file lets a second person agree to a forum, also to one that grew since."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from chalicelib.capabilities.audit import Deed
from chalicelib.capabilities.forums import Forum, approved
from chalicelib.capabilities.forums_plan import id_of, kinds
from chalicelib.capabilities.ledger import PLANNED, PLANNING, Head
from chalicelib.capabilities.ledger_rules import is_agreed
from chalicelib.duties.forum_lines import people_in
from chalicelib.staff import Office


@dataclass(frozen=True, slots=True)
class Agreement:
    """What somebody would agree to: the forum, and its messages that wait for it."""

    old: Forum
    new: Forum
    waiting: Sequence[Head]


def agreement(side: Office, old: Forum, who: str) -> Agreement:
    """Return what somebody may agree to.

    Raises:
        NotAcceptable: they planned or changed it last, or nothing waits for anybody.
    """
    waiting = list(_waiting(side, old))
    if waiting and old.approved_by:
        return Agreement(old, old, waiting)
    counted = replace(old, people=_people(side, old, waiting))
    new = approved(counted, who, side.clock.now(), few=side.settings.forum_few)
    return Agreement(old, new, waiting)


def goes_to(side: Office, forum: Forum) -> int:
    """Return how many people a forum goes to that somebody has to agree to."""
    return _people(side, forum, list(_waiting(side, forum)))


def agree(side: Office, agreed: Agreement, who: str) -> None:
    """Agree to a forum, once it was shown as it stands."""
    if agreed.new is not agreed.old:
        side.forums.change(agreed.old, agreed.new)
    for head in agreed.waiting:
        side.ledger.sign(head.id, who, head.seen)
    details = {"forum": agreed.old.code, "version": agreed.old.version}
    side.audit.note(Deed(who, "approve forum", details))


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
