"""This file says what an operation is: what is asked, who asks, and what is told.

An operation is one thing that staff do, whether `owl` does it on a laptop's own stage or the API
does it for a key. What it is asked for and what it answers are types, and the API's document is
made of them.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Annotated, Any, Generic, Literal, TypeVar, get_type_hints

from msgspec import Meta, Struct

from chalicelib.capabilities.catalogue import EMPTY
from chalicelib.capabilities.staff import CLERK, ROLES, Person
from chalicelib.errors import NotFound
from chalicelib.figures import StageFigures
from chalicelib.operations.whose import Elsewhere, district_of, office_of
from chalicelib.staff import Office

A = TypeVar("A", bound="Asked")
B = TypeVar("B")
Method = Literal["GET", "POST"]
# What stands in an address: ids of ours, never a text.
Id = Annotated[
    str, Meta(min_length=1, max_length=120, pattern=r"^[A-Za-z0-9][A-Za-z0-9._:/-]{0,119}\Z")
]
Code = Annotated[str, Meta(max_length=20, pattern=r"^[0-9A-Za-z-]{0,20}\Z")]
Line = Annotated[str, Meta(max_length=300)]
Words = Annotated[str, Meta(max_length=3000)]


class Asked(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What an operation is asked for: fields of the address first, then the others."""


class Said(Struct, frozen=True, kw_only=True):
    """What was done, in one sentence of English."""

    said: str


@dataclass(frozen=True, slots=True)
class Told(Generic[B]):
    """What came of an operation: the answer, the same as lines to read, and what to note beside."""

    answer: B
    lines: Sequence[str] = ()
    notes: Sequence[str] = ()


@dataclass(frozen=True)
class Desk:
    """Somebody at work on a stage, for one request or one command.

    On a laptop's own stage whoever sits there is everybody, of any office and district.
    """

    side: Office
    person: Person
    is_laptop: bool = False

    @classmethod
    def on_laptop(cls, side: Office, who: str) -> "Desk":
        """Return the desk of whoever sits at a local stage."""
        return cls(side, Person(who, frozenset(ROLES)), is_laptop=True)

    @property
    def who(self) -> str:
        """Under which name deeds are noted."""
        return self.person.name

    @cached_property
    def figures(self) -> StageFigures:
        """What reports are made of, read once for all that is asked for at this desk."""
        return StageFigures(self.side)

    def office(self, asked: str, beyond: frozenset[str]) -> str:
        """Return the office that is worked on: one's own, or the one asked for; empty for all.

        Raises:
            Elsewhere: it is another's.
        """
        mine = office_of(self.person, beyond)
        if mine and asked and padded(asked) != mine:
            raise Elsewhere("of another office")
        return mine or asked

    def own_office(self, asked: str) -> str:
        """Return the one office whose clerk somebody is; a laptop's is the one asked for.

        Raises:
            Elsewhere: they are no clerk, or another office's.
            NotFound: no office has the code.
        """
        if self.is_laptop:
            return self._known(asked)
        if CLERK not in self.person.roles or not self.person.office:
            raise Elsewhere("of no office")
        return self._mine(asked, self.person.office)

    def district(self, asked: str) -> str:
        """Return the district whose complaints are worked on; a laptop's is the one asked for.

        Raises:
            Elsewhere: it is another's, or they read those of none.
            NotFound: no office has the code.
        """
        return self._known(asked) if self.is_laptop else self._mine(asked, district_of(self.person))

    def _mine(self, asked: str, mine: str) -> str:
        if asked and padded(asked) != mine:
            raise Elsewhere("of another place")
        return mine

    def _known(self, asked: str) -> str:
        if padded(asked) not in (self.side.catalogue.load() or EMPTY).offices:
            raise NotFound(f"no office has the code {asked}: see `owl places`")
        return padded(asked)


def padded(code: str) -> str:
    """Return a place's code with the zero at its front that spreadsheets take away."""
    return code.zfill(len(code) + len(code) % 2)


@dataclass(frozen=True, slots=True)
class Operation(Generic[A, B]):
    """One thing that staff do. `path` is the API's, its fields in braces are of what is asked."""

    name: str
    method: Method
    path: str
    scope: str
    asked: type[A]
    answer: Any
    do: Callable[[Desk, A], Told[B]]

    @property
    def summary(self) -> str:
        """What it does, in one sentence."""
        return (self.do.__doc__ or "").partition("\n")[0]

    @property
    def is_quiet(self) -> bool:
        """Whether it changes nothing."""
        return self.method == "GET"


def get(path: str, scope: str) -> Callable[[Callable[[Desk, A], Told[B]]], Operation[A, B]]:
    """Make a function an operation that only reads."""
    return lambda do: _made("GET", path, scope, do)


def post(path: str, scope: str) -> Callable[[Callable[[Desk, A], Told[B]]], Operation[A, B]]:
    """Make a function an operation that changes something."""
    return lambda do: _made("POST", path, scope, do)


def _made(
    method: Method, path: str, scope: str, do: Callable[[Desk, A], Told[B]]
) -> Operation[A, B]:
    hints = get_type_hints(do, include_extras=True)
    (asked,) = (hint for name, hint in hints.items() if name not in {"desk", "return"})
    (answer,) = hints["return"].__args__
    name = f"{do.__module__.rpartition('.')[2]}_{do.__name__}".rstrip("_")
    return Operation(name, method, path, scope, asked, answer, do)


def under(person: Person, name: str) -> Person:
    """Return somebody under another name, as a system's key writes its deeds."""
    return replace(person, name=name)
