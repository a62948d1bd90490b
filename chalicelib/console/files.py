"""This file takes the files that staff choose in a form, tries them, and then takes them for good.

A browser forgets which file was chosen once a page came back, so what was tried travels with the
page, packed, and is read and checked anew when it is taken.
"""

import base64
import binascii
import gzip
import zlib
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType
from typing import Protocol

from flask import flash, g, render_template, request

from chalicelib.console.words import said
from chalicelib.errors import NotAcceptable, NotFound
from chalicelib.sheets.read import MEGABYTE, Most, Sheet, opened
from chalicelib.sheets.report import Report

# Packed for the page; a larger one is chosen a second time.
MOST_CARRIED = 2_000_000
# What a file may unpack to, so that a small page cannot fill the function's memory.
MOST_UNPACKED = 8_000_000
# What is read of a file within the half minute that the function has, a write for each row.
MOST = Most(unpacked=50 * MEGABYTE, rows=10_000)
# In octets, of which a folder takes 255 and Khmer needs three a letter.
LONGEST_NAME = 240
UNNAMED = "file.csv"


@dataclass(frozen=True, slots=True)
class Tried:
    """What a file came to; `carried` is the file itself for the page, empty where it is large."""

    report: Report
    told: int
    name: str
    carried: str

    @property
    def is_taken(self) -> bool:
        """Whether it was taken, not only tried."""
        return not self.report.dry_run


class Take(Protocol):
    """Takes the rows of a sheet, or only tries them; tells also how many people hear of it."""

    def __call__(self, sheet: Sheet, *, is_tried: bool) -> tuple[Report, int]:
        """Return what became of the sheet."""


def page(
    template: str,
    columns: Collection[str],
    required: Collection[str],
    take: Take,
    more: Mapping[str, object] = MappingProxyType({}),
) -> str | tuple[str, int]:
    """Answer a page whose form takes a file: empty, with what a try came to, or why not.

    `more` is what the page shows beside, which `take` may fill.
    """
    if request.method != "POST":
        return render_template(template, tried=None, fault="")
    try:
        tried = handled(columns, required, take)
    except (NotAcceptable, NotFound) as refused:
        return render_template(template, tried=None, fault=str(refused)), 422
    if tried is None:
        fault = said(g.language, "file.choose", {})
        return render_template(template, tried=None, fault=fault), 422
    if tried.is_taken:
        flash(said(g.language, "file.done", {"n": tried.report.taken}))
    return render_template(template, tried=tried, fault="", **more)


def handled(columns: Collection[str], required: Collection[str], take: Take) -> Tried | None:
    """Try or take the file of a form; None where none was chosen.

    Raises:
        NotAcceptable: it is no table, or cannot be read.
    """
    name, content = _content()
    if not content:
        return None
    is_tried = request.form.get("take") != "yes"
    with _sheet(name, content, columns, required) as sheet:
        report, told = take(sheet, is_tried=is_tried)
    packed = base64.b64encode(gzip.compress(content)).decode() if is_tried else ""
    return Tried(report, told, name, packed if len(packed) <= MOST_CARRIED else "")


def _content() -> tuple[str, bytes]:
    chosen = request.files.get("file")
    if chosen is not None and chosen.filename:
        return _named(chosen.filename), chosen.read()
    carried = request.form.get("carried", "")
    if not carried:
        return "", b""
    return _named(request.form.get("name", "")), _unpacked(carried)


def _named(text: str) -> str:
    """Return what a file is called: Khmer is kept, what no folder takes or leads out is not."""
    shown = "".join(sign for sign in text.replace("\\", "/") if sign.isprintable())
    name = Path(shown).name.encode()[-LONGEST_NAME:].decode(errors="ignore")
    return UNNAMED if name in {"", ".", ".."} else name


def _unpacked(carried: str) -> bytes:
    try:
        packed = base64.b64decode(carried, validate=True)
        opener = zlib.decompressobj(wbits=31)
        content = opener.decompress(packed, MOST_UNPACKED)
    except (binascii.Error, zlib.error):
        raise NotAcceptable("the file did not come back whole: choose it again") from None
    if opener.unconsumed_tail:
        raise NotAcceptable("the file is too large: choose it again, or split it")
    return content


@contextmanager
def _sheet(
    name: str, content: bytes, columns: Collection[str], required: Collection[str]
) -> Iterator[Sheet]:
    with TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(content)
        yield opened(path, columns, required, MOST)
