"""This file takes rows into a stage: those of a file that `owl` reads, or of a program's own."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Generic, TypeVar

from msgspec import Meta, Struct

from chalicelib.errors import NotAcceptable
from chalicelib.operations.base import Asked, Code, Desk, Line, Operation, Told
from chalicelib.sheets.cells import Refused
from chalicelib.sheets.read import Sheet, column_name
from chalicelib.sheets.report import Report

MOST_ROWS = 5_000
Tick = Callable[[int], None]


class Rows(Asked, frozen=True, kw_only=True):
    """Rows by column, as the columns of the CSV are called; `lines` are their numbers in a file."""

    rows: Annotated[list[dict[str, str]], Meta(max_length=MOST_ROWS)]
    lines: Annotated[list[Annotated[int, Meta(ge=1, le=10**9)]], Meta(max_length=MOST_ROWS)] = []
    file: Line = "rows"
    dry_run: bool = False


class TicketRows(Rows, frozen=True, kw_only=True):
    """Rows of tickets; with `office` those of that office alone are taken."""

    office: Code = ""


class Fault(Struct, frozen=True):
    """Why one row is not taken, or is worth a look; a whole row's has no column."""

    row: int
    column: str
    reason: str


class Taken(Struct, frozen=True, kw_only=True):
    """What became of rows: each is taken, unchanged, replaced by another of them, or refused."""

    file: str
    dry_run: bool
    rows: int
    taken: int
    unchanged: int
    replaced: int
    refused: int
    refusals: list[Fault]
    replacements: list[Fault]
    warnings: list[Fault]
    notices: list[str]

    @classmethod
    def of(cls, report: Report) -> "Taken":
        """Return a finished report."""
        return cls(
            file=report.file,
            dry_run=report.dry_run,
            rows=report.rows,
            taken=report.taken,
            unchanged=report.unchanged,
            replaced=len(report.replaced),
            refused=report.refused_rows,
            refusals=_faults(report.refused),
            replacements=_faults(report.replaced),
            warnings=_faults(report.warnings),
            notices=report.notices,
        )

    def and_(self, other: "Taken") -> "Taken":
        """Return what became of these rows and others of the same file."""
        return Taken(
            file=self.file,
            dry_run=self.dry_run,
            rows=self.rows + other.rows,
            taken=self.taken + other.taken,
            unchanged=self.unchanged + other.unchanged,
            replaced=self.replaced + other.replaced,
            refused=self.refused + other.refused,
            refusals=self.refusals + other.refusals,
            replacements=self.replacements + other.replacements,
            warnings=self.warnings + other.warnings,
            notices=list(dict.fromkeys([*self.notices, *other.notices])),
        )


@dataclass(slots=True)
class Outcome:
    """What taking a sheet came to, with what else a person should read of it."""

    report: Report
    lines: Sequence[str] = field(default_factory=tuple)
    notes: Sequence[str] = field(default_factory=tuple)


R = TypeVar("R", bound=Rows)
Take = Callable[[Desk, Sheet, R, Tick], Outcome]


@dataclass(frozen=True, slots=True)
class Intake(Generic[R]):
    """One kind of rows that is taken: its columns, and the operation that does it."""

    columns: Collection[str]
    required: Collection[str]
    take: Take[R]
    operation: Operation[R, Taken]

    def taken(self, desk: Desk, sheet: Sheet, asked: R, tick: Tick) -> Told[Taken]:
        """Take a sheet."""
        return told(self.take(desk, sheet, asked, tick))


def intake(
    path: str, scope: str, asked: type[R], columns: Collection[str], required: Collection[str]
) -> Callable[[Take[R]], Intake[R]]:
    """Make a function that takes a sheet an operation that takes rows."""

    def made(take: Take[R]) -> Intake[R]:
        def do(desk: Desk, rows: R) -> Told[Taken]:
            return told(take(desk, sheet_of(rows, columns, required), rows, lambda _: None))

        do.__doc__ = take.__doc__
        name = f"{take.__module__.rpartition('.')[2]}_{take.__name__}"
        return Intake(
            columns, required, take, Operation(name, "POST", path, scope, asked, Taken, do)
        )

    return made


def told(outcome: Outcome) -> Told[Taken]:
    """Return what an import came to, as it is answered."""
    return Told(Taken.of(outcome.report), outcome.lines, outcome.notes)


def sheet_of(asked: Rows, known: Collection[str], required: Collection[str]) -> Sheet:
    """Return the rows that a program gave as a sheet.

    Raises:
        NotAcceptable: a column that is needed is in no row, or `lines` is not as long as `rows`.
    """
    named = [{column_name(key): value for key, value in row.items()} for row in asked.rows]
    columns = tuple(dict.fromkeys(column for row in named for column in row if column))
    missing = [one for one in required if one not in columns]
    if named and missing:
        raise NotAcceptable(f"rows: no row has {', '.join(missing)}: give it in every row")
    if asked.lines and len(asked.lines) != len(named):
        raise NotAcceptable(f"lines: {len(asked.lines)} numbers for {len(named)} rows: give each")
    numbers = asked.lines or range(1, len(named) + 1)
    lines = [
        (number, [row.get(column, "") for column in columns])
        for number, row in zip(numbers, named, strict=True)
    ]
    unknown = tuple(one for one in columns if one not in known)
    return Sheet(asked.file, columns, unknown, len(lines), lambda: iter(lines), 0)


def _faults(faults: Iterable[Refused]) -> list[Fault]:
    ordered = sorted(faults, key=lambda one: one.row)
    return [Fault(one.row, one.column, one.reason) for one in ordered]
