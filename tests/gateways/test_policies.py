"""This file tests that each function may do what it does, and nothing it never does."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

import app
from chalicelib import wiring
from chalicelib.capabilities.broadcasts import Audience
from chalicelib.capabilities.forums import Forum, agreed_by_few, moved
from chalicelib.capabilities.ledger import Chunk, results_of
from chalicelib.capabilities.ledger_cells import Cell
from chalicelib.capabilities.ledger_chunks import Name
from chalicelib.storage.keys import secrets_row
from chalicelib.storage.people import PersonRow
from chalicelib.storage.seals import sealed_to_sender
from tests.acts import Act, allowed, compared, noting
from tests.builders import KAMRIENG, NUMBER, a_ballot, a_forum, a_party
from tests.gateways.callbacks import HOP, TEXT, TICK, Functions, an_event
from tests.gateways.stub import Canned, serving
from tests.sending import an_order


@pytest.fixture
def acts(functions: Functions, monkeypatch: pytest.MonkeyPatch) -> set[Act]:
    """What the functions ask of AWS from here on, for a test to clear and read."""
    found: set[Act] = set()
    noting(monkeypatch, found)
    return found


def a_forum_to_come(functions: Functions) -> Forum:
    """Plan a forum that is still to come when the next month begins."""
    now = datetime.now(UTC)
    return functions.webhooks.desk.forums.add(a_forum(at=now + timedelta(days=60), now=now))


def a_whole_day_of_callbacks(functions: Functions) -> None:
    """Use everything a phone may do, over both channels."""
    sent = "8*1*102*2*1"
    for text in ("", "8", "8*1*102", sent, sent, f"8*2*{KAMRIENG}", "8*2*02122600429", "8*9"):
        functions.hop(text=text)
    for number, text in enumerate(("SEVA", "1", "STOP", "START", "xyzzy", f"TICKET {KAMRIENG}")):
        assert functions.post("sms", TEXT | {"id": f"sms-{number}", "text": text}).body == b""
    for text in ("8*5", "8*5*001*1", "8*5*001*3*How?", "8*5*001*4", f"8*2*{KAMRIENG}*2"):
        functions.hop(text=text)
    functions.hop(text="8*3*0212*1*2*3*4*1*1*0")
    code = functions.hop(text="8*4*2*0212*1*They asked for more").partition("Code ")[2][:10]
    functions.hop(text=f"8*4*6*{code}*1*It was on Monday")
    functions.hop(text="8*4*6*1234567894")
    functions.post("ussd-events", HOP | {"sessionId": "ATUid_2", "input": "8*1*102"})
    functions.post("delivery-reports", {"id": "ATXid_1", "phoneNumber": NUMBER})
    functions.post("opt-outs", {"phoneNumber": NUMBER})


def test_the_webhooks_may_do_what_they_do_and_no_more(
    functions: Functions, acts: set[Act], monkeypatch: pytest.MonkeyPatch
) -> None:
    clock, keys = functions.webhooks.clock, functions.webhooks.keys
    # As on a stage with a gateway that is a file.
    monkeypatch.setattr(keys, "beside", (secrets_row("twilio"),))
    a_forum_to_come(functions)
    acts.clear()
    a_whole_day_of_callbacks(functions)
    # In the first days of a month what was done under the last month's key is asked for too.
    today = datetime.now(UTC)
    turn = (today.replace(day=28) + timedelta(days=5)).replace(day=2, hour=1)
    clock.offset = turn - today
    keys.kept = None
    a_whole_day_of_callbacks(functions)
    assert compared(acts - _staff(acts), allowed("webhooks")) == (set(), set())


def _staff(acts: set[Act]) -> set[Act]:
    """Return what the test itself asked for."""
    return {one for one in acts if one[0] in {"sqs:ReceiveMessage", "sqs:DeleteMessage"}}


def test_the_sender_may_do_what_it_does_and_no_more(
    functions: Functions, acts: set[Act], stub: Canned, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in "12":
        functions.post("sms", TEXT | {"id": f"sms-{number}"})
    first, second = functions.queued("OutboxQueue")
    acts.clear()
    assert app.send_outbox(an_event(first), None) == {"batchItemFailures": []}
    assert len(stub.posts) == 1
    monkeypatch.setenv("OWL_GATEWAY_URL", "http://127.0.0.1:9")
    wiring.settings.cache_clear()
    wiring.sender.cache_clear()
    refused = app.send_outbox(an_event(second), None)["batchItemFailures"]
    send_chunks(functions, acts, monkeypatch)
    secret = ("secretsmanager:GetSecretValue", "GatewayKey", "")
    assert compared(acts | {secret}, allowed("sender")) == (set(), set())
    assert len(refused) == len(functions.stored("outbox")) == 1


def send_chunks(functions: Functions, acts: set[Act], monkeypatch: pytest.MonkeyPatch) -> None:
    """Send one chunk as often as there are answers to a post."""
    entry = f'{{"number":"{NUMBER}","messageId":"ATXid_9","statusCode":'
    codes = {"refused": 0, "blocked": 406, "doubted": 500, "unpaid": 405, "taken": 101}
    codes |= {"doubted-again": 500}
    monkeypatch.setenv("OWL_QUIET_HOURS", "off")
    with serving() as gateway:
        for name, code in codes.items():
            url = "http://127.0.0.1:9" if name == "refused" else gateway.url
            monkeypatch.setenv("OWL_GATEWAY_URL", url)
            recipients = f"[{entry}{code}}}]"
            gateway.body = f'{{"SMSMessageData":{{"Recipients":{recipients}}}}}'.encode()
            forget_senders()
            message = a_chunk_to_send(functions, acts, name)
            assert app.send_outbox(an_event(message), None) == {"batchItemFailures": []}


def forget_senders() -> None:
    """Forget what would keep to settings of before."""
    for one in (wiring.settings, wiring.broadcaster, wiring.sweeper):
        one.cache_clear()


def a_chunk_to_send(functions: Functions, acts: set[Act], name: str) -> dict[str, str]:
    """Order a message for one person and let it go; what that asks of AWS does not count."""
    before = set(acts)
    functions.queued("ChunksQueue")
    keys, now = functions.webhooks.keys.now(), functions.webhooks.clock.now()
    person = functions.webhooks.database.bound(PersonRow)(keys.person(a_party()))
    person.consented_at = now.isoformat()
    person.number = sealed_to_sender(keys, NUMBER)
    person.save()
    order = an_order(
        id_=name,
        # Of notices one person gets three a day.
        kind="forum" if name in {"unpaid", "taken", "doubted-again"} else "notice",
        opens="041",
        audience=Audience(people=(person.id,)),
        not_before=now - timedelta(hours=1),
        not_after=now + timedelta(hours=1),
    )
    wiring.sweeper().ledger.books.order(order)
    wiring.sweeper().advance(name)
    (message,) = (one for one in functions.queued("ChunksQueue") if one["broadcast"] == name)
    acts.clear()
    acts.update(before)
    return message


def test_the_sender_may_change_the_money_of_a_day_and_no_other_limit() -> None:
    rows = {key for _, table, key in allowed("sender") if table == "LimitsTable"}
    assert rows == {"stage#*"}


def test_the_delivery_may_do_what_it_does_and_no_more(functions: Functions, acts: set[Act]) -> None:
    delivery, mark = wiring.delivery(), functions.webhooks.keys.now().person(a_party())
    delivery.store.follow("africastalking", {"ATXid_1": "mark"})
    doubtful = Name("b1", 1, 0)
    delivery.control.doubt(doubtful, {0: mark})
    unknown = Chunk(state="DONE", results=results_of(unknown=(0,)))
    delivery.control.cells.write(Cell(doubtful.state), unknown.plain())
    for message_id in ("ATXid_1", "ATXid_2"):
        fields = {"id": message_id, "status": "Success", "phoneNumber": NUMBER}
        functions.post("delivery-reports", fields)
    reports = functions.queued("ReportsQueue")
    parked = [one | {"waited": "4"} for one in reports]
    acts.clear()
    for event in (an_event(*reports), an_event(*parked)):
        assert app.settle_reports(event, None) == {"batchItemFailures": []}
    assert compared(acts, allowed("delivery")) == (set(), set())


def test_the_tick_may_do_what_it_does_and_no_more(
    functions: Functions, acts: set[Act], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OWL_QUIET_HOURS", "off")
    forget_senders()
    for name in ("lost", "lost-again", "unfiled"):
        a_chunk_to_send(functions, acts, name)
        ledger = wiring.sweeper().ledger
        job = ledger.chunks.look(Name(name, 1, 0))
        claimed = ledger.chunks.claim(job, "somebody who died")
        if claimed is not None and name == "unfiled":
            ledger.chunks.record(claimed, "africastalking", results_of(sent={0: "ATXid_9"}))
    order = an_order(kind="forum", audience=Audience(communes=("0212",)))
    now = functions.webhooks.clock.now()
    window = {"not_before": now, "not_after": now + timedelta(days=1)}
    ledger.books.order(replace(order, **window))
    somebody = Audience(people=(functions.webhooks.keys.now().person(a_party()),))
    ledger.books.order(replace(order, id="b2", audience=somebody, **window))
    a_forum_to_come(functions)
    told, forums = a_forum_to_come(functions), functions.webhooks.desk.forums
    later = moved(replace(told, invited=1), "Lina", now, at=told.at + timedelta(days=1))
    forums.change(told, agreed_by_few(later, now, few=200))
    acts.clear()
    # The worker is given up, then the message is over, then no news of it is expected.
    for hours in (1, 25, 100):
        monkeypatch.setenv("OWL_CLOCK_OFFSET", str(hours * 3600))
        forget_senders()
        app.tick(TICK, None)
    assert compared(acts, allowed("tick")) == (set(), set())
    monkeypatch.undo()
    forget_senders()


def test_the_tally_may_do_what_it_does_and_no_more(
    functions: Functions, acts: set[Act], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OWL_GATEWAYS", "africastalking,twilio")
    wiring.settings.cache_clear()
    for n in range(2):
        ballot = a_ballot(month="2020-01", comment="Slow")
        functions.webhooks.desk.cast(a_party(number=f"+8551200000{n}"), ballot)
    somebody_used_owl(functions, "2020-01")
    complaints = functions.webhooks.desk.complaints
    functions.hop(text="8*4*2*0212*1*They asked for money")
    (row,) = complaints.every()
    complaints.change(row, replace(row, week="2020-W02"))
    acts.clear()
    app.tally(TICK, None)
    assert compared(acts, allowed("tally")) == (set(), set())
    monkeypatch.undo()
    wiring.settings.cache_clear()
    assert functions.stored("ballot-box") == functions.stored("ballot-tokens") == []
    assert len(functions.stored("comments")) == 2


def somebody_used_owl(functions: Functions, month: str) -> None:
    """Put somebody into the set of a month."""
    usage = functions.webhooks.desk.usage
    _, (shard, user) = usage.user_key(a_party(), "ussd")
    usage.users(f"{month}#{shard[-1]}", user, expires=0).save()


def test_a_party_is_never_a_key_of_a_table(functions: Functions, acts: set[Act]) -> None:
    a_whole_day_of_callbacks(functions)
    party = a_party()
    stored = json.dumps(
        [functions.stored(name) for name in ("people", "talk", "seen", "limits", "users-month")],
        default=repr,
    )
    assert acts
    assert party.id[1:] not in stored
