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
    """What a probe makes a function ask for: when it just began, and when it runs already."""

    seconds: float
    cold: set[Asked]
    warm: set[Asked]


class Prober:
    """One function with its probes, and what is known of these.

    A permission is tried with the probes that ask for it, the quick ones first. That counts as
    needed which was refused while a probe failed, so no probe that fails by itself shows anything.
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

    def fault(self, right: Right) -> str:
        """Return what failed without a permission; empty where nothing did.

        Raises:
            AssertionError: a probe failed, and nothing was refused.
        """
        for probe, cold in self._asking(right):
            fault = self._without(right, probe, cold=cold)
            if fault:
                return fault
        return ""

    def all_well(self) -> None:
        """Ask everything that is known once more, with all permissions.

        Raises:
            AssertionError: something fails.
        """
        for probe in self.known:
            self._asked(probe)

    def _asking(self, right: Right) -> Iterator[tuple[Probe, bool]]:
        """Give the probes that ask for a permission, and whether the function must begin first."""
        quick = sorted(self.known, key=lambda one: self.known[one].seconds)
        others = [one for one in self.probes if one not in self.known]
        for probe in (*quick, *others):
            known = self.known.get(probe) or self._learned(probe)
            for cold, asked in ((False, known.warm), (True, known.cold)):
                if any(right.allows(one) for one in asked):
                    yield probe, cold

    def _learned(self, probe: Probe) -> Known:
        self.ready()
        self.bench.restart(self.role.function)
        cold, begun = self._asked(probe), time.monotonic()
        warm = self._asked(probe)
        self.known[probe] = Known(time.monotonic() - begun, cold, warm)
        return self.known[probe]

    def _asked(self, probe: Probe) -> set[Asked]:
        self.book.new()
        fault = probe()
        assert not fault, f"{self.role.function} fails with all of its rights: {fault}"
        return self.book.new()

    def _without(self, right: Right, probe: Probe, *, cold: bool) -> str:
        if cold:
            self.bench.restart(self.role.function)
        self.book.new()
        self.role.without(right)
        try:
            fault = probe()
        finally:
            self.role.restore()
        refused = [one for one in self.book.new() if one.refused]
        assert bool(refused) or not fault, f"{right.shown} was not refused, and yet: {fault}"
        assert all(right.allows(one) for one in refused), f"without {right.shown}: {refused}"
        if fault:
            # It may remember that it was refused, as that keys could not be read a moment ago.
            self.bench.restart(self.role.function)
            self.ready()
        return fault
