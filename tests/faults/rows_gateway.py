"""This file plays the rows about a gateway that lies, breaks, or is not there."""

from typing import Any

from tests.faults.case import Case
from tests.faults.run import MINUTE, Run
from tests.faults.worker import SENDER

# What is accepted and answered so that nobody can tell, beside what can be told.
UNREADABLE = ("truncated", "nothing", "html", "wrong_type", "not_json", "3xx_after")
READABLE = ("more", "twice", "reordered", "reformatted", "slow")
IN_A_ROW = 5
DOWN_FOR, AGAIN_WITHIN = 10 * MINUTE, 15 * MINUTE
NO_NAME = "http://gateway.invalid/version1"
# The same share of people a second as 20 is at chunks of 50.
POSTS_A_SECOND = 20 / 50
ATTEMPTS_A_SECOND = 1.0
WITHIN = 1.05


def f3_replies_lost(case: Case) -> None:
    """Lose 2 %, half and all of the replies; a person looks at each pause and lets it go on."""
    with case.run() as run:
        run.staff(gateway_seconds=(1.0, 1.5))
        for order_id, share in (("b1", 0.02), ("b2", 0.5)):
            run.gateway.plan({"ok": 1 - share, "lost": share}, case.seed)
            run.let_go(order_id)
            run.finish(order_id)
        _all_lost(case, run, "b3")
        run.gateway.plan({"ok": 0.95, "too_slow": 0.05}, case.seed)
        run.finish("b3")
        run.settle("b1", "b2", "b3")
        found = case.judge(run, "b1", "b2", "b3")
        doubtful = ("lost", "too_slow")
        case.require(
            "who is in doubt is not who was posted to without an answer",
            that=sum(one.unknown for one in found) == _asked(run, *doubtful),
        )
        chunks = sum(run.town.head(one).chunks for one in ("b1", "b2", "b3"))
        posts = len(run.gateway.log_lines())
        case.require(f"{posts} posts of {chunks} chunks", that=posts == chunks)


def _all_lost(case: Case, run: Run, order_id: str) -> None:
    """Lose every reply once the first people were reached: the circuit opens."""
    run.gateway.plan({"ok": 1}, case.seed)
    run.let_go(order_id)
    run.until(lambda: _is_wide(run, order_id))
    run.town.office.ledger.pause(order_id, "so that nobody is posting")
    run.quieten()
    begun = len(run.gateway.log_lines())
    run.gateway.plan({"lost": 1}, case.seed)
    run.town.resume(order_id)
    run.until(lambda: run.town.head(order_id).state == "PAUSED")
    run.quieten()
    posts = sum(one["mode"] == "lost" for one in run.gateway.log_lines()[begun:])
    case.require(f"the circuit opened after {posts} posts", that=IN_A_ROW <= posts <= IN_A_ROW + 1)
    case.require("no alarm was raised", that=run.alarms("paused") > 0)
    case.note(f"at 100 % paused after {posts} posts")


def f4_server_errors(case: Case) -> None:
    """Answer 500 and 502, having accepted or not: nothing is tried again."""
    with case.run() as run:
        run.staff()
        run.gateway.plan({"ok": 0.8, "5xx": 0.1, "5xx_after": 0.1}, case.seed)
        run.let_go("b1")
        run.finish("b1")
        run.settle("b1")
        (found,) = case.judge(run, "b1")
        posts, chunks = len(run.gateway.log_lines()), run.town.head("b1").chunks
        case.require(f"{posts} posts of {chunks} chunks", that=posts == chunks)
        asked = _asked(run, "5xx", "5xx_after")
        case.require("who is in doubt is not who met a 5xx", that=found.unknown == asked > 0)


