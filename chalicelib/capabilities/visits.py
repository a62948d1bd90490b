"""This file holds the visits of staff to the console: how long one lasts, and who tries too often.

A visit is a row behind a random id that only the browser knows: the row is named by its digest.
"""

import hashlib
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from chalicelib.capabilities.ledger_cells import Cells, Place, changed
from chalicelib.ports import Clock

# A visit ends so long after the last page, and after the first.
IDLE, WHOLE = timedelta(minutes=30), timedelta(hours=8)
# A page that is looked at keeps a visit alive; noting it once a minute is enough.
NOTED = 60
WINDOW = 15 * 60
# Passwords and codes that may be tried in a window, by name and by address.
TRIES_A_NAME, TRIES_AN_ADDRESS = 5, 30


class Visits:
    """The visits of a stage."""

    def __init__(self, cells: Cells, clock: Clock) -> None:
        """Take the rows."""
        self.cells, self.clock = cells, clock

    def read(self, id_: str) -> dict[str, Any] | None:
        """Return what is kept of a visit; None where there is none, or it is over."""
        (cell,) = self.cells.read([_visit(id_)])
        if not self._lasts(cell.value):
            return None
        return dict(cell.value["data"])

    def write(self, id_: str, name: str, data: Mapping[str, Any], *, quiet: bool = False) -> None:
        """Keep what belongs to a visit of somebody; `quiet` where only a page was looked at."""
        now = self._now()

        def kept(row: Mapping[str, Any]) -> Mapping[str, Any] | None:
            if quiet and now - int(row.get("seen", 0)) < NOTED:
                return None
            if row and not self._lasts(row):
                return None
            began = int(row.get("began", now))
            ends = min(now + int(IDLE.total_seconds()), began + int(WHOLE.total_seconds()))
            return {"data": dict(data), "began": began, "seen": now, "expires": ends}

        place = _visit(id_)
        if changed(self.cells, place, kept) is not None and not quiet:
            self._list(name, place.id)

    def end(self, id_: str) -> None:
        """End a visit."""
        changed(self.cells, _visit(id_), lambda row: _over(self._now()) if row else None)

    def end_all(self, name: str) -> None:
        """End every visit of somebody, on whatever machine."""
        (cell,) = self.cells.read([_person(name)])
        for id_ in cell.value.get("visits", {}):
            place = Place("console", id_)
            changed(self.cells, place, lambda row: _over(self._now()) if row else None)

    def _list(self, name: str, id_: str) -> None:
        """Remember which visits are somebody's, as long as one can last."""
        now, whole = self._now(), int(WHOLE.total_seconds())

        def listed(row: Mapping[str, Any]) -> Mapping[str, Any] | None:
            visits = {one: at for one, at in row.get("visits", {}).items() if at > now - whole}
            if id_ in visits:
                return None
            return {"visits": {**visits, id_: now}, "expires": now + whole}

        changed(self.cells, _person(name), listed)

    def _lasts(self, row: Mapping[str, Any]) -> bool:
        return "data" in row and self._now() < int(row["expires"])

    def _now(self) -> int:
        return int(self.clock.now().timestamp())


class Lockout:
    """Counts tries to sign in, each before it is made, so that many at once are counted too."""

    def __init__(self, cells: Cells, clock: Clock) -> None:
        """Take the rows."""
        self.cells, self.clock = cells, clock

    def lets(self, name: str, address: str, browser: str = "") -> bool:
        """Count one more try; False where the name or the address had too many.

        An address that had too many counts against no name: it could lock everybody out. `browser`
        is the id of one in which the name signed in before: its tries are counted apart, so that
        no stranger who tries the name locks its owner out of there.
        """
        return self._lets(_tries("address", address), TRIES_AN_ADDRESS) and self._lets(
            _of(name, browser), TRIES_A_NAME
        )

    def right(self, address: str) -> None:
        """Take one try of an address back, for it was right: a whole office may share it."""
        now = int(self.clock.now().timestamp())

        def fewer(row: Mapping[str, Any]) -> Mapping[str, Any] | None:
            tried = row.get("at", [])
            return {"at": tried[:-1], "expires": now + WINDOW} if tried else None

        changed(self.cells, _tries("address", address), fewer)

    def passed(self, name: str, browser: str = "") -> None:
        """Forget the tries of a name that signed in; not those of strangers elsewhere."""
        now = int(self.clock.now().timestamp())
        place = _of(name, browser)
        changed(self.cells, place, lambda row: {"at": [], "expires": now} if row else None)

    def _lets(self, place: Place, most: int) -> bool:
        now = int(self.clock.now().timestamp())

        def tried(row: Mapping[str, Any]) -> Mapping[str, Any] | None:
            recent = [at for at in row.get("at", ()) if at > now - WINDOW]
            if len(recent) >= most:
                return None
            return {"at": [*recent, now], "expires": now + WINDOW}

        return changed(self.cells, place, tried) is not None


def _over(now: int) -> Mapping[str, Any]:
    return {"over": True, "expires": now + int(WHOLE.total_seconds())}


def _visit(id_: str) -> Place:
    return Place("console", f"visit/{_digest(id_)}")


def _person(name: str) -> Place:
    return Place("console", f"person/{_digest(name.casefold())}")


def _of(name: str, browser: str) -> Place:
    return _tries("browser", browser) if browser else _tries("name", name)


def _tries(kind: str, who: str) -> Place:
    return Place("console", f"tries/{kind}/{_digest(who.casefold())}")


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
