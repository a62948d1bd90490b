"""This file turns what is known of services, offices and tickets into facts for the screens.

A fact changes words only. The words are in `ussd_menus/`; here stand text ids and figures.
"""

from collections.abc import Iterable, Mapping
from datetime import date

from chalicelib.capabilities import tickets
from chalicelib.capabilities.catalogue import (
    DISTRICT_DIGITS,
    Catalogue,
    Days,
    Fee,
    Figure,
    Office,
    Place,
    Service,
)
from chalicelib.capabilities.complaints import Complaint
from chalicelib.capabilities.tickets import Standing, Ticket
from chalicelib.dialog.book import Joined, Say

Facts = dict[str, object]
UNCONFIRMED = Say("unconfirmed")
# What is counted of a look at an application that is late, instead of its stage.
OVERDUE = "overdue"
# The kind of office that issues a service, said where nobody chose one yet.
PLACES: Mapping[str, str] = {
    "province": "office_province",
    "district": "office_district",
    "commune": "office_commune",
}


def service_rows(services: Iterable[Service]) -> tuple[tuple[str, object], ...]:
    """Return the rows of a list of services, by permanent code."""
    return tuple((one.code, one.names) for one in services)


def office_rows(offices: Iterable[Office]) -> tuple[tuple[str, object], ...]:
    """Return the rows of a list of offices, by permanent code."""
    return tuple((one.code, one.names) for one in offices)


def of_service(service: Service) -> Facts:
    """Return everything a citizen is told of a service.

    Each figure that is not confirmed by a source brings the line that says so, once a screen.
    An SMS is paid by the part, so beside that line it does without the one on posted fees.
    """
    documents = _warning([service.documents.figure])
    fee_figures = [fee.figure for fee in service.fees] + [one.figure for one in service.extra]
    fees = _warning(fee_figures)
    times = _warning([one.figure for one in (service.days, service.validity) if one is not None])
    return {
        "service": service.code,
        "name": service.names,
        "documents_head": Say("documents_head"),
        "documents": tuple(Say("document", {"document": one}) for one in service.documents.items),
        "documents_unconfirmed": documents,
        "fees": tuple(fee_line(fee) for fee in service.fees),
        "extra": tuple(one.text for one in service.extra),
        "fee_unconfirmed": fees,
        "fee_warn": Say("fee_warn"),
        "fee_posted": "" if fees else Say("fee_warn"),
        "time": time_line(service.days) if service.days else "",
        "validity": _validity(service),
        "time_unconfirmed": times,
        "where": Say("office_line", {"office": Say(PLACES[service.office_level])}),
        "unconfirmed": documents or fees or times,
    }


def fee_line(fee: Fee) -> Say:
    """Return one fee in words: its kind, its amount with separators, its unit."""
    if fee.kind == "percent":
        line = Say("fee_percent", {"percent": str(fee.amount)})
    elif fee.amount == 0:
        line = Say("fee_free")
    else:
        text = {"maximum": "fee_maximum", "reduced": "fee_reduced"}.get(fee.kind, "fee_exact")
        line = Say(text, {"fee": f"{fee.amount:,}"})
    return Say("with_unit", {"line": line, "unit": fee.unit}) if fee.unit else line


def time_line(days: Days) -> Say:
    """Return the working days a service may take, with the least of them where that is told."""
    if days.min is None or days.min == days.max:
        return Say("time_line", {"days": str(days.max)})
    return Say("time_range", {"least": str(days.min), "days": str(days.max)})


def of_office(office: Office, service: Service) -> Facts:
    """Return where to go, and what this office asks for this service where it differs."""
    own = office.overrides.get(service.code)
    fees = own.fees if own else ()
    hours = (own.hours if own else None) or office.hours
    return {
        "office_line": Say("office_line", {"office": office.names}),
        "phone_line": Say("phone_line", {"phone": office.phone}) if office.phone else "",
        "hours_line": Say("hours_line", {"hours": hours}) if hours else "",
        "office_fees": tuple(fee_line(fee) for fee in fees),
        "office_unconfirmed": _warning(fee.figure for fee in fees),
    }


def commune_hall() -> Facts:
    """Return where to go for what a commune issues."""
    return {"office_line": Say("office_line", {"office": Say("office_commune")})}


def of_commune(commune: Place) -> Facts:
    """Return the commune that somebody joins."""
    return {"commune": commune.names}


