"""This file plans, moves and calls off forums; each change is told to those it was told to."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from chalicelib.capabilities.audit import Deed
from chalicelib.capabilities.forums import (
    Draft,
    Forum,
    agreed_by_few,
    cancelled,
    moved,
    planned,
)
from chalicelib.capabilities.forums_plan import id_of, kinds
from chalicelib.duties.forum_lines import people_in
from chalicelib.staff import Office


def planned_by(side: Office, draft: Draft, organizer: str, who: str) -> Forum:
    """Return a forum as it would be planned: approved at once where few people are invited."""
    few, people = side.settings.forum_few, people_in(side, draft.commune)
    name, now = organizer or side.settings.sender_name, side.clock.now()
    return planned(draft, name, who, now, people=people, few=few)


def added(side: Office, draft: Draft, organizer: str, who: str) -> Forum:
    """Plan a forum; its invitation goes out by itself, after approval where many are invited.

    Raises:
        NotAcceptable: one is planned for that place and time, or it cannot be planned.
    """
    made = side.forums.add(planned_by(side, draft, organizer, who), once=True)
    side.audit.note(Deed(who, "add forum", {"forum": made.code, "people": made.people}))
    return made


def moved_by(
    side: Office, old: Forum, who: str, *, at: datetime | None, venue: Mapping[str, str]
) -> Forum:
    """Return a forum as it would be at another time or place, or both; nothing is stored.

    A place said in English is another one in every language; said in others alone it is the same
    one in other words.

    Raises:
        NotAcceptable: nothing changes, or the time is past.
    """
    words = {**old.venue, **venue} if venue and "en" not in venue else dict(venue)
    return _counted(side, moved(old, who, side.clock.now(), at=at, venue=words or None))


def moved_to(
    side: Office, old: Forum, who: str, *, at: datetime | None, venue: Mapping[str, str]
) -> Forum:
    """Move a forum: who was invited is told, and every reminder is reckoned anew."""
    new = moved_by(side, old, who, at=at, venue=venue)
    _changed(side, old, new, who, "move forum")
    return new


def off_by(side: Office, old: Forum, who: str) -> Forum:
    """Return a forum as it would be if it were called off; nothing is stored.

    Raises:
        NotAcceptable: it is over, or off already.
    """
    return _counted(side, cancelled(old, who, side.clock.now()))


def called_off(side: Office, old: Forum, who: str) -> Forum:
    """Cancel a forum: who said yes or nothing is told, and no reminder goes out any more."""
    new = off_by(side, old, who)
    _changed(side, old, new, who, "cancel forum")
    return new


def _counted(side: Office, new: Forum) -> Forum:
    """Return a changed forum with the people it goes to now, approved where they are few."""
    people = max(people_in(side, new.commune), new.people)
    return agreed_by_few(replace(new, people=people), side.clock.now(), few=side.settings.forum_few)


def _changed(side: Office, old: Forum, new: Forum, who: str, what: str) -> None:
    """Store a change, and take back what of the version before was not sent yet."""
    side.forums.change(old, new)
    side.audit.note(Deed(who, what, {"forum": new.code, "version": new.version}))
    if new.version == old.version:
        return
    ids = [id_of(old.code, what, old.version) for what in kinds(side.announcer.rules)]
    for one in side.forums.fired(ids):
        side.ledger.cancel(one, "the forum was changed")
