"""This file asks the functions that nobody waits for; a probe returns what failed."""

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
from tests.builders import a_ballot, a_forum, a_party
from tests.deployed.bench import DOWN, Bench, message
from tests.deployed.probes_phone import COMPLAIN
from tests.gateways.callbacks import TICK
from tests.sending import an_order

# How the gateway answers a chunk, once for each thing that the sender then does.
MODES = (DOWN, "429", "blocked", "doubted", "unpaid", "ok")


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
    """Send a chunk as often as there are answers to a post, to one person twice."""
    # Whose row is there already has it changed: the message counted, the doubt added.
    again = bench.next()
    for mode, who in (*((one, "") for one in MODES), ("doubted", again), ("doubted", again)):
        fault = _chunk(bench, mode, who)
        if fault:
            return fault
    return ""


def _chunk(bench: Bench, mode: str, again: str) -> str:
    fresh, name = bench.next(), f"c{bench.n}"
    who = again or fresh
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
    # Who is in doubt twice has a row already.
    _left(bench, name, who)
    _left(bench, f"{name}-again", who)
    _left(bench, f"{name}-posted", bench.next(), f"ATXid_t{bench.n}")
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


def _left(bench: Bench, name: str, who: str, sent: str = "") -> None:
    """Leave a chunk as a worker who died with it does: claimed, or posted with its row to come."""
    _a_chunk(bench, name, who, "notice")
    chunks = bench.town.office.sweeper.ledger.chunks
    claimed = chunks.claim(chunks.look(Name(name, 1, 0)), "somebody who died")
    assert claimed, f"{name} could not be claimed"
    if sent:
        chunks.record(claimed, NAME, results_of(sent={0: sent}))


def tally(bench: Bench) -> str:
    """Count ratings, comments and complaints of a month that is over, close it, turn the keys."""
    bench.stage.hops(bench.next(), COMPLAIN, str(bench.n))
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
