"""This file steers all sending: kill switch, rate, circuit breakers, caps and doubts."""

from collections import deque
from collections.abc import Mapping
from functools import partial
from typing import Any

from chalicelib.capabilities import ledger_rate as rate
from chalicelib.capabilities.ledger import SETTLES_IN, Chunk, stamp
from chalicelib.capabilities.ledger_caps import CAPS, admitted
from chalicelib.capabilities.ledger_cells import Cell, Cells, Place, changed, changed_each
from chalicelib.capabilities.ledger_chunks import HELD, MARKS, Name, is_on, with_found
from chalicelib.capabilities.ledger_places import LINE, SWITCH, breaker_place
from chalicelib.capabilities.ledger_rules import SIGNERS, Breaker
from chalicelib.ports import Clock

CAPS_KEPT = 31 * 86_400


class Control:
    """What holds for all messages of a stage."""

    def __init__(self, cells: Cells, clock: Clock, a_second: float) -> None:
        """Take the rows, and how many people a second may be posted to."""
        self.cells, self.clock, self.a_second = cells, clock, a_second
        # Threads may share it: what is popped is nobody else's.
        self.ahead: deque[rate.Place] = deque(maxlen=1)
        self.begun: float | None = None

    def stop(self, who: str) -> None:
        """Stop all sending; one person may."""
        row = {"on": False, "by": who, "at": stamp(self.clock.now())}
        changed(self.cells, SWITCH, lambda there: {**_kept(there), **row})

    def start(self, who: str) -> bool:
        """Agree that sending goes on; it does at the second person who says so.

        Return whether nobody stops it by now; it may be held all the same.

        One person may be wrong that what was stopped may go out, and nothing takes it back.
        """

        def agreed(row: Mapping[str, Any]) -> Mapping[str, Any] | None:
            people = sorted({*row.get("agreed", ()), who})
            if row.get("on", True) or people == row.get("agreed"):
                return None
            if len(people) < SIGNERS:
                return {**row, "agreed": people}
            at = stamp(self.clock.now())
            return {**_kept(row), "on": True, "by": " and ".join(people), "at": at}

        changed(self.cells, SWITCH, agreed)
        return bool(self.switched()[1].get("on", True))

    def switched(self) -> tuple[bool, Mapping[str, Any]]:
        """Return whether messages may go, and who turned the switch when."""
        (cell,) = self.cells.read([SWITCH])
        return is_on(cell.value), cell.value

    def hold(self) -> int:
        """Let nothing be sent or planned until `let_on`; return the second since when."""

        def held(row: Mapping[str, Any]) -> Mapping[str, Any] | None:
            return None if row.get(HELD) else {**row, HELD: stamp(self.clock.now())}

        changed(self.cells, SWITCH, held)
        return self.held_since()

    def held_since(self) -> int:
        """Return the second since when all is held; 0 where nothing is."""
        return int(self.switched()[1].get(HELD, 0))

    def know(self, *marks: str) -> None:
        """Note the marks of the contacts keys that are valid; nothing is planned for other ids."""
        changed(self.cells, SWITCH, lambda row: {**row, MARKS: [*marks]})

    def let_on(self) -> None:
        """End a hold: what was stopped by a person stays so, all else goes on where it stood."""

        def let(row: Mapping[str, Any]) -> Mapping[str, Any] | None:
            if not row.get(HELD):
                return None
            kept = {name: value for name, value in row.items() if name != HELD}
            # What the queue brought meanwhile is gone from it, as after a stop.
            on = {"on": True, "at": stamp(self.clock.now())} if row.get("on", True) else {}
            return {**kept, **on}

        changed(self.cells, SWITCH, let)

    def wait(self, people: int, seen: Cell | None = None, *, more: bool = False) -> float | None:
        """Take a place in the line; return the seconds until it, None where it is too long.

        `seen` is the line where it was read before. Where `more` is to come, the place behind is
        taken too, for the next chunk that comes here: one that comes too late for it takes another.
        """
        now = self.clock.now().timestamp()
        begin = self._taken_ahead(people, now)
        if begin is None:
            begin = self._taken(people, now, seen, more=more and self._comes_soon(people, now))
        if begin is None:
            return None
        self.begun = begin
        return max(0.0, begin - now)

    def _comes_soon(self, people: int, now: float) -> bool:
        """Whether the next chunk will come in time for a place ahead, else lost with its people.

        The last one says so: it was posted within the time that its people take of the line.
        """
        share = people / self.a_second
        was_quick = self.begun is None or now - self.begun <= share
        return was_quick and share <= rate.PATIENCE

    def _taken(self, people: int, now: float, seen: Cell | None, *, more: bool) -> float | None:
        """Take a place, or two at once; return when the first begins, None where that is late."""
        turns: list[rate.Turn] = []

        def joined(row: Mapping[str, Any]) -> Mapping[str, Any] | None:
            free, both = float(row.get("free_at", 0.0)), people * (1 + more)
            turns[:] = [rate.turn(free, now, both, self.a_second)]
            return {"free_at": turns[0].free_at} if turns[0].wait <= rate.PATIENCE else None

        if changed(self.cells, LINE, joined, seen) is None:
            return None
        begin = now + turns[0].wait
        if more:
            behind = begin + people / self.a_second
            self.ahead.append(rate.Place(behind, turns[0].free_at, people))
        return begin

    def _taken_ahead(self, people: int, now: float) -> float | None:
        try:
            place = self.ahead.pop()
        except IndexError:
            return None
        return place.begin if place.serves(people, now) else None

    def posted(self, order_id: str, *, doubtful: bool, seen: Cell | None = None) -> bool:
        """Note how a post went; True where so many are in doubt that sending must stop.

        `seen` is the message's breaker where it was read before.
        """

        def noted(row: Mapping[str, Any]) -> Mapping[str, Any] | None:
            old = Breaker(**row)
            now = old.after(doubtful=doubtful)
            told = {"row": now.row, "posts": now.posts, "bad": now.bad}
            return None if now == old else told

        cell = changed(self.cells, breaker_place(order_id), noted, seen)
        return cell is not None and Breaker(**cell.value).is_tripped

    def mend(self, order_id: str) -> None:
        """Forget the doubts, since a person looked and lets it go on."""
        none = {"row": 0, "posts": 0, "bad": 0}
        changed(self.cells, breaker_place(order_id), lambda row: none if row else None)

    def capped(self, kind: str, name: Name, people: Mapping[int, str]) -> dict[int, str]:
        """Count one more message for people; return why some, by their places, get none."""
        if not CAPS[kind]:
            return {}
        now, said = stamp(self.clock.now()), dict[int, str]()

        def counted(row: Mapping[str, Any], at: int) -> Mapping[str, Any] | None:
            place, old = f"{name.epoch}/{name.n}/{at}", list(row.get(kind, ()))
            entries, said[at] = admitted(kind, old, name.order, place, now)
            return None if entries == old else {**row, kind: entries, "expires": now + CAPS_KEPT}

        places = {Place("caps", person): at for at, person in people.items()}
        changed_each(self.cells, {one: partial(counted, at=at) for one, at in places.items()})
        return {at: why for at, why in said.items() if why}

    def doubt(self, name: Name, people: Mapping[int, str]) -> None:
        """Remember for 72 hours that nobody knows whether these people got a message.

        Raises:
            Unavailable: not all of it was written; the same call again writes the rest.
        """
        now = stamp(self.clock.now())
        changes = {
            _doubts(person): partial(_doubted, place=f"{name}#{at}", now=now)
            for at, person in people.items()
        }
        changed_each(self.cells, changes)

    def settle(self, person: str, gateway: str, message_id: str) -> bool:
        """Give a gateway's id that nobody knows to the person's one doubt; False for none or many.

        An id that was given before is given again: who asked may have died before using it.
        """
        (cell,) = self.cells.read([_doubts(person)])
        if cell.value.get("settled") == message_id:
            return True
        live = _live(cell.value, stamp(self.clock.now()))
        if len(live) != 1:
            return False
        chunk_name, _, at = next(iter(live)).rpartition("#")
        name = Name.of(chunk_name)
        (chunk,) = self.cells.read([name.state])
        found = with_found(Chunk.of(chunk.value), gateway, {int(at): message_id})
        if found is None:
            return False
        none_left = {"places": {}, "settled": message_id, "expires": cell.value["expires"]}
        return self.cells.commit([(cell, none_left), (chunk, found.plain())])


def _kept(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return what of the switch is nobody's to turn."""
    return {name: row[name] for name in (HELD, MARKS) if row.get(name)}


def _doubts(person: str) -> Place:
    return Place("recipients", f"unknown#{person}")


def _doubted(row: Mapping[str, Any], place: str, now: int) -> Mapping[str, Any] | None:
    if place in row.get("places", {}):
        return None
    return {
        **row,
        "places": {**_live(row, now), place: now},
        "expires": now + int(SETTLES_IN.total_seconds()),
    }


def _live(row: Mapping[str, Any], now: int) -> dict[str, int]:
    limit = now - SETTLES_IN.total_seconds()
    return {place: at for place, at in row.get("places", {}).items() if at > limit}
