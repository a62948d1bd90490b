"""This file reads what functions ask of AWS, as the emulator writes it down."""

import json
from dataclasses import dataclass
from pathlib import Path

FILE = Path("emulator", "asked.jsonl")


@dataclass(frozen=True, slots=True)
class Asked:
    """One thing that a function asked for; `rows` are the partition keys of a table it named."""

    function: str
    action: str
    resource: str
    rows: tuple[str, ...]
    refused: bool


class Book:
    """What the functions of a stack asked for since the last look."""

    def __init__(self, folder: Path, stack: str) -> None:
        """Read nothing yet; the folder is that of the stage."""
        self.file, self.stack, self.read_to = folder / FILE, stack, 0

    def new(self) -> set[Asked]:
        """Return all of it, each thing once."""
        with self.file.open(encoding="utf-8") as file:
            file.seek(self.read_to)
            lines = file.readlines()
            self.read_to = file.tell()
        return {self._asked(line) for line in lines}

    def _asked(self, line: str) -> Asked:
        told = json.loads(line)
        function = told["who"].removeprefix(f"{self.stack}-")
        return Asked(
            function, told["action"], told["resource"], tuple(told["rows"]), told["refused"]
        )
