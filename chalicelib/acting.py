"""This file says what an action is: what it may use, what it may write, what it must be given."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from chalicelib.capabilities.catalogue import EMPTY, Catalogue
from chalicelib.capabilities.subscribers import Profile
from chalicelib.desk import Desk
from chalicelib.dialog.book import EffectKind, Outcome
from chalicelib.errors import Unavailable
from chalicelib.settings import Settings
from chalicelib.telecom.messages import Party

Args = Mapping[str, str]


def always() -> bool:
    """Say that an answer reaches who asked: on a screen each does."""
    return True


@dataclass(frozen=True, slots=True, repr=False)
class Context:
    """What an action may use. `compose` draws a screen as an SMS in the `language`.

    `profile` gives the party's, read at most once a hop.

    `replaying` is set where a finished session is only counted: nothing may be written then.
    `can_tell` sees to it that the answer reaches who asked: what is told to nobody is not kept.
    """

    desk: Desk
    catalogue: Catalogue
    settings: Settings
    party: Party
    channel: str
    session: str
    transcript: str
    now: datetime
    today: date
    language: str
    compose: Callable[[str, Mapping[str, Any]], str]
    profile: Callable[[], Profile]
    replaying: bool = False
    can_tell: Callable[[], bool] = always


@dataclass(frozen=True, slots=True, repr=False)
class Submit:
    """What a submit will write, once, and the message to wake the sender for."""

    outcome: Outcome
    writes: Sequence[Any] = ()
    nudge: str = ""


class Action(NamedTuple):
    """One thing a phone may do; `takes` names the arguments it cannot do without.

    A `private` one is never run for a count, and of its session nothing is counted. Where it
    submits, it writes by itself and no answer is kept: the same hop finds the same one again.
    A `common` read tells everybody the same while the catalogue is the same.
    """

    kind: EffectKind
    run: Callable[[Context, Args], Outcome | Submit]
    exits: frozenset[str] = frozenset()
    takes: frozenset[str] = frozenset()
    private: bool = False
    common: bool = False


def known(context: Context) -> Catalogue:
    """Return the catalogue; an empty one was never read, and an empty list would be a lie."""
    if context.catalogue is EMPTY:
        raise Unavailable("the catalogue could not be read")
    return context.catalogue


def read(run: Callable[[Context, Args], Outcome], takes: str = "", exits: str = "") -> Action:
    """Return a read; `takes` and `exits` are words."""
    return Action("read", run, frozenset(exits.split()), frozenset(takes.split()))


def common(run: Callable[[Context, Args], Outcome], takes: str = "", exits: str = "") -> Action:
    """Return a read of the catalogue alone; `takes` and `exits` are words."""
    return Action("read", run, frozenset(exits.split()), frozenset(takes.split()), common=True)


def private(
    kind: EffectKind, run: Callable[[Context, Args], Outcome], takes: str, exits: str
) -> Action:
    """Return what a citizen does unseen, a read or a submit; `takes` and `exits` are words."""
    return Action(kind, run, frozenset(exits.split()), frozenset(takes.split()), private=True)


def submit(run: Callable[[Context, Args], Submit], takes: str = "", exits: str = "done") -> Action:
    """Return a submit; `takes` and `exits` are words."""
    return Action("submit", run, frozenset(exits.split()), frozenset(takes.split()))
