"""This file tests `owl places`: looking a place up, and taking places from a file."""

import json
from datetime import date

import pytest

from chalicelib.errors import NotFound
from infra.local import demo
from infra.local.demo import places as gazetteer
from tests.builders import CHHNANG, KAMRIENG, MONDAY, SISOPHON
from tests.cli.conftest import Staff

HEADER = ("code", "kind", "name_en", "name_km", "aliases")
HEADER_ALL = ("code", "kind", "name_en", "name_km", "name_km_latn", "aliases")


@pytest.fixture
def full(bare: Staff) -> Staff:
    """Staff of a stage that holds the places of the demo."""
    path = bare.folder / "places.csv"
    path.write_text("\n".join(",".join(row) for row in [HEADER_ALL, *gazetteer.rows()]))
    assert bare.runs("places", "import", path).exit_code == 0
    return bare


@pytest.mark.parametrize("wanted", ["0212", "212", "២១២", "kamrieng", "KAM RIENG", "កំរៀង"])
def test_a_place_is_found_by_code_or_by_any_spelling(full: Staff, wanted: str) -> None:
    said = full.runs("places", wanted).stdout.splitlines()
    assert "0212 Kamrieng / កំរៀង / Kamreang / Komrieng (district, srok), in 02 Battambang" in said
    assert "  021206 Ta Krei / តាក្រី (commune, khum)" in said


@pytest.mark.parametrize("wanted", ["sisophon", "Serei Saophoan"])
def test_a_municipality_is_divided_into_sangkat(full: Staff, wanted: str) -> None:
    said = full.runs("places", wanted).stdout
    assert "(municipality, krong), in 01 Banteay Meanchey" in said
    assert "  010602 Kampong Svay / កំពង់ស្វាយ (sangkat)" in said


def test_the_gazetteers_spelling_stays_as_another_name(full: Staff) -> None:
    (found,) = json.loads(full.runs("places", "0110", "--json").stdout)
    assert found["names"]["en"] == "Poipet"
    assert "Paoy Paet" in found["aliases"]
    assert found["kind"] == "municipality"


def test_nothing_named_shows_the_provinces(full: Staff) -> None:
    said = full.runs("places").stdout
    for line in ("01 Banteay Meanchey", "02 Battambang", "04 Kampong Chhnang"):
        assert line in said


def test_an_unknown_place_ends_in_a_sentence(full: Staff) -> None:
    fault = full.runs("places", "atlantis").exception
    assert isinstance(fault, NotFound)
    assert str(fault).startswith("no place has the code or the name 'atlantis'")


def test_a_place_whose_kind_or_parent_does_not_fit_is_refused(staff: Staff) -> None:
    rows = [
        HEADER,
        ["0211", "krong", "Phnom Proek", "", ""],
        ["021199", "srok", "Wrong", "", ""],
        ["990101", "khum", "Nowhere", "", ""],
    ]
    said = staff.runs("places", "import", staff.file("p.csv", rows)).stdout
    assert "1 taken" in said
    assert "row 3, column kind: a district has a code of 4 digits, not 6" in said
    assert "row 4, column code: 990101 lies in 9901, which is not there: put it before" in said


def test_the_demo_fills_an_empty_stage_with_every_ticket_it_names(bare: Staff) -> None:
    said: list[str] = []
    assert demo.is_empty(bare.office)
    demo.load(bare.office, MONDAY, said.append)
    assert said == ["16 services, 34 offices, 275 places, 203 tickets"]
    assert not demo.is_empty(bare.office)
    found = bare.office.tickets.find_many([KAMRIENG, SISOPHON, CHHNANG])
    assert [(one.office, one.status, one.missing) for one in found.values()] == [
        ("0212", "processing", ()),
        ("0106", "ready", ()),
        ("0403", "more_documents", (1,)),
    ]
    # Five working days on, after the Water Festival of 23 to 25 November.
    assert found[KAMRIENG].due_on == date(2026, 12, 2)


def test_a_demo_that_broke_off_is_loaded_again(bare: Staff) -> None:
    demo.load(bare.office, MONDAY, lambda _said: None)
    before = bare.office.catalogue.load()
    demo.load(bare.office, MONDAY, lambda _said: None)
    assert bare.office.catalogue.load() == before
