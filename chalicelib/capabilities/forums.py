"""This file holds forums: when and where people meet, and what becomes of a plan."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Literal

from chalicelib.capabilities.subscribers import Invitation
from chalicelib.errors import NotAcceptable
from chalicelib.telecom import clusters

Text = Mapping[str, str]
State = Literal["planned", "approved", "moved", "cancelled", "held"]
Answer = Literal["yes", "no"]
LAST_CODE = 999
# In characters: each is in every SMS about a forum.
LONGEST_VENUE, LONGEST_AGENDA, LONGEST_ORGANIZER = 60, 120, 60
# How long a forum stays in the list of the menu after it took place: answers are read there.
LISTED = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Forum:
    """One public meeting. `code` is printed, permanent and never given to another.

    `version` counts what people are told anew: 1 as planned, one more for each move and for the
    cancelling, each made by `by` at `since` and agreed to at `approved_at`. `people` is how many
    it would go to. `first_at` is when it was planned for at first, None in rows older than the
    field. `invited` is the version that people were invited to, 0 before; `was` is when
    it would have been in the version before.
    """

    code: str
    commune: str
    venue: Text
    at: datetime
    agenda: Text
    organizer: str
    by: str
    since: datetime
    state: State = "planned"
    version: int = 1
    people: int = 0
    approved_at: datetime | None = None
    approved_by: str = ""
    invited: int = 0
    was: datetime | None = None
    first_at: datetime | None = None
    attended: int | None = None
    women: int | None = None

    @property
    def is_on(self) -> bool:
        """Whether people may still be asked to come."""
        return self.state in ("planned", "approved", "moved")

    @property
    def planned_for(self) -> set[tuple[str, datetime]]:
        """Where and when it takes place, and when it was first to: a file of plans has either."""
        return {(self.commune, self.at), (self.commune, self.first_at or self.at)}

    @property
    def invitation(self) -> Invitation:
        """What a person who is asked to come keeps of it."""
        return Invitation(self.code, self.at)

    def takes_answers(self, now: datetime) -> bool:
        """Whether a yes or no means something."""
        return self.is_on and now < self.at


@dataclass(frozen=True, slots=True)
class Coming:
    """One line of the list of forums: what the menu needs of each without reading it."""

    code: str
    commune: str
    at: datetime
    cancelled: bool = False

    def is_listed(self, now: datetime) -> bool:
        """Whether the menu shows it: until it is over, and then for its answers."""
        return now < (self.at if self.cancelled else self.at + LISTED)


@dataclass(frozen=True, slots=True)
class Question:
    """What a citizen asked of a forum. `asker` is sealed; `shown` is what others may read of it.

    It is asked, then answered; published where the answer may be read by everybody.
    """

    forum: str
    number: str
    text: str
    asked_at: datetime
    asker: str = field(repr=False)
    state: Literal["asked", "answered", "published"] = "asked"
    answer: Text = field(default_factory=dict)
    shown: str = ""
    answered_at: datetime | None = None
    answered_by: str = ""


# A row of the list of answered questions holds the beginning of each, so that hundreds fit it.
BEGINNING = 32


def beginning(text: str) -> str:
    """Return how a question begins, in one line."""
    line = " ".join(text.split())
    cut = clusters.cut(line, BEGINNING)
    return cut if cut == line else f"{cut}..."


ACTION_STATES = ("agreed", "presented", "replied", "done")


@dataclass(frozen=True, slots=True)
class Agreed:
    """What a forum agreed on, and the day of each state it came to."""

    forum: str
    number: str
    text: str
    dates: Mapping[str, str]

    @property
    def state(self) -> str:
        """The last of its states."""
        return max(self.dates, key=ACTION_STATES.index)


def approved(forum: Forum, by: str, now: datetime, *, few: int) -> Forum:
    """Return a forum that may be told of: few people need no second person, many do.

    Many may have come to a forum that was for few when it was planned.

    Raises:
        NotAcceptable: the same person cannot do both, or there is nothing to approve.
    """
    if forum.approved_at is not None and (forum.approved_by or forum.people <= few):
        raise NotAcceptable(f"forum {forum.code} is approved already")
    if forum.people > few and by == forum.by:
        raise NotAcceptable(
            f"{by} made this plan for {forum.people:,} people: somebody else has to approve it"
        )
    state: State = "approved" if forum.state == "planned" else forum.state
    return replace(forum, state=state, approved_at=forum.approved_at or now, approved_by=by)


def moved(
    forum: Forum, by: str, now: datetime, *, at: datetime | None = None, venue: Text | None = None
) -> Forum:
    """Return a forum at another time or place, to be approved anew.

    Raises:
        NotAcceptable: it is over or cancelled, nothing would change, or the place is too long.
    """
    _must_be_coming(forum, now)
    new_at, new_venue = at or forum.at, venue or forum.venue
    if (new_at, new_venue) == (forum.at, forum.venue):
        raise NotAcceptable(f"forum {forum.code} is planned so already: nothing changes")
    if new_at <= now:
        raise NotAcceptable(f"{new_at:%Y-%m-%d %H:%M} is over: choose a time to come")
    _must_fit(new_venue.values(), LONGEST_VENUE)
    state: State = "moved" if forum.state != "planned" else "planned"
    changed = replace(forum, at=new_at, venue=new_venue, state=state, was=forum.at)
    return _anew(changed, by, now)


def cancelled(forum: Forum, by: str, now: datetime) -> Forum:
    """Return a forum that will not take place.

    Raises:
        NotAcceptable: it is over or cancelled.
    """
    _must_be_coming(forum, now)
    return _anew(replace(forum, state="cancelled"), by, now)


def held(forum: Forum, people: int, women: int, now: datetime) -> Forum:
    """Return a forum with who came to it.

    Raises:
        NotAcceptable: it was not held yet, or more women came than people.
    """
    if forum.state == "cancelled":
        raise NotAcceptable(f"forum {forum.code} was cancelled, so nobody came to it")
    if now < forum.at:
        raise NotAcceptable(f"forum {forum.code} begins {forum.at:%Y-%m-%d %H:%M}: wait for it")
    if women > people:
        raise NotAcceptable(f"{women} women are more than {people} people: women are counted in")
    return replace(forum, state="held", attended=people, women=women)


def action_to(action: Agreed, state: str, on: str) -> Agreed:
    """Return an action in a later state.

    Raises:
        NotAcceptable: it has come as far already.
    """
    if ACTION_STATES.index(state) <= ACTION_STATES.index(action.state):
        raise NotAcceptable(f"action {action.number} is {action.state} already, not only {state}")
    return Agreed(action.forum, action.number, action.text, {**action.dates, state: on})


def nearest(forums: list[Coming], commune: str) -> list[Coming]:
    """Return forums in the order of a list: those to come first, near ones first, then by time."""

    def far(one: Coming) -> int:
        return next((n for n in (6, 4, 2) if commune and one.commune[:n] == commune[:n]), 0)

    return sorted(forums, key=lambda one: (-far(one), one.at, one.code))


def _must_be_coming(forum: Forum, now: datetime) -> None:
    if not forum.is_on:
        raise NotAcceptable(f"forum {forum.code} is {forum.state}: plan another one")
    if forum.at <= now:
        raise NotAcceptable(f"forum {forum.code} has begun: plan another one")


def _must_fit(texts: Iterable[str], most: int) -> None:
    n = max(map(len, texts), default=0)
    if n > most:
        raise NotAcceptable(f"a text of a forum has {n} characters, {most} at most: shorten it")


def _anew(forum: Forum, by: str, now: datetime) -> Forum:
    return replace(
        forum, by=by, since=now, version=forum.version + 1, approved_at=None, approved_by=""
    )


@dataclass(frozen=True, slots=True)
class Draft:
    """A forum as somebody plans it, before it has a code."""

    commune: str
    venue: Text
    at: datetime
    agenda: Text


def planned(
    draft: Draft, organizer: str, by: str, now: datetime, *, people: int, few: int
) -> Forum:
    """Return a new forum; few people need no second person to agree.

    Raises:
        NotAcceptable: it would have begun already, or a text is too long.
    """
    if draft.at <= now:
        raise NotAcceptable(f"{draft.at:%Y-%m-%d %H:%M} is over: choose a time to come")
    _must_fit(draft.venue.values(), LONGEST_VENUE)
    _must_fit(draft.agenda.values(), LONGEST_AGENDA)
    _must_fit([organizer], LONGEST_ORGANIZER)
    forum = Forum(
        code="",
        commune=draft.commune,
        venue=draft.venue,
        at=draft.at,
        first_at=draft.at,
        agenda=draft.agenda,
        organizer=organizer,
        by=by,
        since=now,
        people=people,
    )
    return agreed_by_few(forum, now, few=few)


def agreed_by_few(forum: Forum, now: datetime, *, few: int) -> Forum:
    """Return a forum that goes to few people as approved; one for many as it is."""
    if forum.people > few:
        return forum
    state: State = "approved" if forum.state == "planned" else forum.state
    return replace(forum, state=state, approved_at=now)
