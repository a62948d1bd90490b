"""This file puts a made-up quarter into a local stage: what the tally, staff and phones would."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, time, timedelta
from itertools import cycle, islice
from typing import Any
from zoneinfo import ZoneInfo

from chalicelib.capabilities.broadcasts import Audience, Order
from chalicelib.capabilities.catalogue import Catalogue
from chalicelib.capabilities.forums import Agreed, Forum, Question
from chalicelib.capabilities.forums_plan import INVITE, id_of
from chalicelib.capabilities.ledger import DONE, Head, plain_order, stamp
from chalicelib.capabilities.ledger_places import body_place, head_place
from chalicelib.errors import NotFound
from chalicelib.reports import made_up
from chalicelib.reports.made_up import QUARTER, shares
from chalicelib.staff import Office
from chalicelib.storage.figures import DynamoFigures
from chalicelib.storage.forum_bodies import plain_agreed, plain_forum, plain_question
from chalicelib.storage.forum_cells import ANY
from chalicelib.storage.parts import WRITE_AT_ONCE, in_parts

INVITED, YES, NO = 60, 18, 6
NETWORKS = {"cellcard": 25, "smart": 45, "metfone": 30}
TEXTS = {
    "km": "វេទិកាសាធារណៈក្នុងឃុំរបស់អ្នក។ មកទេ? 1 មក 2 មិនមក",
    "km-Latn": "Vetika satearanak knong khum. Mok te? 1 Mok 2 Min mok",
    "en": "Public forum in your commune. Will you come? 1 Yes 2 No",
}
Load = Callable[[], object]


def plan(side: Office) -> Mapping[str, Load]:
    """Return what there is to load, by name.

    Raises:
        NotFound: the stage lacks the places and services it is about.
    """
    known = side.catalogue.load()
    communes = _communes(known) if known else []
    offices = {made_up.HOME, made_up.SECOND, made_up.THIRD}
    if known is None or len(communes) < made_up.FORUMS or not offices <= set(known.offices):
        raise NotFound("the places of the demo are not here: start the stage with `make run`")
    stored, forums = DynamoFigures(side.database), list(_forums(side, communes))
    return {
        "counters": lambda: _counters(stored, known),
        "tickets": lambda: side.tickets.save_many(_tickets(known)),
        "paper scorecards": lambda: stored.save_cards(list(made_up.cards(_battambang(known)))),
        "forums": lambda: _meet(side, forums),
    }


def _communes(known: Catalogue) -> list[str]:
    """Return a commune of each district first, then their second ones."""
    found = [code for code in known.places if len(code) == 6]  # noqa: PLR2004 - a commune's digits
    return sorted(found, key=lambda code: (code[4:], code))[: made_up.FORUMS]


def _battambang(known: Catalogue) -> list[str]:
    return [one for one in sorted(known.offices) if one.startswith("02") and len(one) > len("02")]


def _counters(stored: DynamoFigures, known: Catalogue) -> None:
    services = sorted(known.services)
    for at, month in enumerate(QUARTER.months):
        stored.add_counts(made_up.counts(at, services))
        stored.add_cells(month, made_up.cells(at))


def _tickets(known: Catalogue) -> Iterator[Any]:
    stated = {code: one.days.max for code, one in known.services.items() if one.days}
    for at in range(len(QUARTER.months)):
        yield from made_up.tickets(at, stated)


def _forums(side: Office, communes: list[str]) -> Iterator[Forum]:
    zone = ZoneInfo(side.settings.timezone)
    came = shares(made_up.CAME, made_up.FORUMS)
    women = shares(made_up.WOMEN_CAME, made_up.FORUMS)
    for n, commune in enumerate(communes):
        at = datetime.combine(QUARTER.first + timedelta(days=5 + 4 * n), time(8), zone)
        yield Forum(
            code="",
            commune=commune,
            venue={"en": "Commune hall"},
            at=at,
            agenda={"en": "Made up"},
            organizer="demo",
            by="demo",
            since=at - timedelta(days=20),
            state="held",
            people=INVITED,
            approved_at=at - timedelta(days=19),
            approved_by="demo",
            invited=1,
            attended=came[n],
            women=women[n],
        )


def _meet(side: Office, forums: list[Forum]) -> None:
    """Store forums with what was answered, asked, agreed and sent."""
    asked = shares(made_up.QUESTIONS, len(forums))
    open_ = islice(cycle(range(len(forums))), made_up.QUESTIONS - made_up.ANSWERED)
    unanswered = list(open_)
    agreed = shares(made_up.ACTIONS, len(forums))
    replied = shares(made_up.REPLIED, len(forums))
    done = shares(made_up.DONE, len(forums))
    for n, plan_ in enumerate(forums):
        forum = side.forums.add(plan_)
        writes = [
            _put(side, "forums", (forum.code,), plain_forum(forum)),
            *_said(side, forum),
            *_asked(side, forum, asked[n], asked[n] - unanswered.count(n)),
            *_agreed(side, forum, agreed[n], replied[n], done[n]),
        ]
        in_parts(side.forums.cells.commit, writes, WRITE_AT_ONCE)
        _send(side, forum)


def _put(side: Office, table: str, key: tuple[str, ...], body: Mapping[str, Any]) -> Any:
    return side.forums.cells.put(table, key, body, ANY, "made up")


def _said(side: Office, forum: Forum) -> Iterator[Any]:
    for n in range(YES + NO):
        answer = "yes" if n < YES else "no"
        at = (forum.at - timedelta(days=6)).isoformat()
        body = {"answer": answer, "at": at, "channel": "sms"}
        yield _put(side, "rsvps", (forum.code, f"made-up-{n}"), body)


def _asked(side: Office, forum: Forum, asked: int, answered: int) -> Iterator[Any]:
    for n, text in enumerate(islice(cycle(made_up.ASKED), asked)):
        question = Question(forum.code, str(101 + n), text, forum.at - timedelta(days=2), asker="")
        if n < answered:
            question = Question(
                forum.code,
                question.number,
                text,
                question.asked_at,
                asker="",
                state="published" if n % 2 else "answered",
                answer={"en": "Made up."},
                answered_at=question.asked_at + timedelta(days=1 + n),
                answered_by="demo",
            )
        yield _put(side, "questions", (forum.code, question.number), plain_question(question))


def _agreed(side: Office, forum: Forum, agreed: int, replied: int, done: int) -> Iterator[Any]:
    for n in range(agreed):
        dates = {"agreed": f"{forum.at:%Y-%m-%d}", "presented": f"{forum.at:%Y-%m-%d}"}
        later = {"replied": n < replied, "done": n < done}
        dates |= {state: f"{forum.at:%Y-%m-%d}" for state, is_so in later.items() if is_so}
        action = Agreed(forum.code, str(n + 1), "Made up", dates)
        yield _put(side, "actions", (forum.code, action.number), plain_agreed(action))


def _send(side: Office, forum: Forum) -> None:
    """Store the invitations of a forum as a message that is closed."""
    at = forum.at - timedelta(days=4)
    order = Order(
        id=id_of(forum.code, INVITE, 1),
        kind="forum",
        texts=TEXTS,
        audience=Audience(communes=(forum.commune,)),
        not_before=at,
        not_after=at + timedelta(hours=2),
        author="demo",
    )
    head = Head(
        id=order.id,
        kind=order.kind,
        state=DONE,
        author=order.author,
        digest="made up",
        not_before=stamp(order.not_before),
        not_after=stamp(order.not_after),
        planned=INVITED,
        networks=_by_network(),
        ended_at=stamp(order.not_after),
    )
    cells = side.ledger.cells
    head_cell, body_cell = cells.read([head_place(head.id), body_place(head.id, head.epoch)])
    cells.commit([(head_cell, head.plain()), (body_cell, plain_order(order))])
    side.ledger.close(head, _outcomes())


def _by_network() -> dict[str, int]:
    return {
        f"{language}#{network}": some
        for language, people in made_up.spread(INVITED, made_up.SPOKEN).items()
        for network, some in made_up.spread(people, NETWORKS).items()
    }


def _outcomes() -> dict[str, int]:
    found: dict[str, int] = {}
    for language, people in made_up.spread(INVITED, made_up.SPOKEN).items():
        went = made_up.spread(people, {"delivered": 85, "failed": 8, "rejected": 4, "unknown": 3})
        sent = went["delivered"] + went["failed"]
        found |= {
            f"{language}#{name}": n for name, n in {"people": people, "sent": sent, **went}.items()
        }
    return found
