"""This file holds sessions whose gateway tells the last input only, or takes its screens later.

What was typed so far stands sealed in one row of the session, for half an hour. It is written
before it is played: of two requests at once one is sent away, and a request that comes again plays
what it played before. A screen that goes out by itself is put into the outbox once, posted once.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from chalicelib.capabilities.subscribers import SCREEN
from chalicelib.channels.ussd import Ussd
from chalicelib.ports import Refused
from chalicelib.telecom.messages import Reply, UssdEnd, UssdHop

# Without an id of its own, an equal request this soon is the same one.
SAME_WITHIN = timedelta(seconds=2)
START = "start"
MOST_TYPED = 8 * 1024
# Somebody looks at the phone; a later screen would come into another session.
SCREEN_LIVES = timedelta(seconds=60)
LOOKS = 2


@dataclass(frozen=True, slots=True, repr=False)
class _Place:
    """Where a session is: its own name, the last request, what was typed, when it was read."""

    name: str
    turn: str
    inputs: tuple[str, ...]
    read: datetime | None
    is_repeat: bool = False


class Turns:
    """Puts the transcript in place of the last input, and sends screens on where they go later."""

    def __init__(self, hops: Ussd, token: Callable[[], str], *, later: bool) -> None:
        """Take the channel, and what gives each session a name of its own."""
        self.hops, self.token, self.later = hops, token, later
        self.desk, self.observe = hops.desk, hops.observe

    def answer(self, hop: UssdHop) -> Reply | None:
        """Return the screen of a hop; None where it is on its way by itself.

        Raises:
            Unavailable: our own failure; the gateway should repeat the hop.
        """
        refusal = self.hops.refusal(hop)
        if refusal is not None:
            # A screen that goes out by itself costs writes and a post: a flood gets none.
            return None if self.later else refusal
        for _ in range(LOOKS):
            place = self._place(hop)
            if sum(map(len, place.inputs)) > MOST_TYPED:
                return self._given(hop, place, self.hops.refused("too_long"))
            if place.is_repeat or self._kept(hop, place):
                whole = hop._replace(text="*".join(place.inputs))
                return self._given(hop, place, self.hops.admitted(whole))
        return self._given(hop, place, self.hops.refused("contended"))

    def whole(self, end: UssdEnd) -> UssdEnd:
        """Return the end of a session with what was typed in it."""
        look = self.desk.look_session(end.party, end.session_id)
        typed = self._of_this_book(look.typed)
        return replace(end, text="*".join(typed[2:] if typed else ()))

    def _of_this_book(self, typed: tuple[str, ...] | None) -> tuple[str, ...] | None:
        """Return what was typed in the present book; on another its keys may mean something else.

        A session that met a new book begins anew, at home.
        """
        if typed is None or typed[0] != self.hops.conversation.book.version:
            return None
        return typed[1:]

    def _place(self, hop: UssdHop) -> _Place:
        look = self.desk.look_session(hop.party, hop.session_id)
        turn = hop.turn or hop.text
        typed = self._of_this_book(look.typed)
        if typed is not None and look.typed_at is not None:
            name, last, *inputs = typed
            now = self.hops.conversation.clock.now()
            same = last == turn and (hop.turn or now - look.typed_at < SAME_WITHIN)
            if same:
                return _Place(name, turn, tuple(inputs), look.typed_at, is_repeat=True)
            if hop.state != START:
                return _Place(name, turn, (*inputs, hop.text), look.typed_at)
        return _Place(self.token(), turn, dialled(hop), look.typed_at)

    def _kept(self, hop: UssdHop, place: _Place) -> bool:
        """Write what was typed; False where another request of the session did since."""
        row = (self.hops.conversation.book.version, place.name, place.turn, *place.inputs)
        try:
            self.desk.commit(
                self.desk.keep_typed(hop.party, row, place.read, session=hop.session_id)
            )
        except Refused:
            return False
        return True

    def _given(self, hop: UssdHop, place: _Place, screen: Reply) -> Reply | None:
        if not self.later:
            return screen
        outbox = self.desk.outbox
        cause = ("screen", place.name, str(len(place.inputs)))
        ids = outbox.dedupe_ids(*cause)
        told = {
            "gateway": hop.party.via,
            "session": hop.session_id.removeprefix(f"{hop.party.via}/"),
            "service": hop.service_code,
            "hop": hop.turn,
            "end": "end" if screen.end else "",
        }
        writes = outbox.put(
            SCREEN,
            hop.party,
            screen.text,
            dedupe_id=ids[0],
            not_after=self.hops.conversation.clock.now() + SCREEN_LIVES,
            paid=True,
            told=told,
        )
        try:
            self.desk.commit([*self.desk.mark_seen(hop.party, "/".join(cause)), *writes])
        except Refused:
            # It was put before; it may still wait for somebody to say so.
            self.observe("screen_repeated")
        for one in ids:
            outbox.nudge(one)
        return None


def dialled(hop: UssdHop) -> tuple[str, ...]:
    """Return what stood behind the code when somebody dialled it all at once.

    Whatever else begins a session is no input: the code itself, a word that a network puts
    there, or a key whose session is forgotten.
    """
    code, text = hop.service_code.rstrip("#"), hop.text.strip().rstrip("#")
    behind = text.removeprefix(code)
    if behind == text or not behind.startswith("*"):
        return ()
    return tuple(behind[1:].split("*"))
