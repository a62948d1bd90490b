"""This file plays rows and shows the table as it grows."""

import shutil
import time
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TextIO

from tests.faults.case import Case, Found
from tests.faults.matrix import Row, Size
from tests.faults.run import Place

HEAD = ("row", "fault", "people", "seeds", "copies>1", "lost", "unknown", "seconds", "verdict")
WIDTHS = (4, 40, 7, 6, 9, 5, 8, 8, 8)
LEFT = 2


@dataclass(slots=True)
class Line:
    """One line of the table: a row at a size, all its seeds together."""

    row: str
    fault: str
    people: int
    seeds: tuple[int, ...]
    copies: int = 0
    lost: int = 0
    unknown: int = 0
    seconds: float = 0.0
    verdict: str = "met"
    missed: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def take(self, found: Found, seed: int) -> None:
        """Add what one seed came to."""
        self.people = max(self.people, found.people)
        self.copies += found.copies
        self.lost += found.lost
        self.unknown += found.unknown
        self.missed += [f"seed {seed}: {one}" for one in found.missed]
        self.notes += [f"seed {seed}: {one}" for one in found.notes]
        self.verdict = "MISSED" if self.missed else "met"

    @property
    def cells(self) -> tuple[str, ...]:
        """The line as it stands in the table."""
        return (
            self.row,
            self.fault,
            f"{self.people:,}",
            ",".join(map(str, self.seeds)),
            str(self.copies),
            str(self.lost),
            f"{self.unknown:,}",
            f"{self.seconds:.0f}",
            self.verdict,
        )

    def plain(self) -> dict[str, object]:
        """Return it for JSON."""
        return asdict(self)


def played(place: Place, row: Row, size: Size, progress: TextIO) -> Line:
    """Play a row at a size, seed by seed; what it broke on is a demand missed."""
    line, begun = Line(row.id, row.fault, size.people, size.seeds), time.monotonic()
    if row.play is None:
        line.people, line.seeds, line.verdict = 0, (), "model"
        line.notes.append(row.model)
        return line
    for seed in size.seeds:
        title = f"{row.id} {row.fault}: {size.people:,} people, seed {seed}"
        say(progress, title)
        told = replace(place, say=partial(_shown, progress, title))
        case = Case(told, seed, size.people, size.kills, size.each_step)
        try:
            row.play(case)
        except Exception as fault:  # noqa: BLE001 - one broken row does not end the others
            case.found.missed.append(f"it broke: {type(fault).__name__}: {fault}")
        line.take(case.found, seed)
        line.seconds = time.monotonic() - begun
        _cleared(place.folder, keep=bool(line.missed))
    say(progress, "")
    return line


def aligned(cells: tuple[str, ...]) -> str:
    """Return the cells of a line in their columns."""
    first = [f"{one:<{width}}" for one, width in zip(cells[:LEFT], WIDTHS[:LEFT], strict=True)]
    rest = [f"{one:>{width}}" for one, width in zip(cells[LEFT:], WIDTHS[LEFT:], strict=True)]
    return " ".join([*first, *rest])


def say(progress: TextIO, words: str) -> None:
    """Show what is going on, on a line that is written over; nothing where nobody looks."""
    if progress.isatty():
        print(f"\r\033[K{words}", end="", file=progress, flush=True)
    elif words:
        print(words, file=progress, flush=True)


def _shown(progress: TextIO, title: str, words: str) -> None:
    if progress.isatty():
        say(progress, f"{title}: {words}")


def _cleared(folder: Path, *, keep: bool) -> None:
    """Remove what runs left, unless somebody will want to look at it."""
    if not keep:
        for one in folder.glob("f[0-9]*"):
            shutil.rmtree(one)
