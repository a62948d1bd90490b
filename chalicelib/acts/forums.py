"""This file holds what a citizen may do about forums: look, say yes or no, ask, read answers."""

from chalicelib import forum_facts as facts
from chalicelib.acting import Args, Context, Submit, known
from chalicelib.capabilities.forums import Answer, Forum
from chalicelib.capabilities.masking import masked
from chalicelib.desk import ForumLook
from chalicelib.dialog.book import Outcome
from chalicelib.telecom import clusters
from chalicelib.telecom.segments import measure

ANSWERS: dict[str, Answer] = {"yes": "yes", "no": "no"}
QUESTION_PARTS = 3


def forums(context: Context, _args: Args) -> Outcome:
    """Give the forums by permanent code, those near the asker first."""
    look = context.desk.look_at_forums(context.party)
    return Outcome("found", facts.of_list(look.coming, look.commune, known(context)))


def forum(context: Context, args: Args) -> Outcome:
    """Give one forum, and what the asker answered to it."""
    look = context.desk.look_at_forum(context.party, args["forum"])
    if look.forum is None:
        return Outcome("none")
    return Outcome("found", facts.of_forum(look.forum, look.answer, known(context), context.now))


def rsvp(context: Context, args: Args) -> Submit:
    """Keep whether a citizen comes; the last answer counts, until the forum begins."""
    answer = ANSWERS[args["answer"]]
    look = context.desk.look_at_forum(context.party, args["forum"])
    if look.forum is None or not look.forum.takes_answers(context.now):
        return Submit(Outcome("closed"))
    writes = context.desk.answering_forum(context.party, look, answer, context.channel)
    return Submit(Outcome("done", _named(context, look.forum)), writes)


def ask(context: Context, args: Args) -> Submit:
    """Keep a question, as much of it as fits three SMS, and who is to have the answer.

    Everybody may read it with its answer, so what tells who asks is masked.
    """
    asked = masked(args["question"])
    look = context.desk.look_at_forum(context.party, args["forum"])
    if look.forum is None or look.forum.state == "cancelled":
        return Submit(Outcome("closed"))
    text, rest = clusters.head(asked, lambda part: measure(part).segments <= QUESTION_PARTS)
    number, writes = context.desk.asking_forum(context.party, look.forum.code, text)
    told = {**_named(context, look.forum), "number": number}
    return Submit(Outcome(_asked(look, rest), told), writes)


def forum_answers(context: Context, args: Args) -> Outcome:
    """Give the questions that were answered for everybody, by number."""
    return Outcome("found", facts.of_questions(context.desk.answered_questions(args["forum"])))


def forum_answer(context: Context, args: Args) -> Outcome:
    """Give one question with its answer."""
    one = context.desk.answered_question(args["forum"], args["number"])
    return Outcome("found", facts.of_question(one)) if one else Outcome("none")


def _asked(look: ForumLook, rest: str) -> str:
    """Return how a question was taken; who stopped SMS reads the answer in the menu."""
    if rest:
        return "cut"
    return "unsent" if look.profile.opted_out else "done"


def _named(context: Context, one: Forum) -> dict[str, object]:
    return facts.naming(one, known(context))
