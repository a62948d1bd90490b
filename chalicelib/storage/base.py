"""This file binds pynamodb models to a stage's tables, on one connection with short time-outs."""

import random
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from enum import IntEnum
from typing import Any, NamedTuple, TypeVar, cast

from botocore.exceptions import BotoCoreError, ClientError
from botocore.session import get_session
from pynamodb.connection import Connection
from pynamodb.exceptions import (
    DeleteError,
    GetError,
    PutError,
    PynamoDBException,
    QueryError,
    TransactWriteError,
    UpdateError,
)
from pynamodb.models import Model
from pynamodb.transactions import TransactWrite

from chalicelib.errors import Unavailable
from chalicelib.ports import Refused
from chalicelib.settings import Settings
from chalicelib.storage.wire import Patience, Wire

M = TypeVar("M", bound=Model)
W = TypeVar("W", bound=Any)
# A row as the database stores it, and which row is wanted.
Item = Mapping[str, Any]
Wanted = tuple[type[Model], tuple[str, ...]]
# A USSD hop must be answered in a few seconds, so a slow database is given up early.
AT_ONCE = Patience(connect=1.0, read=1.0, attempts=2)
# An import may wait: nobody holds a phone to it.
PATIENTLY = Patience(connect=10.0, read=10.0, attempts=9)
CONDITION_FAILED = "ConditionalCheckFailed"
# Why a transaction was cancelled that may be tried again: the wire knows such an end as a refusal.
# https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html
PASSING = frozenset({"ProvisionedThroughputExceeded", "ThrottlingError", "TransactionConflict"})
# The longest waits before a transaction that met another is tried again; a hop waits for all.
PAUSES = (0.04, 0.08, 0.16)


class Contended(Unavailable):
    """Others wrote to the same rows at the same moment, or too much: nothing was written."""


class Kind(IntEnum):
    """The kinds of write, in the order in which pynamodb puts them into a transaction."""

    CHECK, DELETE, SAVE, UPDATE = range(4)


class Write(NamedTuple):
    """One write of a transaction. `what` names it when it is refused.

    `instead` are what takes its place then: somebody may stand under the newer of two keys by now.
    """

    what: str
    kind: Kind
    add: Callable[[TransactWrite], None]
    model: type[Model]
    instead: "tuple[Write, ...]" = ()

    def or_else(self, *others: "Write") -> "Write":
        """Return the same with what takes its place where it is refused."""
        return self._replace(instead=others)


class _Connection(Connection):
    """What pynamodb calls the database through: our wire where it has a client of botocore's."""

    def __init__(self, wire: Wire) -> None:
        super().__init__(region=wire.region)
        self.wire = wire

    @property
    def client(self) -> Any:
        return self.wire


class Database:
    """The tables of one stage, over one wire for all of them."""

    def __init__(self, settings: Settings, *, patient: bool = False) -> None:
        """Open the connection; no call is made. Staff's commands are patient, phones are not."""
        self.settings, self.session = settings, get_session()
        self.wire = self.wire_to("dynamodb", PATIENTLY if patient else AT_ONCE)
        self.connection = _Connection(self.wire)
        self._models: dict[type[Model], type[Model]] = {}
        self._tables: set[str] = set()

    def bound(self, model: type[M]) -> type[M]:
        """Return the model bound to this stage's table of the same name."""
        if model not in self._models:
            self._models[model] = self._bind(model)
        return cast("type[M]", self._models[model])

    def _bind(self, model: type[M]) -> type[M]:
        name = self.settings.table(model.Meta.table_name)
        meta = type("Meta", (), {"table_name": name, "region": self.settings.region})
        bound: type[M] = type(model.__name__, (model,), {"Meta": meta})
        table = bound._get_connection()  # noqa: SLF001 - the only way to share one client
        # Two kinds of row may share a table, and its keys are told once.
        if name not in self._tables:
            self.connection.add_meta_table(table.get_meta_table())
            self._tables.add(name)
        table.connection = self.connection
        return bound

    def get(self, wanted: Sequence[Wanted]) -> list[Any]:
        """Read rows of any tables in one BatchGetItem; None where there is no row.

        Raises:
            Unavailable: the database did not answer, or not for every row.
        """
        rows = zip(wanted, self.items(wanted), strict=True)
        return [model.from_raw_data({**item}) if item else None for (model, _), item in rows]

    def items(self, wanted: Sequence[Wanted]) -> list[Item | None]:
        """Read rows as `get` does, as they are stored: for many, half of `get` is their models.

        Raises:
            Unavailable: the database did not answer, or not for every row.
        """
        request: dict[str, dict[str, Any]] = {}
        asked = {(_table(model), key): _key(model, key) for model, key in wanted}
        for (name, _), key in asked.items():
            table = request.setdefault(name, {"Keys": [], "ConsistentRead": True})
            table["Keys"].append(key)
        with answering():
            answer = self.wire.call("BatchGetItem", RequestItems=request)
        if answer.get("UnprocessedKeys"):
            raise Unavailable("the database is throttling reads")
        names = {name: [*key] for (name, _), key in asked.items()}
        found = {
            (name, tuple(item[one]["S"] for one in names[name])): item
            for name, items in answer["Responses"].items()
            for item in items
        }
        return [found.get((_table(model), key)) for model, key in wanted]

    def listed(self, model: type[Model], index: str, key: str, value: str) -> Iterator[Item]:
        """Read what an index has under one key, as it is stored, page by page.

        Raises:
            Unavailable: the database did not answer.
        """
        asked: dict[str, Any] = {
            "TableName": _table(model),
            "IndexName": index,
            "KeyConditionExpression": "#key = :value",
            "ExpressionAttributeNames": {"#key": key},
            "ExpressionAttributeValues": {":value": {"S": value}},
        }
        begin: Item | None = {}
        while begin is not None:
            with answering():
                page = self.wire.call("Query", **asked)
            yield from page["Items"]
            begin = page.get("LastEvaluatedKey")
            asked["ExclusiveStartKey"] = begin

    def commit(self, writes: Sequence[Write], token: str | None = None) -> None:
        """Do all writes or none, in one TransactWriteItems, tried again where it met another.

        Raises:
            Refused: a condition did not hold.
            Unavailable: the database did not answer; nothing is known to be written.
        """
        or_instead(self._commit, writes, token)

    def _commit(self, writes: Sequence[Write], token: str | None) -> None:
        ordered = sorted(writes, key=lambda write: write.kind)
        for pause in PAUSES:
            try:
                return self._do(ordered, token)
            except Contended:
                time.sleep(pause * random.uniform(0.5, 1))  # noqa: S311 - spreads, hides nothing
        return self._do(ordered, token)

    def wire_to(self, service: str, patience: Patience = AT_ONCE) -> Wire:
        """Return a wire to another service of the stage's region."""
        stage = self.settings
        return Wire(self.session, service, stage.region, stage.endpoint, patience)

    def client_of(self, service: str, **more: Any) -> Any:
        """Return a client of botocore's, for a service that is asked seldom.

        Each has a session of its own, for one session makes no two clients at once.
        """
        stage = self.settings
        return get_session().create_client(
            service, region_name=stage.region, endpoint_url=stage.endpoint or None, **more
        )

    def _do(self, ordered: Sequence[Write], token: str | None) -> None:
        try:
            with answering(), self._transaction(token) as transaction:
                for write in ordered:
                    write.add(transaction)
        except TransactWriteError as fault:
            raise _refusal(ordered, fault) from None

    def _transaction(self, token: str | None) -> TransactWrite:
        return TransactWrite(connection=self.connection, client_request_token=token)


