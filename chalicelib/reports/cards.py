"""This file reads paper scorecards: how many women and men of a meeting gave each answer."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from chalicelib.capabilities.ballots import ANSWERS, DIMENSIONS, month_of
from chalicelib.sheets.cells import Cells
from chalicelib.sheets.read import Sheet
from chalicelib.sheets.report import Report

MEANINGS: Mapping[str, tuple[str, str]] = {
    "office": ("0212", "code of the office that was rated: 2 or 4 digits"),
    "held_on": ("2026-11-16", "day of the meeting, or 16/11/2026"),
    "dimension": ("waiting", f"one of {', '.join(DIMENSIONS)}"),
    "answer": ("3", "1 (not at all satisfied) to 4 (very satisfied)"),
    "women": ("12", "how many women gave this answer"),
    "men": ("9", "how many men did"),
}
COLUMNS = REQUIRED = tuple(MEANINGS)
OFFICE_LENGTHS = (2, 4)
EARLIEST = date(2000, 1, 1)
STAYS = "its cards stay as they are, for one more would tell what few people answered"
SEE_OFFICES = "`owl catalogue export --offices offices.csv`"


@dataclass(frozen=True, slots=True)
class Card:
    """One row: the people of a meeting who gave one answer."""

    office: str
    held_on: date
    dimension: str
    answer: int
    women: int
    men: int

    @property
    def key(self) -> tuple[str, date, str, int]:
        """What it is about; a later row about the same takes its place."""
        return self.office, self.held_on, self.dimension, self.answer

    @property
    def month(self) -> str:
        """The month of the meeting."""
        return month_of(self.held_on)


@dataclass(frozen=True, slots=True)
class Meeting:
    """How many people a meeting had: as many as answered the question that most did."""

    office: str
    held_on: date
    women: int
    men: int


@dataclass(frozen=True, slots=True)
class Rules:
    """What rows are held to: the offices there are, the day it is, and the months told already.

    One card more beside figures that are out would tell what its few people answered.
    """

    offices: Collection[str]
    today: date
    published: Collection[str] = ()


def meetings(cards: Iterable[Card]) -> list[Meeting]:
    """Return the meetings that cards are of."""
    answered: dict[tuple[str, date], dict[str, Counter[str]]] = defaultdict(dict)
    for card in cards:
        sums = answered[card.office, card.held_on].setdefault(card.dimension, Counter())
        sums.update(women=card.women, men=card.men)
    return [
        Meeting(office, held_on, most["women"], most["men"])
        for (office, held_on), by in sorted(answered.items())
        for most in (max(by.values(), key=Counter.total),)
    ]


def read(cells: Cells, rules: Rules) -> Card | None:
    """Return the card of a row; None where the row has a fault."""
    office = cells.code("office", OFFICE_LENGTHS, "an office")
    if office and office not in rules.offices:
        cells.refuse("office", f"no office has the code {office}: see {SEE_OFFICES}")
    held_on = cells.day("held_on", required=True)
    if held_on and not EARLIEST <= held_on <= rules.today:
        cells.refuse("held_on", f"{held_on} is not over yet: check the year")
    dimension = cells.choice("dimension", DIMENSIONS)
    answer = cells.choice("answer", [str(one) for one in ANSWERS])
    women, men = (cells.whole(one, required=True) for one in ("women", "men"))
    if cells.faults or held_on is None or women is None or men is None:
        return None
    return Card(office, held_on, dimension, int(answer), women, men)


def take(
    sheet: Sheet, rules: Rules, there: Mapping[tuple[str, date, str, int], Card]
) -> tuple[list[Card], Report]:
    """Return the cards to store, and what becomes of each row; the same again changes nothing."""
    report = Report.of(sheet)
    met: dict[tuple[str, date, str, int], int] = {}
    taken: list[Card] = []
    for row in sheet.rows():
        cells = Cells(row)
        card = read(cells, rules)
        if card and card.key in met:
            cells.refuse("answer", f"is told already in row {met[card.key]}: add the two up")
        changes = card is not None and there.get(card.key) != card
        if card and changes and card.month in rules.published:
            cells.refuse("held_on", f"the figures of {card.month} are published: {STAYS}")
        if card:
            met.setdefault(card.key, row.number)
        if report.add(cells, changes=changes) and card:
            taken.append(card)
    return taken, report


def months_of(sheet: Sheet, rules: Rules) -> Sequence[str]:
    """Return the months that the rows of a sheet are of."""
    cards = (read(Cells(row), rules) for row in sheet.rows())
    return sorted({one.month for one in cards if one})
