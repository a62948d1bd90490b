"""This file writes many rows in one call, each by a condition of its own, at the price of one.

BatchWriteItem knows no conditions and a transaction costs twice, so these rows go as PartiQL.
https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchExecuteStatement.html
"""

import random
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pynamodb.models import Model

from chalicelib.errors import Unavailable
from chalicelib.storage.base import PAUSES, Database, answering

AT_ONCE = 25
DONE, UNANSWERED = "", "no answer"
# A condition did not hold, which is an answer too.
REFUSED = frozenset({"ConditionalCheckFailed", "DuplicateItem"})
# What one statement of a call may suffer from while its neighbours are done.
# https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchStatementError.html
PASSING = frozenset(
    {
        "InternalServerError",
        "ProvisionedThroughputExceeded",
        "RequestLimitExceeded",
        "ThrottlingError",
        "TransactionConflict",
    }
)
Value = Mapping[str, Any]
NOTHING: Mapping[str, Value] = {}


@dataclass(frozen=True, slots=True)
class Statement:
    """One write; the question marks of its text stand for its values."""

    text: str
    values: tuple[Value, ...]

    def plain(self) -> dict[str, Any]:
        """Return it as the database takes it."""
        return {"Statement": self.text, "Parameters": list(self.values)}


def insertion(model: type[Model], item: Mapping[str, Value]) -> Statement:
    """Return what writes a row where there is none of its key; the item as the database has it."""
    names = ", ".join(f"'{name}': ?" for name in item)
    return Statement(f'INSERT INTO "{model.Meta.table_name}" VALUE {{{names}}}', (*item.values(),))


def change(
    model: type[Model],
    key: Mapping[str, Value],
    values: Mapping[str, Value],
    holds: Mapping[str, Value] = NOTHING,
) -> Statement:
    """Return what sets values of a row that is there, where others are what `holds` says.

    Names stand in quotation marks, for some are words of the language.
    """
    sets = " ".join(f'SET "{name}" = ?' for name in values)
    where = " AND ".join(f'"{name}" = ?' for name in (*key, *holds))
    text = f'UPDATE "{model.Meta.table_name}" {sets} WHERE {where}'
    return Statement(text, (*values.values(), *key.values(), *holds.values()))


def executed(database: Database, statements: Sequence[Statement]) -> list[bool]:
    """Do statements, 25 a call; say of each whether it was done or its condition did not hold.

    What was throttled is tried again. A call that was done and not answered is not known from one
    that was not done, so a repeat of the same statements must be harmless.

    Raises:
        Unavailable: some were not answered; all that could be done is.
    """
    codes: dict[int, str] = {}
    left: Iterable[int] = range(len(statements))
    for pause in (0.0, *PAUSES):
        if pause:
            time.sleep(pause * random.uniform(0.5, 1))  # noqa: S311 - spreads, hides nothing
        codes |= _told(database, statements, [*left])
        left = [at for at in left if codes[at] in PASSING]
        if not left:
            break
    bad = [code for code in codes.values() if code and code not in REFUSED]
    if bad:
        raise Unavailable(f"{len(bad)} of {len(codes)} rows were not written: {bad[0]}")
    return [codes[at] == DONE for at in range(len(statements))]


def _told(
    database: Database, statements: Sequence[Statement], places: Sequence[int]
) -> dict[int, str]:
    """Return what the database says of each statement, also of those after a call that failed."""
    found: dict[int, str] = {}
    for begin in range(0, len(places), AT_ONCE):
        some = places[begin : begin + AT_ONCE]
        try:
            codes = _called(database, [statements[at].plain() for at in some])
        except Unavailable:
            codes = [UNANSWERED] * len(some)
        found |= zip(some, codes, strict=True)
    return found


def _called(database: Database, statements: Sequence[Mapping[str, Any]]) -> list[str]:
    with answering():
        answer = database.wire.call(
            "BatchExecuteStatement", Statements=statements, ReturnConsumedCapacity="TOTAL"
        )
    return [one.get("Error", {}).get("Code", DONE) for one in answer["Responses"]]
