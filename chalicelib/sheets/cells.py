"""This file reads the cells of one row, and collects what is wrong instead of stopping."""

import re
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from chalicelib.sheets.read import Row
from chalicelib.telecom import hygiene

SHOWN = 30
# A spreadsheet runs a cell that begins with one of these (also full-width); `'` makes it text.
FORMULA = re.compile(r"'*(?:\s*[=+\-@＝＋－＠]|[ ]*[\t\r\n])")
_ISO = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})")
_DAY_FIRST = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})")
_WHOLE = re.compile(r"[0-9]{1,12}|[0-9]{1,3}(?:,[0-9]{3})+")
_PIECES = re.compile(r"\\.|\\|;|[^;\\]+", re.DOTALL)
DATE_FORMS = "write YYYY-MM-DD or DD/MM/YYYY"


@dataclass(frozen=True, slots=True)
class Refused:
    """Why one row is not taken. A whole row's fault has no column."""

    row: int
    column: str
    reason: str

    def __str__(self) -> str:
        """Say where, then what and what to do."""
        where = f", column {self.column}" if self.column else ""
        return f"row {self.row}{where}: {self.reason}"


def tidy(raw: str) -> str:
    """Return a cell as its text: cleaned, trimmed, without the `'` that a safe export put in."""
    plain = raw.isascii() and raw.isprintable()
    text = (raw if plain else hygiene.cleaned(raw)).strip()
    return text[1:].strip() if text.startswith("'") and FORMULA.match(text) else text


def quoted(value: str) -> str:
    """Return a display form of a cell for a message: short, in quotes."""
    return f"'{value[:SHOWN]}…'" if len(value) > SHOWN else f"'{value}'"


def split(text: str) -> list[str]:
    """Return the parts of a list joined by `;`; a backslash makes a `;` part of the text."""
    if not text:
        return []
    parts = [""]
    for piece in _PIECES.findall(text):
        if piece == ";":
            parts.append("")
        else:
            parts[-1] += piece[1:] if piece.startswith("\\") and piece != "\\" else piece
    return [part.strip() for part in parts]


def joined(parts: Sequence[str]) -> str:
    """Return parts as one cell, so that `split` gives them back."""
    return ";".join(part.replace("\\", "\\\\").replace(";", "\\;") for part in parts)


class Cells:
    """One row being read. A parser returns an empty value where it had to refuse a cell."""

    def __init__(self, row: Row) -> None:
        """Refuse at once what stands beyond the last column: a text with a stray delimiter."""
        self.row = row
        self.faults: list[Refused] = []
        self.warnings: list[Refused] = []
        if row.surplus:
            self.refuse(
                "",
                "has more cells than there are columns: put quotation marks around "
                "a text that holds the separator",
            )

    def refuse(self, column: str, reason: str) -> None:
        """Note why the row is not taken."""
        self.faults.append(Refused(self.row.number, column, reason))

    def warn(self, column: str, reason: str) -> None:
        """Note something to look at in a row that is taken."""
        self.warnings.append(Refused(self.row.number, column, reason))

    def text(self, column: str, *, required: bool = False, longest: int = 500) -> str:
        """Return a cell's text."""
        raw = self.row.cells.get(column, "")
        if not raw:
            return self._absent(column) if required else ""
        text = tidy(raw)
        if not raw.isascii() and unicodedata.normalize("NFC", raw) != raw:
            self.warn(column, "is not in the usual Unicode form (NFC); it is stored in it")
        if required and not text:
            return self._absent(column)
        if len(text) > longest:
            self.refuse(column, f"is longer than {longest} characters: shorten it")
            return ""
        return text

    def _absent(self, column: str) -> str:
        self.refuse(column, "is empty: fill it in")
        return ""

    def plain(self, column: str, *, required: bool = False) -> str:
        """Return a cell's text with Khmer digits as ASCII ones, on one line."""
        text = self.text(column, required=required)
        if text.isascii() and text.isalnum():
            return text
        return " ".join(hygiene.ascii_digits(text).split())

    def day(self, column: str, *, required: bool = False) -> date | None:
        """Return a date."""
        text = self.plain(column, required=required)
        return self.as_day(column, text) if text else None

    def as_day(self, column: str, text: str) -> date | None:
        """Return a text as a date."""
        parts = [found.groups() for found in [_ISO.fullmatch(text)] if found]
        parts += [found.groups()[::-1] for found in [_DAY_FIRST.fullmatch(text)] if found]
        try:
            year, month, day = map(int, parts[0])
            return date(year, month, day)
        except (IndexError, ValueError):
            self.refuse(column, f"{quoted(text)} is no date: {DATE_FORMS}")
            return None

    def whole(self, column: str, *, least: int = 0, required: bool = False) -> int | None:
        """Return a whole number; `1,000` is one too."""
        text = self.plain(column, required=required)
        return self.as_whole(column, text, least) if text else None

    def as_whole(self, column: str, text: str, least: int = 0) -> int | None:
        """Return a text as a whole number."""
        if not _WHOLE.fullmatch(text) or int(text.replace(",", "")) < least:
            self.refuse(column, f"{quoted(text)} is no whole number of {least} or more")
            return None
        return int(text.replace(",", ""))

    def choice(self, column: str, choices: Collection[str], default: str = "") -> str:
        """Return one of the choices, however it is written; the default for an empty cell."""
        text = self.plain(column, required=not default)
        return self.as_choice(column, text, choices) if text else default

    def as_choice(self, column: str, text: str, choices: Collection[str]) -> str:
        """Return a text as one of the choices."""
        found = text.casefold().replace(" ", "_").replace("-", "_")
        if found not in choices:
            self.refuse(column, f"{quoted(text)} is unknown: write {one_of(choices)}")
            return ""
        return found

    def code(self, column: str, lengths: Collection[int], what: str) -> str:
        """Return a place's code; the zero that a spreadsheet took away is put back."""
        text = self.plain(column, required=True)
        if not text:
            return ""
        padded = text.zfill(len(text) + len(text) % 2)
        if not (padded.isascii() and padded.isdigit() and len(padded) in lengths):
            digits = one_of([str(one) for one in sorted(lengths)])
            self.refuse(column, f"{quoted(text)} is no code of {what}: it has {digits} digits")
            return ""
        return padded

    def list(self, column: str) -> list[str]:
        """Return the parts of a cell that holds several, joined by `;`."""
        return split(self.text(column, longest=4000))


def one_of(choices: Collection[str]) -> str:
    """Return choices as words: `a, b or c`."""
    *most, last = choices
    return f"{', '.join(most)} or {last}" if most else last
