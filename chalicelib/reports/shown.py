"""This file says which counts of people are shown: none under ten, nor any that can be worked out.

The cells of a month are put into groups that do not overlap. A cell of ten or more stands alone.
Smaller ones that are alike in what a table keeps are put together; where these are under ten, or
all as large or small as can be, a cell that is shown anyway goes with them, so that no total
misses them. Every number that is published is a number of a group or a sum of such, however a
table is divided; so nothing hidden comes out by taking one number from another. Cells that are
alike are told of, all or none, by their sum alone: another division of the same people has the
same sum, so that it tells of none either or nothing can be taken from it.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

K = 10
POOLED = "*"
Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """The groups of a month that are published, and whether some cells are in none."""

    groups: Mapping[Key, int]
    hidden: bool = False


def shown(cells: Mapping[Key, int], kept: int, k: int = K) -> Shown:
    """Put cells into groups of `k` or more that are alike in the first `kept` parts of their keys.

    Small cells with no group like them are hidden, and in no number at all.
    """
    alike: dict[Key, dict[Key, int]] = defaultdict(dict)
    for key, n in cells.items():
        if n > 0:
            alike[key[:kept]][key] = n
    found: dict[Key, int] = {}
    hidden = False
    for some in alike.values():
        groups = _groups(some, kept, k)
        found |= groups
        hidden |= not groups
    return Shown(dict(sorted(found.items())), hidden)


def _groups(cells: Mapping[Key, int], kept: int, k: int) -> dict[Key, int]:
    """Return the groups of cells that are alike; none where all of them together are too few."""
    if sum(cells.values()) < k:
        return {}
    alone = {key: n for key, n in cells.items() if n >= k}
    small = {key: n for key, n in cells.items() if n < k}
    if not small:
        return alone
    rest, least, taken = sum(small.values()), len(small), [*small]
    # Each small cell is one to nine, so a sum of as many ones or nines would tell all of them.
    is_safe = rest >= k and least < rest < len(small) * (k - 1)
    # In the order of their names: an order by size would tell something of their sizes.
    for key in sorted(alone):
        if is_safe:
            break
        taken.append(key)
        rest, least = rest + alone.pop(key), least + k
        is_safe = rest > least
    # Where every cell is in it, many divisions of the same sum look like this one.
    # Nothing is told of which cells are in it, not even what all of them have in common.
    first = taken[0]
    return {**alone, first[:kept] + (POOLED,) * (len(first) - kept): rest}
