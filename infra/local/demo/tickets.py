"""This file invents tickets: three that the README names, and 200 spread over everything."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from chalicelib.capabilities import working_days
from chalicelib.capabilities.catalogue import DISTRICT_DIGITS, Catalogue
from chalicelib.capabilities.tickets import STAGES, with_check_digit
from chalicelib.capabilities.tickets_sheet import COLUMNS

INVENTED = 200
DUE_IN, AGO = 5, 4
# Multipliers without a common factor spread rows over offices, stages and days, the same each time.
EVERY, SPAN = 11, 47


def rows(catalogue: Catalogue, today: date) -> Iterator[list[str]]:
    """Give every demo ticket as a row of the import, dated around `today`."""
    yield from map(_row, [*_named(catalogue, today), *_invented(catalogue, today)])


def _named(catalogue: Catalogue, today: date) -> Iterator[dict[str, object]]:
    due = working_days.after(today, DUE_IN, catalogue.is_holiday)
    came = _open_day(catalogue, today - timedelta(days=AGO))
    shared = {"received_on": came, "due_on": due, "updated_on": came}
    yield {
        "ticket_no": "02122600428",
        "office": "0212",
        "service": "102",
        "status": "processing",
        **shared,
    }
    yield {
        "ticket_no": "01062600077",
        "office": "0106",
        "service": "303",
        "status": "ready",
        **shared,
        "updated_on": today,
    }
    yield {
        "ticket_no": "04032601154",
        "office": "0403",
        "service": "201",
        "status": "more_documents",
        **shared,
        "missing": 1,
    }


def _invented(catalogue: Catalogue, today: date) -> Iterator[dict[str, object]]:
    """Give the others; the older ones that are not finished come out late."""
    offices = sorted(code for code in catalogue.offices if len(code) == DISTRICT_DIGITS)
    services = [one for one in catalogue.services.values() if one.office_level == "district"]
    for n in range(INVENTED):
        office, service = offices[n % len(offices)], services[n % len(services)]
        days, status = n * EVERY % SPAN, STAGES[n * 7 % len(STAGES)]
        came = _open_day(catalogue, today - timedelta(days=days))
        most = service.days.max if service.days else days
        yield {
            "ticket_no": with_check_digit(f"{office}{today:%y}{1000 + n}"),
            "office": office,
            "service": service.code,
            "status": status,
            "received_on": came,
            "due_on": working_days.after(came, most, catalogue.is_holiday),
            "updated_on": came if status == "received" else came + timedelta(days=days // 2),
            "missing": 1 + n % len(service.documents.items) if status == "more_documents" else "",
        }


def _open_day(catalogue: Catalogue, day: date) -> date:
    """Return a day, or the last one before it on which offices are open."""
    while not working_days.is_working(day, catalogue.is_holiday):
        day -= timedelta(days=1)
    return day


def _row(cells: Mapping[str, object]) -> list[str]:
    return [str(cells.get(column, "")) for column in COLUMNS]
