"""This file reads what stages there are, and their settings, from `stages.toml`."""

import re
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from chalicelib.errors import CivicError
from chalicelib.settings import LOCAL
from infra import stack

FILE = Path(__file__).parent / "stages.toml"
NAME = re.compile(r"[a-z][a-z0-9-]{0,19}")
OWN = {"region", "account", "settings"}


class NoSuchStage(CivicError):
    """There is no such stage, or its settings are wrong; the message says which and how."""


@dataclass(frozen=True, slots=True)
class Planned:
    """A stage as it is meant to be; `account` is empty where any is right."""

    name: str
    region: str
    account: str = ""
    settings: dict[str, str] = field(default_factory=dict)

    @property
    def stack(self) -> str:
        """The name of its stack at AWS."""
        return f"owl-{self.name}"


def read(text: str, name: str) -> Planned:
    """Return a stage of `stages.toml`.

    Raises:
        NoSuchStage: it is not there, or a setting is missing, unknown or no text.
    """
    found = tomllib.loads(text)
    if name not in found:
        raise NoSuchStage(f"no stage '{name}' in {FILE.name}: there is {', '.join(found)}")
    if not NAME.fullmatch(name) or name == LOCAL:
        raise NoSuchStage(f"'{name}' is no name of a stage: small letters, digits, hyphens; 20")
    table = found[name]
    faults = [*_faults(name, table)]
    if faults:
        raise NoSuchStage("; ".join(faults))
    return Planned(name, table["region"], table.get("account", ""), table["settings"])


def _faults(name: str, table: dict[str, Any]) -> list[str]:
    known = {one: told for one, told in stack.template()["Parameters"].items() if one != "Stage"}
    settings = table.get("settings", {})
    faults = [f"{name}: '{one}' is not known" for one in sorted(table.keys() - OWN)]
    if not table.get("region"):
        faults.append(f"{name}: write its region, as ap-southeast-1")
    faults += [f"{name}: '{one}' is no setting" for one in sorted(settings.keys() - known.keys())]
    faults += [
        f"{name}: {one} is missing: {told['Description']}"
        for one, told in known.items()
        if "Default" not in told and one not in settings
    ]
    faults += [
        f'{name}: write {one} = "{value}", in quotes'
        for one, value in settings.items()
        if not isinstance(value, str)
    ]
    return faults
