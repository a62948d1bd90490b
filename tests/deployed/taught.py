"""This file is the emulator's process, taught three things of AWS that it lacks.

It runs in the bare environment, where nothing of this project can be imported.

The policies let a function read rows by `dynamodb:LeadingKeys`, which the emulator does not know:
it is told here for each table of a request, as AWS does, so that these conditions are tried too.
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html

A batch of statements needs the right to what each does to its table, not one of its own.
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-iam.html

The reference to a secret is its ARN on AWS, and here a name that no policy matches.
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-secretsmanager-secret.html
"""

import json
import os
import re
import signal
import sys
import threading
import time
from collections import defaultdict
from typing import Any

KEYS, LEADING = "owl:keys", "dynamodb:LeadingKeys"
STATEMENT = re.compile(r'(INSERT|UPDATE) (?:INTO )?"([^"]+)"')
SAVING_SECONDS = 10


def keys_of(body: bytes) -> dict[str, list[str]]:
    """Return the partition keys that a request names, by table."""
    asked = json.loads(body or b"{}")
    found: defaultdict[str, list[str]] = defaultdict(list)
    items = [one[member] for one in asked.get("TransactItems", ()) for member in one]
    for one in [asked, *items]:
        row = one.get("Key") or one.get("Item")
        if row:
            found[one["TableName"]].append(_leading(one["TableName"], row))
    for table, wanted in asked.get("RequestItems", {}).items():
        found[table] += [_leading(table, row) for row in _rows(wanted)]
    return found


def _leading(table: str, row: dict[str, dict[str, str]]) -> str:
    """Return the partition key of a row, as its table says which it is."""
    from ministack.services import dynamodb  # noqa: PLC0415 - it reads the environment

    known = dynamodb._tables.get(table) or {}
    names = [one["AttributeName"] for one in known.get("KeySchema", ()) if one["KeyType"] == "HASH"]
    return "".join(row.get(name, {}).get("S", "") for name in names)


def _rows(wanted: Any) -> list[dict[str, Any]]:
    if isinstance(wanted, dict):
        return list(wanted["Keys"])
    puts = [one["PutRequest"]["Item"] for one in wanted if "PutRequest" in one]
    return puts + [one["DeleteRequest"]["Key"] for one in wanted if "DeleteRequest" in one]


def teach_secrets() -> None:
    """Let the reference to a secret be its ARN."""
    from ministack.services import secretsmanager  # noqa: PLC0415 - they read the environment
    from ministack.services.cloudformation import provisioners  # noqa: PLC0415 - the same

    secret = provisioners._RESOURCE_HANDLERS["AWS::SecretsManager::Secret"]
    create, update, delete = secret["create"], secret["update"], secret["delete"]

    def name_of(arn: str) -> str:
        return str(secretsmanager._resolve(arn)[0] or arn)

    def made(*args: Any) -> tuple[str, dict[str, str]]:
        known = create(*args)[1]
        return known["Arn"], known

    def changed(arn: str, *args: Any) -> tuple[str, dict[str, str]]:
        known = update(name_of(arn), *args)[1]
        return known["Arn"], known

    secret |= {
        "create": made,
        "update": changed,
        "delete": lambda arn, *args: delete(name_of(arn), *args),
    }


def teach_keys() -> None:
    """Let the emulator's checks know the keys of a request."""
    from ministack.core import iam_actions, iam_evaluator  # noqa: PLC0415 - they read the environment

    told, checked = iam_actions.dynamodb_service_context, iam_evaluator.enforce

    def context(body: bytes) -> dict[str, Any]:
        return {**told(body), KEYS: keys_of(body)}

    def enforce(*args: Any, **more: Any) -> Any:
        known = dict(more.get("service_context") or {})
        keys = known.pop(KEYS, {})
        table = str(more.get("resource_arn", "")).rpartition(":table/")[2]
        if keys.get(table):
            known[LEADING] = keys[table]
        return checked(*args, **{**more, "service_context": known})

    iam_actions.dynamodb_service_context = context
    iam_evaluator.enforce = enforce


def teach_statements() -> None:
    """Let each statement of a batch be allowed or not as what it does to its table."""
    from ministack.core import iam_actions  # noqa: PLC0415 - it reads the environment

    told = iam_actions.dynamodb_transaction_checks

    def checks(action: str, body: bytes, region: str, account: str) -> list[tuple[str, str]]:
        if action != "dynamodb:BatchExecuteStatement":
            return list(told(action, body, region, account))
        texts = [one["Statement"] for one in json.loads(body)["Statements"]]
        found = {match.groups() for match in map(STATEMENT.match, texts) if match}
        place = f"arn:aws:dynamodb:{region}:{account}:table/"
        return [(f"dynamodb:PartiQL{verb.title()}", place + table) for verb, table in sorted(found)]

    iam_actions.dynamodb_transaction_checks = checks


def watch() -> None:
    """End when the process that started this one is gone: the pipe from it ends then."""
    while os.read(sys.stdin.fileno(), 1):
        continue
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(SAVING_SECONDS)
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    threading.Thread(target=watch, daemon=True).start()
    teach_keys()
    teach_statements()
    teach_secrets()
    from ministack import app

    sys.argv = ["ministack"]
    app.main()
