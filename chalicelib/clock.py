"""This file is the clock of a stage, with the offset that a rehearsal gives it."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from chalicelib.settings import Settings


class SystemClock:
    """The machine's clock, moved by `OWL_CLOCK_OFFSET` or by the file it shares with others."""

    def __init__(self, settings: Settings) -> None:
        """Take where the offset comes from; the file is read at every look."""
        self.offset = float(settings.clock_offset or 0)
        self.file = Path(settings.clock_file) if settings.clock_file else None

    def now(self) -> datetime:
        """Return the present moment of this stage, in UTC."""
        return datetime.now(UTC) + timedelta(seconds=self.offset + self._moved())

    def _moved(self) -> float:
        if self.file is None or not self.file.exists():
            return 0.0
        return float(self.file.read_text().strip() or 0)
