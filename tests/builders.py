"""This file builds what tests are about; a test names only what matters to it."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from chalicelib.capabilities.ballots import Ballot
from chalicelib.capabilities.catalogue import (
    Catalogue,
    Days,
    Documents,
    Fee,
    FeeKind,
    Figure,
    Level,
    Note,
    Office,
    Override,
    Place,
    Service,
    Status,
)
from chalicelib.capabilities.forums import Draft, Forum, planned
from chalicelib.capabilities.tickets import Change, Ticket
from chalicelib.capabilities.usage import Count
from chalicelib.telecom.messages import Party, Sms, UssdHop

NUMBER = "+85512000001"
GATEWAY = "africastalking"
SERVICE_CODE, SHORT_CODE = "*384*55#", "38455"
KAMRIENG, SISOPHON, CHHNANG = "02122600428", "01062600077", "04032601154"
MONDAY = date(2026, 11, 23)


def a_party(*, number: str | None = NUMBER, gateway: str = GATEWAY, id_: str = "") -> Party:
    """Return a party: a number, or with `number=None` an id that a gateway masks."""
    return Party(gateway, id_ or number or "masked-1", number)


def a_hop(
    *,
    text: str = "",
    party: Party | None = None,
    session_id: str = "ATUid_1",
    service_code: str = SERVICE_CODE,
    echo: str = "",
) -> UssdHop:
    """Return one hop of a USSD session."""
    return UssdHop(party or a_party(), session_id, service_code, text, echo=echo)


def an_sms(
    *, text: str = "HELP", id_: str = "sms-1", party: Party | None = None, to: str = SHORT_CODE
) -> Sms:
    """Return one inbound SMS; with `id_=""` of a gateway that sends none."""
    return Sms(party or a_party(), id_, to, text)


def a_figure(*, status: Status = "illustrative", partial: bool = False) -> Figure:
    """Return where a figure comes from."""
    return Figure(status, "https://example.org" if status == "sourced" else "", partial=partial)


def a_fee(
    *,
    kind: FeeKind = "exact",
    amount: int = 40000,
    status: Status = "illustrative",
    unit: Mapping[str, str] | None = None,
) -> Fee:
    """Return one fee."""
    return Fee(kind, amount, a_figure(status=status), unit or {})


def a_text(
    *, en: str = "Motorbike plate", km: str = "ផ្លាកលេខម៉ូតូ", latin: str = "Plak moto"
) -> dict[str, str]:
    """Return words in three languages."""
    return {"en": en, "km": km, "km-Latn": latin}


def a_service(
    *,
    code: str = "101",
    sector: str = "transport",
    names: Mapping[str, str] | None = None,
    documents: Iterable[Mapping[str, str]] = (),
    fees: Iterable[Fee] = (),
    days: int | None = 10,
    status: Status = "illustrative",
    level: Level = "district",
    validity: Mapping[str, str] | None = None,
) -> Service:
    """Return a service with one document and one fee unless told."""
    figure = a_figure(status=status)
    items = tuple(documents) or (a_text(en="ID card copy", km="អត្តសញ្ញាណប័ណ្ណ", latin="ID kad"),)
    return Service(
        code=code,
        key=f"service-{code}",
        sector=sector,
        names=names or a_text(),
        documents=Documents(items, figure),
        fees=tuple(fees) or (a_fee(status=status),),
        days=Days(days, figure) if days is not None else None,
        office_level=level,
        validity=Note(validity, figure) if validity else None,
    )


def an_office(
    *,
    code: str = "0212",
    names: Mapping[str, str] | None = None,
    phone: str = "",
    hours: str = "",
    overrides: Mapping[str, Override] | None = None,
) -> Office:
    """Return an office; nothing but its name is known unless told."""
    named = names or a_text(en="Kamrieng", km="កំរៀង", latin="Kamrieng")
    return Office(code, named, phone, hours, overrides or {})


SERVICES = (
    a_service(
        code="101",
        names=a_text(
            en="Motorbike plate, first",
            km="ផ្លាកលេខម៉ូតូ លើកដំបូង",
            latin="Plak lek moto leuk dambong",
        ),
        documents=(
            a_text(en="ID card copy", km="អត្តសញ្ញាណប័ណ្ណ (ចម្លង)", latin="ID kad chamlong"),
            a_text(
                en="tax receipt for the motorbike",
                km="បង្កាន់ដៃពន្ធម៉ូតូ",
                latin="bangkan dai pon",
            ),
            a_text(en="application form", km="ពាក្យស្នើសុំ", latin="peak snaer som"),
        ),
        fees=(a_fee(unit=a_text(en="per plate", km="ក្នុង 1 ផ្លាក", latin="knong 1 plak")),),
    ),
    a_service(
        code="102",
        names=a_text(en="Replace a plate", km="ប្តូរផ្លាកលេខ", latin="Pdo plak lek"),
        documents=(
            a_text(
                en="form with engine/frame number rubbing",
                km="ពាក្យស្នើសុំ (បិតកាល់លេខតួ)",
                latin="peak snaer som (bet kal lek tuo)",
            ),
            a_text(
                en="owner ID card copy",
                km="អត្តសញ្ញាណប័ណ្ណម្ចាស់ (ចម្លង)",
                latin="ID kad mchas chamlong",
            ),
        ),
        fees=(
            a_fee(amount=30000, unit=a_text(en="per plate", km="ក្នុង 1 ផ្លាក", latin="knong 1 plak")),
        ),
    ),
    a_service(
        code="201",
        sector="commerce",
        names=a_text(en="Open a retail shop", km="បើកហាងលក់រាយ", latin="Baek hang luok reay"),
        fees=(a_fee(unit=a_text(en="per year", km="ក្នុង 1 ឆ្នាំ", latin="knong 1 chhnam")),),
        days=7,
        validity=a_text(en="1 year", km="1 ឆ្នាំ", latin="1 chhnam"),
    ),
    a_service(
        code="303",
        sector="interior",
        names=a_text(
            en="Certify copy, business paper",
            km="បញ្ជាក់ឯកសារចម្លង អាជីវកម្ម",
            latin="Banhchak ekasar chamlong (achivakam)",
        ),
        documents=(
            a_text(en="original", km="ច្បាប់ដើម", latin="chbap daem"),
            a_text(en="copy", km="ច្បាប់ចម្លង", latin="chbap chamlong"),
        ),
        fees=(
            a_fee(kind="maximum", amount=1000, status="sourced"),
            a_fee(kind="reduced", amount=500, status="sourced"),
        ),
        days=3,
        status="sourced",
        validity=a_text(en="permanent", km="អចិន្ត្រៃយ៍", latin="achentray"),
    ),
    a_service(
        code="403",
        sector="construction",
        names=a_text(
            en="Building permit, villa to 100 m2",
            km="លិខិតអនុញ្ញាតសាងសង់ (ភូមិគ្រឹះ ដល់ 100 ម2)",
            latin="Anunhat sangsong (villa dol 100 m2)",
        ),
        documents=(
            a_text(en="land title copy", km="ប័ណ្ណដី (ចម្លង)", latin="ban dei chamlong"),
            a_text(en="house plan", km="ប្លង់សំណង់", latin="plong samnong"),
            a_text(en="ID card copy", km="អត្តសញ្ញាណប័ណ្ណ (ចម្លង)", latin="ID kad chamlong"),
        ),
        fees=(
            a_fee(
                amount=420000,
                status="sourced",
                unit=a_text(
                    en="outside town, villa up to 100 m2",
                    km="ក្រៅទីក្រុង ដល់ 100 ម2",
                    latin="krav krong dol 100 m2",
                ),
            ),
        ),
        days=25,
        status="sourced",
    ),
)
OFFICES = (
    an_office(
        code="01", names=a_text(en="Banteay Meanchey", km="បន្ទាយមានជ័យ", latin="Banteay Meanchey")
    ),
    an_office(code="0106", names=a_text(en="Serei Saophoan", km="សិរីសោភ័ណ", latin="Serei Saophoan")),
    an_office(code="02", names=a_text(en="Battambang", km="បាត់ដំបង", latin="Battambang")),
    an_office(code="0212", phone="053 000 212", hours="7:30-11:30"),
    an_office(code="04", names=a_text(en="Kampong Chhnang", km="កំពង់ឆ្នាំង", latin="Kampong Chhnang")),
    an_office(
        code="0403",
        names=a_text(en="Kampong Chhnang town", km="ក្រុងកំពង់ឆ្នាំង", latin="Krong Kampong Chhnang"),
    ),
)


def a_catalogue(
    *,
    services: Iterable[Service] = SERVICES,
    offices: Iterable[Office] = OFFICES,
    holidays: Iterable[date] = (),
) -> Catalogue:
    """Return a catalogue with a few of the demo's services and offices unless told."""
    places = {one.code: Place(one.code, one.names) for one in offices}
    places |= {one.code: one for one in COMMUNES}
    return Catalogue(
        version="",
        services={one.code: one for one in services},
        offices={one.code: one for one in offices},
        places=places,
        holidays=frozenset(holidays),
    )


