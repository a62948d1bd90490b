"""This file says which ways lead from screen to screen, and what is known where they arrive."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from chalicelib.dialog.book import HOME_SCREEN, Book, Screen

Sets = Mapping[str, frozenset[str]]
_Step = Callable[["Way", frozenset[str]], frozenset[str]]


@dataclass(frozen=True, slots=True)
class Way:
    """One way from a screen: the key or exit that takes it, the slot it fills, what is said."""

    source: str
    target: str
    by: str
    fills: str = ""
    say: str = ""


def ways_of(screen: Screen) -> list[Way]:
    """List the ways that leave a screen, the first that is printed first."""
    source, next_ = screen.id, screen.next
    if screen.kind == "call":
        return [Way(source, way.to, name, say=way.say) for name, way in screen.exits.items()]
    if screen.kind == "question":
        return [Way(source, next_, "text" if screen.free else "answer", screen.slot)]
    if screen.kind == "choice":
        ways = [Way(source, next_, option.key, screen.slot) for option in screen.options]
    else:
        ways = [Way(source, option.target, option.key) for option in screen.options]
    codes = screen.codes
    return [*ways, Way(source, codes.next, "code", codes.slot)] if codes else ways


def ways(book: Book) -> list[Way]:
    """List the ways between all screens of a book."""
    return [way for screen in book.screens.values() for way in ways_of(screen)]


def reachable(
    book: Book, begin: str = HOME_SCREEN, but: frozenset[str] = frozenset()
) -> frozenset[str]:
    """Return the screens that some typing leads to `but` through some; the first is of them."""
    met: set[str] = set()
    waiting = [begin]
    while waiting:
        one = waiting.pop()
        if one in book.screens and one not in met | but:
            met.add(one)
            waiting += [way.target for way in ways_of(book.screens[one])]
    return frozenset(met)


def filled_always(book: Book) -> Sets:
    """Return, for every screen, the slots that are filled whichever way was taken to it."""
    every = frozenset(way.fills for way in ways(book) if way.fills)
    known = dict.fromkeys(book.screens, every)
    known[HOME_SCREEN] = frozenset()
    return _spread(book, known, _with_slot, frozenset.intersection)


def filled_ever(book: Book) -> Sets:
    """Return, for every screen, the slots that may be filled when it is shown."""
    return _spread(book, dict.fromkeys(book.screens, frozenset()), _with_slot, frozenset.union)


def called_before(book: Book) -> Sets:
    """Return, for every screen, the actions that may have told their facts before it is shown."""

    def told(way: Way, known: frozenset[str]) -> frozenset[str]:
        action = book.screens[way.source].action
        return known | {action} if action else known

    return _spread(book, dict.fromkeys(book.screens, frozenset()), told, frozenset.union)


def _with_slot(way: Way, known: frozenset[str]) -> frozenset[str]:
    return known | {way.fills} if way.fills else known


def _spread(
    book: Book,
    known: dict[str, frozenset[str]],
    step: _Step,
    merge: Callable[[frozenset[str], frozenset[str]], frozenset[str]],
) -> Sets:
    """Carry what is known along every way until nothing changes; home forgets everything."""
    met = reachable(book)
    every = [way for way in ways(book) if way.source in met and way.target in met]
    changed = True
    while changed:
        changed = False
        for way in every:
            if way.target == HOME_SCREEN:
                continue
            merged = merge(known[way.target], step(way, known[way.source]))
            changed = changed or merged != known[way.target]
            known[way.target] = merged
    return known


def call_cycles(book: Book) -> list[list[str]]:
    """Return every ring of calls that would run without a citizen typing anything."""
    rings: dict[frozenset[str], list[str]] = {}
    calls = {one.id for one in book.screens.values() if one.kind == "call"}
    for begin in sorted(calls):
        for ring in _rings(book, calls, [begin]):
            rings.setdefault(frozenset(ring), ring)
    return list(rings.values())


def _rings(book: Book, calls: Iterable[str], trail: list[str]) -> list[list[str]]:
    found: list[list[str]] = []
    for way in ways_of(book.screens[trail[-1]]):
        if way.target == trail[0]:
            found.append(trail)
        elif way.target in calls and way.target not in trail:
            found += _rings(book, calls, [*trail, way.target])
    return found
