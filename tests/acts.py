"""This file compares what code asks of AWS with what a policy of ours allows."""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest

from chalicelib.storage.wire import Wire

POLICIES = Path(__file__).parent.parent / "infra" / "aws" / "policies"
TRANSACTED = {
    "Put": "PutItem",
    "Update": "UpdateItem",
    "Delete": "DeleteItem",
    "ConditionCheck": "ConditionCheckItem",
}
# A right is asked for by what a statement does, on the table it names.
# https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-iam.html
STATEMENT = re.compile(r'(INSERT|UPDATE) (?:INTO )?"([^"]+)"')
# The tables of which a policy may allow some rows only, and the key of their rows.
BY_ROW = {"KeysTable": "id", "LimitsTable": "id", "TicketsTable": "id", "CountersTable": "day"}
# What Lambda does for a function, or the database with its keys: no call of ours.
NOT_CALLED = ("logs:", "kms:", "sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes")
# (action, logical name of what it touches, leading key where the policy asks for it)
Act = tuple[str, str, str]


def noting(
    patch: pytest.MonkeyPatch, found: set[Act], when: Callable[[], bool] = lambda: True
) -> None:
    """Note into a set, from here on, what is asked of AWS while `when` says so."""
    call = Wire.call

    def noted(wire: Wire, operation: str, **asked: Any) -> Any:
        if when():
            found.update(_acts(wire.service, operation, asked))
        return call(wire, operation, **asked)

    patch.setattr(Wire, "call", noted)


def _acts(service: str, operation: str, arguments: Mapping[str, Any]) -> Iterator[Act]:
    if service == "sqs":
        yield f"sqs:{operation}", _logical(arguments["QueueUrl"], "Queue"), ""
    elif operation == "BatchGetItem":
        for table, wanted in arguments["RequestItems"].items():
            for key in wanted["Keys"]:
                yield _act(operation, table, key)
    elif operation == "BatchWriteItem":
        yield from _batched(arguments["RequestItems"])
    elif operation == "BatchExecuteStatement":
        yield from _stated(one["Statement"] for one in arguments["Statements"])
    elif operation == "TransactWriteItems":
        yield from _transacted(arguments["TransactItems"])
    elif "IndexName" in arguments:
        yield f"dynamodb:{operation}", arguments["IndexName"], ""
    else:
        key = arguments.get("Key") or arguments.get("Item") or {}
        yield _act(operation, arguments["TableName"], key)


def _batched(requests: Mapping[str, Any]) -> Iterator[Act]:
    for table, wanted in requests.items():
        for one in wanted:
            put = one.get("PutRequest")
            key = put["Item"] if put else one["DeleteRequest"]["Key"]
            yield _act("BatchWriteItem", table, key)


def _stated(texts: Iterable[str]) -> Iterator[Act]:
    for verb, table in (found.groups() for found in map(STATEMENT.match, texts) if found):
        yield _act(f"PartiQL{verb.title()}", table, {})


def _transacted(items: list[Mapping[str, Any]]) -> Iterator[Act]:
    for item in items:
        for kind, one in item.items():
            yield _act(TRANSACTED[kind], one["TableName"], one.get("Key") or one["Item"])


def _act(operation: str, table: str, key: Mapping[str, Any]) -> Act:
    name = _logical(table, "Table")
    row = key[BY_ROW[name]]["S"] if key and name in BY_ROW else ""
    return f"dynamodb:{operation}", name, row


def _logical(name: str, suffix: str) -> str:
    words = name.rpartition("owl-local-")[2].split("-")
    return "".join(word.title() for word in words) + suffix


def allowed(function: str) -> set[Act]:
    """Return what a policy lets a function do; the leading key as a pattern."""
    found = set()
    for statement in json.loads((POLICIES / f"{function}.json").read_text())["Statement"]:
        resources = statement["Resource"]
        keys = statement.get("Condition", {}).get("ForAllValues:StringLike", {})
        for one in resources if isinstance(resources, list) else [resources]:
            name = _resource(one)
            for action in statement["Action"]:
                for key in keys.get("dynamodb:LeadingKeys", ["*"]):
                    found.add((action, name, key))
    return {one for one in found if not one[0].startswith(NOT_CALLED)}


def _resource(one: dict[str, Any]) -> str:
    if "Fn::Sub" in one:
        return str(one["Fn::Sub"]).rpartition("/")[2]
    return str(one["Ref"] if "Ref" in one else one["Fn::GetAtt"][0])


def compared(did: set[Act], may: set[Act]) -> tuple[set[Act], set[Act]]:
    """Return what was done and is not allowed, and what is allowed and was never done."""
    lets = {(act, rule) for act in did for rule in may if _lets(rule, act)}
    return did - {act for act, _ in lets}, may - {rule for _, rule in lets}


def _lets(rule: Act, act: Act) -> bool:
    return rule[:2] == act[:2] and fnmatchcase(act[2], rule[2])
