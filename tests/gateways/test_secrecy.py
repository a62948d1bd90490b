"""This file tests that what forums, lists, tickets and sending leave behind holds no number.

Every function runs as it does on AWS, with logging at DEBUG, the libraries' own too: a number may
stand in a callback, in the post to the gateway and under the sender's seal, and nowhere else.
"""

import json
import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import app
from chalicelib import wiring
from chalicelib.capabilities import subscribers_sheet
from chalicelib.capabilities.broadcasts import Audience, Order
from chalicelib.capabilities.subscribers_import import take
from chalicelib.capabilities.subscribers_sheet import Rules
from chalicelib.sheets.read import opened
from chalicelib.storage.enrolment import DynamoEnrolment
from chalicelib.telecom import typed_numbers
from tests.builders import GATEWAY, KAMRIENG, a_forum
from tests.gateways.callbacks import TEXT, TICK, Functions, an_event
from tests.gateways.stub import Canned, serving
from tests.gateways.test_africastalking_sender import a_recipient, listing
from tests.privacy.spelled import Heard
from tests.sending import an_order
from tests.storage.test_secrecy import BARE, LOCAL, NUMBER, SPELLINGS, bytes_of

NOWHERE = "http://127.0.0.1:9/version1"
TEXTS = (
    *("JOIN Chrey", "020204", "JOIN 021204", "ASK how much is a plate?", f"TICKET {KAMRIENG}", "2"),
    *("mok", "STOP", f"STOP {KAMRIENG}", f"call me on {LOCAL}", "START"),
)
DIALS = (
    *("6*3*021204", "5*001*1", "5*001*2", f"5*001*3*My number is {LOCAL}", f"2*{KAMRIENG}*2"),
    *("5*001*4", "6*6*1"),
)


class Life:
    """One number that does everything, and all that a stranger may see of it."""

    def __init__(self, functions: Functions, folder: Path, patch: pytest.MonkeyPatch) -> None:
        self.functions, self.folder, self.queued = functions, folder, list[str]()
        self.patch = patch
        self.reported = list[str]()
        self.now = functions.webhooks.clock.now()

    def lives(self, gateway: Canned) -> None:
        """Do everything there is with the number, while the gateway works and while it does not."""
        forum = a_forum(at=self.now + timedelta(days=9), now=self.now)
        self.functions.webhooks.desk.forums.add(forum)
        self._points(gateway.url)
        self._calls()
        self._imported()
        app.tick(TICK, None)
        self._sent()
        for n, answer in enumerate(answers()):
            gateway.status, gateway.body, url = answer
            self._points(url or gateway.url)
            self._ordered(an_order(id_=f"order-{n}", kind="forum", opens="001"))
        self._points(gateway.url)
        gateway.status, gateway.body = 201, listing(a_recipient(number=NUMBER, id_="ATXid_b"))
        # The gateway had them on its block list.
        self.functions.post("sms", TEXT | {"from": NUMBER, "id": "sms-start", "text": "START"})
        self._broadcast()
        self._reports()

    def seen(self, heard: Heard) -> bytes:
        """Return all that is logged, queued, reported to staff or stored, but for the keys."""
        client = self.functions.aws.dynamodb
        names = [one for one in client.list_tables()["TableNames"] if not one.endswith("-keys")]
        items = [client.scan(TableName=name)["Items"] for name in names]
        told = "\n".join([*heard.lines, *self.queued, *self.reported])
        return told.encode() + b"\n".join(bytes_of(items))

    def _calls(self) -> None:
        for n, text in enumerate(TEXTS):
            self.functions.post("sms", TEXT | {"from": NUMBER, "id": f"sms-{n}", "text": text})
        for n, text in enumerate(DIALS):
            self.functions.hop(phoneNumber=NUMBER, sessionId=f"ATUid_{n}", text=text)
        self._sent()

    def _imported(self) -> None:
        """Import a list with the number in three spellings, one of them in a row with a fault."""
        webhooks, file = self.functions.webhooks, self.folder / "list.csv"
        rows = ["number,commune,consent_on", f"{LOCAL},021204,2026-11-16"]
        rows += [f"{BARE},021204,2026-11-17", f"{NUMBER},nowhere,soon", f"{LOCAL}9999,021204,"]
        file.write_text("\n".join(rows), encoding="utf-8")
        store = DynamoEnrolment(webhooks.database, webhooks.keys, GATEWAY)
        rules = Rules(
            datetime.now(UTC).date(),
            lambda text: typed_numbers.read(text, "KH", ["855"]),
            lambda text: (text,) if text.isdigit() else (),
            store.key,
        )
        sheet = opened(file, subscribers_sheet.COLUMNS, subscribers_sheet.REQUIRED)
        self.reported.append(json.dumps(take(sheet, rules, store).plain()))

    def _ordered(self, order: Order) -> None:
        """Order a message to the commune, and let it go as far as the gateway lets it."""
        day = timedelta(days=1)
        window = {"not_before": self.now - day, "not_after": self.now + day}
        order = replace(order, audience=Audience(communes=("021204",)), **window)
        wiring.sweeper().ledger.books.order(order)
        app.tick(TICK, None)
        self._sent()

    def _broadcast(self) -> None:
        order = an_order(id_="b")
        books = wiring.sweeper().ledger.books
        order = replace(
            order, audience=Audience(communes=("021204",)), not_after=self.now + timedelta(days=1)
        )
        books.draft(replace(order, not_before=self.now - timedelta(hours=1)))
        books.move("b", "DRAFT", "PLANNING")
        books.sign("b", "sok", wiring.sweeper().advance("b").seen)
        books.release("b")
        app.tick(TICK, None)
        self._sent()

    def _reports(self) -> None:
        for id_ in ("ATXid_b", "ATXid_b", "ATXid_of_nobody", "order-0"):
            for status in ("Success", "Failed", "Whatever"):
                fields = {"id": id_, "status": status, "phoneNumber": NUMBER}
                self.functions.post("delivery-reports", fields)
        event = an_event(*self._taken("ReportsQueue"))
        app.settle_reports(event, None)
        self.functions.post("opt-outs", {"senderId": "38455", "phoneNumber": NUMBER})
        self.functions.post("sms", f"from={NUMBER}&text=%FF".encode())
        self.functions.post("sms", b'{"from": "' + NUMBER.encode() + b'"}', headers=JSON)

    def _sent(self) -> None:
        for queue in ("OutboxQueue", "ChunksQueue"):
            app.send_outbox(an_event(*self._taken(queue)), None)

    def _taken(self, queue: str) -> list[dict[str, str]]:
        found = self.functions.queued(queue)
        self.queued += [json.dumps(one, ensure_ascii=False) for one in found]
        return found

    def _points(self, url: str) -> None:
        """Let the sender post to an address."""
        self.patch.setenv("OWL_GATEWAY_URL", url)
        for one in (wiring.settings, wiring.sender, wiring.broadcaster, wiring.sweeper):
            one.cache_clear()


