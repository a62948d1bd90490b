"""This file says before a message goes out: to how many, in how many parts, for what, and when."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from chalicelib.capabilities.broadcasts import Order
from chalicelib.capabilities.ledger import Head
from chalicelib.capabilities.ledger_planner import NO_TEXT, People, hindrance, spoken
from chalicelib.capabilities.ledger_window import Hours, Timing, timing
from chalicelib.capabilities.subscribers import Member
from chalicelib.errors import NotAcceptable
from chalicelib.telecom.segments import Measure, measure

RATE = re.compile(r"([a-z]+) ([0-9.]+)-([0-9.]+)")
OTHER = "other"
# The queue lets so many workers send at once; each has one chunk in hand.
WORKERS = 2
Rates = Mapping[str, tuple[Decimal, Decimal]]


@dataclass(frozen=True, slots=True)
class Preview:
    """What a message will come to, as far as can be said before."""

    audience: int
    people: int
    left_out: Mapping[str, int]
    languages: Mapping[str, tuple[int, Measure]]
    calls: int
    cheapest: Decimal
    dearest: Decimal
    networks: Mapping[str, tuple[int, Decimal, Decimal]]
    timing: Timing
    after_cancel: int


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast a stage sends, in chunks of what size, within which hours, from when."""

    hours: Hours
    now: datetime
    a_second: float
    chunk: int


def rates_of(card: str) -> Rates:
    """Return the prices of a part by network.

    Raises:
        NotAcceptable: the card cannot be read, or says nothing of other networks.
    """
    found = {}
    for part in card.split(","):
        match = RATE.fullmatch(part.strip())
        if match is None:
            raise NotAcceptable(f"OWL_RATE_CARD has '{part.strip()}': write as smart 0.02-0.04")
        found[match[1]] = (Decimal(match[2]), Decimal(match[3]))
    if OTHER not in found:
        raise NotAcceptable("OWL_RATE_CARD says nothing of 'other': add as other 0.03-0.08")
    return found


def previewed(
    order: Order, members: Iterable[Member], default_language: str, rates: Rates, pace: Pace
) -> Preview:
    """Go through an audience once, and say what a message to it comes to."""
    met, left_out = People(), Counter[str]()
    wanted: Counter[tuple[str, str]] = Counter()
    for member in members:
        if not met.add(member.id):
            continue
        language = spoken(order.texts, member.language, default_language)
        why = hindrance(order.kind, member) or ("" if language else NO_TEXT)
        if why:
            left_out[why] += 1
        else:
            wanted[language, member.network if member.network in rates else OTHER] += 1
    return _told(order, left_out, wanted, rates, pace)


def as_planned(order: Order, head: Head, rates: Rates, pace: Pace) -> Preview:
    """Say what a message comes to by the people it was planned for, whoever came or went since."""
    wanted: Counter[tuple[str, str]] = Counter()
    for name, people in head.networks.items():
        language, _, network = name.partition("#")
        wanted[language, network if network in rates else OTHER] += people
    return _told(order, Counter(head.left_out), wanted, rates, pace)


def _told(
    order: Order,
    left_out: Counter[str],
    wanted: Counter[tuple[str, str]],
    rates: Rates,
    pace: Pace,
) -> Preview:
    sizes = {one: measure(text) for one, text in order.texts.items()}
    by_language: Counter[str] = Counter()
    networks: dict[str, tuple[int, Decimal, Decimal]] = {}
    for (language, network), people in sorted(wanted.items(), key=lambda one: one[0][1]):
        by_language[language] += people
        met, low, high = networks.get(network, (0, Decimal(0), Decimal(0)))
        cheapest, dearest = (one * people * sizes[language].segments for one in rates[network])
        networks[network] = (met + people, low + cheapest, high + dearest)
    window = (max(pace.now, order.not_before), order.not_after)
    return Preview(
        audience=wanted.total() + left_out.total(),
        people=wanted.total(),
        left_out=dict(left_out),
        languages={one: (n, sizes[one]) for one, n in sorted(by_language.items())},
        calls=sum(-(-n // pace.chunk) for n in by_language.values()),
        cheapest=sum((low for _, low, _ in networks.values()), Decimal(0)),
        dearest=sum((high for _, _, high in networks.values()), Decimal(0)),
        networks=networks,
        timing=timing(pace.hours, window, wanted.total(), pace.a_second, order.late_until),
        after_cancel=min(wanted.total(), WORKERS * pace.chunk),
    )