def or_instead(
    commit: Callable[[Sequence[W], str | None], None], writes: Sequence[W], token: str | None
) -> None:
    """Commit writes by either twin; after a refusal, with what takes the place of the refused.

    Those are another request, which a token of the first must not name.

    Raises:
        Refused: a condition did not hold, and nothing takes its place.
    """
    try:
        commit(writes, token)
    except Refused as refused:
        others = _instead_of(writes, refused)
        if not others:
            raise
        or_instead(commit, others, None)


def _instead_of(writes: Sequence[W], refused: Refused) -> list[W]:
    if not any(one.instead for one in writes if one.what == refused.what):
        return []
    others = [one.instead or (one,) if one.what == refused.what else (one,) for one in writes]
    return [one for each in others for one in each]


@contextmanager
def answering() -> Iterator[None]:
    """Turn every failure of the database to answer into `Unavailable`."""
    try:
        yield
    except TransactWriteError as fault:
        if any(_is_condition(reason) for reason in fault.cancellation_reasons):
            raise
        if any(reason and reason.code in PASSING for reason in fault.cancellation_reasons):
            raise Contended("others write to the same rows, or too much") from None
        raise Unavailable("the database did not take a transaction") from None
    except (GetError, PutError, UpdateError, DeleteError, QueryError) as fault:
        why = _cause(fault)
        if why == "ConditionalCheckFailedException":
            raise
        raise Unavailable(f"the database did not answer: {why}") from None
    except (PynamoDBException, BotoCoreError, ClientError) as fault:
        raise Unavailable(f"the database did not answer: {type(fault).__name__}") from None


def _cause(fault: PynamoDBException) -> str:
    """Return the database's word for a fault, else the fault of the line it came over.

    A time-out and a closed line have a `response` that is None, at which pynamodb's own breaks.
    """
    answer = getattr(fault.cause, "response", None) or {}
    return str(answer.get("Error", {}).get("Code") or type(fault.cause).__name__)


def _is_condition(reason: Any) -> bool:
    return reason is not None and reason.code == CONDITION_FAILED


def _refusal(ordered: Sequence[Write], fault: TransactWriteError) -> Exception:
    for write, reason in zip(ordered, fault.cancellation_reasons, strict=True):
        if _is_condition(reason):
            raw = reason.raw_item  # type: ignore[union-attr]  # _is_condition says it is there
            return Refused(write.what, write.model.from_raw_data(raw) if raw else None)
    return fault


def _table(model: type[Model]) -> str:
    return str(model.Meta.table_name)


def _key(model: type[Model], values: tuple[str, ...]) -> dict[str, dict[str, str]]:
    names = [model._hash_keyname, model._range_keyname]  # noqa: SLF001 - pynamodb keeps them there
    return {name: {"S": value} for name, value in zip(names, values, strict=False) if name}
