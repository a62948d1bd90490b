"""This file divides an audience into chunks, so that it can be killed and begun again at any time.

Chunks are only appended, and only by who has read all before: whoever writes number n knows who
stands in 0 to n-1, so nobody is put down twice, also by two planners at once.
"""

import hashlib
from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice

from chalicelib.capabilities.broadcasts import AudienceReader, Order
from chalicelib.capabilities.ledger import PLANNED, PLANNING, Batch, Head, order_of
from chalicelib.capabilities.ledger_books import Books
from chalicelib.capabilities.ledger_chunks import MARKS, Chunks, Name, is_held
from chalicelib.capabilities.ledger_places import SWITCH, body_place
from chalicelib.capabilities.ledger_rules import canary_chunks
from chalicelib.capabilities.subscribers import Member, mark_in
from chalicelib.errors import CivicError

MARK_BYTES, BUCKETS = 8, 256
# Chunks of one transaction, which takes 100 rows: what a planner that dies loses stays small.
AT_ONCE = 20
# How many were left out, by why, and how many are in it, by language and network.
Sums = tuple[Counter[str], Counter[str]]
OPTED_OUT, NO_CONSENT, NO_TEXT = "opted_out", "no_consent", "no_text"


class PlanDisagrees(CivicError):
    """What was written is not what was meant; nothing may be sent from it."""


class People:
    """A set of people in 8 bytes each, with their count and a checksum that knows no order."""

    def __init__(self) -> None:
        """Begin empty."""
        self.buckets = [array("Q") for _ in range(BUCKETS)]
        self.count, self.mixed = 0, 0

    def add(self, person: str) -> bool:
        """Add somebody; False where they were in it."""
        bucket, at, mark = self._place(person)
        if at < len(bucket) and bucket[at] == mark:
            return False
        bucket.insert(at, mark)
        self.count, self.mixed = self.count + 1, self.mixed ^ mark
        return True

    def __contains__(self, person: str) -> bool:
        """Whether somebody is in it."""
        bucket, at, mark = self._place(person)
        return at < len(bucket) and bucket[at] == mark

    @property
    def checksum(self) -> str:
        """The checksum, as text."""
        return f"{self.mixed:016x}"

    def _place(self, person: str) -> tuple["array[int]", int, int]:
        digest = hashlib.blake2b(person.encode(), digest_size=MARK_BYTES).digest()
        mark, bucket = int.from_bytes(digest, "big"), self.buckets[digest[0]]
        return bucket, bisect_left(bucket, mark), mark


class Planner:
    """Turns an order into chunks."""

    def __init__(
        self,
        books: Books,
        chunks: Chunks,
        reader: AudienceReader,
        default_language: str,
        route_of: Callable[[str], str] = lambda _: "",
    ) -> None:
        """Take the ledger, who knows the people, and which route a network is reached by."""
        self.books, self.chunks, self.reader = books, chunks, reader
        self.default_language, self.route_of = default_language, route_of

    def plan(self, head: Head) -> bool:
        """Plan a message; False where another planner was at it, or planning is held.

        Raises:
            PlanDisagrees: what is in the chunks is not what was put there.
        """
        places = [body_place(head.id, head.epoch), SWITCH]
        body, switch = self.books.cells.read(places)
        if is_held(switch.value):
            return False
        order = order_of(body.value)
        placed, n = People(), 0
        for batch in self.chunks.batches(head):
            n += 1
            for person in batch.people if batch is not None else ():
                placed.add(person)
        left_out, networks = Counter[str](), Counter[str]()
        members = known(self.reader.members(order.audience), switch.value.get(MARKS))
        batches = self._batches(order, members, head.size, placed, (left_out, networks))
        while some := list(islice(batches, AT_ONCE)):
            if not self.chunks.append(Name(head.id, head.epoch, n), some):
                return False
            n += len(some)
        return self._agreed(head, n, placed, {"left_out": left_out, "networks": networks})

    def _batches(
        self, order: Order, members: Iterable[Member], size: int, placed: People, sums: Sums
    ) -> Iterator[Batch]:
        """Give whole chunks as they fill, then the rest."""
        waiting: dict[tuple[str, str], list[str]] = {}
        for language, route, person in self._wanted(order, members, placed, sums):
            line = waiting.setdefault((language, route), [])
            line.append(person)
            if len(line) == size:
                yield Batch(language, tuple(line), route)
                line.clear()
        for (language, route), line in sorted(waiting.items()):
            if line:
                yield Batch(language, tuple(line), route)

    def _wanted(
        self, order: Order, members: Iterable[Member], placed: People, sums: Sums
    ) -> Iterator[tuple[str, str, str]]:
        passed, met, (left_out, networks) = People(), People(), sums
        for member in members:
            language = spoken(order.texts, member.language, self.default_language)
            why = hindrance(order.kind, member) or ("" if language else NO_TEXT)
            # Who stands in a chunk, which an earlier planner may have written, is counted there,
            # also where they said STOP since: sending looks at that again.
            if why and member.id not in placed:
                left_out[why] += passed.add(member.id)
                continue
            networks[f"{language}#{member.network}"] += met.add(member.id)
            if placed.add(member.id):
                yield language, self.route_of(member.network), member.id

    def _agreed(
        self, head: Head, n: int, placed: People, sums: Mapping[str, Mapping[str, int]]
    ) -> bool:
        written = counted(self.chunks.batches(head, 0, n))
        if (written.count, written.mixed) != (placed.count, placed.mixed):
            raise PlanDisagrees(
                f"{head.id}: {written.count} people are in its chunks, {placed.count} were put in"
            )

        def planned(now: Head) -> Head | None:
            if now.state != PLANNING or now.epoch != head.epoch:
                return None
            made = replace(
                now,
                state=PLANNED,
                chunks=n,
                planned=placed.count,
                checksum=placed.checksum,
                left_out=dict(sums["left_out"]),
                networks=dict(sums["networks"]),
            )
            return replace(made, gate=canary_chunks(made))

        return self.books.change(head.id, planned) is not None


def counted(batches: Iterable[Batch | None]) -> People:
    """Count the people of chunks."""
    found = People()
    for batch in batches:
        for person in batch.people if batch is not None else ():
            found.add(person)
    return found


def known(members: Iterator[Member], marks: Sequence[str] | None) -> Iterator[Member]:
    """Give the people whose ids are by a contacts key that is valid; all where no mark is noted.

    A copy that is put back after its key is gone has others: a STOP of theirs is noted elsewhere.
    """
    return members if marks is None else (one for one in members if mark_in(one.id) in marks)


def hindrance(kind: str, member: Member) -> str:
    """Return why somebody of the audience gets nothing; a notice was asked for one by one."""
    if member.opted_out:
        return OPTED_OUT
    return "" if member.consented or kind == "notice" else NO_CONSENT


def spoken(texts: Mapping[str, str], language: str | None, default: str) -> str:
    """Return the language somebody is written in; languages with the same words are one."""
    wanted = language if language is not None and language in texts else default
    if wanted not in texts:
        return ""
    return next(one for one in sorted(texts) if texts[one] == texts[wanted])
