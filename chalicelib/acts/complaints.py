"""This file holds what a citizen does to complain, and to read and answer the reply by its code.

Nothing here is given to storage together with who does it: a code comes from what was typed.
"""

from chalicelib import facts
from chalicelib.acting import Args, Context, known
from chalicelib.acts.guessing import LOOKS, guessed
from chalicelib.capabilities.ballots import kept_of, week_of
from chalicelib.capabilities.complaints import Cause, Complaint, Limits, Report, late, read_code
from chalicelib.capabilities.masking import masked
from chalicelib.desk import ComplaintLook
from chalicelib.dialog.book import Outcome

READING = "reply"


def complaint_kind(_context: Context, args: Args) -> Outcome:
    """Say whether somebody chose a kind of complaint, or to read a reply."""
    return Outcome("read" if args["kind"] == READING else "found")


def complain(context: Context, args: Args) -> Outcome:
    """Keep a complaint and give its code; the same hop again gets the same one."""
    if args["office"] not in known(context).offices:
        return Outcome("none")
    told = masked(args["words"])
    report = Report(
        office=args["office"],
        kind=args["kind"],
        when=args["when"],
        week=week_of(context.today),
        text=kept_of(told),
    )
    # Who gets no code could never read the answer: then nothing is kept.
    cause, can_tell = _cause(context), context.can_tell()
    code = context.desk.complain(cause, report) if can_tell else context.desk.complained(cause)
    if not code:
        return Outcome("limit")
    return Outcome("done" if report.text == told else "cut", {"code": code})


def complaint(context: Context, args: Args) -> Outcome:
    """Say how far a complaint is and what the ombudsperson said, to whoever has its code."""
    code = read_code(args["code"])
    if code is None:
        return Outcome("none")
    for _ in range(LOOKS):
        look = context.desk.look_at_complaint(context.party, code, context.session)
        decided = guessed(context, look.tried, look.mark)
        if decided == "paused":
            break
        if decided == "asked_before" or _is_first(context, look, code):
            return _opened(context, look.complaint, code)
    return Outcome("limit")


def _is_first(context: Context, look: ComplaintLook, code: str) -> bool:
    """Whether no other guess of this party was decided since the look; a wrong one is noted.

    A right code is never noted: it would tie a phone to a complaint. So it is looked at again.
    """
    if look.complaint is None:
        return context.desk.note_try(context.party, look.mark, look.tried, missed=True)
    again = context.desk.look_at_complaint(context.party, code, context.session)
    return again.tried.asked == look.tried.asked


def _opened(context: Context, one: Complaint | None, code: str) -> Outcome:
    if one is None:
        return Outcome("none")
    limits = Limits(context.settings.acknowledge_days, context.settings.answer_days)
    is_late = late(one, context.today, limits, context.catalogue.is_holiday)
    said = context.desk.heard(code, one)
    return Outcome("found", facts.of_complaint(one, said, is_late=bool(is_late)))


def complaint_answer(context: Context, args: Args) -> Outcome:
    """Add a citizen's words to a complaint, once a hop; its code was looked up on the way."""
    code = read_code(args["code"])
    told, week = masked(args["answer"]), week_of(context.today)
    text, cause = kept_of(told), _cause(context)
    if not context.can_tell():
        return Outcome("limit")
    if code is None or not context.desk.add_to_complaint(cause, code, week, text):
        return Outcome("closed")
    return Outcome("done" if text == told else "cut")


def _cause(context: Context) -> Cause:
    return Cause(context.party.gateway, context.session, context.transcript)
