"""This file is the clock of a stage, with the offset that a rehearsal gives it."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from chalicelib.settings import Settings


class SystemClock:
    """The machine's clock, moved by `OWL_CLOCK_OFFSET` or by the file it shares with others."""

    def __init__(self, settings: Settings) -> None:
        """Take where the offset comes from; the file is read at every look."""
        self.offset = timedelta(seconds=float(settings.clock_offset or 0))
        self.file = Path(settings.clock_file) if settings.clock_file else None

    def now(self) -> datetime:
        """Return the present moment of this stage, in UTC."""
        now = datetime.now(UTC) + self.offset
        return now if self.file is None else now + _moved(self.file)


def _moved(file: Path) -> timedelta:
    return timedelta(seconds=float(file.read_text().strip() or 0) if file.exists() else 0.0)
