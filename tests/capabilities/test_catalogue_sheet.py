"""This file tests the rows of services, offices and places: their rules, and there and back."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.capabilities import catalogue_places, catalogue_sheet
from chalicelib.capabilities.catalogue import (
    FEE_KINDS,
    LEVELS,
    SECTORS,
    STATUSES,
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
from chalicelib.capabilities.catalogue_import import TABLES, taken
from chalicelib.sheets.cells import Cells, tidy
from chalicelib.sheets.read import Row, opened
from chalicelib.sheets.write import write
from tests.builders import a_catalogue, a_fee, a_service

GOOD = {"code": "601", "key": "new", "sector": "land", "office_level": "district", "name_en": "New"}

words = (
    st.text(st.sampled_from("abc កខ;\\'=+-1០,\"\n"), min_size=1, max_size=8)
    .map(lambda text: tidy(text).strip("'"))
    .map(tidy)
    .filter(lambda text: text and tidy(text) == text)
)
texts = st.fixed_dictionaries({"en": words}, optional={"km": words, "km-Latn": words})
units = st.fixed_dictionaries({}, optional={"en": words, "km": words, "km-Latn": words})
days = st.sampled_from(["", "2026-01-31"])
WHOLE = st.sampled_from([False])


def figures(partial: st.SearchStrategy[bool] = WHOLE) -> st.SearchStrategy[Figure]:
    sourced = st.builds(Figure, st.sampled_from(STATUSES[:2]), words, st.just(""), days, partial)
    drawn = st.builds(Figure, st.just(STATUSES[2]), st.just(""), words, days, partial)
    return sourced | drawn


fees = st.builds(Fee, st.sampled_from(FEE_KINDS), st.integers(0, 100), figures(), units)
notes = st.builds(Note, texts, figures())
services = st.builds(
    Service,
    code=st.just("601"),
    key=st.just("new"),
    sector=st.sampled_from(SECTORS),
    names=texts,
    documents=st.builds(
        Documents,
        st.lists(texts, min_size=1, max_size=3).map(tuple),
        figures(st.booleans()),
    ),
    fees=st.lists(fees, max_size=3).map(tuple),
    days=st.none() | st.builds(Days, st.integers(5, 90), figures(), st.none() | st.integers(0, 5)),
    office_level=st.sampled_from(LEVELS),
    validity=st.none() | notes,
    extra=st.lists(notes, max_size=3).map(tuple),
    legal_basis=words,
)


def faults(**given: str) -> list[str]:
    cells = Cells(Row(2, {**GOOD, **given}))
    catalogue_sheet.read(cells, {})
    return [f"{one.column}: {one.reason}" for one in cells.faults]


def there_and_back(part: str, known: Catalogue, folder: Path) -> tuple[Mapping[str, object], int]:
    """Export a part of a catalogue and import it into one without that part."""
    table, path = TABLES[part], folder / "t.csv"
    write(path, table.columns, table.rows(getattr(known, part)))
    empty = Catalogue("", *({} if one == part else getattr(known, one) for one in PARTS))
    new, report = taken(table, opened(path, table.columns, table.required), empty)
    return getattr(new, part), len(report.refused)


PARTS = ("services", "offices", "places")


def test_a_good_row_has_no_fault() -> None:
    assert faults() == []


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"code": "12"}, "code: '12' is not allowed: write three digits, the first not 0"),
        ({"key": "Two Words"}, "key: 'Two Words' is not allowed: write small letters"),
        ({"fee_amount": "5"}, "fee_status: is empty: write sourced, sourced_dated or illustrative"),
        (
            {"fee_amount": "5", "fee_status": "sourced_dated"},
            "fee_source: is empty, but the figure is sourced_dated: name a source",
        ),
        (
            {"fee_amount": "1;2;3", "fee_kind": "exact;reduced", "fee_status": "illustrative"},
            "fee_kind: has 2 parts where 3 are needed, joined by `;`",
        ),
        (
            {"fee_amount": "120", "fee_kind": "percent", "fee_status": "illustrative"},
            "fee_amount: 120 percent is more than all: write 100 at most",
        ),
        ({"fee_kind": "exact"}, "fee_kind: is filled in, but there is nothing that it could"),
        ({"days_min": "3"}, "days_max: is empty: days_min alone says too little"),
        (
            {"days_min": "9", "days_max": "5", "days_status": "illustrative"},
            "days_min: 9 is more than days_max, 5",
        ),
        (
            {"documents_en": "a;b", "documents_km": "ក", "documents_status": "illustrative"},
            "documents_km: has 1 items, but documents_en has 2: translate each in its place",
        ),
        (
            {"days_max": "5", "days_status": "illustrative", "days_checked_on": "soon"},
            "days_checked_on: 'soon' is no date: write YYYY-MM-DD or DD/MM/YYYY",
        ),
    ],
)
def test_a_row_that_breaks_a_rule_is_refused(given: dict[str, str], said: str) -> None:
    assert any(one.startswith(said) for one in faults(**given)), faults(**given)


def test_one_status_and_source_serve_all_fees_of_a_row() -> None:
    row = {"fee_amount": "1,000;500", "fee_kind": "maximum;reduced", "fee_unit_en": "per sheet"}
    cells = Cells(Row(2, {**GOOD, **row, "fee_status": "sourced", "fee_source": "the board"}))
    service = catalogue_sheet.read(cells, {})
    figure = Figure("sourced", "the board")
    assert cells.faults == []
    assert service.fees == (
        Fee("maximum", 1000, figure, {"en": "per sheet"}),
        Fee("reduced", 500, figure, {"en": "per sheet"}),
    )


@pytest.mark.law
@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(service=services)
def test_a_service_written_as_a_row_reads_back_as_itself(
    service: Service, tmp_path_factory: pytest.TempPathFactory
) -> None:
    known = Catalogue("", {service.code: service}, {}, {})
    found, refused = there_and_back("services", known, tmp_path_factory.mktemp("csv"))
    assert refused == 0
    assert found == {service.code: service}


def test_offices_and_places_written_as_rows_read_back_as_themselves(tmp_path: Path) -> None:
    own = Override((a_fee(amount=25000, unit={"en": "per plate"}),), "8:00-11:00")
    known = a_catalogue(
        services=[a_service(code="102")],
        offices=[
            Office("02", {"en": "Battambang"}),
            Office("0212", {"en": "Kamrieng", "km": "កំរៀង"}, "+855 53 000 212", "", {"102": own}),
        ],
    )
    places = {
        "02": Place("02", {"en": "Battambang"}, (), "province"),
        "0203": Place("0203", {"en": "Battambang"}, ("B;tb", "Town"), "municipality"),
        "020301": Place("020301", {"en": "Tuol Ta Ek"}, (), "sangkat"),
    }
    full = Catalogue("", known.services, known.offices, {})
    assert there_and_back("offices", full, tmp_path) == (known.offices, 0)
    assert there_and_back("places", Catalogue("", {}, {}, places), tmp_path) == (places, 0)


def test_a_place_is_found_by_its_khmer_latin_or_other_name() -> None:
    one = Place("0106", {"en": "Serei Saophoan", "km": "សិរីសោភ័ណ"}, ("Sisophon",), "municipality")
    places = {"0106": one}
    for wanted in ("106", "០១០៦", "sisophon", "SEREI-SAOPHOAN", "សិរីសោភ័ណ"):
        assert catalogue_places.find(places, wanted) == [one]
    assert catalogue_places.find(places, "Saophoan") == []
