"""This file takes a list of people who agreed to get SMS: each once, and nobody who said STOP.

Both passes stream, so a long list needs little memory: a key and a date for each person.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Protocol

from chalicelib.capabilities import subscribers_sheet
from chalicelib.capabilities.subscribers_sheet import Entry, Rules
from chalicelib.sheets.cells import Cells, Refused
from chalicelib.sheets.read import Sheet
from chalicelib.sheets.report import Report

CHUNK = 1000
ROW_BITS = 24
LIST = "import"
SAID_STOP = (
    "this person said STOP and stays out; only JOIN or START from their own phone takes it back"
)
Tick = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Standing:
    """A person as stored: where, since when and through what they agreed, whether STOP stands."""

    commune: str = ""
    language: str | None = None
    consented_on: date | None = None
    consented_by: str = ""
    opted_out: bool = False


class PeopleStore(Protocol):
    """Where people are kept, by the keyed hash of their number."""

    def key(self, number: str) -> str:
        """Return the key of the person with a number in E.164."""

    def find_many(self, ids: Sequence[str]) -> Mapping[str, Standing]:
        """Return the people who are there."""

    def enrol_many(self, entries: Sequence[Entry]) -> None:
        """Store consents with commune and number; a language only where none was chosen.

        Whether somebody said STOP is not touched, so one that comes at the same moment stands.
        """


def take(
    sheet: Sheet,
    rules: Rules,
    store: PeopleStore,
    *,
    dry_run: bool = False,
    tick: Tick = lambda _rows: None,
) -> Report:
    """Take every good row, say why the others are not, and leave alone what is newer.

    A person who stands in several rows, in whatever spelling, is taken from the one of the
    latest consent. `tick` is told the rows done, twice for each row.

    Raises:
        Unavailable: the database stopped answering; the same import again goes on.
    """
    report = Report.of(sheet, dry_run=dry_run)
    latest = _checked(sheet, rules, report, tick)
    entries = _latest(sheet, rules, latest, report, tick)
    kept = 0
    while chunk := list(islice(entries, CHUNK)):
        standing = store.find_many([entry.id for entry in chunk])
        good = [one for one in chunk if _is_taken(one, standing.get(one.id), report)]
        kept += sum(_is_overtaken(one, standing.get(one.id)) for one in chunk)
        if not dry_run:
            store.enrol_many(good)
    if kept:
        report.notices.append(f"rows older than what the people themselves said since: {kept}")
    return report


def _checked(sheet: Sheet, rules: Rules, report: Report, tick: Tick) -> dict[str, int]:
    """Read every row once; return the row that counts for each person, as day and row."""
    latest: dict[str, int] = {}
    for row in sheet.rows():
        cells = Cells(row)
        entry = subscribers_sheet.read(cells, rules)
        report.refused += cells.faults
        if entry is not None:
            stamp = entry.consented_on.toordinal() << ROW_BITS | entry.row
            latest[entry.id] = max(latest.get(entry.id, 0), stamp)
        tick(1)
    return latest


def _latest(
    sheet: Sheet, rules: Rules, latest: Mapping[str, int], report: Report, tick: Tick
) -> Iterator[Entry]:
    """Give the rows that count, each person once, and note by which row another is replaced."""
    for row in sheet.rows():
        entry = subscribers_sheet.read(Cells(row), rules)
        counts = latest[entry.id] & ((1 << ROW_BITS) - 1) if entry is not None else 0
        if entry is not None and counts == entry.row:
            yield entry
        elif entry is not None:
            reason = f"replaced by row {counts}, which has the same person"
            report.replaced.append(Refused(entry.row, "", reason))
        tick(1)


def _is_taken(entry: Entry, stored: Standing | None, report: Report) -> bool:
    """Whether a row changes what is stored; counts it either way."""
    if stored is not None and stored.opted_out:
        report.refused.append(Refused(entry.row, "", SAID_STOP))
        return False
    changes = stored is None or _changes(entry, stored)
    report.taken, report.unchanged = report.taken + changes, report.unchanged + (not changes)
    return changes


def _changes(entry: Entry, stored: Standing) -> bool:
    if stored.consented_on is None or entry.consented_on > stored.consented_on:
        return True
    if entry.consented_on < stored.consented_on or stored.consented_by != LIST:
        return False
    learned = bool(entry.language) and stored.language is None
    return learned or entry.commune != stored.commune


def _is_overtaken(entry: Entry, stored: Standing | None) -> bool:
    """Whether a row differs from what somebody said on their own phone since."""
    if stored is None or stored.opted_out or stored.consented_by == LIST:
        return False
    return entry.commune != stored.commune and not _changes(entry, stored)
