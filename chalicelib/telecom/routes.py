"""This file says which gateways reach a network, in the order in which they are asked."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from chalicelib.errors import NotAcceptable

REST, THEN = "*", ">"


class Routes(NamedTuple):
    """The routes of a stage. `rest` reaches every network that has none of its own."""

    by_network: Mapping[str, str]
    rest: str
    gateways: frozenset[str]

    def of(self, network: str) -> str:
        """Return the route of a network, as `first>second`; empty where it is that of the rest.

        People whose numbers are masked have their gateway's name as their network: no other
        gateway knows them.
        """
        if network in self.gateways:
            return network
        return self.by_network.get(network, "")

    def names(self, route: str) -> Sequence[str]:
        """Return the gateways of a route in their order; of the rest where it is empty."""
        return (route or self.rest).split(THEN)

    @property
    def used(self) -> list[str]:
        """Every gateway that some route names, the first of the rest first."""
        every = [*self.names(""), *(n for one in self.by_network.values() for n in self.names(one))]
        return list(dict.fromkeys(every))


def routes_of(gateways: str, written: str) -> Routes:
    """Return the routes that `smart=jasmin>plasgate, *=plasgate` says, of a list of gateways.

    Without any, the first gateway reaches everybody.

    Raises:
        NotAcceptable: naming the setting, and what it should hold.
    """
    known = [one.strip() for one in gateways.split(",") if one.strip()]
    if not known:
        raise NotAcceptable("OWL_GATEWAYS is empty: name at least one gateway, as africastalking")
    ways: dict[str, str] = {}
    for one in filter(None, (part.strip() for part in written.split(","))):
        network, _, way = one.partition("=")
        names = [name.strip() for name in way.split(THEN)]
        strange = [name for name in names if name not in known]
        if strange or not network.strip():
            raise NotAcceptable(
                f"OWL_ROUTES has '{one}': write network=gateway>gateway, of the gateways in "
                f"OWL_GATEWAYS: {', '.join(known)}"
            )
        ways[network.strip()] = THEN.join(names)
    rest = ways.pop(REST, known[0])
    return Routes(ways, rest, frozenset(known))
