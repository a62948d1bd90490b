"""This file does things for many values in parts, several parts at a time."""

from collections.abc import Callable, Sequence
from itertools import islice
from typing import Any, TypeVar

READ_AT_ONCE, WRITE_AT_ONCE = 100, 25  # DynamoDB's limits of one batch
# A laptop far from the region waits for each answer; eight at a time hide that.
AT_A_TIME = 8
T = TypeVar("T")


def in_parts(do: Callable[[list[T]], Any], values: Sequence[T], size: int) -> list[Any]:
    """Do something for values in parts of at most `size`, several parts at a time."""
    left = iter(values)
    parts = list(iter(lambda: list(islice(left, size)), []))
    if len(parts) <= 1:
        return [do(part) for part in parts]
    from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415 - no phone waits for it

    with ThreadPoolExecutor(AT_A_TIME) as pool:
        return list(pool.map(do, parts))
