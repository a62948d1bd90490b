"""This file asks each function for all that it ever does; a probe returns what failed."""

import re
from dataclasses import replace
from datetime import timedelta

from chalicelib.capabilities.ballots import month_of, week_of
from chalicelib.capabilities.broadcasts import Audience
from chalicelib.capabilities.forums import agreed_by_few, moved
from chalicelib.capabilities.ledger import Chunk, results_of
from chalicelib.capabilities.ledger_cells import Cell
from chalicelib.capabilities.ledger_chunks import Name
from chalicelib.gateways.africastalking import NAME
from chalicelib.storage.delivery import DynamoRecipients
from chalicelib.storage.people import PersonRow
from chalicelib.storage.seals import sealed_to_sender
from tests.builders import KAMRIENG, a_ballot, a_forum, a_party
from tests.deployed.bench import DOWN, Bench, message
from tests.gateways.callbacks import TICK
from tests.sending import an_order

SENT = "8*1*102*2*1"
HOPS = ("", "8", "8*1*102", SENT, SENT, f"8*2*{KAMRIENG}", "8*2*02122600429", "8*9")
TEXTS = ("SEVA", "1", "STOP", "START", "xyzzy", f"TICKET {KAMRIENG}", "JOIN 021204")
FORUMS = ("8*5", "8*5*{forum}*1", "8*5*{forum}*3*How?", "8*5*{forum}*4", f"8*2*{KAMRIENG}*2")
RATE, COMPLAIN = "8*3*0212*1*2*3*4*1*1*0", "8*4*2*0212*1*They asked for more"
CODE = re.compile(r"Code (\d{10})")
WRONG, GOOD = "8*4*6*1234567894", 200
# How the gateway answers a chunk, once for each thing that the sender then does.
MODES = (DOWN, "429", "blocked", "doubted", "unpaid", "ok")


def webhooks(bench: Bench) -> str:
    """Use everything a phone may do, over both channels; every screen is as at first."""
    who, stage = bench.next(), bench.stage
    bench.complained("webhooks")
    for n, text in enumerate((*HOPS, *(one.format(forum=bench.forum) for one in FORUMS), RATE)):
        screen = stage.hops(who, text, f"{bench.n}{n}")
        if not bench.is_as_before(f"dial {n}", screen):
            return f"a dial of {text[:6]} is told: {screen[4:]}"
    for n, text in enumerate(TEXTS):
        fields = {"text": text, "to": "38455", "id": f"{bench.n}-{n}", "from": who, "date": ""}
        status = stage.posts("sms", fields).status
        if status != GOOD:
            return f"an SMS {text} is answered {status}"
    return _complaining(bench, who) or _told_of(bench, who) or bench.complained("webhooks")


def _complaining(bench: Bench, who: str) -> str:
    end = bench.stage.hops(who, COMPLAIN, f"{bench.n}90")
    found = CODE.search(end)
    if not found:
        return f"a complaint is told: {end[4:]}"
    for n, text in enumerate((f"8*4*6*{found[1]}", f"8*4*6*{found[1]}*1*It was on Monday", WRONG)):
        screen = bench.stage.hops(who, text, f"{bench.n}9{n + 1}")
        if not bench.is_as_before(f"code {n}", screen):
            return f"a code is told: {screen[4:]}"
    return ""


def _told_of(bench: Bench, who: str) -> str:
    for kind, fields in (
        ("ussd-events", {"sessionId": f"ATUid_{bench.n}92", "phoneNumber": who, "input": "8*1"}),
        ("delivery-reports", {"id": "ATXid_1", "phoneNumber": who}),
        ("opt-outs", {"phoneNumber": who}),
    ):
        status = bench.stage.posts(kind, {"serviceCode": "*384*55#", **fields}).status
        if status != GOOD:
            return f"a callback {kind} is answered {status}"
    return ""


def webhooks_at_the_turn(bench: Bench) -> str:
    """Do the same in the first hours of a month, when the last one's key is asked for too."""
    clock, before = bench.stage.clock, bench.stage.clock.offset
    now = bench.now
    turn = (now.replace(day=28) + timedelta(days=5)).replace(day=2, hour=1)
    clock.forward((turn - now).total_seconds())
    fault = webhooks(bench)
    clock.offset = before
    clock.forward(0)
    return fault


def sender(bench: Bench) -> str:
    """Send a reply, one that is refused, and one while nobody answers, which goes back."""
    who, stage = bench.next(), bench.stage
    bench.complained("sender")
    for n, mode in enumerate(("ok", "429", DOWN)):
        bench.drained("outbox")
        before = _rows(bench, "outbox")
        stage.texts(who, "HELP", f"{bench.n}-h{n}")
        with bench.answering(mode):
            fault = bench.worked("sender", bench.drained("outbox"))
        if bool(fault) != (mode == DOWN):
            return f"a reply while the gateway answers {mode}: {fault}"
        if _rows(bench, "outbox") != before + (mode == DOWN):
            return f"a reply while the gateway answers {mode} is not where it should be"
    if len(stage.received(who)) != 1:
        return "the reply was not sent"
    return bench.complained("sender", "Unavailable")


