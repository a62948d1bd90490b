"""This file plays the rows about people: who approves twice, who is listed twice, who says STOP."""

import csv
import os
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from chalicelib.capabilities import subscribers_sheet
from chalicelib.capabilities.broadcasts import Audience, Order
from chalicelib.capabilities.subscribers_import import take
from chalicelib.errors import NotAcceptable
from chalicelib.operations.people import rules_of
from chalicelib.settings import Settings
from chalicelib.sheets.read import opened
from chalicelib.staff import Office
from chalicelib.wiring.phones import Webhooks
from tests.builders import TRANG, a_catalogue, a_party
from tests.faults.case import Case
from tests.faults.fleet import NURSERY
from tests.faults.run import HOUR, MINUTE, Run
from tests.faults.town import SECOND, texted

CLICKS = 20
SPELT = (
    "+855 {0} {1}",
    "00855{0}{1}",
    "0{0}-{1}",
    "0{0} {1}",
    "{0}{1}",
    "tel:+855-{0}-{1}",
)
MOST_ROWS = 5
HEARD_WITHIN = MINUTE
STOPS_IN = 100
DAY = 24 * HOUR


def f14_clicked_twenty_times(case: Case) -> None:
    """Draft, approve and release the same message by twenty processes at once."""
    with case.run() as run:
        run.staff()
        order = run.town.order("b1")
        drafted = _at_once(run, order)
        case.require(f"drafted: {dict(drafted)}", that=drafted == {"True": 1, "False": CLICKS - 1})
        run.town.office.ledger.move("b1", "DRAFT", "PLANNING")
        run.until(lambda: run.town.head("b1").state == "PLANNED")
        clicked = _at_once(run, "b1")
        well = clicked["done"] >= 1 and set(clicked) <= {"done", "NotAcceptable"}
        case.require(f"approved: {dict(clicked)}", that=well)
        try:
            run.town.office.ledger.draft(run.town.order("b1", texts={"en": "Other words"}))
        except NotAcceptable:
            case.note(f"of {CLICKS} at once: drafted {dict(drafted)}, approved {dict(clicked)}")
        else:
            case.require("other words under the same id were taken", that=False)
        run.finish("b1")
        (found,) = case.judge(run, "b1")
        case.require("somebody did not get it", that=found.accepted == found.people)
        case.require("the words changed", that=order.texts == _words(run))


def _words(run: Run) -> Mapping[str, str]:
    return run.town.office.ledger.body(run.town.head("b1")).texts


