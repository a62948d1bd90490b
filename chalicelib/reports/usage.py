"""This file makes the tables of what was asked for: requests, information, tracking, consent."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping

from chalicelib.capabilities.usage import (
    CONSENT,
    INFORMATION,
    NOT_UNDERSTOOD,
    TRACKING,
    Count,
)
from chalicelib.reports.complaints import by_office
from chalicelib.reports.periods import Period
from chalicelib.reports.published import told
from chalicelib.reports.ratings import rated
from chalicelib.reports.shown import POOLED, Key, shown
from chalicelib.reports.sources import Source
from chalicelib.reports.tables import Column, Part, Query, Row, Table

FEEDBACK = "feedback"
ALL = "all"
# How a call ended that stored something; a text that stores it has no such word.
DONE = ("", "done")
# What each table knows of a number, what is worth most first; of the last ones it may put small
# cells together. Lookups are kept apart by nothing: their sum stands in the table of requests too.
REQUESTS = ("month", "kind", "channel", "language", "district")
QUESTIONS = ("month", "question", "service")
LOOKUPS = ("month", "where", "outcome", "district")
KEPT: Mapping[tuple[str, ...], int] = {REQUESTS: 2, QUESTIONS: 2, LOOKUPS: 1}
Published = tuple[list[Part], bool]


def requests(query: Query, source: Source) -> Table:
    """Return how many requests there were of each kind."""
    parts, hidden = _months(query, source, REQUESTS, _requested)
    for month in source.closed(query.period.months):
        fed, left = _fed_back(source, month)
        parts, hidden = [*parts, *fed], hidden or left
    return told(parts, query, source, hidden=hidden)


def information(query: Query, source: Source) -> Table:
    """Return which services and figures were asked for."""
    parts, hidden = _months(query, source, QUESTIONS, _asked)
    return told(parts, query, source, hidden=hidden)


def tracking(query: Query, source: Source) -> Table:
    """Return how many applications were looked up, from where, and whether they were found."""
    parts, hidden = _months(query, source, LOOKUPS, _looked_up)
    return told(parts, query, source, hidden=hidden)


def consent(query: Query, source: Source) -> Table:
    """Return how often people joined, stopped and started; then how many there are today."""
    said: Counter[str] = Counter()
    for day in query.period.days():
        for count, n in source.counts(day):
            was_done = count.kind == CONSENT and count.outcome in DONE
            said[count.question] += n if was_done else 0
    people = source.people()
    now: list[tuple[str, str, int]] = [
        (what, language, getattr(counts, what))
        for language, counts in sorted(people.languages.items())
        for what in ("consented", "opted_out", "reachable")
    ]
    rows: list[Row] = [(what, "", said[what]) for what in ("join", "stop", "start")]
    columns = (Column("what", "word"), Column("language", "word"), Column("n"))
    return Table(columns, [*rows, *now], None, [("consent_now", {})])


def _requested(source: Source, month: str) -> Counter[Key]:
    found: Counter[Key] = Counter()
    for count, n in _counts(source, month):
        if _is_request(count):
            found[month, count.kind, count.channel, count.language, count.asker_district] += n
    return found


def _is_request(count: Count) -> bool:
    """Whether it is a request: a service that was opened is one, whatever was read of it."""
    if count.kind == CONSENT or count.question == NOT_UNDERSTOOD:
        return False
    return count.kind != INFORMATION or count.question == ALL or not count.service


def _fed_back(source: Source, month: str) -> Published:
    """Return ratings and complaints, as far as the tables of these publish them."""
    ratings = [(one.area, one.people) for one in rated(source, month) if one.is_first]
    complaints, left = by_office(source, month)
    places = [*ratings, *((one.at["office"], one.n) for one in complaints)]
    dark = {"channel": POOLED, "language": POOLED, "kind": FEEDBACK, "month": month}
    return [Part({**dark, "district": place}, n) for place, n in places], left


def _asked(source: Source, month: str) -> Counter[Key]:
    found: Counter[Key] = Counter()
    for count, n in _counts(source, month):
        if count.kind == INFORMATION:
            found[month, count.question, count.service] += n
    return found


def _looked_up(source: Source, month: str) -> Counter[Key]:
    found: Counter[Key] = Counter()
    for count, n in _counts(source, month):
        if count.kind == TRACKING:
            outcome = count.outcome or ("found" if count.office_district else "none")
            found[month, _where(count), outcome, count.office_district] += n
    return found


def _where(count: Count) -> str:
    if not count.asker_district or not count.office_district:
        return "unknown"
    # The office of a province serves all of its districts.
    return "inside" if count.asker_district.startswith(count.office_district) else "outside"


def _counts(source: Source, month: str) -> Iterable[tuple[Count, int]]:
    for day in Period.read(month).days():
        yield from source.counts(day)


def _months(
    query: Query,
    source: Source,
    names: tuple[str, ...],
    cells: Callable[[Source, str], Counter[Key]],
) -> Published:
    """Return what is published of the closed months of a period, and whether some is hidden."""
    parts: list[Part] = []
    hidden = False
    for month in source.closed(query.period.months):
        seen = shown(cells(source, month), KEPT[names])
        hidden |= seen.hidden
        parts += [Part(dict(zip(names, key, strict=True)), n) for key, n in seen.groups.items()]
    return parts, hidden
