"""This file says who somebody is, and where."""

from msgspec import Struct

from chalicelib.operations.base import Desk, Told, get
from chalicelib.operations.catalogue import Nothing

# Whoever has a key holds this.
SCOPE = "me"


class Me(Struct, frozen=True, kw_only=True):
    """The stage, and who asks: a person of the staff, or a system."""

    stage: str
    name: str
    roles: list[str]
    office: str
    district: str


@get("/me", SCOPE)
def show(desk: Desk, asked: Nothing) -> Told[Me]:  # noqa: ARG001 - its shape
    """Say whose key this is, and of which stage."""
    person = desk.person
    me = Me(
        stage=desk.side.settings.stage,
        name=person.name,
        roles=sorted(person.roles),
        office=person.office,
        district=person.district,
    )
    place = me.office or me.district
    of = f" of {place}" if place else ""
    return Told(me, [f"{me.name}, {', '.join(me.roles)}{of}, on stage {me.stage}"])
