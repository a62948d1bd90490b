"""This file tests that unusual voting is flagged: over five times an office's median month."""

from collections import Counter

import pytest

from chalicelib.capabilities.ballots_flags import Flag, flagged
from chalicelib.capabilities.ballots_tally import cells_of
from tests.builders import a_ballot


def months(**offices: tuple[int, ...]) -> dict[str, Counter[str]]:
    """Return the counters of 2026-01 and on, by office named `o0212`, with so many ballots each."""
    found: dict[str, Counter[str]] = {}
    for office, counts in offices.items():
        for at, n in enumerate(counts, 1):
            month = found.setdefault(f"2026-{at:02}", Counter())
            for _ in range(n):
                month.update(cell for _, cell in cells_of(a_ballot(office=office[1:])))
    return found


@pytest.mark.parametrize(
    ("counts", "is_flagged"),
    [((20, 100), False), ((20, 101), True), ((10, 90, 20, 100), False), ((10, 90, 20, 101), True)],
)
def test_more_than_five_times_the_median_month_before_is_flagged(
    counts: tuple[int, ...], *, is_flagged: bool
) -> None:
    last = Flag(f"2026-{len(counts):02}", "0212")
    assert (last in flagged(months(o0212=counts))) == is_flagged


def test_the_first_month_and_few_ballots_are_not_flagged() -> None:
    assert flagged(months(o0212=(900,))) == []
    assert flagged(months(o0212=(1, 9))) == []
    assert flagged(months(o0212=(1, 10))) == [Flag("2026-02", "0212")]


def test_an_office_is_compared_with_itself() -> None:
    found = flagged(months(o0212=(10, 10, 60), o0106=(60, 60, 60)))
    assert found == [Flag("2026-03", "0212")]