def commune_rows(communes: Iterable[Place], catalogue: Catalogue) -> tuple[tuple[str, object], ...]:
    """Return communes by permanent code, each with the district that tells it from the others."""
    return tuple((one.code, Joined((one.names, _district(one, catalogue)))) for one in communes)


def of_ticket(ticket: Ticket, catalogue: Catalogue, today: date) -> Facts:
    """Return where an application stands: stage, next step, dates, office and lateness only."""
    standing = tickets.standing(ticket, today, catalogue.is_holiday)
    office = catalogue.offices.get(standing.office)
    facts = {
        "ticket": standing.number,
        "office": office.names if office else standing.office,
        "date": _day(_stage_day(standing)),
        "documents": _missing(standing, catalogue),
    }
    finished = standing.stage in tickets.CLOSED
    late = Say("st_late", {"days": str(standing.late_by)}) if standing.late_by else ""
    return {
        "ticket": standing.number,
        "stage": Say(_stage_text(standing, facts), facts),
        "late": late,
        "step": Say(NEXT_STEPS[standing.stage]),
        "district": standing.office,
        "standing": OVERDUE if standing.late_by else standing.stage,
        "finished": finished,
        "hint": "" if finished else Say("watch_hint"),
    }


COMPLAINTS: Mapping[str, str] = {
    "received": "cs_received",
    "acknowledged": "cs_acknowledged",
    "needs_information": "cs_needs_information",
    "answered": "cs_answered",
    "out_of_remit": "cs_out_of_remit",
    "closed": "cs_closed",
}


def of_complaint(complaint: Complaint, said: Mapping[str, str], *, is_late: bool) -> Facts:
    """Return how far a complaint is, and the ombudsperson's last word by language."""
    asks, last = complaint.state == "needs_information", complaint.last("ombudsperson")
    # A question is shown while it is open; afterwards it is no reply.
    said = said if last is not None and last.asks == asks else {}
    # What is asked or answered says so itself, and a screen holds little.
    is_said = bool(said) and complaint.state in {"needs_information", "answered"}
    return {
        "state": "" if is_said else Say(COMPLAINTS[complaint.state]),
        "late": Say("cs_late") if is_late else "",
        "said": Say("omb_asks" if asks else "omb_reply", {"words": said}) if said else "",
        "open": "yes" if complaint.is_open else "",
    }


def of_news(ticket: Ticket, catalogue: Catalogue, today: date) -> Facts:
    """Return what an SMS says to whoever waits for a ticket: where it stands, how to end this."""
    known = of_ticket(ticket, catalogue, today)
    return known | {"hint": Say("stop_ticket_hint", {"ticket": known["ticket"]})}


STAGES: Mapping[str, str] = {
    "received": "st_received",
    "processing": "st_processing",
    "more_documents": "st_moredocs",
    "ready": "st_ready",
    "collected": "st_collected",
    "rejected": "st_rejected",
}
NEXT_STEPS: Mapping[str, str] = {
    "received": "next_received",
    "processing": "next_processing",
    "more_documents": "next_moredocs",
    "ready": "next_ready",
    "collected": "next_collected",
    "rejected": "next_rejected",
}


def _stage_text(standing: Standing, facts: Mapping[str, object]) -> str:
    """Return the text of a stage, the shorter one where its detail is not known."""
    if standing.stage == "processing" and not facts["date"]:
        return "st_processing_open"
    if standing.stage == "more_documents" and not facts["documents"]:
        return "st_moredocs_some"
    return STAGES[standing.stage]


def _stage_day(standing: Standing) -> date | None:
    return standing.due if standing.stage == "processing" else standing.since


def _missing(standing: Standing, catalogue: Catalogue) -> object:
    service = catalogue.services.get(standing.service)
    if service is None:
        return ""
    items = service.documents.items
    named = [items[at - 1] for at in standing.missing if at <= len(items)]
    return Joined(tuple(named)) if named else ""


def _day(day: date | None) -> str:
    return f"{day:%d/%m/%y}" if day else ""


def _district(commune: Place, catalogue: Catalogue) -> object:
    district = catalogue.places.get(commune.code[:DISTRICT_DIGITS])
    return district.names if district else ""


def _warning(figures: Iterable[Figure]) -> Say | str:
    return "" if all(figure.confirmed for figure in figures) else UNCONFIRMED


def _validity(service: Service) -> Say | str:
    if service.validity is None:
        return ""
    return Say("validity_line", {"validity": service.validity.text})
