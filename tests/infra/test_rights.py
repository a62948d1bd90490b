"""This file tests that what `make least-privilege` takes from a policy is one permission alone."""

import json
from dataclasses import replace
from typing import Any

import pytest

from infra.build import AWS
from tests.deployed.asked import Asked
from tests.deployed.rights import Right, less, rights_of

POLICIES = sorted((AWS / "policies").glob("*.json"))


def _deployed(text: str) -> dict[str, Any]:
    """Return a policy whose resources are strings, as CloudFormation makes of them."""

    def plain(one: dict[str, Any]) -> Any:
        if one.keys() <= {"Ref", "Fn::GetAtt", "Fn::Sub"}:
            return str(*one.values()).replace("*", "")
        return one

    policy: dict[str, Any] = json.loads(text, object_hook=plain)
    return policy


def _allowed(policy: dict[str, Any]) -> set[Right]:
    return {replace(one, sid="") for one in rights_of("one", policy)}


@pytest.mark.parametrize("file", POLICIES, ids=lambda file: file.stem)
def test_a_policy_without_a_permission_allows_all_others(file: Any) -> None:
    policy = _deployed(file.read_text())
    rights = list(rights_of("one", policy))
    assert len(rights) == len(_allowed(policy)), "two statements allow the same"
    for right in rights:
        assert _allowed(less(policy, right)) == _allowed(policy) - {replace(right, sid="")}


@pytest.mark.parametrize("file", POLICIES, ids=lambda file: file.stem)
def test_no_permission_is_for_everything(file: Any) -> None:
    for right in rights_of("one", json.loads(file.read_text())):
        assert "*" not in right.action, right
        assert "*" not in str(right.resource), right


def test_a_permission_of_rows_allows_what_names_one_of_them() -> None:
    right = Right("tally", "MakeKeys", "dynamodb:PutItem", "arn:table/keys", "period-*")
    asked = Asked("tally", "dynamodb:PutItem", "arn:table/keys", ("period-2026-11",), refused=False)
    assert right.allows(asked)
    assert not right.allows(replace(asked, rows=("box",)))
    assert not right.allows(replace(asked, action="dynamodb:DeleteItem"))
    assert not right.allows(replace(asked, resource="arn:table/scores"))
    assert not right.allows(replace(asked, function="tick"))