def _at_once(run: Run, what: Order | str) -> Counter[str]:
    """Let twenty processes do the same; return what came of it."""
    answers, gate = run.folder / "answers.txt", NURSERY.Barrier(CLICKS)
    answers.write_text("")
    args = (run.environ, what, gate, answers)
    processes = [NURSERY.Process(target=_click, args=args, daemon=True) for _ in range(CLICKS)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    return Counter(answers.read_text(encoding="utf-8").split())


def _click(environ: Mapping[str, str], what: Order | str, gate: Any, answers: Path) -> None:
    """Draft an order, or approve the one of an id and let it go, when all are ready."""
    os.environ.update(environ)
    ledger = Office(Settings.of(environ)).ledger
    gate.wait()
    try:
        said = _done(ledger, what)
    except NotAcceptable:
        said = "NotAcceptable"
    with answers.open("a", encoding="utf-8") as file:
        file.write(f"{said}\n")


def _done(ledger: Any, what: Order | str) -> object:
    if isinstance(what, Order):
        return ledger.draft(what)
    ledger.sign(what, SECOND, ledger.head(what).seen)
    ledger.release(what)
    return "done"


def f15_listed_often(case: Case) -> None:
    """Import a list that holds each number 1 to 5 times in 6 spellings, and write to it."""
    with case.run(people=1) as run:
        run.town.office.catalogue.publish(a_catalogue())
        numbers = [f"+85516{n:06}" for n in range(case.people)]
        file, rows = run.folder / "people.csv", _rows(run, numbers)
        with file.open("w", encoding="utf-8", newline="") as to:
            csv.writer(to).writerows([subscribers_sheet.COLUMNS, *rows])
        sheet = opened(file, subscribers_sheet.COLUMNS, subscribers_sheet.REQUIRED)
        take(sheet, rules_of(run.town.office), run.town.office.people)
        run.town.ids |= {one: run.town.keys.now().person(a_party(number=one)) for one in numbers}
        run.staff()
        run.let_go("b1", audience=Audience(communes=(TRANG.code,)))
        run.finish("b1")
        (found,) = case.judge(run, "b1")
        case.require(
            f"{found.accepted} of {case.people} got it",
            that=found.accepted == found.people == case.people,
        )
        copies = Counter(to for one in run.gateway.log_lines() for to in one["ids"].values())
        case.require("a number got two", that=set(copies.values()) == {1})
        case.note(f"{len(rows)} rows for {case.people} people")


def _rows(run: Run, numbers: list[str]) -> list[tuple[str, ...]]:
    chance = run.chance
    rows = [
        (chance.choice(SPELT).format(one[4:6], one[6:]), TRANG.code, "en", "2026-11-16")
        for one in numbers
        for _ in range(chance.randint(1, MOST_ROWS))
    ]
    chance.shuffle(rows)
    return rows


def f16_stopped_meanwhile(case: Case) -> None:
    """Let people say STOP over the webhook while a message is being sent."""
    with case.run() as run:
        webhooks, stopped = Webhooks(run.town.settings), dict[str, float]()
        names = run.town.shuffled(run.chance)[: max(20, case.people // STOPS_IN)]
        wanted, chunks = len(names), case.people // run.size
        run.staff()
        run.let_go("b1")

        def each() -> None:
            run.all_live()
            while names and len(run.gateway.log_lines()) * wanted >= len(stopped) * chunks:
                texted(webhooks, names[-1], "STOP", f"stop-{len(names)}")
                stopped[names.pop()] = run.clock.seconds()

        run.finish("b1", each)
        run.let_go("b2")
        run.finish("b2")
        case.judge(run, "b1", "b2")
        late = [to for to, at in _posted(run) if at > stopped.get(to, at) + HEARD_WITHIN]
        case.require(f"{len(late)} were posted to over 60 s after", that=not late)
        again = set(_got(run, "b2")) & set(stopped)
        case.require(f"{len(again)} got the next message", that=not again)
        case.require("not all said STOP", that=len(stopped) == wanted)
        spared = wanted - len(set(_got(run, "b1")) & set(stopped))
        case.note(f"{wanted} said STOP, {spared} of them in time")


def f18_two_at_once(case: Case) -> None:
    """Send two broadcasts to the same people at once; each may get one in 24 hours."""
    with case.run() as run:
        run.longest_step = MINUTE
        run.staff(3)
        for one in ("b1", "b2"):
            run.town.plan(run.town.order(one, kind="broadcast"))
        run.until(lambda: all(run.town.head(one).state == "PLANNED" for one in ("b1", "b2")))
        for one in ("b1", "b2"):
            run.town.approve(one)
        for one in ("b1", "b2"):
            run.finish(one)
        found = case.judge(run, "b1", "b2")
        got: dict[str, list[float]] = {}
        for to, at in _posted(run):
            got.setdefault(to, []).append(at)
        close = [to for to, ats in got.items() if max(ats) - min(ats) < DAY and len(ats) > 1]
        case.require(f"{len(close)} got both within 24 hours", that=not close)
        case.require("somebody got neither", that=len(got) == case.people)
        split = " and ".join(str(one.accepted) for one in found)
        case.note(f"{split} people got one or the other")


def _posted(run: Run) -> list[tuple[str, float]]:
    return [(to, one["at"]) for one in run.gateway.log_lines() for to in one["ids"].values()]


def _got(run: Run, order_id: str) -> list[str]:
    said = f"Message {order_id}."
    posts = [one for one in run.gateway.log_lines() if one["text"].startswith(said)]
    return [to for one in posts for to in one["ids"].values()]
