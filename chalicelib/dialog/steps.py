"""This file holds what a fold begins with, what it needs on the way, and what it comes to."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from chalicelib.dialog.book import Args, Call, EffectKind, Outcome, Say, Screen

Slots = Mapping[str, str]
Facts = Mapping[str, object]
# What is counted of a screen that was met: its tag, its slots and facts, and how a call went.
Visit = tuple[str, Slots, Facts, str]


@dataclass(frozen=True, slots=True, repr=False)
class Start:
    """What a fold begins with: the language of the first hop, and the results known so far.

    What the first `counted` inputs led to was counted before; `invited` changes words only.
    """

    language: str
    known: bool = False
    results: Mapping[tuple[str, Args], Outcome] = field(default_factory=dict)
    skip_past: bool = True
    counted: int = 0
    invited: str = ""

    def knowing(self, call: Call, outcome: Outcome) -> "Start":
        """Return the same start with one more result."""
        return replace(self, results={**self.results, call: outcome})


@dataclass(frozen=True, slots=True, repr=False)
class Effect:
    """The fold cannot go on before this call has been run."""

    kind: EffectKind
    call: Call
    screen: Screen
    language: str


class Show(NamedTuple):
    """What the phone shows now. `turns` is what happened on this screen: 9 paged, w was wrong.

    `private` where a private screen was met on the way, be it left by `00`. A tuple, since
    every hop makes one.
    """

    screen: Screen
    language: str
    known: bool
    slots: Slots
    facts: Facts
    say: Say | None = None
    turns: str = ""
    wrong: str = ""
    deep: bool = False
    visits: tuple[Visit, ...] = ()
    invited: str = ""
    private: bool = False

    @property
    def end(self) -> bool:
        """Whether the session is over."""
        return self.screen.kind == "end"

    @property
    def counted(self) -> list[tuple[str, Facts]]:
        """The tag of each visit with all that is known of it; put together by who counts."""
        return [
            (tag, {**slots, **facts, **({"outcome": outcome} if outcome else {})})
            for tag, slots, facts, outcome in self.visits
        ]

    def __repr__(self) -> str:
        """Name the screen alone: the rest is what a citizen typed and was told."""
        return f"<Show {self.screen.id}>"