def a_ticket(
    *,
    number: str = KAMRIENG,
    office: str = "0212",
    service: str = "102",
    status: str = "processing",
    due_on: date | None = date(2026, 11, 30),
    updated_on: date = date(2026, 11, 20),
    missing: tuple[int, ...] = (),
    aliases: tuple[str, ...] = (),
    reason: str = "",
) -> Ticket:
    """Return a ticket that is in process and not late."""
    return Ticket(
        number=number,
        office=office,
        service=service,
        status=status,
        received_on=date(2026, 11, 16),
        due_on=due_on,
        updated_on=updated_on,
        missing=missing,
        aliases=aliases,
        history=(Change(status, updated_on, reason),),
    )


COMMUNES = (
    Place("020204", a_text(en="Chrey", km="ជ្រៃ", latin="Chrey")),
    Place("020605", a_text(en="Chrey", km="ជ្រៃ", latin="Chrey")),
    Place("021201", a_text(en="Kamrieng", km="កំរៀង", latin="Kamrieng")),
    Place("021204", a_text(en="Trang", km="ត្រាង", latin="Trang"), ("Treang",)),
)

TICKETS = (
    a_ticket(),
    a_ticket(number=SISOPHON, office="0106", service="201", status="ready"),
    a_ticket(number=CHHNANG, office="0403", service="403", status="more_documents", missing=(2,)),
)


