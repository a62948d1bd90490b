"""This file plays the row about delivery reports: repeated, early, late, never, forged."""

import json
from collections.abc import Iterable
from typing import Any

from chalicelib.channels.forwarding import Forwarding
from chalicelib.gateways.africastalking import NAME
from chalicelib.telecom.messages import DeliveryReport
from tests.builders import a_party
from tests.faults.case import Case
from tests.faults.queues import REPORTS
from tests.faults.run import Run
from tests.faults.worker import DELIVERY

COPIES = 10
# Each of them waits on the queue four times; as many ids of no message as there are people.
NEVER, LATE = 7, 5


class Reporter:
    """Brings reports as the webhook does: through `Forwarding`, onto the queue."""

    def __init__(self, run: Run) -> None:
        self.run, self.read = run, 0
        self.forwarding = Forwarding(self, lambda party: run.town.keys.now().person(party))

    def send(self, message: dict[str, str], delay: int = 0) -> None:
        """Put one report on the queue, as SQS would."""
        self.run.queues.put(REPORTS, json.dumps(message), delay)

    def report(self, message_id: str, number: str, status: str) -> None:
        """Bring one report."""
        party = a_party(number=number) if number else None
        self.forwarding.forward(DeliveryReport(NAME, message_id, status, "", party))

    def new(self) -> list[tuple[str, str]]:
        """Return the messages that were accepted since the last look."""
        posts = self.run.gateway.log_lines()
        fresh = [pair for one in posts[self.read :] for pair in one["ids"].items()]
        self.read = len(posts)
        return fresh


def f13_reports(case: Case) -> None:
    """Report ten times and in any order, before the answer, late, with ids and numbers forged."""
    with case.run() as run:
        run.staff()
        run.fleet.start(DELIVERY)
        run.gateway.plan({"ok": 0.7, "slow": 0.2, "lost": 0.1}, case.seed)
        reporter, sent = Reporter(run), list[tuple[str, str]]()
        run.let_go("b1")

        def early() -> None:
            """Report a third of the messages at once: often before the answer to their post."""
            run.all_live()
            for message_id, number in reporter.new():
                sent.append((message_id, number))
                if len(sent) % 3 == 0:
                    reporter.report(message_id, number, "delivered")

        run.finish("b1", early)
        posts = len(run.gateway.log_lines())
        _forge(run, reporter, sent, case.people)
        _settled(run)
        (before,) = [run.judged("b1")]
        delivered = len(sent) // 3
        case.require(
            f"{before.states.get('DELIVERED', 0)} delivered, {delivered} true reports",
            that=before.states.get("DELIVERED", 0) == delivered,
        )
        _true_ones(run, reporter, sent)
        run.settle("b1")
        for message_id, number in sent[::LATE]:
            reporter.report(message_id, number, "delivered")
        _settled(run)
        (found,) = case.judge(run, "b1")
        case.require("a report caused a post", that=len(run.gateway.log_lines()) == posts)
        lost = [m for one in run.gateway.log_lines() if one["mode"] == "lost" for m in one["ids"]]
        told = sum(not _is_never(n) and _is_known(n, m in lost) for n, (m, _) in enumerate(sent))
        got = found.states.get("DELIVERED", 0) + found.states.get("FAILED", 0)
        case.require(f"{got} have a final word, {told} true ones came", that=got == told)
        case.note(f"{run.queues.made} messages on the queues; {dict(found.states)}")


def _is_known(n: int, lost: bool) -> bool:  # noqa: FBT001 - one question
    """Whether the ledger still knows whose report this is: a doubt is kept for 72 hours."""
    return not (lost and n % LATE == 0 and (n + 1) % 3 != 0)


def _is_never(n: int) -> bool:
    return (n + 1) % 3 != 0 and n % NEVER == 0 and n % LATE != 0


def _forge(run: Run, reporter: Reporter, sent: list[tuple[str, str]], wanted: int) -> None:
    """Report ids that no message has, and true ids with somebody else's number.

    Whoever knows the webhook's secret and the number of a person in doubt is not kept out.
    """
    for n in range(wanted):
        number = f"+85599{n:06}" if n % 4 == 0 else ""
        reporter.report(f"ATXid_{run.chance.getrandbits(128):032x}", number, "delivered")
    posts = run.gateway.log_lines()
    answered = [to for one in posts if one["mode"] != "lost" for to in one["ids"].values()]
    for message_id, number in sent:
        other = run.chance.choice([one for one in answered[:2] if one != number])
        reporter.report(message_id, other, "failed")


def _true_ones(run: Run, reporter: Reporter, sent: Iterable[Any]) -> None:
    """Report the rest, some of it ten times over, with all words in any order."""
    wishes = []
    for n, (message_id, number) in enumerate(sent):
        if not _is_never(n) and (n + 1) % 3 != 0 and n % LATE != 0:
            last = "delivered" if n % 2 else "failed"
            copies = COPIES if n % COPIES == 1 else 1
            wishes += [(message_id, number, one) for one in ("accepted", last) * copies]
    run.chance.shuffle(wishes)
    for one in wishes:
        reporter.report(*one)
    _settled(run)


def _settled(run: Run) -> None:
    """Let time pass until no report waits any more."""
    run.until(lambda: not run.queues.held[REPORTS])
