"""This file is the kill switch of everything that nobody asked for one by one."""

from msgspec import Struct

from chalicelib.capabilities.audit import Deed
from chalicelib.capabilities.ledger_chunks import is_held
from chalicelib.operations.base import Desk, Told, get, post
from chalicelib.operations.catalogue import Nothing

ON = "sending is on"
HELD = (
    "sending is held while people are moved to a new contacts key: see `owl keys contacts status`"
)
STOPPED = "sending is stopped: it goes on when two people run `owl sending start`"


class Switch(Struct, frozen=True, kw_only=True):
    """Whether sending is on, who turned it last, and who would let it go on."""

    on: bool
    held: bool
    by: str | None
    agreed: list[str]


@get("/sending", "sending:read")
def status(desk: Desk, asked: Nothing) -> Told[Switch]:  # noqa: ARG001 - its shape
    """Say whether sending is on, and who turned it last."""
    switch = _switch(desk)
    by = f" ({'started' if switch.on else 'stopped'} by {switch.by})" if switch.by else ""
    return Told(switch, [_line(switch) + by])


@post("/sending/stop", "sending:write")
def stop(desk: Desk, asked: Nothing) -> Told[Switch]:  # noqa: ARG001 - its shape
    """Stop all sending; what is being posted at this moment still goes out. Replies go on."""
    desk.side.sweeper.ledger.control.stop(desk.who)
    desk.side.audit.note(Deed(desk.who, "stop sending", {}))
    return Told(_switch(desk), [STOPPED])


@post("/sending/start", "sending:write")
def start(desk: Desk, asked: Nothing) -> Told[Switch]:  # noqa: ARG001 - its shape
    """Let sending go on where it stopped, once two people said so; nobody gets a second copy."""
    desk.side.sweeper.ledger.control.start(desk.who)
    desk.side.audit.note(Deed(desk.who, "start sending", {}))
    switch = _switch(desk)
    return Told(switch, [_line(switch)])


def _switch(desk: Desk) -> Switch:
    on, row = desk.side.sweeper.ledger.control.switched()
    return Switch(on=on, held=is_held(row), by=row.get("by"), agreed=list(row.get("agreed", ())))


def _line(switch: Switch) -> str:
    if switch.on:
        return ON
    if switch.held:
        return HELD
    if not switch.agreed:
        return STOPPED
    return (
        f"sending is stopped: {', '.join(switch.agreed)} would let it go on, and it does when "
        "somebody else runs `owl sending start` too"
    )
