"""This file says what one USSD screen or one SMS answer may hold."""

from typing import NamedTuple

from chalicelib.telecom import gsm7, segments


class Profile(NamedTuple):
    """A network's USSD screen: septets, or UCS-2 units where a letter needs them.

    The specification allows 182 and 80 (160 octets); many gateways cut at 160 and 70, and
    none says whether the 4 characters of `CON ` count, so they do here (`prefix`).
    """

    septets: int = 160
    units: int = 70
    unicode: bool = True
    prefix: int = 4

    def fits(self, text: str) -> bool:
        """Whether the text can be shown whole."""
        used, limit = self.meter(text)
        return used <= limit

    def meter(self, text: str) -> tuple[int, int]:
        """Return what a text uses, prefix counted, and the limit in the same unit."""
        used = gsm7.septets(text)
        if used is not None:
            return used + self.prefix, self.septets
        units = len(text.encode("utf-16-le", "surrogatepass")) // 2
        return units + self.prefix, self.units if self.unicode else 0


class SmsBudget(NamedTuple):
    """An SMS answer of at most so many parts."""

    parts: int = 3
    unicode: bool = True

    def fits(self, text: str) -> bool:
        """Whether the text takes no more than the parts allowed."""
        return segments.measure(text).segments <= self.parts

    def meter(self, text: str) -> tuple[int, int]:
        """Return the units a text uses and the most that the parts hold."""
        measured = segments.measure(text)
        if self.parts == 1:
            return measured.units, segments.ALONE[measured.encoding]
        return measured.units, segments.JOINED[measured.encoding] * self.parts
