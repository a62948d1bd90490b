"""This file tests the law of a new contacts key, over histories of phones, staff and crashes.

Whoever looks is found as they are, at every moment; nobody gets a message twice or is passed over;
nothing is left that leads from the first key to a number.
"""

from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from chalicelib.capabilities.broadcasts import Audience
from chalicelib.duties import contacts as duties
from chalicelib.errors import NotAcceptable, Unavailable
from tests.builders import KAMRIENG, a_forum
from tests.renewal import Renewed, at_call
from tests.sending import Killed, an_order
from tests.world import on_moto

pytestmark = pytest.mark.law
PEOPLE, CODE = 4, "001"
one_of_them = st.integers(0, PEOPLE - 1)
PHONE = ("joins", "stops", "starts", "waits", "ends", "yes", "no", "asks")
# After these a row of people has somebody's number.
LISTS = {"joins", "stops", "starts", "waits"}
by_phone = st.tuples(st.sampled_from(PHONE), one_of_them)
nth = st.integers(1, 60)
by_staff = st.one_of(
    st.tuples(st.just("minutes"), st.integers(1, 12)),
    st.tuples(st.sampled_from(["renews", "orders", "sends"]), st.just(0)),
    st.tuples(st.sampled_from(["moves", "drops"]), st.one_of(st.none(), nth)),
    st.tuples(st.just("meanwhile"), st.tuples(nth, by_phone)),
)
histories = st.tuples(
    st.lists(by_phone, max_size=8),
    st.lists(st.one_of(by_phone, by_staff), max_size=6),
    st.lists(st.one_of(by_phone, by_staff), max_size=14),
    st.lists(by_phone, max_size=4),
)


@dataclass
class Known:
    """What somebody did, as they would tell it."""

    is_listed: bool = False
    joined: bool = False
    opted_out: bool = False
    waits: bool = False
    answer: str = ""


