"""This file gives files to download: tables that a spreadsheet opens and no cell of which runs."""

import csv
import io
from collections.abc import Iterable, Sequence

from flask import Response

from chalicelib.reports.layout import BOM
from chalicelib.sheets.write import safe


def csv_answer(name: str, head: Sequence[str], rows: Iterable[Sequence[object]]) -> Response:
    """Return a CSV in UTF-8 with the mark that spreadsheets know it by."""
    out = io.StringIO()
    writer = csv.writer(out)
    for row in [head, *rows]:
        writer.writerow([safe(str(cell)) for cell in row])
    return attached(name, BOM + out.getvalue(), "text/csv; charset=utf-8")


def attached(name: str, text: str, content_type: str) -> Response:
    """Return a file to save; its name is of ASCII letters."""
    answer = Response(text, content_type=content_type)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
