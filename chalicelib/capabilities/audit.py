"""This file says what is noted of the things staff do: who, what and when, never about whom."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class Deed:
    """One thing a member of staff did. `details` are counts, codes and file names."""

    who: str
    what: str
    details: Mapping[str, Any] = field(default_factory=dict)


class AuditLog(Protocol):
    """Where deeds are noted; nobody changes or removes one."""

    def note(self, deed: Deed) -> None:
        """Note a deed of this moment."""
