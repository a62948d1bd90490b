"""This file tests `owl broadcast` and `owl sending`: a broadcast from its draft to its account."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import boto3
import pytest
from click.testing import CliRunner, Result
from moto import mock_aws

from chalicelib.capabilities.broadcasts import Audience, Order
from chalicelib.channels.broadcaster import Broadcaster
from chalicelib.cli.main import owl
from chalicelib.errors import CivicError
from chalicelib.settings import Settings
from chalicelib.staff import Office
from chalicelib.storage.key_maker import ensure_keys
from chalicelib.storage.keys import WEBHOOK_KEYS, KeyRing
from chalicelib.storage.people import PersonRow
from chalicelib.storage.seals import sealed_to_sender
from infra import stack
from tests.builders import MONDAY, a_catalogue, a_party
from tests.sending import PretendGateway, worker_of

# What the commands touch; the other tables would only take time.
TABLES = {
    f"owl-local-{name}"
    for name in (
        *("people", "catalogue", "keys", "audit"),
        *("broadcasts", "chunks", "control", "caps", "recipients"),
    )
}
WEEK = timedelta(days=7)
TEXT = "Fees of the One Window changed. Dial {ussd}"


@dataclass
class Desk:
    """Somebody at a stage with five people of one commune, two of whom get nothing."""

    office: Office
    gateway: PretendGateway
    queue: str
    sqs: Any
    types: str = "y\n"

    def runs(self, *arguments: str, fault: str = "") -> Result:
        """Run `owl` as typed; a fault must say what is wrong."""
        done = CliRunner().invoke(owl, list(arguments), input=self.types)
        if fault:
            assert isinstance(done.exception, CivicError)
            assert fault in str(done.exception)
        elif done.exception is not None and not isinstance(done.exception, SystemExit):
            raise done.exception
        return done

    def worker(self) -> Broadcaster:
        """Return a worker on the stage."""
        return worker_of(self.office, self.gateway, count(1))

    def works(self) -> list[str]:
        """Let a worker take what is on the queue."""
        got = self.sqs.receive_message(QueueUrl=self.queue, MaxNumberOfMessages=10)
        return [self.worker().send(json.loads(one["Body"])) for one in got.get("Messages", [])]


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    """A stage at noon of a Monday."""
    noon = datetime(MONDAY.year, MONDAY.month, MONDAY.day, 5, tzinfo=UTC)
    offset = str((noon - datetime.now(UTC)).total_seconds())
    with mock_aws():
        sqs = boto3.client("sqs")
        dynamodb = boto3.client("dynamodb")
        for table in stack.tables("local"):
            if table["TableName"] in TABLES:
                dynamodb.create_table(**table)
        queue = sqs.create_queue(QueueName="owl-local-chunks")["QueueUrl"]
        for name, value in {
            "STAGE": "local",
            "CLOCK_OFFSET": offset,
            "QUEUE_CHUNKS": queue,
        }.items():
            monkeypatch.setenv(f"OWL_{name}", value)
        side = Office(Settings(clock_offset=offset, queue_chunks=queue))
        ensure_keys(side.database, side.clock.now())
        side.catalogue.publish(a_catalogue())
        keys = KeyRing(side.database, side.clock, WEBHOOK_KEYS).now()
        for n in range(5):
            number = f"+8551200000{n}"
            person = side.database.bound(PersonRow)(keys.person(a_party(number=number)))
            person.commune, person.language, person.network = "021201", "en", "cellcard"
            person.number = sealed_to_sender(keys, number)
            person.consented_at = None if n == 0 else "2026-11-01T00:00:00+00:00"
            person.opted_out = n == 1
            person.save()
        yield Desk(side, PretendGateway(), queue, sqs)


@pytest.fixture
def drafted(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """The stage with one draft."""
    monkeypatch.setattr("chalicelib.duties.broadcasts.codes_of", lambda _known, wanted: wanted)
    monkeypatch.setattr("chalicelib.duties.broadcasts.places_of", lambda _side: {})
    desk.runs("broadcast", "draft", "--id", "fees", "--text", TEXT, *to_commune(), *by("dara"))
    return desk


def to_commune() -> tuple[str, str]:
    """Return the option that names the commune of the tests."""
    return ("--commune", "021201")


def by(name: str) -> tuple[str, str]:
    """Return the option that says who does it."""
    return ("--as", name)


def approved(desk: Desk) -> Desk:
    """Preview and approve the draft, by somebody else."""
    desk.runs("broadcast", "preview", "fees")
    said = desk.runs("broadcast", "approve", "fees", *by("sok")).output
    assert "fees: APPROVED, asked by dara, approved by sok" in said
    return desk


def test_a_preview_says_to_how_many_what_and_when(drafted: Desk) -> None:
    done = drafted.runs("broadcast", "preview", "fees")
    for said in (
        "3 people",
        "left out: 1, never agreed",
        "left out: 1, said STOP",
        "| Fees of the One Window changed. Dial *384*55#",
        "| One Window. STOP to 38455",
        "HTTP calls: 1",
        "price: 0.06 to 0.12",
        "  cellcard: 3 people, 0.06 to 0.12",
        "first: 2026-11-23 12:0",
        "after a cancel up to 3",
    ):
        assert said in done.output


def test_a_preview_that_reaches_nobody_says_so_and_why(desk: Desk) -> None:
    now = desk.office.clock.now()
    order = Order(
        "b", "broadcast", {"km": "ថ្លៃ"}, Audience(communes=("021201",)), now, now + WEEK, "dara"
    )
    desk.office.ledger.draft(order)
    told = desk.runs("broadcast", "preview", "b").output
    assert "nobody would get it: see who is left out" in told
    assert "left out: 3, no text in their language" in told
    desk.office.ledger.draft(replace(order, id="c", audience=Audience(communes=("0403",))))
    assert "nobody there agreed to SMS yet" in desk.runs("broadcast", "preview", "c").output


def test_a_broadcast_goes_from_draft_to_an_account_that_adds_up(drafted: Desk) -> None:
    approved(drafted).runs("broadcast", "send", "fees", "--no-wait", *by("dara"))
    assert drafted.works() == ["recorded"]
    drafted.office.sweeper.tick()
    found = json.loads(drafted.runs("broadcast", "audit", "fees", "--json").output)
    assert found["state"] == "DONE"
    assert found["states"] == {"SKIPPED": 2, "SENT_TO_GATEWAY": 3}
    assert found["adds_up"]
    assert sorted(drafted.gateway.copies()) == [f"+8551200000{n}" for n in (2, 3, 4)]
    assert "adds up" in drafted.runs("broadcast", "status", "fees").output
    deeds = {deed.what for deed in drafted.office.audit.of_day(MONDAY)}
    assert deeds == {"draft broadcast", "approve broadcast", "send broadcast"}


def test_an_account_counts_a_person_once_and_each_part_of_a_long_text(desk: Desk) -> None:
    long, now = "Fees of the One Window changed. " * 8, desk.office.clock.now()
    audience, until = Audience(communes=("021201",)), now + timedelta(days=2)
    desk.office.ledger.draft(Order("fees", "broadcast", {"en": long}, audience, now, until, "dara"))
    approved(desk).runs("broadcast", "send", "fees", "--no-wait", *by("dara"))
    desk.works()
    done = desk.runs("broadcast", "audit", "fees")
    assert "SENT_TO_GATEWAY          3" in done.output
    assert "parts sent               6" in done.output
    assert json.loads(desk.runs("broadcast", "audit", "fees", "--json").output)["parts"] == 6


def test_an_account_with_a_hole_ends_with_exit_code_one(drafted: Desk) -> None:
    approved(drafted).runs("broadcast", "send", "fees", "--no-wait", *by("dara"))
    drafted.works()
    table = drafted.office.settings.table("chunks")
    key = {"id": {"S": "fees/1/0/people"}}
    drafted.office.database.wire.call("DeleteItem", TableName=table, Key=key)
    done = drafted.runs("broadcast", "audit", "fees")
    assert done.exit_code == 1
    assert "fault: chunk 0 has lost its list of people" in done.output


def test_nothing_goes_before_somebody_else_approved(drafted: Desk) -> None:
    drafted.runs("broadcast", "send", "fees", *by("dara"), fault="approve it first")
    drafted.runs("broadcast", "approve", "fees", *by("sok"), fault="preview")
    drafted.runs("broadcast", "preview", "fees")
    drafted.runs("broadcast", "approve", "fees", *by("dara"), fault="somebody else must approve")


def test_an_edit_takes_an_approval_back(drafted: Desk) -> None:
    approved(drafted)
    edit = ("draft", "--id", "fees", "--edit", "--text", "Other words", *to_commune())
    drafted.runs("broadcast", *edit, *by("dara"))
    drafted.runs("broadcast", "send", "fees", *by("dara"), fault="approve it first")


def test_a_cancel_leaves_nobody_out_of_the_account(drafted: Desk) -> None:
    approved(drafted).runs("broadcast", "send", "fees", "--no-wait", *by("dara"))
    done = drafted.runs("broadcast", "cancel", "fees", "--why", "wrong fee", *by("sok"))
    assert "cancelled: 3" in done.output
    assert "(wrong fee)" in done.output
    assert drafted.works() == ["not_sending"]
    drafted.runs("broadcast", "resume", "fees", fault="fees is CANCELLED")


def test_a_pause_that_was_asked_for_is_no_fault_and_one_that_is_met_is(drafted: Desk) -> None:
    approved(drafted).runs("broadcast", "send", "fees", "--no-wait", *by("dara"))
    assert drafted.runs("broadcast", "pause", "fees", *by("sok")).exit_code == 0
    assert drafted.runs("broadcast", "status", "fees").exit_code == 1
    assert drafted.runs("broadcast", "resume", "fees", *by("sok")).exit_code == 0
    assert "SENDING" in drafted.runs("broadcast", "list").output


def test_the_kill_switch_stops_and_starts_everything(drafted: Desk) -> None:
    approved(drafted).runs("broadcast", "send", "fees", "--no-wait", *by("dara"))
    drafted.runs("sending", "stop", *by("sok"))
    assert "(stopped by sok)" in drafted.runs("sending", "status").output
    assert drafted.works() == ["switched_off"]
    first = drafted.runs("sending", "start", *by("sok")).output
    assert first.startswith("sending is stopped: sok would let it go on")
    assert drafted.runs("sending", "start", *by("sok")).output == first
    assert json.loads(drafted.runs("sending", "status", "--json").output) == {
        "on": False,
        "held": False,
        "by": "sok",
        "agreed": ["sok"],
    }
    assert drafted.runs("sending", "start", *by("dara")).output == "sending is on\n"
    drafted.office.sweeper.tick()
    assert drafted.works() == ["recorded"]


def test_a_stop_takes_back_what_the_first_person_agreed_to(drafted: Desk) -> None:
    drafted.runs("sending", "stop", *by("sok"))
    drafted.runs("sending", "start", *by("sok"))
    drafted.runs("sending", "stop", *by("lina"))
    drafted.runs("sending", "start", *by("dara"))
    assert "stopped" in drafted.runs("sending", "status").output


def test_an_approval_shows_what_it_is_for_and_a_no_approves_nothing(drafted: Desk) -> None:
    drafted.runs("broadcast", "preview", "fees")
    drafted.types = "n\n"
    said = drafted.runs("broadcast", "approve", "fees", *by("sok"))
    assert said.exit_code == 1
    assert "| Fees of the One Window changed. Dial *384*55#" in said.output
    assert drafted.office.ledger.head("fees").state == "PLANNED"
    drafted.types = "y\n"
    assert "APPROVED" in drafted.runs("broadcast", "approve", "fees", *by("sok")).output


def test_a_code_approves_the_words_that_were_seen_and_no_others(drafted: Desk) -> None:
    seen = json.loads(drafted.runs("broadcast", "preview", "fees", "--json").output)["code"]
    assert f"code: {seen}" in drafted.runs("broadcast", "preview", "fees").output
    edit = ("draft", "--id", "fees", "--edit", "--text", "Other words", *to_commune())
    drafted.runs("broadcast", *edit, *by("dara"))
    new = json.loads(drafted.runs("broadcast", "preview", "fees", "--json").output)["code"]
    approve = ("broadcast", "approve", "fees", *by("sok"))
    drafted.runs(*approve, "--seen", seen, fault="see `owl broadcast preview fees`")
    drafted.runs(*approve, "--json", fault="--seen CODE")
    drafted.runs(*approve, "--seen", new, "--json")
    assert drafted.office.ledger.head("fees").state == "APPROVED"


def test_a_preview_after_planning_tells_of_whom_it_was_planned_for(drafted: Desk) -> None:
    before = json.loads(drafted.runs("broadcast", "preview", "fees", "--json").output)
    assert before["people"] == 3
    for person in drafted.office.database.bound(PersonRow).scan():
        person.delete()
    after = json.loads(drafted.runs("broadcast", "preview", "fees", "--json").output)
    for told in ("people", "left_out", "languages", "networks", "price", "http_calls"):
        assert after[told] == before[told]


def test_nothing_is_let_go_where_the_queue_is_not_known(
    drafted: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    approved(drafted)
    monkeypatch.delenv("OWL_QUEUE_CHUNKS")
    drafted.runs("broadcast", "send", "fees", *by("dara"), fault="OWL_QUEUE_CHUNKS is not set")
    assert not drafted.office.ledger.head("fees").released


def test_a_resume_forgets_doubts_only_of_what_was_paused(drafted: Desk) -> None:
    approved(drafted).runs("broadcast", "send", "fees", "--no-wait", *by("dara"))
    control = drafted.office.sweeper.ledger.control
    for _ in range(4):
        assert not control.posted("fees", doubtful=True)
    drafted.runs("broadcast", "resume", "fees", fault="fees is SENDING")
    assert control.posted("fees", doubtful=True)
    drafted.runs("broadcast", "pause", "fees", *by("sok"))
    drafted.runs("broadcast", "resume", "fees", *by("sok"))
    assert not control.posted("fees", doubtful=True)


def test_only_a_broadcast_is_sent_again_to_who_is_unconfirmed(drafted: Desk) -> None:
    order = drafted.office.ledger.body(drafted.office.ledger.head("fees"))
    drafted.office.ledger.order(replace(order, id="forum-news", kind="forum"))
    drafted.runs(
        "broadcast", "resend-unconfirmed", "forum-news", *by("dara"), fault="is no broadcast"
    )


@pytest.mark.parametrize(
    ("arguments", "fault"),
    [
        (("--text", TEXT), "to nobody"),
        (("--commune", "021201"), "no text"),
        (("--commune", "021201", "--text", "Hi {name}"), "{name} is no placeholder"),
        (("--commune", "021201", "--text", "Hi {"), "a brace stands alone"),
        (("--commune", "021201", "--text", "x" * 1000), "up to 6 parts"),
        (("--commune", "021201", "--text", TEXT, "--until", "soon"), "is no time"),
        (
            ("--commune", "021201", "--text", TEXT, "--until", "2026-01-01 08:00"),
            "before it begins",
        ),
    ],
)
def test_a_draft_that_cannot_be_sent_says_why(
    arguments: tuple[str, ...], fault: str, drafted: Desk
) -> None:
    drafted.runs("broadcast", "draft", *arguments, *by("dara"), fault=fault)


def test_a_window_too_short_for_the_audience_is_not_approved(drafted: Desk) -> None:
    late = ("--from", "2026-11-23 19:00", "--until", "2026-11-23 20:00")
    drafted.runs(
        "broadcast", "draft", "--id", "late", "--text", TEXT, *to_commune(), *late, *by("dara")
    )
    drafted.runs("broadcast", "preview", "late")
    drafted.runs("broadcast", "approve", "late", *by("sok"), fault="window is too short")


def test_who_is_unconfirmed_is_written_to_again_by_two_people_and_once(
    drafted: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    approved(drafted).runs("broadcast", "send", "fees", "--no-wait", *by("dara"))
    drafted.gateway.plan = lambda _: "lost"
    drafted.works()
    drafted.runs("broadcast", "resend-unconfirmed", "fees", *by("dara"), fault="unconfirmed")
    drafted.office.sweeper.tick()
    drafted.office.clock.offset += timedelta(hours=73)
    monkeypatch.setenv("OWL_CLOCK_OFFSET", str(drafted.office.clock.offset.total_seconds()))
    drafted.office.sweeper.tick()
    done = drafted.runs("broadcast", "resend-unconfirmed", "fees", *by("dara"))
    assert "to 3 people; each may get it twice" in done.output
    drafted.runs("broadcast", "preview", "fees-again")
    drafted.runs("broadcast", "approve", "fees-again", *by("sok"))
    drafted.runs("broadcast", "send", "fees-again", "--no-wait", *by("dara"))
    assert "RESENT" in drafted.runs("broadcast", "audit", "fees").output
    monkeypatch.setenv("OWL_CLOCK_OFFSET", str(drafted.office.clock.offset.total_seconds() + 60))
    drafted.runs("broadcast", "resend-unconfirmed", "fees", *by("dara"), fault="other words")
