"""This file holds complaints: what is kept of one, its code, its states, and when it is late.

A complaint is a report to the ombudsperson, who advises and mediates and decides nothing. It knows
no person: who typed its code may read the answer. No time in it is finer than an ISO week.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal, NamedTuple

from chalicelib.capabilities import working_days
from chalicelib.capabilities.check_digit import check_digit, is_valid
from chalicelib.capabilities.working_days import IsHoliday
from chalicelib.errors import NotAcceptable
from chalicelib.telecom import hygiene

KINDS = ("long_wait", "extra_fee", "attitude", "refused", "other")
WHENS = ("this_week", "last_month", "earlier")
STATES = (
    *("received", "acknowledged", "needs_information"),
    *("answered", "out_of_remit", "closed"),
)
# Nothing more is said on these.
FINAL = frozenset({"out_of_remit", "closed"})
CODE_DIGITS, RANDOM_DIGITS = 10, 9
# A row holds so many words at most, so that no phone fills it up.
MOST_ENTRIES = 60
SUNDAY, DISTRICT_DIGITS = 6, 4
_SPACING = str.maketrans("", "", " -.\n")
Author = Literal["citizen", "ombudsperson"]
Late = Literal["", "acknowledge", "answer"]


@dataclass(frozen=True, slots=True, repr=False)
class Report:
    """What a citizen tells. `when` is said by them, `week` is when it came, as `2026-W48`."""

    office: str
    kind: str
    when: str
    week: str
    text: str


@dataclass(frozen=True, slots=True, repr=False)
class Cause:
    """What was sent, by whomever: all that a code and the tag of an entry are made of."""

    gateway: str
    session: str
    transcript: str

    @property
    def parts(self) -> tuple[str, str, str]:
        """What is hashed."""
        return self.gateway, self.session, self.transcript


@dataclass(frozen=True, slots=True, repr=False)
class Entry:
    """One word of a thread, sealed to who may read it; `asks` marks a question to the citizen."""

    by: Author
    week: str
    sealed: bytes
    asks: bool = False


@dataclass(frozen=True, slots=True, repr=False)
class Complaint:
    """One complaint as it is kept.

    `tags` say which messages are in it, so that none is twice. `public` is the half of the code's
    key pair to which the ombudsperson's words are sealed. `released` are words for the office,
    sealed to the reviewers. `edition` counts the changes.
    """

    id: str
    office: str
    kind: str
    when: str
    week: str
    public: bytes
    state: str = "received"
    tags: frozenset[str] = frozenset()
    thread: tuple[Entry, ...] = ()
    acknowledged: str = ""
    answered: str = ""
    released: tuple[bytes, ...] = ()
    edition: int = 1

    @property
    def district(self) -> str:
        """The district whose ombudsperson reads it; a province reads those about its own office."""
        return self.office[:DISTRICT_DIGITS]

    @property
    def is_open(self) -> bool:
        """Whether more can be said on it."""
        return self.state not in FINAL and len(self.thread) < MOST_ENTRIES

    def last(self, by: Author) -> Entry | None:
        """Return the last word of somebody."""
        return next((one for one in reversed(self.thread) if one.by == by), None)


class Limits(NamedTuple):
    """Working days within which a complaint is to be acknowledged and answered."""

    acknowledge: int = 3
    answer: int = 30


class Move(NamedTuple):
    """What the ombudsperson may do: the state it leads to, and those it starts from."""

    to: str
    begins: frozenset[str]


ASK = "ask"
# What is done by saying something.
SPOKEN = frozenset({ASK, "answer"})
_UNDER_WAY = frozenset({"received", "acknowledged", "needs_information", "answered"})
MOVES: Mapping[str, Move] = {
    "acknowledge": Move("acknowledged", frozenset({"received"})),
    ASK: Move("needs_information", _UNDER_WAY),
    "answer": Move("answered", _UNDER_WAY),
    "out-of-remit": Move("out_of_remit", _UNDER_WAY),
    "close": Move("closed", _UNDER_WAY | {"out_of_remit"}),
}


def code_of(chance: int) -> str:
    """Return a code: nine digits of a large number and their check digit."""
    digits = f"{chance % 10**RANDOM_DIGITS:0{RANDOM_DIGITS}}"
    return digits + check_digit(digits)


def read_code(text: str) -> str | None:
    """Return the code that somebody typed; None where its check digit says that it is none."""
    code = hygiene.ascii_digits(hygiene.cleaned(text)).translate(_SPACING)
    is_one = len(code) == CODE_DIGITS and code.isascii() and code.isdigit()
    return code if is_one and is_valid(code) else None


def moved(complaint: Complaint, move: str, week: str, entry: Entry | None = None) -> Complaint:
    """Return a complaint on which the ombudsperson did something; an entry is what they said.

    Raises:
        NotAcceptable: it is not in a state to do that with, or it takes words and has none.
    """
    step, asks = MOVES[move], move == ASK
    if complaint.state not in step.begins:
        left = [name for name, one in MOVES.items() if complaint.state in one.begins]
        takes = f"only {', '.join(left)}" if left else "and nothing more is said on it"
        raise NotAcceptable(f"this complaint is {complaint.state}: it takes no '{move}', {takes}")
    if entry is None and move in SPOKEN:
        raise NotAcceptable(f"write what you {move}: the text is empty")
    return replace(
        complaint,
        state=step.to,
        thread=(*complaint.thread, *((replace(entry, asks=asks),) if entry else ())),
        # Whoever asks or answers has read it.
        acknowledged=complaint.acknowledged or week,
        answered=complaint.answered or (week if step.to in {"answered", "out_of_remit"} else ""),
    )


def added(complaint: Complaint, entry: Entry, tag: str) -> Complaint:
    """Return a complaint with one more word of the citizen; it answers what was asked."""
    asked = complaint.state == "needs_information"
    return replace(
        complaint,
        state="acknowledged" if asked else complaint.state,
        thread=(*complaint.thread, entry),
        tags=complaint.tags | {tag},
    )


def due(week: str, days: int, is_holiday: IsHoliday) -> date:
    """Return the last day of a limit that counts from the last working day of an ISO week."""
    # The first working day after that one is also the first after the week.
    return working_days.after(_end_of(week), days, is_holiday)


def answer_due(complaint: Complaint, days: int, is_holiday: IsHoliday) -> date:
    """Return the last day to answer; while the citizen was asked something, no day counts.

    So no question buys more time than its answer took. Where it was answered before, it waits
    again since the citizen's last word.
    """
    if complaint.answered:
        last = complaint.last("citizen")
        return due(last.week if last else complaint.week, days, is_holiday)
    begin, left = complaint.week, days
    for asked, again in _waits(complaint.thread):
        day = due(begin, left, is_holiday)
        if day <= _end_of(asked):
            return day
        left -= working_days.between(_end_of(begin), _end_of(asked), is_holiday)
        begin = again
    return due(begin, left, is_holiday)


def next_due(complaint: Complaint, limits: Limits, is_holiday: IsHoliday) -> date | None:
    """Return the last day of what the ombudsperson is to do next; None where nothing waits."""
    if complaint.state == "received":
        return due(complaint.week, limits.acknowledge, is_holiday)
    if complaint.state == "acknowledged":
        return answer_due(complaint, limits.answer, is_holiday)
    return None


def late(complaint: Complaint, today: date, limits: Limits, is_holiday: IsHoliday) -> Late:
    """Say which limit has passed; while the citizen is asked something, none does."""
    day = next_due(complaint, limits, is_holiday)
    if day is None:
        return ""
    if today > answer_due(complaint, limits.answer, is_holiday):
        return "answer"
    return "acknowledge" if today > day else ""


def expired(complaint: Complaint, today: date, weeks: int) -> bool:
    """Whether nothing was said on a complaint for so long that its code reads nothing."""
    weeks_said = [complaint.week, *(one.week for one in complaint.thread)]
    return monday_of(max(weeks_said)) + timedelta(weeks=weeks) < today


def _waits(thread: tuple[Entry, ...]) -> Iterator[tuple[str, str]]:
    """Give the weeks from a question to the citizen's next word, each but an open one."""
    asked = ""
    for one in thread:
        if one.asks:
            asked = asked or one.week
        elif one.by == "citizen" and asked:
            yield asked, one.week
            asked = ""


def _end_of(week: str) -> date:
    return monday_of(week) + timedelta(days=SUNDAY)


def monday_of(week: str) -> date:
    """Return the first day of an ISO week."""
    year, _, number = week.partition("-W")
    return date.fromisocalendar(int(year), int(number), 1)


def weeks_between(first: str, last: str) -> int:
    """Return how many weeks lie between two ISO weeks."""
    return (monday_of(last) - monday_of(first)).days // 7