def a_count(*, kind: str = "information", service: str = "102", outcome: str = "") -> Count:
    """Return one cell of the counters."""
    return Count("ussd", "en", kind, service, outcome=outcome)


def a_forum(
    *,
    code: str = "",
    commune: str = "021204",
    at: datetime = datetime(2026, 12, 5, 7, 0, tzinfo=UTC),
    now: datetime = datetime(2026, 11, 23, 3, 0, tzinfo=UTC),
    people: int = 3,
    by: str = "Lina",
    venue: Mapping[str, str] | None = None,
) -> Forum:
    """Return a forum in Trang on a Saturday at two, planned twelve days before for few people."""
    draft = Draft(
        commune,
        venue or a_text(en="Trang pagoda", km="វត្តត្រាង", latin="Vat Trang"),
        at.astimezone(ZoneInfo("Asia/Phnom_Penh")),
        a_text(en="Plates and land papers", km="ផ្លាកលេខ", latin="Plak lek"),
    )
    made = planned(draft, "OWSO Kamrieng", by, now, people=people, few=200)
    return replace(made, code=code)


TRANG = Place("021204", a_text(en="Trang", km="ត្រាង", latin="Trang"))


def a_ballot(**values: Any) -> Ballot:
    """Return a ballot of a woman who found everything acceptable unless told."""
    plain = {
        "office": "0212",
        "answers": dict.fromkeys(("waiting", "hours", "fees", "attitude", "information"), 3),
        "sex": "women",
        "comment": "",
        "channel": "ussd",
        "language": "km",
        "month": "2026-11",
        "week": "2026-W48",
    }
    return Ballot(**{**plain, **values})