JSON = {"Content-Type": "application/json"}


def answers() -> Iterator[tuple[int, bytes, str]]:
    """Give what a gateway may answer, well or broken, that repeats the number it was asked for."""
    yield 201, listing(a_recipient(number=NUMBER, id_="ATXid_1")), ""
    yield 201, listing(a_recipient(number=LOCAL)), ""
    yield 201, listing(message=f"no route to {NUMBER}"), ""
    yield 201, f"<html>{NUMBER}</html>".encode(), ""
    yield 500, f"could not send to {NUMBER}".encode(), ""
    yield 401, f"who asks for {NUMBER}?".encode(), ""
    yield 429, f"too many to {NUMBER}".encode(), ""
    yield 201, b"", NOWHERE
    yield 201, listing(a_recipient(number=NUMBER, code=406, status="UserInBlacklist")), ""


@pytest.fixture
def left(
    functions: Functions, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[bytes, Canned]]:
    """All that a number which did everything left behind, and the gateway it was posted to."""
    monkeypatch.setenv("OWL_QUIET_HOURS", "off")
    with serving() as gateway, Heard() as heard:
        life = Life(functions, tmp_path, monkeypatch)
        life.lives(gateway)
        yield life.seen(heard), gateway
    monkeypatch.undo()
    for one in (wiring.settings, wiring.sender, wiring.broadcaster, wiring.sweeper):
        one.cache_clear()


def found(where: bytes) -> list[str]:
    """Return the spellings of the number that stand somewhere."""
    forms = [(name, form) for name, forms in SPELLINGS.items() for form in forms]
    return sorted({name for name, form in forms if form.encode() in where})


def test_no_table_queue_report_or_log_holds_a_number_in_any_spelling(
    left: tuple[bytes, Canned],
) -> None:
    where, gateway = left
    assert found(where) == []
    # All of it happened: the number was posted, and reports, forums and the ledger are written.
    posts = [one for one in gateway.posts if one["to"] == NUMBER]
    assert len(posts) > 15
    for sign in (
        b"ATXid_b",
        b"order-8",
        b"parked",
        b"/version1/messaging HTTP",
        b"how much is a plate",
    ):
        assert sign in where, sign


@pytest.mark.parametrize("where", ["table", "queue", "log"])
def test_a_number_that_stood_anywhere_would_be_found(
    functions: Functions, where: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    life = Life(functions, tmp_path, monkeypatch)
    forms = [one for some in SPELLINGS.values() for one in some]
    with Heard() as heard:
        assert found(life.seen(heard)) == []
        for n, form in enumerate(forms):
            if where == "table":
                item = {"id": {"S": f"planted-{n}"}, "data": {"B": f"x{form}y".encode()}}
                functions.aws.dynamodb.put_item(TableName="owl-local-chunks", Item=item)
            elif where == "queue":
                life.queued.append(f"x{form}y")
            else:
                logging.getLogger("botocore").debug("sent %s", form)
        assert found(life.seen(heard)) == sorted(SPELLINGS)
