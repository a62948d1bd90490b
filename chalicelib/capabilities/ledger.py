"""This file holds the states of a message to many, of its chunks and of its people."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime, timedelta
from typing import Any

from chalicelib.capabilities.broadcasts import Audience, Kind, Order

DRAFT, PLANNING, PLANNED, APPROVED = "DRAFT", "PLANNING", "PLANNED", "APPROVED"
SENDING, PAUSED, CANCELLED, DONE = "SENDING", "PAUSED", "CANCELLED", "DONE"
# From a state to the states it may become. Nothing leaves CANCELLED or DONE.
MOVES: Mapping[str, frozenset[str]] = {
    DRAFT: frozenset({PLANNING, CANCELLED}),
    PLANNING: frozenset({PLANNED, DRAFT, CANCELLED, DONE}),
    PLANNED: frozenset({APPROVED, DRAFT, CANCELLED, DONE}),
    APPROVED: frozenset({SENDING, DRAFT, CANCELLED, DONE}),
    SENDING: frozenset({PAUSED, CANCELLED, DONE}),
    PAUSED: frozenset({SENDING, CANCELLED, DONE}),
    CANCELLED: frozenset(),
    DONE: frozenset(),
}
OVER = frozenset({CANCELLED, DONE})

# A chunk: RECORDED has the gateway's answer, DONE has a row for each message too. SENDING goes
# back to READY only by the worker that knows that nothing was posted, never by a time-out.
READY, RECORDED = "READY", "RECORDED"
CHUNK_MOVES: Mapping[str, frozenset[str]] = {
    READY: frozenset({SENDING}),
    SENDING: frozenset({READY, RECORDED}),
    RECORDED: frozenset({DONE}),
    DONE: frozenset(),
}

PENDING, SENT, REJECTED, SKIPPED = "PENDING", "SENT_TO_GATEWAY", "REJECTED", "SKIPPED"
UNKNOWN, UNCONFIRMED, RESENT = "UNKNOWN", "UNCONFIRMED", "RESENT"
DELIVERED, FAILED, NO_REPORT = "DELIVERED", "FAILED", "NO_REPORT"
SETTLES_IN = timedelta(hours=72)
LEASE, GRACE = timedelta(seconds=120), timedelta(seconds=60)
STALE = timedelta(minutes=10)
# A forum's message to this many people or fewer needs no second person, unless a stage says other.
FEW = 200


def stamp(at: datetime) -> int:
    """Return a moment as whole seconds, as rows keep it."""
    return int(at.timestamp())


def moment(at: float) -> datetime:
    """Return a kept moment."""
    return datetime.fromtimestamp(at, UTC)


def _values(row: "Head | Chunk") -> dict[str, Any]:
    # `dataclasses.asdict` copies all that is in it, fifty message ids of a chunk each time.
    return {one.name: getattr(row, one.name) for one in fields(row)}


@dataclass(frozen=True, slots=True)
class Head:
    """The small row of a message to many; its words and its audience are in the body.

    `networks` says how many people there are by language and network, as `km#smart`; `outcomes`
    what became of them by language, as `km#delivered`, once it is closed.
    `epoch` counts its edits, and its chunks belong to one epoch. `gate` is how many chunks may
    be sent yet, `forgiven` how many of those failed and were let pass by a person, `done` how
    many at the beginning are over, `reached` how many ever went on the queue, `waves` how many
    were on it at which moment. `few` is up to how many people a forum's message needs no second
    person. `why` says who or what paused or ended it, in words for a person.
    """

    id: str
    kind: Kind
    state: str
    author: str
    digest: str
    not_before: int
    not_after: int
    late_until: int | None = None
    epoch: int = 1
    signers: tuple[str, ...] = ()
    released: bool = False
    size: int = 50
    few: int = FEW
    chunks: int = 0
    planned: int = 0
    checksum: str = ""
    left_out: Mapping[str, int] = field(default_factory=dict)
    networks: Mapping[str, int] = field(default_factory=dict)
    outcomes: Mapping[str, int] = field(default_factory=dict)
    gate: int = 0
    forgiven: int = 0
    done: int = 0
    reached: int = 0
    waves: tuple[tuple[int, int], ...] = ()
    enqueued_at: int = 0
    ended_at: int = 0
    closed: bool = False
    resent: bool = False
    why: str = ""

    @property
    def audience(self) -> int:
        """How many people the audience has, those left out at planning counted."""
        return self.planned + sum(self.left_out.values())

    @property
    def seen(self) -> str:
        """What stands for it as it was looked at.

        Each edit counts its people anew, so its number stands beside the fingerprint of its words.
        """
        return f"{self.epoch}-{self.digest}"

    def plain(self) -> dict[str, Any]:
        """Return it as it is stored."""
        plain = {"signers": list(self.signers), "left_out": dict(self.left_out)}
        sums = {"networks": dict(self.networks), "outcomes": dict(self.outcomes)}
        return {**_values(self), **plain, **sums}

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> "Head":
        """Read what `plain` wrote; what a later version added is passed over."""
        known = {one.name for one in fields(cls)}
        kept = {name: value for name, value in row.items() if name in known}
        waves = tuple((upto, at) for upto, at in kept.get("waves", ()))
        return cls(**{**kept, "signers": tuple(kept.get("signers", ())), "waves": waves})


@dataclass(frozen=True, slots=True)
class Chunk:
    """The state of one chunk; a chunk that was never claimed has no row and is READY.

    `results` says what became of each place in its list: `sent` the message ids, `rejected` and
    `skipped` the reasons, `unknown` the places; `found` the ids that reports brought later.
    """

    state: str = READY
    owner: str = ""
    lease: int = 0
    since: int = 0
    tries: int = 0
    gateway: str = ""
    results: Mapping[str, Any] = field(default_factory=dict)
    found: Mapping[str, str] = field(default_factory=dict)

    def plain(self) -> dict[str, Any]:
        """Return it as it is stored."""
        return _values(self)

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> "Chunk":
        """Read what `plain` wrote."""
        known = {one.name for one in fields(cls)}
        return cls(**{name: value for name, value in row.items() if name in known})


@dataclass(frozen=True, slots=True)
class Batch:
    """Whom a chunk is for: people of one language, by their ids, whom one route reaches."""

    language: str
    people: tuple[str, ...]
    route: str = ""


def results_of(
    sent: Mapping[int, str] | None = None,
    rejected: Mapping[int, str] | None = None,
    skipped: Mapping[int, str] | None = None,
    unknown: tuple[int, ...] = (),
) -> dict[str, Any]:
    """Return the results of a chunk as they are stored: places as text, reasons grouped."""
    return {
        "sent": {str(at): message for at, message in sorted((sent or {}).items())},
        "rejected": _grouped(rejected or {}),
        "skipped": _grouped(skipped or {}),
        "unknown": sorted(unknown),
    }


def _grouped(reasons: Mapping[int, str]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for at, why in sorted(reasons.items()):
        found.setdefault(why, []).append(at)
    return found


def plain_order(order: Order) -> dict[str, Any]:
    """Return an order as it is stored."""
    audience = order.audience
    return {
        "id": order.id,
        "kind": order.kind,
        "texts": dict(order.texts),
        "audience": {
            "communes": list(audience.communes),
            "people": list(audience.people),
            "topics": sorted(audience.topics),
            "languages": sorted(audience.languages),
            "forum": audience.forum,
            "answers": sorted(audience.answers),
        },
        "not_before": stamp(order.not_before),
        "not_after": stamp(order.not_after),
        "author": order.author,
        "late_until": order.late_until,
        "opens": order.opens,
        "facts": dict(order.facts),
    }


def order_of(row: Mapping[str, Any]) -> Order:
    """Read what `plain_order` wrote."""
    audience = row["audience"]
    return Order(
        id=row["id"],
        kind=row["kind"],
        texts=row["texts"],
        audience=Audience(
            communes=tuple(audience["communes"]),
            people=tuple(audience["people"]),
            topics=frozenset(audience["topics"]),
            languages=frozenset(audience["languages"]),
            forum=audience["forum"],
            answers=frozenset(audience["answers"]),
        ),
        not_before=moment(row["not_before"]),
        not_after=moment(row["not_after"]),
        author=row["author"],
        late_until=row["late_until"],
        opens=row["opens"],
        facts=row["facts"],
    )
