"""This file renews the contacts key of a stage: begun, everybody moved, the older one retired.

While somebody may stand under either key nothing is sent or planned: a list with both ids of one
person would write to them twice, and one with an id that nobody has any more, not at all.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from itertools import islice
from zoneinfo import ZoneInfo

from chalicelib.capabilities.ledger import RECORDED, SENDING, Chunk, moment, stamp
from chalicelib.errors import NotAcceptable, Unavailable
from chalicelib.staff import Office
from chalicelib.storage.contacts import Contacts, mark_of
from chalicelib.storage.contacts_forums import AnswersWalk
from chalicelib.storage.contacts_key import ContactsKey, walks_of
from chalicelib.storage.contacts_people import PeopleMove
from chalicelib.storage.keys import CONTACTS, FRESH, SENDER, SENDER_PUBLIC, OwnKeyRing
from chalicelib.storage.parts import WRITE_AT_ONCE, in_parts
from chalicelib.storage.people import PersonRow

MINUTE = timedelta(minutes=1)
# A function knows of both keys before people are written under the newer: it reads every ten
# minutes, and a hop that began before may write a little later.
LEARNT = FRESH + MINUTE
# The longest that a plan, or an order made of ids that were read before, may take to be written.
# An index may be behind for a moment too.
SETTLES = MINUTE
PEOPLE_AT_ONCE, CLOCKS_APART = 400, 20
AGAIN = "run `owl keys contacts move` again"
Tick = Callable[[str, int], None]


@dataclass(frozen=True, slots=True)
class Renewal:
    """How far the renewal of a contacts key is; `number` is the newest key's.

    `state` is `single`, `learning` until `next_from`, `moving`, `moved`, or `clearing`.
    """

    state: str
    number: int
    next_from: datetime | None
    held: bool


@dataclass(frozen=True, slots=True)
class Done:
    """How many people moved, rows were rewritten, and people have a number that nobody can open."""

    people: int
    rows: int
    unreadable: int


def standing(side: Office) -> Renewal:
    """Return how far the renewal is."""
    item = ContactsKey(side.database).read()
    held = bool(side.sweeper.ledger.control.held_since())
    number, _ = item.newest
    if item.older is None:
        clears = moment(item.clears) if item.clears else None
        return Renewal("clearing" if clears else "single", number, clears, held)
    learning = side.clock.now() < _moves_from(item)
    state = "moved" if item.moved else "learning" if learning else "moving"
    return Renewal(state, number, _moves_from(item), held)


def begun(side: Office) -> Renewal:
    """Hold all sending, and make a second key beside the first.

    Raises:
        NotAcceptable: a renewal is under way, or the clock of this machine is wrong.
    """
    key = ContactsKey(side.database)
    there = key.read()
    if there.older is not None or there.clears:
        raise NotAcceptable("a renewal is under way: see `owl keys contacts status`")
    _must_have_the_time(side)
    control, (number, _) = side.sweeper.ledger.control, there.newest
    control.hold()
    control.know(mark_of(number), mark_of(number + 1))
    turns = (side.clock.now() + LEARNT + MINUTE).replace(second=0, microsecond=0)
    key.begin(stamp(turns))
    return standing(side)


def moved(side: Office, wait: Callable[[float], None], tick: Tick) -> Done:
    """Move everybody to the newer key and let sending go on; what broke off goes on so.

    Raises:
        NotAcceptable: there is nothing to move, or it is too early.
        Unavailable: something changed at the same moment; the same again does the rest.
    """
    _must_have_the_time(side)
    _must_be_still(side)
    people = _people(side)
    done, found = _pass(side, people, Done(0, 0, 0), tick), 1
    while found:
        # Twice at least: an order may have been made of ids that were read before the first.
        wait(SETTLES.total_seconds())
        before, done = done, _pass(side, people, done, tick)
        found = done.people - before.people + done.rows - before.rows
    ContactsKey(side.database).note_moved()
    side.sweeper.ledger.control.let_on()
    return done


def retired(side: Office, without: int = 0) -> Renewal:
    """Let the newer key alone be valid, once nothing names anybody by the older one.

    `without` people whose number nobody can open are dropped with it. Functions know both keys for
    ten minutes more, and leave rows that lead from one to the other: run again, those go too.

    Raises:
        NotAcceptable: something is left, or waits for a forum to be over, or it is too early.
        Unavailable: something changed at the same moment; the same again does the rest.
    """
    _must_have_the_time(side)
    key, people = ContactsKey(side.database), _people(side)
    item = key.read()
    if item.clears:
        _clear(side, key, people)
        return standing(side)
    if not item.moved or side.sweeper.ledger.control.held_since():
        raise NotAcceptable(f"not everybody has moved: {AGAIN}")
    strange = _strange(people)
    if len(strange) != without:
        raise NotAcceptable(
            f"the numbers of {len(strange):,} people cannot be opened, so only they could tell who "
            f"they are: `--without {len(strange)}` drops them, a STOP of theirs too"
        )
    _must_name_nobody(side, people)
    for row in strange:
        people.drop(row)
    if any(walk.run(lambda _: None) for walk in walks_of(side.database, people, last=True)):
        raise Unavailable("some rows changed at this moment: run it again")
    if _strange(people):
        raise Unavailable("some people came at this moment: run it again")
    side.sweeper.ledger.control.know(mark_of(item.newest[0]))
    key.retire(stamp(side.clock.now() + LEARNT))
    return standing(side)


def _clear(side: Office, key: ContactsKey, people: PeopleMove) -> None:
    clears = moment(key.read().clears)
    if side.clock.now() < clears:
        at = _told(side, clears)
        raise NotAcceptable(f"functions still know the old key: run it again from {at} on")
    people.forget_ways()
    key.retire()


def _told(side: Office, at: datetime) -> str:
    return f"{at.astimezone(ZoneInfo(side.settings.timezone)):%H:%M}"


def _people(side: Office) -> PeopleMove:
    names = (CONTACTS, SENDER, SENDER_PUBLIC)
    return PeopleMove(side.database, OwnKeyRing(side.database, side.clock, names))


def _moves_from(item: Contacts) -> datetime:
    return moment(item.turns) + MINUTE


def _must_be_still(side: Office) -> None:
    """Make sure that everybody writes under the newer key, and nothing is sent or planned."""
    item, now = ContactsKey(side.database).read(), side.clock.now()
    control = side.sweeper.ledger.control
    if item.older is None:
        # Who began and broke off before there was a second key left sending held.
        control.let_on()
        raise NotAcceptable("there is one contacts key: `owl keys contacts renew` makes another")
    if now < _moves_from(item):
        at = _told(side, _moves_from(item))
        raise NotAcceptable(f"functions still learn of the new key: {AGAIN} from {at} on")
    if item.moved and not control.held_since() and not _is_anything_left(side):
        raise NotAcceptable("everybody has moved: run `owl keys contacts retire`")
    since = control.hold()
    if stamp(now) - since < 2 * SETTLES.total_seconds():
        raise NotAcceptable(f"sending was held this moment: {AGAIN} in two minutes")
    flying = sum(1 for _ in _flying(side))
    if flying:
        raise NotAcceptable(f"{flying} chunks are being sent or filed: {AGAIN} in four minutes")


def _must_have_the_time(side: Office) -> None:
    """Make sure that this machine tells the time that functions do: keys turn by it.

    A stage whose clock is moved is a rehearsal, where all processes share the offset.
    """
    if side.settings.clock_offset:
        return
    client = side.database.client_of("dynamodb")
    described = client.describe_table(TableName=side.settings.table("keys"))
    told = parsedate_to_datetime(described["ResponseMetadata"]["HTTPHeaders"]["date"])
    apart = abs((side.clock.now() - told).total_seconds())
    if apart > CLOCKS_APART:
        raise NotAcceptable(
            f"the clock of this machine is {apart:.0f} seconds from that of AWS: set it first"
        )


def _is_anything_left(side: Office) -> bool:
    people = _people(side)
    walks = walks_of(side.database, people)
    return any(True for _ in people.left()) or any(True for one in walks for _ in one.left())


def _flying(side: Office) -> Iterator[Chunk]:
    """Give the chunks whose messages may be on their way, with old ids in hand."""
    ledger = side.sweeper.ledger
    for head in ledger.books.heads(ledger.books.open_ids()):
        if head is not None and not head.ended_at:
            for _, cell in ledger.chunks.cells_of(head, head.done):
                chunk = Chunk.of(cell.value)
                if chunk.state in {SENDING, RECORDED}:
                    yield chunk


def _pass(side: Office, people: PeopleMove, done: Done, tick: Tick) -> Done:
    moved_now, unreadable = _move_people(people, tick)
    rows = _walked(side, people, tick)
    return Done(done.people + moved_now, done.rows + rows, unreadable)


def _move_people(people: PeopleMove, tick: Tick) -> tuple[int, int]:
    moved_now, unreadable, left = 0, 0, people.left()
    while some := list(islice(left, PEOPLE_AT_ONCE)):
        parts = in_parts(lambda part: [people.move(one) for one in part], some, WRITE_AT_ONCE)
        outcomes = [one for part in parts for one in part]
        moved_now += outcomes.count("moved")
        unreadable += outcomes.count("unreadable")
        tick("people", len(some))
    return moved_now, unreadable


def _walked(side: Office, people: PeopleMove, tick: Tick) -> int:
    """Rewrite what names people; return how many rows that were."""
    rows, failed = 0, 0

    for walk in walks_of(side.database, people):
        found = [0]

        def count(some: int, name: str = walk.name, found: list[int] = found) -> None:
            found[0] += some
            tick(name, some)

        failed += walk.run(count)
        rows += found[0]
    if failed:
        raise Unavailable(f"{failed} rows changed at this moment: {AGAIN}")
    return rows


def _strange(people: PeopleMove) -> list[PersonRow]:
    """Return who has not moved because their number does not open; anybody else may not be left."""
    left = list(people.left())
    strange = [row for row in left if not people.is_readable(row)]
    if len(strange) < len(left):
        raise NotAcceptable(
            f"{len(left) - len(strange)} people came since under the old key: {AGAIN}"
        )
    return strange


def _must_name_nobody(side: Office, people: PeopleMove) -> None:
    for walk in walks_of(side.database, people):
        left = sum(1 for row, to in walk.left() if any(to.get(one) for one in walk.named(row)))
        if left:
            raise NotAcceptable(f"{left} rows of {walk.name} name people by the old key: {AGAIN}")
    answers, now = AnswersWalk(side.database, people), side.clock.now()
    codes = {row.forum for row in answers.rows() if answers.named(row)}
    coming = [one for one in side.forums.all() if one.code in codes and one.takes_answers(now)]
    if coming:
        last = max(one.at for one in coming).astimezone(ZoneInfo(side.settings.timezone))
        raise NotAcceptable(
            "people who are on no list answered forums that are yet to come, and are known there "
            f"by the old key alone: run it after {last:%d %B}"
        )