def f5_not_there(case: Case) -> None:
    """Refuse connections, names and TLS for ten minutes, then be there again."""
    a_second = _rate(case)
    with case.run(OWL_SMS_A_SECOND=str(a_second)) as run:
        run.longest_step = MINUTE
        run.staff(1)
        tls = run.gateway.url.replace("http:", "https:") + "/version1"
        run.fleet.start(SENDER, more={"OWL_GATEWAY_URL": NO_NAME})
        run.fleet.start(SENDER, more={"OWL_GATEWAY_URL": tls})
        run.let_go("b1")
        run.until(lambda: _is_wide(run, "b1"))
        run.gateway.stop()
        back_at = run.clock.seconds() + DOWN_FOR
        run.until(lambda: run.clock.seconds() >= back_at)
        tried = run.outcomes("put_back")
        rate = tried / (run.clock.seconds() - back_at + DOWN_FOR)
        case.require(f"{rate:.2f} requests a second", that=0 < rate <= ATTEMPTS_A_SECOND)
        for one in [one for one in run.fleet.running.values() if one.spec.more]:
            run.fleet.kill(one)
        run.fleet.start(SENDER)
        run.gateway.start()
        begun = run.clock.seconds()
        run.finish("b1")
        took = max(one["at"] for one in run.gateway.log_lines()) - begun
        case.require(f"it took {took:.0f} s after that", that=took <= AGAIN_WITHIN)
        (found,) = case.judge(run, "b1")
        case.require("somebody did not get it", that=found.accepted == found.people)
        case.note(f"{rate:.2f} requests a second while down, done {took / 60:.1f} min after")


def f6_throttled(case: Case) -> None:
    """Answer 429 with and without Retry-After; the set rate is kept all the same."""
    a_second = _rate(case)
    with case.run(OWL_SMS_A_SECOND=str(a_second)) as run:
        run.longest_step = MINUTE
        run.staff()
        run.gateway.plan({"ok": 0.8, "429": 0.1, "429_after": 0.1}, case.seed)
        run.let_go("b1")
        run.finish("b1")
        (found,) = case.judge(run, "b1")
        case.require("somebody did not get it", that=found.accepted == found.people)
        posts = run.gateway.log_lines()
        most = max(_in_a_minute(posts, one["at"]) for one in posts) / MINUTE
        case.require(f"{most:.1f} people a second", that=most <= a_second * WITHIN + run.size / 60)
        case.note(f"at most {most:.2f} people a second in any minute, {a_second} allowed")


def f7_bad_answers(case: Case) -> None:
    """Answer with what is no answer, or with more, fewer, other or rewritten entries."""
    modes = {"ok": 1.0, **dict.fromkeys((*UNREADABLE, "fewer"), 0.06)}
    with case.run() as run:
        run.staff()
        run.gateway.plan({**modes, **dict.fromkeys(READABLE, 0.1)}, case.seed)
        run.let_go("b1")
        run.finish("b1")
        run.settle("b1")
        (found,) = case.judge(run, "b1")
        missing = sum(len(one["ids"]) // 2 for one in _posts(run, "fewer"))
        asked = _asked(run, *UNREADABLE) + missing
        case.require(
            f"{found.unknown} in doubt, {asked} without an entry", that=found.unknown == asked
        )
        seen = {one["mode"] for one in run.gateway.log_lines()}
        case.note(f"{len(seen)} kinds of answer")


def _rate(case: Case) -> int:
    size = max(5, min(50, case.people // 200))
    return max(1, round(POSTS_A_SECOND * size))


def _posts(run: Run, *modes: str) -> list[dict[str, Any]]:
    return [one for one in run.gateway.log_lines() if one["mode"] in modes]


def _asked(run: Run, *modes: str) -> int:
    return sum(one["asked"] for one in _posts(run, *modes))


def _in_a_minute(posts: list[dict[str, Any]], begin: float) -> int:
    return sum(one["asked"] for one in posts if begin <= one["at"] < begin + MINUTE)


def _is_wide(run: Run, order_id: str) -> bool:
    head = run.town.head(order_id)
    return head.gate == head.chunks
