"""This file notes what came in by a file."""

from chalicelib.capabilities.audit import Deed
from chalicelib.sheets.report import Report
from chalicelib.staff import Office

COUNTS = ("rows", "taken", "unchanged", "replaced", "refused")


def note(side: Office, who: str, what: str, report: Report, **more: str) -> None:
    """Note a finished import in the log of deeds; a dry run is no deed."""
    if report.dry_run:
        return
    counts = {one: report.plain()[one] for one in COUNTS}
    details = {"file": report.file, **counts, **more}
    side.audit.note(Deed(who, what, details))
