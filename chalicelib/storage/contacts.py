"""This file reads and writes the item of the contacts key, which holds two while people move.

Whoever is known by the first key of a stage has an id without a mark; ids by a later one begin
with its mark, as `v2:`. So whose key an id is by can be told without any key.
"""

from dataclasses import dataclass

KEY_BYTES = 32
FIRST = 1


@dataclass(frozen=True, slots=True, repr=False)
class Contacts:
    """The contacts key by its number, the one before it first where two are valid.

    From the second `turns` on people are written under the newer one. `moved` says that all who
    were there then are under it. Of one key, `clears` is the second from which no function knows
    the one before any more, while rows are left that lead from it to this one.
    """

    keys: tuple[tuple[int, bytes], ...]
    turns: int = 0
    moved: bool = False
    clears: int = 0

    @property
    def newest(self) -> tuple[int, bytes]:
        """The number and the bytes of the newest."""
        return self.keys[-1]

    @property
    def older(self) -> tuple[int, bytes] | None:
        """The same of the one before, while it is valid."""
        return self.keys[0] if len(self.keys) > 1 else None

    def written(self) -> bytes:
        """Return the item: the bytes alone of a stage's first key, else a line for each thing."""
        number, key = self.newest
        if self.older is None and number == FIRST:
            return key
        lines = [f"key {number} {key.hex()}" for number, key in self.keys]
        if self.older is not None:
            lines += [f"turns {self.turns}", *(["moved"] if self.moved else [])]
        if self.clears:
            lines.append(f"clears {self.clears}")
        return "\n".join(lines).encode()


def read(item: bytes) -> Contacts:
    """Read what `Contacts.written` gives."""
    if len(item) == KEY_BYTES:
        return Contacts(((FIRST, item),))
    lines = [line.split(" ") for line in item.decode().split("\n")]
    keys = [(int(line[1]), bytes.fromhex(line[2])) for line in lines if line[0] == "key"]
    at = {line[0]: int(line[1]) for line in lines if line[0] in {"turns", "clears"}}
    moved = ["moved"] in lines
    return Contacts(tuple(sorted(keys)), at.get("turns", 0), moved, at.get("clears", 0))


def mark_of(number: int) -> str:
    """Return what ids by a key begin with."""
    return "" if number == FIRST else f"v{number}:"