@dataclass
class Town:
    """A stage, and what its people remember."""

    stage: Renewed
    people: list[Known] = field(default_factory=lambda: [Known() for _ in range(PEOPLE)])
    waited: list[int] | None = None
    is_over: bool = False

    def phone(self, what: str, n: int) -> None:
        """Let somebody do something, and remember it once it is done."""
        stage, one = self.stage, self.people[n]
        done: dict[str, tuple[Callable[[], None], dict[str, Any]]] = {
            "joins": (lambda: stage.joins(n), {"joined": True, "opted_out": False}),
            "stops": (lambda: stage.stops(n), {"opted_out": True}),
            "starts": (lambda: stage.stops(n, out=False), {"opted_out": False}),
            "waits": (lambda: stage.waits(n), {"waits": True}),
            "ends": (lambda: stage.waits_no_more(n), {"waits": False}),
            "yes": (lambda: stage.answers(n, CODE, "yes"), {"answer": "yes"}),
            "no": (lambda: stage.answers(n, CODE, "no"), {"answer": "no"}),
            "asks": (lambda: stage.asks(n, CODE), {}),
        }
        do, told = done[what]
        do()
        for name, value in told.items():
            setattr(one, name, value)
        one.is_listed |= what in LISTS and not self.is_over
        self.look()

    def look(self) -> None:
        """Find everybody as they are."""
        for n, one in enumerate(self.people):
            seen = self.stage.look(n)
            assert bool(seen.commune) == one.joined
            assert seen.opted_out == one.opted_out
            assert seen.watched == ((KAMRIENG,) if one.waits else ())
            answer = self.stage.answered(n, CODE)
            # Once a forum is over, who is on no list is nobody there.
            assert answer == one.answer or (not answer and self.is_over and not one.is_listed)

    def staff(self, what: str, how: Any) -> None:
        """Let staff do something; what is refused, or killed, is left as it stands."""
        stage = self.stage
        if what == "minutes":
            stage.world.clock.forward(minutes=how)
        elif what == "orders" and self.waited is None:
            self.orders()
        elif what == "sends" and not stage.sent:
            stage.sends()
        elif what in {"renews", "moves", "drops"}:
            self.tried(getattr(stage, what), how or 0)
        elif what == "meanwhile":
            at, (does, n) = how
            with at_call(stage, at, lambda: self.phone(does, n)):
                self.tried(stage.moves, 0)

    def tried(self, do: Callable[[], Any], kill_at: int) -> None:
        """Let staff run a command that may be refused, or killed at a call."""

        def killed() -> None:
            raise Killed

        with suppress(NotAcceptable, Unavailable, Killed), at_call(self.stage, kill_at, killed):
            do()

    def orders(self) -> None:
        """Order news for those who wait now; planned whenever that may be."""
        side, now = self.stage.office, self.stage.world.clock.now()
        ids = side.watchers.of([KAMRIENG]).get(KAMRIENG, ())
        self.waited = [n for n, one in enumerate(self.people) if one.waits]
        if ids:
            text = "Message news"
            until = now + timedelta(days=20)
            audience = Audience(people=tuple(ids))
            order = an_order(id_="news", kind="notice", text=text, audience=audience)
            side.ledger.order(replace(order, not_before=now, not_after=until))

    def ends(self, meanwhile: list[Any]) -> None:
        """Renew, move and retire to the end, whatever was done of it before."""
        stage = self.stage
        with suppress(NotAcceptable):
            # What was retired in this history is cleared before it is renewed anew.
            stage.world.clock.forward(minutes=11)
            if duties.standing(stage.office).state == "clearing":
                stage.drops()
        with suppress(NotAcceptable):
            stage.renews()
        stage.world.clock.forward(minutes=13)
        for _ in range(2):
            # Where some came after the move, sending is held anew, and that takes two minutes.
            with suppress(NotAcceptable):
                stage.moves()
            stage.world.clock.forward(minutes=3)
        stage.world.clock.forward(days=4)
        self.is_over = True
        stage.drops()
        for what, n in meanwhile:
            # A function may use both keys for ten minutes yet; of a forum it is too late to say.
            if what not in {"yes", "no", "asks"}:
                self.phone(what, n)
        stage.world.clock.forward(minutes=11)
        stage.drops()


# A history is a whole year's renewal on moto and takes two seconds; hundreds were played once.
@given(histories)
@settings(
    max_examples=5,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    phases=[Phase.generate],
)
def test_nobody_is_lost_doubled_or_led_to(history: tuple[list[Any], ...]) -> None:
    with on_moto() as world:
        town = Town(Renewed(world))
        stage = town.stage
        at = world.clock.now() + timedelta(days=3)
        stage.office.forums.add(a_forum(at=at))
        before, learning, moving, late = history
        for what, n in before:
            town.phone(what, n)
        stage.renews()
        for part, minutes in ((learning, 13), (moving, 0)):
            for what, how in part:
                (town.phone if what in PHONE else town.staff)(what, how)
                town.look()
            world.clock.forward(minutes=minutes)
        town.ends(late)
        town.look()
        assert stage.traces(PEOPLE) == []
        answers = Counter(stage.office.forums.answers(CODE).values())
        assert answers == Counter(one.answer for one in town.people if one.answer)
        _are_written_to(town)


def _are_written_to(town: Town) -> None:
    """Write to all, each exactly once where they joined and did not stop."""
    stage = town.stage
    reached = stage.sends()
    people = enumerate(town.people)
    wanted = [stage.party(n).id for n, one in people if one.joined and not one.opted_out]
    assert sorted(reached) == wanted
    if town.waited:
        asked = [n for n in town.waited if not town.people[n].opted_out]
        assert sorted(stage.works("news")) == [stage.party(n).id for n in asked]
    copies = Counter((to, words) for to, words, _ in stage.gateway.log)
    assert max(copies.values(), default=1) == 1
