"""This file moves the clock that every process of a run reads, so that 72 hours take no time."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.world import MORNING


class MovedClock:
    """The machine's clock and an offset in a file: it runs on by itself, and jumps when told."""

    def __init__(self, file: Path) -> None:
        self.file, self.offset = file, (MORNING - datetime.now(UTC)).total_seconds()
        self._tell()

    def now(self) -> datetime:
        """Return the moment that all processes see."""
        return datetime.now(UTC) + timedelta(seconds=self.offset)

    def seconds(self) -> float:
        """Return it as a number."""
        return self.now().timestamp()

    def forward(self, seconds: float) -> None:
        """Let time jump."""
        self.offset += max(0.0, seconds)
        self._tell()

    def _tell(self) -> None:
        # Others read it at any moment, so it is never half written.
        draft = self.file.with_suffix(".new")
        draft.write_text(str(self.offset), encoding="utf-8")
        draft.replace(self.file)
