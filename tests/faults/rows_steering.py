"""This file plays the rows about staff who stop what is being sent, or restore what was."""

from tests.faults.case import Case
from tests.faults.run import HOUR, MINUTE, Run

STOPPED_WITHIN = 30.0
TIMES = 5
SENDERS = 2
# What a restore brings back; the kill switch is in another table, and stays as it is.
RESTORED = ("people", "broadcasts", "chunks", "recipients")


def f12_stopped(case: Case) -> None:
    """Cancel, pause or turn the kill switch five times, each at a random moment of a message."""
    with case.run() as run:
        run.staff(SENDERS)
        chunks, most, ways = case.people // run.size, SENDERS * run.size, []
        for n in range(1, TIMES + 1):
            order_id, way = f"b{n}", ("cancel", "switch", "pause")[n % 3]
            run.let_go(order_id)
            begun, at = len(run.gateway.log_lines()), run.chance.randint(1, chunks - 1)
            run.until(lambda begun=begun, at=at: len(run.gateway.log_lines()) - begun >= at)
            _steer(run, order_id, way, stop=True)
            told = run.clock.seconds()
            run.quieten()
            posts = [one for one in run.gateway.log_lines()[begun:] if one["at"] > told]
            after = sum(one["asked"] for one in posts)
            case.require(f"{order_id}: {after} posted after the {way}", that=after <= most)
            took = max((one["at"] - told for one in posts), default=0.0)
            case.require(f"{order_id}: went on for {took:.0f} s", that=took <= STOPPED_WITHIN)
            _nothing_more(case, run, order_id)
            _steer(run, order_id, way, stop=False)
            run.finish(order_id)
            ways.append(f"{way} after {at} of {chunks}: {after} more")
            (found,) = case.judge(run, order_id)
            wanted = {"SKIPPED cancelled": found.people - found.accepted} if way == "cancel" else {}
            said = f"{order_id}: {dict(found.reasons)}"
            case.require(said, that={k: v for k, v in found.reasons.items() if v} == wanted)
        case.note("; ".join(ways))


def _steer(run: Run, order_id: str, way: str, *, stop: bool) -> None:
    ledger, control = run.town.office.ledger, run.town.office.sweeper.ledger.control
    if way == "switch" and stop:
        control.stop("sok")
    elif way == "switch":
        control.start("sok")
        control.start("dara")
    elif way == "pause" and stop:
        ledger.pause(order_id, "wait")
    elif way == "pause":
        run.town.resume(order_id)
    elif stop:
        ledger.cancel(order_id, "the venue burned")


def _nothing_more(case: Case, run: Run, order_id: str) -> None:
    """Let half an hour pass: what is stopped stays so."""
    posts, until = len(run.gateway.log_lines()), run.clock.seconds() + HOUR / 2
    run.until(lambda: run.clock.seconds() >= until)
    more = len(run.gateway.log_lines()) - posts
    case.require(f"{order_id}: {more} posts while it was stopped", that=more == 0)


def f21_restored(case: Case) -> None:
    """Restore tables to five minutes ago while a message was being sent, by the runbook."""
    with case.run() as run:
        run.staff(SENDERS)
        # A gateway that takes its time leaves something to forget however quick the machine is.
        run.gateway.plan({"slow": 1}, case.seed)
        run.let_go("b1")
        chunks = case.people // run.size
        run.until(lambda: len(run.gateway.log_lines()) >= 1)
        run.town.office.ledger.pause("b1", "so that nobody is posting")
        run.quieten()
        before = len(run.gateway.log_lines())
        case.require(f"all {chunks} chunks were posted before the backup", that=before < chunks)
        kept = {name: run.town.rows(name) for name in RESTORED}
        run.town.resume("b1")
        run.clock.forward(5 * MINUTE)
        run.until(lambda: len(run.gateway.log_lines()) > before)
        _steer(run, "b1", "switch", stop=True)
        run.quieten()
        posts = len(run.gateway.log_lines())
        for name, rows in kept.items():
            run.town.restore(name, rows)
        run.town.office.ledger.move("b1", "PAUSED", "SENDING")
        _nothing_more(case, run, "b1")
        forgotten = sum(run.town.forgets(one["ids"]) for one in run.gateway.log_lines())
        case.require("the restored tables forgot nothing", that=forgotten > 0)
        run.town.office.ledger.cancel("b1", "restored: nobody knows who got it")
        _steer(run, "b1", "switch", stop=False)
        run.finish("b1")
        case.require("something was sent again", that=len(run.gateway.log_lines()) == posts)
        case.note(f"{forgotten} messages were forgotten by the restore, none was sent again")
        case.found.people = case.people
