"""This file plays the rows about workers that die, freeze, or have a wrong clock."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.faults.case import Case
from tests.faults.fleet import Copied
from tests.faults.killer import Killer
from tests.faults.points import STEPS
from tests.faults.run import MINUTE, Run
from tests.faults.worker import SENDER, TICKER
from tests.mutants import COPIED, ROOT, copied

NEW = 0.7
ROWS_FILE = "chalicelib/capabilities/ledger.py"
# What a later version may well do: a field more in the row of a message and of a chunk.
LATER = (
    (ROWS_FILE, "    resent: bool = False\n", '    resent: bool = False\n    later: str = "new"\n'),
    (ROWS_FILE, "    tries: int = 0\n", '    tries: int = 0\n    later: str = "new"\n'),
)
SKEWS = (-86_400, -600, 600, 86_400)
FREEZES = ("after_claim", "before_post", "in_post", "after_post", "before_record")
FROZEN_FOR = 10 * MINUTE
# For a run with few kills: where a mistake would cost a second copy or lose somebody.
MOST_TELLING = ("after_claim", "in_post", "after_post", "after_record", "after_follow")
PLANNER_STEPS = ("before_append", "after_append", "before_planned", "after_planned")


def f1_killed(case: Case, **told: str) -> None:
    """Kill senders at every step and at random moments, for as many messages as it takes."""
    few = case.kills < len(STEPS)
    with case.run(**told) as run:
        run.fleet.start(TICKER)
        steps = MOST_TELLING if few else STEPS * case.each_step
        killer, sent = Killer(run, case.kills, steps), []
        run.let_go("b1")
        killer.start()
        killer.start()
        while not sent or not killer.is_done:
            sent.append(f"b{len(sent) + 1}")
            if sent[-1] != "b1":
                run.let_go(sent[-1], each=killer)
            run.finish(sent[-1], killer)
        run.settle(*sent)
        case.judge(run, *sent)
        killed, most = run.fleet.killed, run.fleet.killed * run.size
        case.require(f"more than {most} in doubt", that=case.found.unknown <= most)
        hits = [run.fleet.hit[one] for one in STEPS]
        least = 0 if few else case.each_step
        case.require(f"a step was hit less than {least} times", that=min(hits) >= least)
        case.note(f"{killed} kills, {sum(hits)} of them at {sum(map(bool, hits))} steps")


def f11_clocks_and_freezes(case: Case) -> None:
    """Let workers with wrong clocks send beside right ones; then freeze some for ten minutes."""
    with case.run() as run:
        run.staff(1)
        for skew in SKEWS:
            run.fleet.start(SENDER, more={"OWL_CLOCK_OFFSET": str(skew)})
        run.let_go("b1")
        begun = run.clock.seconds()
        run.finish("b1")
        case.note(f"wrong clocks: sent in {(run.clock.seconds() - begun) / 60:.0f} min")
        for one in [one for one in run.fleet.running.values() if one.spec.more]:
            run.fleet.kill(one)
        run.let_go("b2")
        for step in FREEZES * 2:
            run.fleet.start(SENDER, step=step, act="stop", seed=run.chance.getrandbits(20))
        thaw_at: dict[str, float] = {}

        def each() -> None:
            for one in run.fleet.froze():
                thaw_at[one.name] = run.clock.seconds() + FROZEN_FOR
            for name in [one for one, at in thaw_at.items() if at <= run.clock.seconds()]:
                run.fleet.thaw(run.fleet.running[name])
                del thaw_at[name]

        run.finish("b2", each)
        while thaw_at:
            run.clock.forward(FROZEN_FOR)
            each()
        run.quieten()
        run.settle("b1", "b2")
        case.judge(run, "b1", "b2")
        case.require("nobody froze at some step", that=all(run.fleet.hit[one] for one in FREEZES))
        case.note(f"{run.fleet.hit.total()} freezes")


def f20_two_versions(case: Case) -> None:
    """Deploy another version while a message is sent: both run, and both are killed."""
    with case.run() as run, another_version() as folder:
        deployed = [False]

        def version() -> Path | None:
            return folder if deployed[0] and run.chance.random() < NEW else None

        killer = Killer(run, case.kills // 3, MOST_TELLING, folder=version)
        run.fleet.start(TICKER)
        run.let_go("b1")
        killer.start()
        killer.start()
        chunks = case.people // run.size

        def each() -> None:
            killer()
            if not deployed[0] and len(run.gateway.log_lines()) > chunks // 5:
                deployed[0] = True
                for _ in range(2):
                    run.fleet.start(SENDER, folder)

        run.finish("b1", each)
        run.settle("b1")
        (found,) = case.judge(run, "b1")
        most = run.fleet.killed * run.size
        case.require(f"more than {most} in doubt", that=found.unknown <= most)
        new = sum(isinstance(one, Copied) for one in run.fleet.ever)
        case.require("the new version never ran", that=new > 0)
        case.note(f"{run.fleet.killed} kills, {new} workers of the new version")


@contextmanager
def another_version(*edits: tuple[str, str, str]) -> Iterator[Path]:
    """Give a folder with the product edited: by default its rows have a field more."""
    with TemporaryDirectory() as folder:
        copy = Path(folder)
        for name in COPIED:
            copied(ROOT / name, copy / name)
        for file, old, new in edits or LATER:
            whole = (copy / file).read_text(encoding="utf-8")
            assert whole.count(old) == 1, f"{file} does not hold its text once"
            (copy / file).write_text(whole.replace(old, new), encoding="utf-8")
        yield copy


def f17_planner_killed(case: Case) -> None:
    """Kill the planner; the plan is exactly the audience, and nothing is sent before it is."""
    kills = max(10, case.kills // 2)
    with case.run() as run:
        steps = [run.chance.choice(PLANNER_STEPS) for _ in range(kills // 2)]
        killer = Killer(run, kills, steps, role=TICKER)
        run.fleet.start(SENDER)
        killer.start()
        planned: list[str] = []
        while not planned or not killer.is_done:
            planned.append(f"b{len(planned) + 1}")
            _planned_under(case, run, killer, planned[-1])
        posts = len(run.gateway.log_lines())
        case.require(f"{posts} posts before anybody approved", that=posts == 0)
        run.town.approve("b1")
        run.finish("b1")
        (found,) = case.judge(run, "b1")
        case.require("somebody did not get it", that=found.accepted == found.people)
        case.note(f"{run.fleet.killed} kills of the planner over {len(planned)} plans")


def _planned_under(case: Case, run: Run, killer: Killer, order_id: str) -> None:
    run.town.plan(run.town.order(order_id))
    run.until(lambda: run.town.head(order_id).state == "PLANNED", killer)
    head, people = run.town.head(order_id), set(run.town.ids.values())
    listed = [
        person
        for batch in run.town.office.sweeper.ledger.chunks.batches(head, 0, head.chunks)
        for person in (batch.people if batch is not None else ())
    ]
    said = f"{order_id}: the plan is not the audience"
    case.require(said, that=len(listed) == len(people) == head.planned and set(listed) == people)
