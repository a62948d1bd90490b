"""This file answers what people ask of a forum, and notes what came of it."""

from collections.abc import Mapping
from dataclasses import replace

from chalicelib.capabilities.audit import Deed
from chalicelib.capabilities.broadcasts import Order
from chalicelib.capabilities.forums import Agreed, Forum, action_to, held
from chalicelib.errors import NotAcceptable, NotFound
from chalicelib.staff import Office
from chalicelib.telecom.segments import measure

ANSWER_PARTS = 3
# As much as the longest question, of three parts in Khmer, takes in the database.
SHOWN_OCTETS = 640


def answered(
    side: Office,
    forum: Forum,
    number: str,
    who: str,
    said: Mapping[str, str],
    *,
    shown: str = "",
    is_private: bool = False,
) -> Order:
    """Answer a question: the asker gets an SMS, and everybody reads it unless it is private.

    `said` is the answer by language; `shown` is the question as others may read it.

    Raises:
        NotAcceptable: it is answered already, or too long.
    """
    asked = side.forums.question(forum.code, number)
    if asked.state != "asked":
        raise NotAcceptable(f"question {number} is answered already: an SMS is sent once")
    must_fit(said)
    must_be_shown(shown)
    done = replace(
        asked,
        state="answered" if is_private else "published",
        answer={language: one for language, one in said.items() if one},
        shown=shown,
        answered_at=side.clock.now(),
        answered_by=who,
    )
    # First the order: it has an id of its own, so where this breaks off after it, the same
    # again sends no second SMS; and who answers at the same moment with other words is told.
    order = side.announcer.answer(forum, done, side.forums.asker(asked))
    if not side.ledger.order(order) and _words_of(side, order.id) != order.texts:
        raise NotAcceptable(
            f"question {number} is being answered by somebody else: see `questions`"
        )
    side.forums.answer(done)
    side.audit.note(Deed(who, "answer question", {"forum": forum.code, "question": number}))
    return order


def attended(side: Office, old: Forum, who: str, people: int, women: int) -> None:
    """Note how many people came to a forum.

    Raises:
        NotAcceptable: it is not over, or the numbers cannot be.
    """
    side.forums.change(old, held(old, people, women, side.clock.now()))
    details = {"forum": old.code, "people": people, "women": women}
    side.audit.note(Deed(who, "note attendance", details))


def action_agreed(side: Office, forum: str, text: str, day: str, who: str) -> None:
    """Note something a forum agreed on; `day` as 2026-12-05."""
    _noted(side, who, side.forums.agree(forum, text, day))


def action_moved(side: Office, forum: str, number: str, state: str, day: str, *, who: str) -> None:
    """Note how far an action came.

    Raises:
        NotFound: the forum has no such action.
    """
    found = {one.number: one for one in side.forums.actions(forum)}
    if number not in found:
        see = f"see `owl forum actions {forum}`"
        raise NotFound(f"forum {forum} has no action '{number}': {see}")
    made = action_to(found[number], state, day)
    side.forums.advance(made)
    _noted(side, who, made)


def hears(side: Office, order: Order) -> bool:
    """Return whether the asker hears of an answer; a STOP may have come after the question."""
    return any(not one.opted_out for one in side.audience.members(order.audience))


def told_asker(side: Office, order: Order, *, is_private: bool) -> str:
    """Say in English whether the asker hears of an answer."""
    if hears(side, order):
        return "the asker gets an SMS"
    stopped = "the asker stopped all SMS since, and gets none"
    return f"{stopped}: nobody reads it" if is_private else f"{stopped}: it is read in the menu"


def must_fit(said: Mapping[str, str]) -> None:
    """Refuse an answer that is longer than an SMS may be.

    Raises:
        NotAcceptable: it takes more parts in one of its languages.
    """
    for language, text in said.items():
        parts = measure(text).segments
        if parts > ANSWER_PARTS:
            raise NotAcceptable(
                f"the answer takes {parts} parts of an SMS in {language}: "
                f"shorten it to {ANSWER_PARTS}"
            )


def must_be_shown(shown: str) -> None:
    """Refuse other words for a question that are longer than a question may be.

    Raises:
        NotAcceptable: saying by how many octets.
    """
    octets = len(shown.encode())
    if octets > SHOWN_OCTETS:
        raise NotAcceptable(
            f"--shown has {octets} octets, {octets - SHOWN_OCTETS} more than the {SHOWN_OCTETS} "
            "that fit: shorten it (a Khmer letter takes 3 octets, a Latin one 1)"
        )


def _words_of(side: Office, order_id: str) -> Mapping[str, str]:
    return side.ledger.body(side.ledger.head(order_id)).texts


def _noted(side: Office, who: str, made: Agreed) -> None:
    details = {"forum": made.forum, "action": made.number, "state": made.state}
    side.audit.note(Deed(who, "note action", details))
