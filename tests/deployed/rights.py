"""This file reads the permissions of a deployed role, and takes one at a time from it."""

import json
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from tests.deployed.acts_rights import POLICIES, ROLES
from tests.deployed.asked import Asked
from tests.deployed.stage import Deployed

# What the emulator does not enforce, so that no probe can miss it.
NOT_ENFORCED: Mapping[str, str] = {
    "logs:": "the emulator writes the log of a function itself",
    "sqs:ReceiveMessage": "its poller asks no role",
    "sqs:DeleteMessage": "the same",
    "sqs:GetQueueAttributes": "the same",
}
KEYS = "dynamodb:LeadingKeys"


@dataclass(frozen=True, slots=True)
class Right:
    """One permission: an action on a resource, and on which rows where the policy names them."""

    function: str
    sid: str
    action: str
    resource: str
    row: str = ""

    @property
    def why_not(self) -> str:
        """Why it cannot be probed here; empty where it can."""
        found = (why for begin, why in NOT_ENFORCED.items() if self.action.startswith(begin))
        return next(found, "")

    @property
    def shown(self) -> str:
        """The permission in one line."""
        what = self.resource.removesuffix(":*").rpartition(":")[2].removeprefix("table/")
        return f"{self.action} {what}" + f" rows {self.row}" * bool(self.row)

    def allows(self, asked: Asked) -> bool:
        """Whether it is what a function asked for."""
        same = (self.function, self.action) == (asked.function, asked.action)
        if not same or not fnmatchcase(asked.resource, self.resource):
            return False
        return not self.row or any(fnmatchcase(one, self.row) for one in asked.rows)


class Role:
    """The role of one deployed function, whose policy is made smaller and whole again."""

    def __init__(self, stage: Deployed, function: str) -> None:
        self.iam, self.function = stage.cloud.client("iam"), function
        resources = stage.cloud.resources(stage.stack)
        logical = next(one for one, file in POLICIES.items() if file == function)
        self.role = resources[ROLES.get(logical, f"{logical}Role")]["PhysicalResourceId"]
        (self.name,) = self.iam.list_role_policies(RoleName=self.role)["PolicyNames"]
        found = self.iam.get_role_policy(RoleName=self.role, PolicyName=self.name)
        self.whole: dict[str, Any] = found["PolicyDocument"]

    def rights(self) -> Iterator[Right]:
        """Give every permission of it."""
        yield from rights_of(self.function, self.whole)

    def without(self, right: Right) -> None:
        """Take one permission away."""
        self._write(less(self.whole, right))

    def restore(self) -> None:
        """Give everything back."""
        self._write(self.whole)

    def _write(self, policy: Mapping[str, Any]) -> None:
        self.iam.put_role_policy(
            RoleName=self.role, PolicyName=self.name, PolicyDocument=json.dumps(policy)
        )


def rights_of(function: str, policy: Mapping[str, Any]) -> Iterator[Right]:
    """Give every permission of a policy."""
    for one in policy["Statement"]:
        for action in _list(one["Action"]):
            for resource in _list(one["Resource"]):
                for row in _rows(one) or [""]:
                    yield Right(function, one["Sid"], action, resource, row)


def less(policy: Mapping[str, Any], right: Right) -> dict[str, Any]:
    """Return a policy that allows all that one does but for a permission."""
    statements = [
        each
        for one in policy["Statement"]
        for each in (_less(one, right) if one["Sid"] == right.sid else [one])
    ]
    return {**policy, "Statement": statements}


def _less(one: Mapping[str, Any], right: Right) -> list[dict[str, Any]]:
    """Return the statements that allow all that one does but for a permission."""
    actions, resources = _list(one["Action"]), _list(one["Resource"])
    others = [each for each in actions if each != right.action]
    elsewhere = [each for each in resources if each != right.resource]
    rows = [each for each in _rows(one) if each != right.row]
    less = [
        {**one, "Sid": f"{one['Sid']}A", "Action": others},
        {**one, "Sid": f"{one['Sid']}B", "Action": [right.action], "Resource": elsewhere},
    ]
    if rows and right.row:
        narrow = {**one["Condition"], "ForAllValues:StringLike": {KEYS: rows}}
        here = {"Action": [right.action], "Resource": [right.resource]}
        less.append({**one, **here, "Sid": f"{one['Sid']}C", "Condition": narrow})
    return [each for each in less if each["Action"] and each["Resource"]]


def _rows(one: Mapping[str, Any]) -> list[str]:
    told = one.get("Condition", {}).get("ForAllValues:StringLike", {}).get(KEYS, [])
    return _list(told)


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def chosen(rights: Sequence[Right], *, few: bool, seed: int) -> list[Right]:
    """Return what is probed: all, or of each function one that chance picks."""
    able = [one for one in rights if not one.why_not]
    if not few:
        return able
    chance, names = random.Random(seed), dict.fromkeys(one.function for one in able)
    return [chance.choice([one for one in able if one.function == name]) for name in names]
