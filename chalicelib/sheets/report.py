"""This file holds what an import came to, for a person and for a machine."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from chalicelib.sheets.cells import Cells, Refused
from chalicelib.sheets.read import Sheet


@dataclass(slots=True)
class Report:
    """The rows of one file: each is taken, unchanged, replaced by another of them, or refused."""

    file: str
    dry_run: bool = False
    taken: int = 0
    unchanged: int = 0
    refused: list[Refused] = field(default_factory=list)
    replaced: list[Refused] = field(default_factory=list)
    warnings: list[Refused] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, sheet: Sheet, *, dry_run: bool = False) -> "Report":
        """Begin a report; columns that nobody reads are its first notice."""
        report = cls(sheet.name, dry_run)
        if sheet.unknown:
            report.notices.append(f"columns not read: {', '.join(sheet.unknown)}")
        return report

    @property
    def refused_rows(self) -> int:
        """How many rows are refused; one row may have several faults."""
        return len({one.row for one in self.refused})

    @property
    def rows(self) -> int:
        """How many rows the file has."""
        return self.taken + self.unchanged + len(self.replaced) + self.refused_rows

    def add(self, cells: Cells, *, changes: bool) -> bool:
        """Count a row that was read; True where it is one to take."""
        self.refused += cells.faults
        if cells.faults:
            return False
        self.warnings += cells.warnings
        self.taken, self.unchanged = self.taken + changes, self.unchanged + (not changes)
        return changes

    def plain(self) -> dict[str, Any]:
        """Return the report as plain values."""
        return {
            "file": self.file,
            "dry_run": self.dry_run,
            "rows": self.rows,
            "taken": self.taken,
            "unchanged": self.unchanged,
            "replaced": len(self.replaced),
            "refused": self.refused_rows,
            "refusals": _plain(self.refused),
            "replacements": _plain(self.replaced),
            "warnings": _plain(self.warnings),
            "notices": self.notices,
        }


def _plain(faults: Iterable[Refused]) -> list[dict[str, Any]]:
    ordered = sorted(faults, key=lambda fault: fault.row)
    return [{"row": one.row, "column": one.column, "reason": one.reason} for one in ordered]
