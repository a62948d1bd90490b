"""This file holds the catalogue: services, offices and places as one versioned snapshot."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Literal, NamedTuple, Protocol

Text = Mapping[str, str]
Status = Literal["sourced", "sourced_dated", "illustrative"]
FeeKind = Literal["exact", "maximum", "reduced", "per_unit", "percent"]
Level = Literal["province", "district", "commune"]
PlaceKind = Literal["province", "municipality", "district", "sangkat", "commune"]
STATUSES: tuple[Status, ...] = ("sourced", "sourced_dated", "illustrative")
FEE_KINDS: tuple[FeeKind, ...] = ("exact", "maximum", "reduced", "per_unit", "percent")
LEVELS: tuple[Level, ...] = ("province", "district", "commune")
# The kinds of place by the digits of their codes, and how people call them.
PLACE_KINDS: Mapping[int, Mapping[PlaceKind, str]] = {
    2: {"province": "khaet"},
    4: {"municipality": "krong", "district": "srok"},
    6: {"sangkat": "sangkat", "commune": "khum"},
}

# The menu's groups in the order of its keys, and the sectors of the catalogue in each.
MENU_SECTORS: Mapping[str, tuple[str, ...]] = {
    "transport": ("transport",),
    "commerce": ("commerce",),
    "interior": ("interior",),
    "land": ("land", "construction"),
    "tourism": ("tourism",),
    "industry": ("industry",),
}
SECTORS = tuple(sector for group in MENU_SECTORS.values() for sector in group)
PROVINCE_DIGITS, DISTRICT_DIGITS = 2, 4


_NONE: Mapping[str, Any] = {}


class Figure(NamedTuple):
    """Where a figure comes from and who checked it. `partial`: the source was cut short."""

    status: Status
    source: str = ""
    checked_by: str = ""
    checked_on: str = ""
    partial: bool = False

    @property
    def confirmed(self) -> bool:
        """Whether it may be told without the line that it is not confirmed."""
        return self.status == "sourced" and not self.partial


class Documents(NamedTuple):
    """What to bring, in order; tickets name missing ones by their place."""

    items: tuple[Text, ...]
    figure: Figure


class Fee(NamedTuple):
    """One fee in riel, or in percent of the value. `unit` says for what it is paid."""

    kind: FeeKind
    amount: int
    figure: Figure
    unit: Text = _NONE


class Days(NamedTuple):
    """The most, and the least, working days a service may take."""

    max: int
    figure: Figure
    min: int | None = None


class Note(NamedTuple):
    """Words with a source: how long a paper is valid, or a line more."""

    text: Text
    figure: Figure


class Service(NamedTuple):
    """One service of the list. `code` is printed, permanent and never given to another."""

    code: str
    key: str
    sector: str
    names: Text
    documents: Documents
    fees: tuple[Fee, ...]
    days: Days | None
    office_level: Level
    validity: Note | None = None
    extra: tuple[Note, ...] = ()
    legal_basis: str = ""


class Override(NamedTuple):
    """What one office does otherwise for one service."""

    fees: tuple[Fee, ...] = ()
    hours: str = ""


class Office(NamedTuple):
    """One office: `code` is the gazetteer code of the district or province it serves."""

    code: str
    names: Text
    phone: str = ""
    hours: str = ""
    overrides: Mapping[str, Override] = _NONE


class Place(NamedTuple):
    """A province, district or commune by gazetteer code, with other spellings of its name."""

    code: str
    names: Text
    aliases: tuple[str, ...] = ()
    kind: PlaceKind = "commune"


class Catalogue(NamedTuple):
    """Everything the phone side knows of services, whole and of one version."""

    version: str
    services: Mapping[str, Service]
    offices: Mapping[str, Office]
    places: Mapping[str, Place]
    holidays: frozenset[date] = frozenset()

    def services_of(self, group: str) -> list[Service]:
        """Return the services of a group of the menu, by code."""
        sectors = MENU_SECTORS.get(group, ())
        return [one for _, one in sorted(self.services.items()) if one.sector in sectors]

    def provinces(self) -> list[Office]:
        """Return the offices of provinces, by code."""
        return [one for code, one in sorted(self.offices.items()) if len(code) == PROVINCE_DIGITS]

    def offices_of(self, province: str) -> list[Office]:
        """Return the district offices of a province, by code."""
        return [
            one
            for code, one in sorted(self.offices.items())
            if len(code) == DISTRICT_DIGITS and code.startswith(province)
        ]

    def is_holiday(self, day: date) -> bool:
        """Whether a day is a public holiday; illustrative until an office confirms the list."""
        return day in self.holidays


EMPTY = Catalogue("", {}, {}, {})


class CatalogueStore(Protocol):
    """Where the snapshot is kept."""

    def head(self) -> str | None:
        """Return the version that is published."""

    def load(self) -> Catalogue | None:
        """Return the snapshot that is published, whole."""

    def publish(self, catalogue: Catalogue) -> bool:
        """Publish a snapshot; False where the same one stands already."""


def changed(old: Catalogue, new: Catalogue) -> list[str]:
    """Name what differs between two snapshots, for the audit log."""
    lines = [f"service {code}" for code in _differing(old.services, new.services)]
    lines += [f"office {code}" for code in _differing(old.offices, new.offices)]
    lines += [f"place {code}" for code in _differing(old.places, new.places)]
    return lines + (["holidays"] if old.holidays != new.holidays else [])


def _differing(old: Mapping[str, object], new: Mapping[str, object]) -> Iterable[str]:
    return sorted(code for code in {*old, *new} if old.get(code) != new.get(code))
