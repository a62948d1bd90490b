"""This file takes a sheet of tickets into the store: first every row is checked, then taken.

Both passes stream, so a long file needs little memory: a number and a date for each ticket.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any

from chalicelib.capabilities import tickets, tickets_sheet
from chalicelib.capabilities.tickets import Ticket, TicketStore
from chalicelib.capabilities.tickets_sheet import Entry, Rules
from chalicelib.sheets.cells import Cells, Refused
from chalicelib.sheets.read import Sheet
from chalicelib.sheets.report import Report

CHUNK = 1000
ROW_BITS = 24
Tick = Callable[[int], None]
Tell = Callable[[Sequence[tuple[Ticket, Ticket]]], object]


@dataclass(slots=True)
class _Standing:
    """The tickets of one chunk as they stand, by number, and the numbers they are known by."""

    tickets: dict[str, Ticket]
    of: dict[str, str]
    changed: dict[str, Ticket] = field(default_factory=dict)
    before: dict[str, Ticket] = field(default_factory=dict)

    def changes(self) -> list[tuple[Ticket, Ticket]]:
        """Return what was there beside what will be, for tickets that were there."""
        return [(old, self.changed[number]) for number, old in self.before.items()]


def take(
    sheet: Sheet,
    rules: Rules,
    store: TicketStore,
    *,
    dry_run: bool = False,
    tick: Tick = lambda _rows: None,
    tell: Tell = lambda _changes: None,
) -> Report:
    """Take every good row, say why the others are not, and leave alone what is the same.

    A ticket that stands in several rows is taken from the one updated last, which replaces the
    others. `tell` is given the changes of tickets before they are stored, `tick` the rows done,
    twice for each row. Nothing is told or stored in a dry run. Two imports of the same ticket at
    the same moment are not kept apart.

    Raises:
        Unavailable: the database stopped answering; the same import again goes on.
    """
    report = Report.of(sheet, dry_run=dry_run)
    latest, rows = _checked(sheet, rules, report, tick)
    entries = _latest(sheet, rules, latest, report, tick)
    while chunk := list(islice(entries, CHUNK)):
        standing = _standing(chunk, store)
        for entry in chunk:
            _decide(entry, standing, latest, rules, report)
        if not dry_run:
            tell(standing.changes())
            store.save_many(standing.changed.values())
    report.unchanged += rows - report.rows
    return report


def _checked(sheet: Sheet, rules: Rules, report: Report, tick: Tick) -> tuple[dict[str, int], int]:
    """Read every row once; return the row that counts for each number, and how many rows.

    Day and row stand in one number, which sorts by day, then row, and is small in memory.
    """
    latest: dict[str, int] = {}
    rows = 0
    for rows, row in enumerate(sheet.rows(), 1):  # noqa: B007 - the last one is the count
        cells = Cells(row)
        entry = tickets_sheet.read(cells, rules)
        report.refused += cells.faults
        if entry is not None:
            report.warnings += cells.warnings
            stamp = entry.ticket.updated_on.toordinal() << ROW_BITS | entry.row
            number = entry.ticket.number
            latest[number] = max(latest.get(number, 0), stamp)
        tick(1)
    return latest, rows


def _latest(
    sheet: Sheet, rules: Rules, latest: dict[str, int], report: Report, tick: Tick
) -> Iterator[Entry]:
    """Give the rows that count, each number once, and note by which row another is replaced."""
    for row in sheet.rows():
        entry = tickets_sheet.read(Cells(row), rules)
        counts = _row_of(latest[entry.ticket.number]) if entry is not None else 0
        if entry is not None and counts == entry.row:
            yield entry
        elif entry is not None:
            reason = f"replaced by row {counts}, which has the same ticket"
            report.replaced.append(Refused(entry.row, "", reason))
        tick(1)


def _row_of(stamp: int) -> int:
    return stamp & ((1 << ROW_BITS) - 1)


def _standing(chunk: Iterable[Entry], store: TicketStore) -> _Standing:
    asked = [one for entry in chunk for one in (entry.ticket.number, *entry.ticket.aliases)]
    found = store.find_many(list(dict.fromkeys(asked)))
    return _Standing(
        tickets={one.number: one for one in found.values()},
        of={number: one.number for number, one in found.items()},
    )


def _decide(
    entry: Entry, standing: _Standing, latest: dict[str, int], rules: Rules, report: Report
) -> None:
    """Take one entry, leave it or refuse it, given what stands."""
    number = standing.of.get(entry.ticket.number, entry.ticket.number)
    old = standing.tickets.get(number)
    unsaid: dict[str, Any] = {one: getattr(old, one) for one in entry.unsaid if old}
    new = replace(entry.ticket, number=number, **unsaid)
    taken = _taken_alias(new, standing, latest)
    if taken:
        reason = f"{taken} belongs to another ticket already"
        report.refused.append(Refused(entry.row, "alias", reason))
    elif old is None or not tickets.is_unchanged(old, new):
        fault = _fault(old, entry, rules) if old else None
        if fault:
            report.refused.append(fault)
            return
        report.taken += 1
        merged = tickets.merged(old, new, entry.reason)
        if old is not None:
            standing.before.setdefault(number, old)
        standing.tickets[number] = standing.changed[number] = merged
        standing.of.update(dict.fromkeys((number, *merged.aliases), number))


def _taken_alias(new: Ticket, standing: _Standing, latest: dict[str, int]) -> str:
    """Return an alias that is another ticket's number or alias; empty where there is none."""
    for alias in new.aliases:
        if alias in latest or standing.of.get(alias, new.number) != new.number:
            return alias
    return ""


def _fault(old: Ticket, entry: Entry, rules: Rules) -> Refused | None:
    """Return why a change of a ticket is refused."""
    new = entry.ticket
    if old.office != new.office and (rules.office or not entry.reason):
        reason = f"the ticket belongs to office {old.office}: write why it moves in column reason"
        return Refused(entry.row, "office", reason)
    if new.updated_on < old.updated_on:
        reason = f"{new.updated_on} is older than what is known, updated on {old.updated_on}"
        return Refused(entry.row, "updated_on", reason)
    if tickets.goes_back(old.status, new.status) and not entry.reason:
        reason = f"goes back from {old.status} to {new.status}: write why in column reason"
        return Refused(entry.row, "status", reason)
    return None
