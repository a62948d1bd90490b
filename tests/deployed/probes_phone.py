"""This file asks the webhooks for all that a phone may do, over both channels, in small parts."""

import re
from collections.abc import Callable, Sequence
from datetime import timedelta
from zlib import crc32

from tests.builders import KAMRIENG
from tests.deployed.bench import OTHER, Bench
from tests.end_to_end.stack import VENDOR, encoded
from tests.gateways.callbacks import TICK

SENT = "8*1*102*2*1"
# What is dialled, and what the screen says; the vendor repeats what it is not sure of.
HOPS = (
    ("", "muoy"),
    ("8", "One Window info"),
    ("8*1*102", "Replace a plate"),
    (SENT, "you will get an SMS soon"),
    (SENT, "you will get an SMS soon"),
    (f"8*2*{KAMRIENG}", "in process"),
    ("8*2*02122600429", "Wrong number"),
    ("8*9", "Wrong choice"),
    (f"8*2*{KAMRIENG}*2", "you get an SMS when it changes"),
)
FORUMS = (
    ("8*5", "Choose forum"),
    ("8*5*{}*1", "Trang"),
    ("8*5*{}*3*How?", "received"),
    ("8*5*{}*4", "No answers yet"),
)
CODES = (
    ("8*4*6*{}", "Received, not read yet"),
    ("8*4*6*{}*1*It was on Monday", "Your answer was sent"),
    ("8*4*6*1234567894", "Code not found"),
)
RATE, COMPLAIN = "8*3*0212*1*2*3*4*1*1*0", "8*4*2*0212*1*They asked for more"
CODE = re.compile(r"Code (\d{10})")
TEXTS = ("SEVA", "1", "STOP", "START", "xyzzy", f"TICKET {KAMRIENG}", "JOIN 021204")
GOOD = 200


class Phone:
    """The phone of a person who was never seen; each part of what it may do is a probe."""

    def __init__(self, bench: Bench) -> None:
        self.bench, self.who = bench, ""

    @property
    def probes(self) -> Sequence[Callable[[], str]]:
        """All of them, the quick ones first."""
        return (self.callbacks, self.others, self.menus, self.feedback, self.texts, self.month)

    def callbacks(self) -> str:
        """Tell of a hop that ended, of a report and of somebody who wants no more."""
        return self._tried(self._callbacks)

    def others(self) -> str:
        """Text by way of another gateway, whose secrets are of its own."""
        return self._tried(self._others)

    def menus(self) -> str:
        """Look up, have it sent, join and answer a forum."""
        return self._tried(self._menus)

    def feedback(self) -> str:
        """Rate, as the vendor repeats it too, and complain."""
        return self._tried(lambda: self._rating() or self._complaining())

    def texts(self) -> str:
        """Text every kind of keyword."""
        return self._tried(self._texts)

    def month(self) -> str:
        """Do the same in the first hours of a month, when the last one's key is asked for too."""
        bench, clock, before = self.bench, self.bench.stage.clock, self.bench.stage.clock.offset
        turn = (bench.now.replace(day=28) + timedelta(days=5)).replace(day=2, hour=1)
        clock.forward((turn - bench.now).total_seconds())
        bench.stage.invoke("tally", TICK)
        fault = self.texts() or self.menus() or self.feedback()
        clock.offset = before
        clock.forward(0)
        return fault

    def _tried(self, part: Callable[[], str]) -> str:
        self.who = self.bench.next()
        self.bench.complained("webhooks")
        return part() or self.bench.complained("webhooks")

    def _menus(self) -> str:
        self.bench.forget_watchers(KAMRIENG)
        return self._dials(HOPS) or self._dials(FORUMS, self.bench.forum)

    def _rating(self) -> str:
        return self._dials(((RATE, "Thank you"), (RATE, "Thank you")))

    def _complaining(self) -> str:
        end = self._hop(COMPLAIN)
        found = CODE.search(end)
        return self._dials(CODES, found[1]) if found else f"a complaint is told: {end[4:]}"

    def _dials(self, hops: Sequence[tuple[str, str]], word: str = "") -> str:
        for text, wanted in hops:
            screen = self._hop(text.format(word))
            if wanted not in screen:
                return f"a dial of {text[:6]} is told: {screen[4:]}"
        return ""

    def _hop(self, text: str) -> str:
        """Dial a transcript; the same one is of the same session."""
        session = crc32(f"{self.bench.n}{text}".encode())
        return self.bench.stage.hops(self.who, text, str(session))

    def _texts(self) -> str:
        for n, text in enumerate(TEXTS):
            told = {"text": text, "to": "38455", "id": f"{self.bench.n}-{n}", "date": ""}
            status = self.bench.stage.posts("sms", {**told, "from": self.who}).status
            if status != GOOD:
                return f"an SMS {text} is answered {status}"
        return ""

    def _others(self) -> str:
        path = f"/gateways/{OTHER}/{self.bench.others['sms']}/sms"
        told = {"from": self.who.removeprefix("+"), "to": "38455", "content": "SEVA"}
        body = encoded({**told, "id": f"o{self.bench.n}", "coding": "0"})
        status = self.bench.stage.calls("POST", path, body, VENDOR).status
        return "" if status == GOOD else f"an SMS of {OTHER} is answered {status}"

    def _callbacks(self) -> str:
        hop = {"sessionId": f"ATUid_{self.bench.n}92", "phoneNumber": self.who, "input": "8*1"}
        for kind, fields in (
            ("ussd-events", hop),
            ("delivery-reports", {"id": "ATXid_1", "phoneNumber": self.who}),
            ("opt-outs", {"phoneNumber": self.who}),
        ):
            status = self.bench.stage.posts(kind, {"serviceCode": "*384*55#", **fields}).status
            if status != GOOD:
                return f"a callback {kind} is answered {status}"
        return ""
