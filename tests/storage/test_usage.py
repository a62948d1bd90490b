"""This file tests what is counted: a session once whoever reports it, a number once a month."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from chalicelib.capabilities.subscribers import STRANGER
from tests.builders import a_count, a_party
from tests.storage.test_commits import stored
from tests.world import World

ZONE = ZoneInfo("Asia/Phnom_Penh")


def counted(world: World) -> dict[str, int]:
    """Return every cell of today, wherever it is."""
    tables = getattr(world.database, "tables", None)
    if tables is not None:
        return {key.split(" ", 1)[1]: row["n"] for key, row in tables["counters"].items()}
    items: list[dict[str, Any]] = world.database.wire.call(
        "Scan", TableName=world.settings.table("counters")
    )["Items"]
    return {item["id"]["S"]: int(item["n"]["N"]) for item in items}


def test_a_session_is_counted_once_whoever_reports_it(both: World) -> None:
    for _ in range(3):
        both.desk.count("session", [a_count(), a_count(service="201")])
    both.desk.count("another", [a_count()])
    assert counted(both) == {a_count().cell: 2, a_count(service="201").cell: 1}


def test_a_session_of_nothing_is_counted_as_reported(both: World) -> None:
    both.desk.count("session", [])
    both.desk.count("session", [a_count()])
    assert counted(both) == {}


def test_a_message_is_counted_with_its_other_writes(both: World) -> None:
    both.desk.commit(both.desk.counting([a_count()]))
    both.desk.commit(both.desk.counting([a_count()]))
    assert counted(both) == {a_count().cell: 2}


def test_a_number_is_in_the_months_set_once_a_channel(both: World) -> None:
    assert not both.desk.look(a_party(), "ussd").counted
    for _ in range(2):
        both.desk.count_user(a_party(), "ussd", STRANGER)
    assert both.desk.look(a_party(), "ussd").counted
    assert not both.desk.look(a_party(), "sms").counted
    assert not both.desk.look_sms(a_party(), "id/1").counted
    assert stored(both, "users-month") == 1


def test_the_set_begins_anew_with_the_month(both: World) -> None:
    both.clock.at = both.clock.at.replace(day=30, hour=16, minute=55)
    both.desk.count_user(a_party(), "ussd", STRANGER)
    both.clock.forward(minutes=10)
    assert not both.desk.look(a_party(), "ussd").counted


def test_the_set_says_no_day_and_no_hour(dynamo: World) -> None:
    for day, hour in ((1, 0), (17, 12), (30, 16)):
        dynamo.clock.at = datetime(2026, 11, day, hour, 59, 59, tzinfo=UTC)
        dynamo.desk.count_user(a_party(number=f"+855120000{day:02}"), "ussd", STRANGER)
    dynamo.clock.at = datetime(2026, 11, 30, 17, 0, tzinfo=UTC)
    dynamo.desk.count_user(a_party(), "ussd", STRANGER)
    rows = dynamo.database.wire.call("Scan", TableName=dynamo.settings.table("users_month"))[
        "Items"
    ]
    assert {name for row in rows for name in row} == {"month", "id", "expires"}
    swept = sorted(datetime.fromtimestamp(int(row["expires"]["N"]), ZONE) for row in rows)
    november, december = (datetime(2028, month, 1, tzinfo=ZONE) for month in (1, 2))
    assert swept == [november] * 3 + [december]
