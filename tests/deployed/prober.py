"""This file takes permissions from one function, and sees what fails without each."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from tests.deployed.asked import Asked, Book
from tests.deployed.bench import Bench
from tests.deployed.rights import Right, Role

Probe = Callable[[], str]


@dataclass(frozen=True, slots=True)
class Known:
    """What a probe makes a function ask for that just began, and how long it takes."""

    seconds: float
    asked: set[Asked]


class Prober:
    """One function with its probes, and what is known of these.

    A permission is tried with the probes that ask for it, the quick ones first; the function begins
    anew each time, since it remembers what it read, and that it could not read. What was refused
    while a probe failed is needed. No probe that fails by itself shows anything.
    """

    def __init__(
        self,
        bench: Bench,
        role: Role,
        probes: Sequence[Probe],
        ready: Callable[[], object] = lambda: None,
    ) -> None:
        """Probe nothing yet; `ready` does what a probe takes for done, as time passes."""
        self.bench, self.role, self.probes, self.ready = bench, role, probes, ready
        self.book = Book(bench.stage.folder, bench.stage.stack)
        self.known: dict[Probe, Known] = {}
        self.judged: set[Probe] = set()

    def fault(self, right: Right) -> str:
        """Return what failed without a permission; empty where nothing did.

        Raises:
            AssertionError: a probe failed, and nothing was refused.
        """
        for probe in self._asking(right):
            fault = self._without(right, probe)
            if fault:
                self.judged.add(probe)
                return fault
        return ""

    def all_well(self) -> None:
        """Ask once more, with all permissions, what failed without one; nothing begins anew.

        Raises:
            AssertionError: something fails.
        """
        self._begun()
        for probe in self.judged:
            self._asked(probe)

    def _asking(self, right: Right) -> Iterator[Probe]:
        """Give the probes that ask for a permission."""
        quick = sorted(self.known, key=lambda one: self.known[one].seconds)
        others = [one for one in self.probes if one not in self.known]
        for probe in (*quick, *others):
            known = self.known.get(probe) or self._learned(probe)
            if any(right.allows(one) for one in known.asked):
                yield probe

    def _learned(self, probe: Probe) -> Known:
        self._begun()
        begun = time.monotonic()
        asked = self._asked(probe)
        self.known[probe] = Known(time.monotonic() - begun, asked)
        return self.known[probe]

    def _begun(self) -> None:
        self.ready()
        self.bench.restart(self.role.function)
        self.book.new()

    def _asked(self, probe: Probe) -> set[Asked]:
        fault = probe()
        assert not fault, f"{self.role.function} fails with all of its rights: {fault}"
        return self.book.new()

    def _without(self, right: Right, probe: Probe) -> str:
        self._begun()
        self.role.without(right)
        try:
            fault = probe()
        finally:
            self.role.restore()
        refused = [one for one in self.book.new() if one.refused]
        assert bool(refused) or not fault, f"{right.shown} was not refused, and yet: {fault}"
        assert all(right.allows(one) for one in refused), f"without {right.shown}: {refused}"
        return fault
