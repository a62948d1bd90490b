"""This file gathers what the reports of a stage read, from all that staff use."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property, lru_cache
from zoneinfo import ZoneInfo

from chalicelib.capabilities.audit import Deed
from chalicelib.capabilities.broadcasts import Audience
from chalicelib.capabilities.catalogue import EMPTY, PROVINCE_DIGITS, Catalogue
from chalicelib.capabilities.forums import Agreed, Forum, Question
from chalicelib.capabilities.forums_plan import INVITE, id_of
from chalicelib.capabilities.ledger import DRAFT, PLANNING, Chunk, Head, moment
from chalicelib.capabilities.ledger_close import OUTCOMES, by_language
from chalicelib.capabilities.ledger_preview import OTHER, rates_of
from chalicelib.capabilities.ledger_sum import SEPARATOR
from chalicelib.capabilities.subscribers_count import Tally, counted
from chalicelib.capabilities.tickets import Ticket
from chalicelib.capabilities.usage import Count
from chalicelib.reports.cards import Card
from chalicelib.reports.periods import Period
from chalicelib.reports.sources import Cells, Invited, Sent
from chalicelib.staff import Office
from chalicelib.storage.figures import DynamoFigures
from chalicelib.storage.tickets import WAITING
from chalicelib.telecom.segments import measure

UNPLANNED = frozenset({DRAFT, PLANNING})
# The days of a year are read once for all tables of a run.
DAYS, MONTHS = 400, 15


class StageFigures:
    """See `reports.sources.Source`; what was read once is not read again."""

    def __init__(self, side: Office) -> None:
        """Take the staff side of a stage."""
        self.side, self.stored = side, DynamoFigures(side.database)
        self.zone = ZoneInfo(side.settings.timezone)
        self.default_language = side.settings.default_language
        self.counts = lru_cache(DAYS)(self._counts)
        self.cells = lru_cache(MONTHS)(self._cells)
        self.cards = lru_cache(MONTHS)(self._cards)
        self.deeds = lru_cache(DAYS)(self._deeds)
        self._closed_of = lru_cache(MONTHS)(self._closed)
        self._ended = lru_cache(MONTHS)(lambda month: list(side.tickets.ended(month)))

    @property
    def today(self) -> date:
        """Return the day in the stage's time zone."""
        return self.side.today()

    @cached_property
    def catalogue(self) -> Catalogue:
        """Return what is published."""
        return self.side.catalogue.load() or EMPTY

    @cached_property
    def synthetic(self) -> bool:
        """Whether made-up figures were put in."""
        return self.stored.is_synthetic()

    def closed(self, months: Sequence[str]) -> Sequence[str]:
        """Return which months are over for good."""
        return self._closed_of(tuple(months))

    def finished(self, month: str) -> Iterable[Ticket]:
        """Give the tickets that were finished in a month."""
        return self._ended(month)

    def waiting(self) -> Iterable[Ticket]:
        """Give the tickets that are open."""
        return self._ended(WAITING)

    @cached_property
    def _forums(self) -> list[Forum]:
        return self.side.forums.all()

    def forums(self) -> Sequence[Forum]:
        """Return every forum."""
        return self._forums

    def answers(self, code: str) -> Mapping[str, int]:
        """Return how many said yes and no to a forum."""
        said = list(self.side.forums.answers(code).values())
        return {one: said.count(one) for one in ("yes", "no")}

    def invited(self, forum: Forum) -> Invited:
        """Return what became of a forum's invitations, to whom it went under any version."""
        ids = [id_of(forum.code, INVITE, n + 1) for n in range(forum.version)]
        heads = [one for one in self.side.ledger.heads(ids) if one is not None]
        sent = [one for head in heads for one in self._of_languages(head)]
        return Invited(sum(one.planned for one in heads), sum(one.delivered for one in sent))

    def questions(self, code: str) -> Sequence[Question]:
        """Return the questions of a forum."""
        return self.side.forums.questions(code)

    def actions(self, code: str) -> Sequence[Agreed]:
        """Return what a forum agreed on."""
        return self.side.forums.actions(code)

    def people(self) -> Tally:
        """Return how many people who named a commune consented and said STOP."""
        provinces = [one for one in sorted(self.catalogue.places) if len(one) == PROVINCE_DIGITS]
        if not provinces:
            return Tally()
        everybody = Audience(communes=tuple(provinces))
        return counted(self.side.audience.members(everybody), self.default_language)

    def messages(self, period: Period) -> Iterator[Sent]:
        """Give what became of the messages to many of a period, by language and by network."""
        ids = {one for month in period.months for one in self.side.ledger.ended_ids(month)}
        for head in self.side.ledger.heads(sorted(ids | set(self.side.ledger.open_ids()))):
            if head is not None and head.state not in UNPLANNED and self._is_of(head, period):
                yield from self._of_languages(head)
                yield from self._of_networks(head)

    def _deeds(self, day: date) -> list[Deed]:
        return list(self.side.audit.of_day(day))

    def _closed(self, months: tuple[str, ...]) -> list[str]:
        return self.stored.closed(months, self.side.clock.now().astimezone(self.zone))

    def _counts(self, day: date) -> list[tuple[Count, int]]:
        return list(self.stored.counts(day))

    def _cells(self, month: str) -> Cells:
        return self.stored.cells(month)

    def _cards(self, month: str) -> Sequence[Card]:
        return self.stored.cards(month)

    def _is_of(self, head: Head, period: Period) -> bool:
        at = moment(head.ended_at or head.not_before)
        return period.has(at.astimezone(self.zone).date())

    def _of_languages(self, head: Head) -> Iterator[Sent]:
        """Give what became of a message by language: as it was closed, or as it is now."""
        texts, outcomes = self.side.ledger.body(head).texts, head.outcomes or self._outcomes(head)
        for language in sorted({one.partition(SEPARATOR)[0] for one in outcomes}):
            n = Counter({one: outcomes.get(f"{language}{SEPARATOR}{one}", 0) for one in OUTCOMES})
            yield Sent(
                kind=head.kind,
                language=language,
                people=n["people"],
                sent=n["sent"],
                delivered=n["delivered"],
                failed=n["failed"],
                rejected=n["rejected"],
                unsure=n["unknown"],
                parts=n["sent"] * measure(texts[language]).segments,
            )

    def _outcomes(self, head: Head) -> Mapping[str, int]:
        chunks = self.side.sweeper.ledger.chunks
        states = (Chunk.of(cell.value) for _, cell in chunks.cells_of(head))
        pairs = zip(chunks.batches(head, 0, head.chunks), states, strict=True)
        return by_language(pairs, self.side.sweeper.ledger.filing.recipients.statuses)

    def _of_networks(self, head: Head) -> Iterator[Sent]:
        """Give the price of a message, as planned, by the networks of its people."""
        texts, rates = self.side.ledger.body(head).texts, rates_of(self.side.settings.rate_card)
        for named, people in sorted(head.networks.items()):
            language, _, network = named.partition("#")
            parts = people * measure(texts[language]).segments
            least, most = rates.get(network, rates[OTHER])
            yield Sent(
                kind=head.kind,
                language=language,
                network=network or OTHER,
                people=people,
                parts=parts,
                cheapest=least * parts,
                dearest=most * parts,
            )