def sender_of_chunks(bench: Bench) -> str:
    """Send a chunk as often as there are answers to a post."""
    for mode in MODES:
        fault = _chunk(bench, mode)
        if fault:
            return fault
    return ""


def _chunk(bench: Bench, mode: str) -> str:
    who, name = bench.next(), f"c{bench.n}"
    body = _a_chunk(bench, name, who, "forum" if mode == "unpaid" else "notice")
    bench.complained("sender")
    with bench.answering(mode):
        fault = bench.worked("sender", [body])
    state = bench.town.office.sweeper.ledger.chunks.look(Name(name, 1, 0))
    if fault:
        return f"a chunk that the gateway answers {mode}: {fault}"
    if mode == "ok" and len(bench.stage.received(who)) != 1:
        return f"a chunk was not sent: {state}"
    return bench.complained("sender")


def _a_chunk(bench: Bench, name: str, who: str, kind: str) -> str:
    """Order a message for one person and let it go; return what then waits for the sender."""
    keys, now = bench.side.keys.now(), bench.now
    row = bench.side.database.bound(PersonRow)(bench.person(who))
    row.consented_at, row.number = now.isoformat(), sealed_to_sender(keys, who)
    row.language = "en"
    row.save()
    order = an_order(
        id_=name,
        kind=kind,
        opens="041",
        audience=Audience(people=(row.id,)),
        not_before=now - timedelta(hours=1),
        not_after=now + timedelta(hours=3),
    )
    bench.drained("chunks")
    bench.town.office.ledger.order(order)
    bench.town.office.sweeper.advance(name)
    (body,) = [one for one in bench.drained("chunks") if f'"{name}"' in one]
    return body


def delivery(bench: Bench) -> str:
    """Apply a report, park one, and give one to the person's only doubt."""
    bench.complained("delivery")
    who, control = bench.next(), bench.town.office.sweeper.ledger.control
    mark, known, other = bench.person(who), f"ATXid_k{bench.n}", f"ATXid_o{bench.n}"
    store = DynamoRecipients(bench.side.database, bench.stage.clock)
    store.follow(NAME, {known: mark})
    doubtful = Name(f"d{bench.n}", 1, 0)
    control.doubt(doubtful, {0: mark})
    unknown = Chunk(state="DONE", results=results_of(unknown=(0,)))
    control.cells.write(Cell(doubtful.state), unknown.plain())
    shared = {"gateway": NAME, "status": "delivered", "reason": "", "mark": mark}
    bodies = [message(id=one, **shared) for one in (known, other)]
    parked = [message(id=one, waited="4", **shared) for one in (known, other)]
    for batch in (bodies, parked):
        fault = bench.worked("delivery", batch)
        if fault:
            return fault
    return bench.complained("delivery")


def tick(bench: Bench) -> str:
    """Plan, let go, repair and close messages; tell of a forum that is moved."""
    bench.morning()
    who, name, now = bench.next(), f"t{bench.n}", bench.now
    _a_chunk(bench, name, who, "notice")
    chunks = bench.town.office.sweeper.ledger.chunks
    chunks.claim(chunks.look(Name(name, 1, 0)), "somebody who died")
    window = {"not_before": now, "not_after": now + timedelta(days=1)}
    for n, audience in enumerate(
        (Audience(communes=("0212",)), Audience(people=(bench.person(who),)))
    ):
        order = an_order(id_=f"{name}-{n}", kind="forum", audience=audience, **window)
        bench.town.office.ledger.order(order)
    forums = bench.side.desk.forums
    forums.add(a_forum(at=now + timedelta(days=60), now=now))
    told = forums.add(a_forum(at=now + timedelta(days=61), now=now))
    later = moved(replace(told, invited=1), "Lina", now, at=told.at + timedelta(days=1))
    forums.change(told, agreed_by_few(later, now, few=200))
    bench.complained("tick")
    for hours in (0, 1, 24, 75):
        bench.later(hours=hours)
        answer = bench.invoked("tick", TICK)
        fault = answer if isinstance(answer, str) else bench.complained("tick")
        if fault and "never_planned" not in fault:
            return fault
    return ""


def tally(bench: Bench) -> str:
    """Count ratings and comments of a month that is over, close it, and turn the keys."""
    bench.next_month()
    last = bench.now.replace(day=1) - timedelta(days=1)
    month = month_of(last.date())
    party = a_party(number=bench.next())
    ballot = a_ballot(month=month, week=week_of(last.date()), comment="Slow")
    bench.side.desk.cast(party, ballot)
    _, (shard, user) = bench.side.desk.usage.user_key(party, "ussd")
    bench.side.desk.usage.users(f"{month}#{shard[-1]}", user, expires=0).save()
    bench.complained("tally")
    answer = bench.invoked("tally", TICK)
    if isinstance(answer, str):
        return answer
    if _rows(bench, "ballot-tokens"):
        return "the tokens of a month that is over are there"
    return bench.complained("tally")


def _rows(bench: Bench, table: str) -> int:
    name = f"{bench.stage.stack}-{table}"
    return int(bench.stage.cloud.client("dynamodb").scan(TableName=name)["Count"])
