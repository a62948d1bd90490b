"""This file tests `owl keys contacts`, as an operator runs it from the first step to the last."""

import json
from datetime import timedelta

import pytest

from chalicelib.storage.contacts_key import ContactsKey
from chalicelib.storage.desk import DynamoDesk
from chalicelib.storage.keys import WEBHOOK_KEYS, KeyRing
from infra import stack
from tests.builders import a_party
from tests.cli.conftest import TABLES, Staff


@pytest.fixture
def listed(bare: Staff, monkeypatch: pytest.MonkeyPatch) -> Staff:
    """A stage with every table, and one person on its list."""
    side = bare.office
    for table in stack.tables("local"):
        if table["TableName"] not in TABLES:
            side.database.client_of("dynamodb").create_table(**table)
    monkeypatch.setattr("time.sleep", lambda _: None)
    desk = DynamoDesk(side.database, KeyRing(side.database, side.clock, WEBHOOK_KEYS), side.clock)
    desk.commit([desk.joining(a_party(), "021201", channel="sms")])
    return bare


def later(staff: Staff, monkeypatch: pytest.MonkeyPatch, span: timedelta) -> None:
    """Let time pass on the stage."""
    offset = float(staff.office.settings.clock_offset) + span.total_seconds()
    monkeypatch.setenv("OWL_CLOCK_OFFSET", str(offset))


def says(staff: Staff, *arguments: str) -> str:
    """Run a step as somebody; return what it prints where it does what it should."""
    done = staff.runs("keys", "contacts", *arguments)
    assert done.exit_code == 0, done.output
    return done.output


def test_a_key_is_renewed_step_by_step(listed: Staff, monkeypatch: pytest.MonkeyPatch) -> None:
    assert says(listed, "status") == "One key is valid.\n"
    told = says(listed, "renew", "--as", "Lina")
    assert "written under the older until 2026-11-23T12:1" in told
    assert "Notices, forum messages and broadcasts wait" in told
    assert "sending is held" in listed.runs("sending", "status").output
    early = listed.runs("keys", "contacts", "move", "--as", "Lina")
    assert early.exit_code != 0
    later(listed, monkeypatch, timedelta(minutes=14))
    assert "run `owl keys contacts move`" in says(listed, "status")
    moved = says(listed, "move", "--as", "Lina")
    assert moved.startswith("1 people moved, 0 rows that name them written anew.\nSending goes on.")
    assert "sending is on" in listed.runs("sending", "status").output
    assert "run `owl keys contacts retire`" in says(listed, "status")
    assert "run `owl keys contacts retire` again from" in says(listed, "retire", "--as", "Dara")
    assert listed.runs("keys", "contacts", "renew", "--as", "Dara").exit_code != 0
    later(listed, monkeypatch, timedelta(minutes=26))
    assert says(listed, "retire", "--as", "Dara") == "One key is valid.\n"
    client = listed.office.database.client_of("dynamodb")
    log = str(client.scan(TableName="owl-local-audit")["Items"])
    assert all(f"{deed} contacts" in log for deed in ("renew", "move", "retire"))
    keys = [key.hex() for _, key in ContactsKey(listed.office.database).read().keys]
    assert not [one for one in keys if one in log]


def test_each_step_tells_a_program_too(listed: Staff, monkeypatch: pytest.MonkeyPatch) -> None:
    begun = json.loads(says(listed, "renew", "--as", "Lina", "--json"))
    assert (begun["state"], begun["key"], begun["held"]) == ("learning", 2, True)
    later(listed, monkeypatch, timedelta(minutes=14))
    assert json.loads(says(listed, "move", "--as", "Lina", "--json"))["people"] == 1
    assert json.loads(says(listed, "status", "--json"))["state"] == "moved"
    dropped = json.loads(says(listed, "retire", "--as", "Lina", "--json"))
    assert (dropped["state"], dropped["key"], dropped["held"]) == ("clearing", 2, False)
    later(listed, monkeypatch, timedelta(minutes=26))
    single = json.loads(says(listed, "retire", "--as", "Lina", "--json"))
    assert single == {"state": "single", "key": 2, "next_from": None, "held": False}


@pytest.mark.parametrize("step", ["move", "retire"])
def test_a_step_out_of_turn_says_what_comes_first(listed: Staff, step: str) -> None:
    done = listed.runs("keys", "contacts", step, "--as", "Lina")
    assert done.exit_code != 0
    assert "owl keys contacts" in str(done.exception or done.output)


def test_who_is_forgotten_meanwhile_is_looked_for_by_both_keys(
    listed: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    says(listed, "renew", "--as", "Lina")
    later(listed, monkeypatch, timedelta(minutes=14))
    forgotten = json.loads(listed.runs("forget", a_party().id, "--as", "Lina", "--json").output)
    found = {one["name"]: one["found"] for one in forgotten["places"]}
    assert found["person, by the other key"] == 1
    assert forgotten["left"] == 0
