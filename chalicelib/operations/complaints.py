"""This file is what is done with complaints: the ombudsperson's side, one district at a time.

Every look at one is noted in the log of deeds before it is shown.
"""

from typing import Annotated, Literal

from msgspec import Meta, Struct, convert

from chalicelib.capabilities.audit import Deed
from chalicelib.capabilities.ballots import week_of
from chalicelib.capabilities.catalogue import EMPTY
from chalicelib.capabilities.complaints import Complaint
from chalicelib.capabilities.masking import masked
from chalicelib.duties.complaint_lines import Office, as_lines, plain_complaint, plain_thread
from chalicelib.duties.forum_talk import must_fit
from chalicelib.errors import NotAcceptable
from chalicelib.operations.base import Asked, Code, Desk, Said, Told, Words, get, post
from chalicelib.storage.complaint_review import ref_of

Ref = Annotated[str, Meta(min_length=1, max_length=20, pattern=r"^[0-9A-Za-z-]+\Z")]


class District(Asked, frozen=True, kw_only=True):
    """The ombudsperson's own district; it may be left out by who has one."""

    district: Code = ""


class OneComplaint(Asked, frozen=True, kw_only=True):
    """A complaint of one's own district by its reference."""

    ref: Ref
    district: Code = ""


class ComplaintStep(Asked, frozen=True, kw_only=True):
    """What is done with a complaint, and what is said, by language."""

    ref: Ref
    move: Literal["acknowledge", "ask", "answer", "out-of-remit", "close"]
    text: Words = ""
    km: Words = ""
    latn: Words = ""
    district: Code = ""


class Release(Asked, frozen=True, kw_only=True):
    """What the office concerned may read: a text, or `as_written` the citizen's first words."""

    ref: Ref
    text: Words = ""
    as_written: bool = False
    district: Code = ""


class OfOffice(Asked, frozen=True, kw_only=True):
    """The clerk's own office; it may be left out by who has one."""

    office: Code = ""


class Known(Struct, frozen=True, kw_only=True):
    """What is known of a complaint but its text. `late` is what it is late for, or empty."""

    ref: str
    week: str
    office: str
    kind: str
    when: str
    state: str
    late: str
    due: str
    acknowledged: str
    answered: str
    words: int
    released: int


class Spoken(Struct, frozen=True, kw_only=True):
    """Something said on a complaint, by the citizen or the ombudsperson, in a week."""

    by: str
    week: str
    text: str


class Read(Known, frozen=True, kw_only=True):
    """A complaint with what was said. One's own words are sealed to who has the code."""

    thread: list[Spoken]


class Released(Struct, frozen=True, kw_only=True):
    """What was released to an office."""

    week: str
    kind: str
    text: str


@get("/complaints", "complaints:read")
def list_(desk: Desk, asked: District) -> Told[list[Known]]:
    """List the complaints of one district, the oldest first, without their texts."""
    district = desk.district(asked.district)
    found = desk.side.review().of_district(district)
    _note(desk, "list complaints", district)
    told = [plain_complaint(one, _limits(desk)) for one in found]
    nothing = f"District {district} has no complaint."
    return Told([convert(one, Known) for one in told], as_lines(told) or [nothing])


@get("/complaints/{ref}", "complaints:read")
def read(desk: Desk, asked: OneComplaint) -> Told[Read]:
    """Read one complaint, and what was said on it since."""
    district, one = _known(desk, asked.ref, asked.district)
    _note(desk, "read complaint", district, complaint=asked.ref)
    thread = plain_thread(one, desk.side.review().words(one))
    plain = plain_complaint(one, _limits(desk))
    said = [f"  {each['week']} {each['by']}: {each['text']}" for each in thread]
    return Told(convert({**plain, "thread": thread}, Read), [*as_lines([plain]), *said])


@post("/complaints/{ref}/steps", "complaints:write")
def step(desk: Desk, asked: ComplaintStep) -> Told[Said]:
    """Acknowledge, ask, answer, refer or close; whoever has the code reads what is said."""
    words = {"en": asked.text, "km": asked.km, "km-Latn": asked.latn}
    said = {language: text for language, text in words.items() if text.strip()}
    must_fit(said)
    district, one = _known(desk, asked.ref, asked.district)
    _note(desk, f"{asked.move} complaint", district, complaint=asked.ref)
    done = desk.side.review().does(one, asked.move, week_of(desk.side.today()), said)
    return _done(f"Complaint {ref_of(done)} is {done.state}.")


@post("/complaints/{ref}/release", "complaints:write")
def release(desk: Desk, asked: Release) -> Told[Said]:
    """Let the office concerned read a text; nothing reaches it before.

    Words may give away who wrote them: say it in your own where they might.
    """
    if bool(asked.text.strip()) == asked.as_written:
        raise NotAcceptable("say what the office may read: --text TEXT, or --as-written")
    district, one = _known(desk, asked.ref, asked.district)
    _note(desk, "release complaint", district, complaint=asked.ref, as_written=asked.as_written)
    review = desk.side.review()
    review.release(one, masked(asked.text.strip()) or review.words(one)[0])
    see = f"owl complaints released --office {one.office}"
    return _done(f"Office {one.office} may read it: {see}")


@get("/released-complaints", "complaints:released")
def released(desk: Desk, asked: OfOffice) -> Told[list[Released]]:
    """Read what the ombudsperson released to the office concerned, and nothing else."""
    office = desk.own_office(asked.office)
    _note(desk, "read released complaints", office)
    told = [
        Released(week=one.week, kind=one.kind, text=text)
        for one, texts in desk.side.review().released(office)
        for text in texts
    ]
    lines = [f"{one.week} {one.kind}: {one.text}" for one in told]
    return Told(told, lines or [f"Nothing is released to office {office}."])


def _known(desk: Desk, ref: str, asked: str) -> tuple[str, Complaint]:
    district = desk.district(asked)
    return district, desk.side.review().known(district, ref)


def _limits(desk: Desk) -> Office:
    side = desk.side
    return Office(side.settings, side.today(), side.catalogue.load() or EMPTY)


def _note(desk: Desk, what: str, district: str, **details: object) -> None:
    """Note what is about to be shown, or was done."""
    desk.side.audit.note(Deed(desk.who, what, {"district": district, **details}))


def _done(said: str) -> Told[Said]:
    return Told(Said(said=said), [said])
