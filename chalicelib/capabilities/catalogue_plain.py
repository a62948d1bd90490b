"""This file writes a catalogue as plain values and reads it back, fast, for storage."""

import hashlib
import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from chalicelib.capabilities.catalogue import (
    Catalogue,
    Days,
    Documents,
    Fee,
    Figure,
    Note,
    Office,
    Override,
    Place,
    Service,
)

VERSION_DIGITS = 12


def dumped(catalogue: Catalogue) -> str:
    """Return the content of a snapshot as JSON, the same for the same content."""
    plain = {
        "services": {code: _plain(one) for code, one in catalogue.services.items()},
        "offices": {code: _plain(one) for code, one in catalogue.offices.items()},
        "places": {code: _plain(one) for code, one in catalogue.places.items()},
        "holidays": sorted(day.isoformat() for day in catalogue.holidays),
    }
    return json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _plain(value: Any) -> Any:
    """Return a value as JSON has it: a named tuple by its fields."""
    if hasattr(value, "_asdict"):
        return _plain(value._asdict())
    if isinstance(value, Mapping):
        return {name: _plain(one) for name, one in value.items()}
    return [_plain(one) for one in value] if isinstance(value, tuple) else value


def version_of(content: str) -> str:
    """Return the version of a content: what is the same has the same version."""
    return hashlib.sha256(content.encode()).hexdigest()[:VERSION_DIGITS]


def loaded(content: str) -> Catalogue:
    """Return the snapshot that `dumped` wrote."""
    plain = json.loads(content)
    return Catalogue(
        version=version_of(content),
        services={code: _service(one) for code, one in plain["services"].items()},
        offices={code: _office(one) for code, one in plain["offices"].items()},
        places={
            code: Place(one["code"], one["names"], tuple(one["aliases"]), one["kind"])
            for code, one in plain["places"].items()
        },
        holidays=frozenset(date.fromisoformat(day) for day in plain["holidays"]),
    )


def versioned(catalogue: Catalogue) -> Catalogue:
    """Return a catalogue under the version of its content."""
    return loaded(dumped(catalogue))


def _service(plain: Mapping[str, Any]) -> Service:
    days, validity = plain["days"], plain["validity"]
    return Service(
        code=plain["code"],
        key=plain["key"],
        sector=plain["sector"],
        names=plain["names"],
        documents=Documents(
            tuple(plain["documents"]["items"]), Figure(**plain["documents"]["figure"])
        ),
        fees=tuple(_fee(one) for one in plain["fees"]),
        days=Days(days["max"], Figure(**days["figure"]), days["min"]) if days else None,
        office_level=plain["office_level"],
        validity=_note(validity) if validity else None,
        extra=tuple(_note(one) for one in plain["extra"]),
        legal_basis=plain["legal_basis"],
    )


def _fee(plain: Mapping[str, Any]) -> Fee:
    return Fee(plain["kind"], plain["amount"], Figure(**plain["figure"]), plain["unit"])


def _note(plain: Mapping[str, Any]) -> Note:
    return Note(plain["text"], Figure(**plain["figure"]))


def _office(plain: Mapping[str, Any]) -> Office:
    overrides = {
        code: Override(tuple(_fee(fee) for fee in one["fees"]), one["hours"])
        for code, one in plain["overrides"].items()
    }
    return Office(plain["code"], plain["names"], plain["phone"], plain["hours"], overrides)
