"""This file holds the longest things a citizen may be told, for the check of the menus.

They are made with the functions that make the real ones, so a fact that is not here is not there.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from chalicelib import facts, forum_facts
from chalicelib.capabilities.catalogue import (
    FEE_KINDS,
    LEVELS,
    Catalogue,
    Days,
    Documents,
    Fee,
    Figure,
    Note,
    Office,
    Override,
    Place,
    Service,
)
from chalicelib.capabilities.complaints import CODE_DIGITS, Complaint, Entry
from chalicelib.capabilities.complaints import STATES as STATES_OF_COMPLAINTS
from chalicelib.capabilities.forums import Coming, Forum, Question, beginning
from chalicelib.capabilities.tickets import LONGEST, STAGES, Ticket
from chalicelib.dialog.book import LANGUAGES

Examples = Mapping[str, Sequence[Mapping[str, Any]]]
UNSURE, SURE = Figure("illustrative"), Figure("sourced", "a page")
NOW = datetime(2026, 12, 1, 3, tzinfo=UTC)
LONG_AGO, LATER, TODAY = date(2020, 12, 28), date(2020, 12, 30), date(2026, 12, 31)
# As long as the longest of the demonstration catalogue, or longer.
NAME = {
    "en": "Building permit, villa to 100 m2, outside town",
    "km": "លិខិតអនុញ្ញាតសាងសង់ (ភូមិគ្រឹះ ដល់ 100 ម2)",
    "km-Latn": "Banhchak ekasar chamlong (krom hun, achivakam)",
}
PLACE = {
    "en": "Kampong Chhnang town, Kampong Chhnang",
    "km": "ក្រុងកំពង់ឆ្នាំង ខេត្តកំពង់ឆ្នាំង",
    "km-Latn": "Krong Kampong Chhnang, Kampong Chhnang",
}
PAPER = {
    "en": "transfer form, thumbprints before commune chief",
    "km": "អត្តសញ្ញាណប័ណ្ណ (ចម្លងបញ្ជាក់) ម្ចាស់",
    "km-Latn": "peak snaer som (bet kal lek tuo), peak phdet me dai",
}
UNIT = {
    "en": "outside town, villa up to 100 m2 (600000 in town)",
    "km": "ច្រើនបំផុត ក្នុង 1 សន្លឹក (អនុគ្រោះ 500)",
    "km-Latn": "yang chraen knong 1 sanluek (anukroh 500)",
}
FEES = tuple(Fee(kind, 99_999_999, UNSURE, UNIT) for kind in FEE_KINDS)
SERVICE = Service(
    code="403",
    key="longest",
    sector="land",
    names=NAME,
    documents=Documents((PAPER, NAME), UNSURE),
    fees=FEES[:1],
    days=Days(365, UNSURE),
    office_level="district",
    validity=Note({"en": "permanent", "km": "អចិន្ត្រៃយ៍", "km-Latn": "achentray"}, UNSURE),
    extra=(Note(PAPER, UNSURE),),
)
OFFICE = Office(
    "0403",
    PLACE,
    phone="+855 12 000 000",
    hours="7:30-11:30, 14:00-17:30",
    overrides={SERVICE.code: Override(fees=FEES[:2])},
)
# The longest names of communes and districts in the gazetteer of the whole country.
COMMUNE = Place(
    "070604",
    {
        "en": "Damnak Kantuot Khang Tboung",
        "km": "ដំណាក់កន្ទួតខាងត្បូង",
        "km-Latn": "Damnak Kantuot Khang Tboung",
    },
)
DISTRICT = Place("0706", PLACE)
PLACES = {one.code: one for one in (COMMUNE, DISTRICT)}
QUESTION = Question("999", "1099", "x" * 450, NOW, "", answer={"en": "x" * 450})
FORUM = Forum(
    code="999",
    commune=COMMUNE.code,
    venue=PLACE,
    at=datetime(2026, 12, 30, 14, 30, tzinfo=UTC),
    agenda=UNIT,
    organizer="x",
    by="x",
    since=NOW,
)
CATALOGUE = Catalogue("", {SERVICE.code: SERVICE}, {OFFICE.code: OFFICE}, PLACES)


def examples() -> Examples:
    """Return, by action, the longest facts that it may give."""
    services = [{"rows": facts.service_rows([SERVICE] * 9)}]
    offices = [{"rows": facts.office_rows([OFFICE] * 9)}]
    numbered = [{"ticket": "9" * LONGEST}]
    sent = [{"message": "x", "about": "9" * LONGEST}]
    return {
        "services": services,
        "sector_services": services,
        "office_provinces": offices,
        "office_districts": offices,
        "service": [facts.of_service(SERVICE), *_of_each_kind()],
        "service_office": [facts.commune_hall()],
        "office": [facts.of_office(OFFICE, SERVICE)],
        "commune": [facts.of_commune(COMMUNE)],
        "communes": [{"rows": facts.commune_rows([COMMUNE] * 20, CATALOGUE)}],
        "ticket": [
            *(_of_ticket(stage) for stage in STAGES),
            _of_ticket("processing", due=None),
            _of_ticket("more_documents", missing=0),
            *(_of_news(stage) for stage in STAGES),
        ],
        **_of_forums(),
        "near_offices": offices,
        "province_offices": offices,
        "named_office": [{"office_name": PLACE}],
        "rate": [{"office_name": PLACE}],
        **_of_complaints(),
        "send_service": sent,
        "send_office": sent,
        "send_ticket": sent,
        "watch_ticket": numbered,
        "unwatch_ticket": numbered,
    }


def _of_forums() -> Examples:
    forum = _of_forum()
    return {
        "forums": [
            forum_facts.of_list(_lines(), "", CATALOGUE),
            forum_facts.of_list([], "", CATALOGUE),
        ],
        "forum": forum,
        "rsvp": forum[:1],
        "ask": [{**forum[0], "number": "1099"}],
        "forum_answers": [
            forum_facts.of_questions({f"10{n}": beginning(QUESTION.text) for n in range(9)}),
            forum_facts.of_questions({}),
        ],
        "forum_answer": [forum_facts.of_question(QUESTION)],
    }


def _of_complaints() -> Examples:
    words = dict.fromkeys(LANGUAGES, "x" * 450)
    told = [
        facts.of_complaint(_of_complaint(state), said, is_late=late)
        for state in STATES_OF_COMPLAINTS
        for said in (words, {})
        for late in (True, False)
    ]
    coded = [{"code": "9" * CODE_DIGITS}]
    return {"complaint_kind": [{}], "complain": coded, "complaint": told}


def _of_complaint(state: str) -> Complaint:
    word = Entry("ombudsperson", "", b"", asks=state == "needs_information")
    return Complaint("", "", "", "", "", b"", state=state, thread=(word,))


def _lines() -> list[Coming]:
    return [Coming("999", COMMUNE.code, FORUM.at, cancelled=n % 2 == 0) for n in range(9)]


def _of_forum() -> list[facts.Facts]:
    """Return a forum as it is told in each of its states, with each answer."""
    on = [forum_facts.of_forum(FORUM, answer, CATALOGUE, NOW) for answer in ("yes", "no", "")]
    cancelled = replace(FORUM, state="cancelled")
    over = forum_facts.of_forum(FORUM, "yes", CATALOGUE, FORUM.at)
    return [*on, forum_facts.of_forum(cancelled, "yes", CATALOGUE, NOW), over]


def _of_each_kind() -> list[facts.Facts]:
    free = Fee("exact", 0, UNSURE)
    each = [facts.of_service(SERVICE._replace(fees=(fee,))) for fee in (*FEES, free)]
    ranged = facts.of_service(SERVICE._replace(days=Days(365, UNSURE, min=300)))
    sure = facts.of_service(
        SERVICE._replace(fees=(Fee("exact", 99_999_999, SURE, UNIT),), extra=())
    )
    levels = [facts.of_service(SERVICE._replace(office_level=level)) for level in LEVELS]
    return [*each, ranged, sure, *levels]


def _of_ticket(stage: str, *, due: date | None = LATER, missing: int = 2) -> facts.Facts:
    return facts.of_ticket(_ticket(stage, due, missing), CATALOGUE, TODAY)


def _of_news(stage: str) -> facts.Facts:
    return facts.of_news(_ticket(stage, LATER, 2), CATALOGUE, TODAY)


def _ticket(stage: str, due: date | None, missing: int) -> Ticket:
    return Ticket(
        number="0" * LONGEST,
        office=OFFICE.code,
        service=SERVICE.code,
        status=stage,
        received_on=LONG_AGO,
        due_on=due,
        updated_on=LONG_AGO,
        missing=tuple(range(1, missing + 1)),
    )
