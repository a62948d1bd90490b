"""This file lays out what the columns of a sheet mean, for the help of a command."""

from collections.abc import Collection, Iterator, Mapping
from textwrap import wrap

HEAD = ("column", "example", "meaning")
# A line of this alone keeps click from joining the lines under it.
AS_WRITTEN = "\b"
WIDTH = 76


def table(
    meanings: Mapping[str, tuple[str, str]], required: Collection[str], title: str = "Columns"
) -> str:
    """Return a help text of columns, each with an example and its meaning; * marks the needed."""
    rows = [
        (f"{name}{' *' if name in required else ''}", example, meaning)
        for name, (example, meaning) in meanings.items()
    ]
    widths = [max(map(len, column)) for column in zip(*rows, HEAD, strict=True)]
    lines = [line for row in [HEAD, *rows] for line in _lines(row, widths)]
    return "\n".join([AS_WRITTEN, f"{title} (* must be there):", *lines])


def _lines(row: tuple[str, str, str], widths: list[int]) -> Iterator[str]:
    """Give one row; a long meaning goes on under itself."""
    name, example, meaning = row
    start = f"{name:{widths[0]}}  {example:{widths[1]}}  "
    for line in wrap(meaning, WIDTH - len(start)):
        yield f"{start}{line}"
        start = " " * len(start)
