"""This file teaches moto the statements that we write with, and to do one call at a time.

What is taught is what AWS says of INSERT, UPDATE and the answers of a batch; the same tests run on
the emulator, which reads PartiQL itself.
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-reference.html
"""

import re
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from threading import RLock
from typing import Any

from moto.core.botocore_stubber import BotocoreStubber
from moto.dynamodb.models import DynamoDBBackend

# What the next statements suffer from, one code each; an empty one is done, and one with `!` after
# its code is done and then says so all the same.
FAULTS: deque[str] = deque()
INSERT = re.compile(r'INSERT INTO "(?P<table>[^"]+)" VALUE \{(?P<names>[^}]*)\}')
UPDATE = re.compile(r'UPDATE "(?P<table>[^"]+)" (?P<sets>SET .*) WHERE (?P<where>.*)')
NAME = re.compile(r'"(\w+)" = \?')
MOST = 25
Plain = Mapping[str, Any]


def each_done(backend: DynamoDBBackend, statements: Sequence[Plain]) -> list[dict[str, Any]]:
    """Do each statement by itself, and say what became of it."""
    if len(statements) > MOST:
        raise ValueError(f"{len(statements)} statements in one call")
    return [_suffered(backend, one["Statement"], one["Parameters"]) for one in statements]


def _suffered(backend: DynamoDBBackend, text: str, values: Sequence[Plain]) -> dict[str, Any]:
    code = FAULTS.popleft() if FAULTS else ""
    told = {} if code and not code.endswith("!") else _done(backend, text, values)
    return {"Error": {"Code": code.rstrip("!"), "Message": ""}} if code else told


def _done(backend: DynamoDBBackend, text: str, values: Sequence[Plain]) -> dict[str, Any]:
    if (update := UPDATE.fullmatch(text)) is not None:
        return _updated(backend, update, values)
    insert = INSERT.fullmatch(text)
    if insert is None:
        raise ValueError(f"moto was taught no such statement: {text}")
    table = insert["table"]
    item = dict(zip(re.findall(r"'(\w+)': \?", insert["names"]), values, strict=True))
    key = {name: item[name] for name in backend.get_table(table).table_key_attrs}
    if backend.get_item(table, key) is not None:
        return {"TableName": table, "Error": {"Code": "DuplicateItem", "Message": ""}}
    backend.put_item(table, item)
    return {"TableName": table}


def _updated(
    backend: DynamoDBBackend, update: re.Match[str], values: Sequence[Plain]
) -> dict[str, Any]:
    table, sets = update["table"], NAME.findall(update["sets"])
    told = dict(zip(sets, values, strict=False))
    holds = dict(zip(NAME.findall(update["where"]), values[len(sets) :], strict=True))
    key = {name: holds[name] for name in backend.get_table(table).table_key_attrs}
    row = backend.get_item(table, key)
    item = row.to_json()["Attributes"] if row is not None else {}
    if not item or any(item.get(name) != value for name, value in holds.items()):
        return {"TableName": table, "Error": {"Code": "ConditionalCheckFailed", "Message": ""}}
    backend.put_item(table, {**item, **told})
    return {"TableName": table}


@contextmanager
def suffering(*codes: str) -> Iterator[None]:
    """Let the next statements end so, one code each; all of them must come."""
    FAULTS.extend(codes)
    try:
        yield
    finally:
        left = [*FAULTS]
        FAULTS.clear()
    assert not left


def teach() -> None:
    """Let every world on moto from here on take our statements, and one call at a time.

    Moto looks at a condition and writes after it, and threads come between; AWS does both at once.
    """
    DynamoDBBackend.batch_execute_statement = each_done  # type: ignore[method-assign,assignment]
    lock, answered = RLock(), BotocoreStubber.process_request

    def alone(stubber: BotocoreStubber, request: Any) -> Any:
        with lock:
            return answered(stubber, request)

    BotocoreStubber.process_request = alone  # type: ignore[method-assign]
