"""This file is the pretend gateway's log of what it accepted: lines are added, never changed."""

import json
import threading
from collections import defaultdict
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from chalicelib.telecom import segments

Message = dict[str, Any]
SHOWN = ("id", "to", "from", "text", "encoding", "segments")


class Journal:
    """Every message accepted for a handset, kept over restarts."""

    def __init__(self, folder: Path, now: Callable[[], datetime]) -> None:
        """Read what was accepted before."""
        folder.mkdir(parents=True, exist_ok=True)
        self.file, self.now, self.lock = folder / "accepted.jsonl", now, threading.Lock()
        self.by_number: defaultdict[str, list[Message]] = defaultdict(list)
        for line in self._lines():
            self._keep(json.loads(line))

    def accept(self, to: str, sender: str, text: str) -> Message:
        """Log one message; return it as it is shown."""
        measure = segments.measure(text)
        message = {
            "id": f"ATXid_{uuid4().hex}",
            "to": to,
            "from": sender,
            "text": text,
            "encoding": measure.encoding,
            "segments": measure.segments,
            "at": self.now().isoformat(),
        }
        with self.lock, self.file.open("a", encoding="utf-8") as log:
            log.write(json.dumps(message, ensure_ascii=False) + "\n")
            self._keep(message)
        return message

    def to(self, number: str) -> list[Message]:
        """Return what a handset has received, oldest first."""
        with self.lock:
            kept = list(self.by_number.get(number, ()))
        return [{name: message[name] for name in SHOWN} for message in kept]

    def _keep(self, message: Message) -> None:
        self.by_number[message["to"]].append(message)

    def _lines(self) -> list[str]:
        if not self.file.exists():
            return []
        text = self.file.read_text(encoding="utf-8")
        whole, _, cut = text.rpartition("\n")
        if cut:
            # A killed process may leave half a line: it was never answered, so it is taken away.
            self.file.write_text(whole + "\n" if whole else "", encoding="utf-8")
        return whole.split("\n") if whole else []
