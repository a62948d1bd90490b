"""This file reads a list of changes as CloudFormation tells it, and what in it must not happen."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

# What is lost with them cannot be made again: rows, what opens them, and who may sign in.
KEEPERS = frozenset({"AWS::DynamoDB::Table", "AWS::KMS::Key", "AWS::Cognito::UserPool"})


@dataclass(frozen=True, slots=True)
class Change:
    """One resource that a deployment would add, change, replace or remove."""

    action: str
    name: str
    kind: str
    replaced: str = ""

    def __str__(self) -> str:
        told = {"True": " (made anew)", "Conditional": " (perhaps made anew)"}
        return f"{self.action:<6} {self.name} {self.kind}{told.get(self.replaced, '')}"


def changes_of(told: Mapping[str, Any]) -> list[Change]:
    """Return the changes of `describe-change-set`, removals first."""
    found = [
        Change(
            one["ResourceChange"]["Action"],
            one["ResourceChange"]["LogicalResourceId"],
            one["ResourceChange"]["ResourceType"],
            one["ResourceChange"].get("Replacement", ""),
        )
        for one in told["Changes"]
    ]
    return sorted(found, key=lambda one: (one.action != "Remove", one.action, one.name))


def dangerous(listed: Iterable[Change]) -> list[Change]:
    """Return the changes that would take a table, a key or a pool away."""
    return [
        one
        for one in listed
        if one.kind in KEEPERS and (one.action == "Remove" or one.replaced == "True")
    ]
