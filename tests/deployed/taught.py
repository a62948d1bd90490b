"""This file is the emulator's process, taught four things of AWS that it lacks, and to keep books.

It runs in the bare environment, where nothing of this project can be imported.

The policies let a function read rows by `dynamodb:LeadingKeys`, which the emulator does not know:
it is told here for each table of a request, as AWS does, so that these conditions are tried too.
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html

A batch of statements needs the right to what each does to its table, not one of its own.
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-iam.html
Whoever reads or writes a table that a customer's key encrypts must be allowed to decrypt with that
key, by way of the database: it is asked of the role here too.
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.usagenotes.html
https://github.com/aws/aws-cdk/issues/10010 (a function that may put an item and not decrypt)

The reference to a secret is its ARN on AWS, and here a name that no policy matches.
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-secretsmanager-secret.html

What a function asks for is written down, and whether it was refused (`tests/deployed/asked.py`).
"""

import hashlib
import json
import os
import re
import shutil
import signal
import sys
import tempfile
import threading
import time
import zipfile
from collections import defaultdict
from pathlib import Path
from types import SimpleNamespace
from typing import Any

KEYS, LEADING = "owl:keys", "dynamodb:LeadingKeys"
STATEMENT = re.compile(r'(INSERT|UPDATE) (?:INTO )?"([^"]+)"')
VIA, TABLE = "kms:ViaService", "AWS::DynamoDB::Table"
ASKED = Path("asked.jsonl")
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


def teach_encryption() -> None:
    """Let a table know the key of the account that encrypts it."""
    from ministack.core.responses import get_account_id, get_region  # noqa: PLC0415 - the same
    from ministack.services import dynamodb  # noqa: PLC0415 - the same
    from ministack.services.cloudformation import provisioners  # noqa: PLC0415 - the same

    table = provisioners._RESOURCE_HANDLERS[TABLE]
    create = table["create"]

    def made(id_: str, told: dict[str, Any], *args: Any) -> tuple[str, dict[str, str]]:
        name, known = create(id_, told, *args)
        key = told.get("SSESpecification", {}).get("KMSMasterKeyId")
        if key:
            arn = f"arn:aws:kms:{get_region()}:{get_account_id()}:key/{key}"
            known_as = {"Status": "ENABLED", "SSEType": "KMS", "KMSMasterKeyArn": arn}
            dynamodb._tables[name]["SSEDescription"] = known_as
        return name, known

    table["create"] = made


def teach_rights() -> None:
    """Let the emulator's checks know the keys of a request, and of its tables; note each."""
    from ministack.core import iam_actions, iam_evaluator  # noqa: PLC0415 - they read the environment

    told, checked = iam_actions.dynamodb_service_context, iam_evaluator.enforce

    def context(body: bytes) -> dict[str, Any]:
        return {**told(body), KEYS: keys_of(body)}

    def enforce(who: str, action: str, service: str, region: str, **more: Any) -> Any:
        arn, known = str(more.get("resource_arn", "*")), dict(more.get("service_context") or {})
        keys = known.pop(KEYS, {})
        table = arn.rpartition(":table/")[2]
        if keys.get(table):
            known[LEADING] = keys[table]
        asked = [(action, service, arn, known)]
        key = _encrypted_by(table.partition("/")[0]) if service == "dynamodb" else ""
        if key:
            asked.append(("kms:Decrypt", "kms", key, {VIA: f"dynamodb.{region}.amazonaws.com"}))
        for act, of, on, facts in asked:
            refusal = checked(who, act, of, region, resource_arn=on, service_context=facts)
            _note(who, act, on, facts.get(LEADING, []), refused=refusal is not None)
            if refusal is not None:
                return refusal
        return None

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


def _encrypted_by(table: str) -> str:
    from ministack.services import dynamodb  # noqa: PLC0415 - it reads the environment

    found = (dynamodb._tables.get(table) or {}).get("SSEDescription") or {}
    return str(found.get("KMSMasterKeyArn", ""))


def _note(key: str, action: str, resource: str, rows: list[str], *, refused: bool) -> None:
    """Write down what a function asked for; what its deployer and the phones ask is not."""
    from ministack.services import sts  # noqa: PLC0415 - it reads the environment

    found = str((sts._sessions.get(key) or {}).get("Arn", ""))
    if found:
        asked = {"who": found.rpartition("/")[2], "action": action, "resource": resource}
        line = json.dumps({**asked, "rows": rows, "refused": refused})
        with ASKED.open("a", encoding="utf-8") as file:
            file.write(f"{line}\n")


class Unpacked(zipfile.ZipFile):
    """A package that is unpacked once: it has 100 MB, and functions that start write nothing."""

    def extractall(self, path: Any = None, *args: Any, **more: Any) -> None:
        """Let a folder be the one that this package was unpacked into first."""
        whole = hashlib.sha256(Path(str(self.filename)).read_bytes()).hexdigest()
        once = Path(tempfile.gettempdir(), f"owl-{whole}")
        with UNPACKING:
            if not once.exists():
                super().extractall(f"{once}-part", *args, **more)
                shutil.move(f"{once}-part", once)
        Path(path).rmdir()
        Path(path).symlink_to(once)


UNPACKING = threading.Lock()


def teach_haste() -> None:
    """Let functions start without unpacking what was unpacked before."""
    from ministack.core import lambda_runtime  # noqa: PLC0415 - it reads the environment

    lambda_runtime.zipfile = SimpleNamespace(ZipFile=Unpacked)


def watch() -> None:
    """End when the process that started this one is gone: the pipe from it ends then."""
    while os.read(sys.stdin.fileno(), 1):
        continue
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(SAVING_SECONDS)
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    threading.Thread(target=watch, daemon=True).start()
    teach_rights()
    teach_statements()
    teach_encryption()
    teach_secrets()
    teach_haste()
    from ministack import app

    sys.argv = ["ministack"]
    app.main()
