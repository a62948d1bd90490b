"""This file tests the catalogue: its groups, what counts as confirmed, and its plain form."""

from datetime import date

import pytest

from chalicelib.capabilities.catalogue import (
    EMPTY,
    MENU_SECTORS,
    SECTORS,
    STATUSES,
    Note,
    Override,
    Place,
    Status,
    changed,
)
from chalicelib.capabilities.catalogue_plain import dumped, loaded, version_of, versioned
from tests.builders import a_catalogue, a_fee, a_figure, a_service, a_text, an_office

FULL = a_catalogue(
    services=[
        a_service(code="101")._replace(extra=(Note(a_text(), a_figure()),), days=None),
        a_service(code="303", status="sourced", validity=a_text(), sector="interior"),
    ],
    offices=[
        an_office(code="02"),
        an_office(code="0212", overrides={"101": Override((a_fee(unit=a_text()),), "8:00-11:00")}),
        an_office(code="0106"),
    ],
    holidays=[date(2026, 11, 24)],
)


def test_a_group_of_the_menu_holds_its_sectors_by_code() -> None:
    services = [
        a_service(code=f"{at}01", sector=one) for at, one in enumerate(reversed(SECTORS), 1)
    ]
    catalogue = a_catalogue(services=services)
    found = [one for group in MENU_SECTORS for one in catalogue.services_of(group)]
    assert sorted(one.code for one in found) == sorted(one.code for one in services)
    assert [one.sector for one in catalogue.services_of("land")] == ["construction", "land"]
    assert catalogue.services_of("no such group") == []


def test_provinces_and_their_districts_are_told_apart_by_their_codes() -> None:
    assert [one.code for one in FULL.provinces()] == ["02"]
    assert [one.code for one in FULL.offices_of("02")] == ["0212"]
    assert FULL.offices_of("04") == []


def test_a_holiday_is_a_day_of_the_list() -> None:
    assert FULL.is_holiday(date(2026, 11, 24))
    assert not FULL.is_holiday(date(2026, 11, 25))


@pytest.mark.parametrize("status", STATUSES)
def test_only_a_whole_sourced_figure_is_confirmed(status: Status) -> None:
    assert a_figure(status=status).confirmed is (status == "sourced")
    assert not a_figure(status=status, partial=True).confirmed


def test_a_catalogue_comes_back_from_its_plain_form() -> None:
    back = loaded(dumped(FULL))
    assert back._replace(version="") == FULL
    assert back.version == version_of(dumped(FULL))
    assert versioned(back) == back


def test_the_same_content_has_the_same_version_whatever_its_order() -> None:
    turned = FULL._replace(services=dict(reversed(FULL.services.items())))
    assert versioned(turned).version == versioned(FULL).version
    assert versioned(FULL._replace(holidays=frozenset())).version != versioned(FULL).version


def test_every_change_is_named() -> None:
    new = FULL._replace(
        services={"101": FULL.services["101"], "102": a_service(code="102")},
        offices={**FULL.offices, "0212": an_office(code="0212")},
        places={**FULL.places, "021201": Place("021201", a_text())},
        holidays=frozenset(),
    )
    assert changed(FULL, new) == [
        "service 102",
        "service 303",
        "office 0212",
        "place 021201",
        "holidays",
    ]
    assert changed(FULL, FULL) == []
    assert changed(EMPTY, EMPTY) == []
