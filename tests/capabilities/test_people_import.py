"""This file tests how a list of people is taken: each once, the latest consent, no STOP undone."""

from collections.abc import Sequence
from datetime import timedelta
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.capabilities import catalogue_places
from chalicelib.capabilities.broadcasts import Audience
from chalicelib.capabilities.subscribers import Profile
from chalicelib.capabilities.subscribers_import import SAID_STOP, take
from chalicelib.capabilities.subscribers_sheet import COLUMNS, Rules
from chalicelib.sheets.read import Sheet
from chalicelib.sheets.report import Report
from chalicelib.storage.memory.audience import MemoryAudience
from chalicelib.storage.memory.enrolment import MemoryEnrolment
from chalicelib.telecom import typed_numbers
from tests.builders import GATEWAY, MONDAY, NUMBER, a_catalogue, a_party
from tests.telecom.test_typed_numbers import SPELLINGS
from tests.world import World, a_memory_world

ROW = ("012 000 001", "021204", "km", "2026-11-16")
PLACES = a_catalogue().places


class Staff:
    """Somebody who imports lists into a stage in memory."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.store = MemoryEnrolment(world.database, world.keys, GATEWAY)

    def imports(self, *rows: Sequence[str], dry_run: bool = False) -> Report:
        """Import rows of number, commune, language and day of consent."""
        numbered = [(at, list(row)) for at, row in enumerate((COLUMNS, *rows), 1)]
        sheet = Sheet("list.csv", COLUMNS, (), len(rows), lambda: iter(numbered), 1)
        return take(sheet, self.rules(), self.store, dry_run=dry_run)

    def rules(self) -> Rules:
        """Return the rules of a stage in Cambodia on a Monday."""
        number = partial(typed_numbers.read, country="KH", countries=["855"])

        def communes(text: str) -> list[str]:
            return [one.code for one in catalogue_places.communes(PLACES, text)]

        return Rules(MONDAY, number, communes, self.store.key)

    def profile(self, number: str = NUMBER) -> Profile:
        """Return what is stored of a person."""
        found: Profile = self.world.desk.profile(a_party(number=number))
        return found

    def stops(self, number: str = NUMBER, *, out: bool = True) -> None:
        """Say STOP or START on a phone."""
        write = self.world.desk.opting(a_party(number=number), out=out, channel="sms")
        self.world.desk.commit([write])

    def joins(self, commune: str, number: str = NUMBER) -> None:
        """Say JOIN on a phone."""
        write = self.world.desk.joining(a_party(number=number), commune, channel="sms")
        self.world.desk.commit([write])


@pytest.fixture
def staff(world: World) -> Staff:
    """Somebody who imports lists."""
    return Staff(world)


def counts(report: Report) -> tuple[int, int, int, int]:
    """Return taken, unchanged, replaced and refused."""
    return report.taken, report.unchanged, len(report.replaced), report.refused_rows


def test_a_row_is_a_person_with_a_commune_a_language_and_a_consent(staff: Staff) -> None:
    assert counts(staff.imports(ROW)) == (1, 0, 0, 0)
    assert staff.profile() == Profile("km", commune="021204")
    (row,) = staff.world.database.tables["people"].values()
    assert (row["consented_at"], row["consented_by"]) == ("2026-11-16", "import")
    assert row["network"] == "cellcard"


def test_the_same_list_again_changes_nothing(staff: Staff) -> None:
    staff.imports(ROW)
    assert counts(staff.imports(ROW)) == (0, 1, 0, 0)


def test_a_dry_run_says_the_same_and_stores_nothing(staff: Staff) -> None:
    assert counts(staff.imports(ROW, dry_run=True)) == (1, 0, 0, 0)
    assert staff.world.database.tables["people"] == {}


def test_one_number_in_many_spellings_is_one_person(staff: Staff) -> None:
    rows = [(spelling, *ROW[1:]) for spelling in SPELLINGS]
    report = staff.imports(*rows)
    assert len(SPELLINGS) >= 14
    assert counts(report) == (1, 0, len(SPELLINGS) - 1, 0)
    assert len(staff.world.database.tables["people"]) == 1
    assert str(report.replaced[0]) == "row 2: replaced by row 17, which has the same person"


def test_of_several_rows_the_latest_consent_counts(staff: Staff) -> None:
    older = (ROW[0], "021201", "en", "2026-11-15")
    assert counts(staff.imports(ROW, older)) == (1, 0, 1, 0)
    assert staff.profile() == Profile("km", commune="021204")


def test_who_said_stop_stays_out_and_is_told(staff: Staff) -> None:
    staff.stops()
    report = staff.imports(ROW)
    assert counts(report) == (0, 0, 0, 1)
    assert str(report.refused[0]) == f"row 2: {SAID_STOP}"
    assert staff.profile() == Profile(opted_out=True)


def test_who_said_start_again_is_taken(staff: Staff) -> None:
    staff.stops()
    staff.stops(out=False)
    assert counts(staff.imports(ROW)) == (1, 0, 0, 0)


def test_a_stop_that_comes_while_a_list_is_taken_stands(staff: Staff) -> None:
    class Slow(MemoryEnrolment):
        def enrol_many(self, entries: Sequence[object]) -> None:
            staff.stops()
            super().enrol_many(entries)  # type: ignore[arg-type]

    staff.store = Slow(staff.world.database, staff.world.keys, GATEWAY)
    staff.imports(ROW)
    assert staff.profile().opted_out


def test_what_somebody_said_on_their_own_phone_since_stays(staff: Staff) -> None:
    staff.joins("021201")
    report = staff.imports(ROW)
    assert counts(report) == (0, 1, 0, 0)
    assert report.notices == ["rows older than what the people themselves said since: 1"]
    assert staff.profile().commune == "021201"


def test_a_language_that_was_chosen_is_not_replaced(staff: Staff) -> None:
    staff.world.desk.set_language(a_party(), "en")
    staff.imports(ROW)
    assert staff.profile() == Profile("en", commune="021204")


def test_a_list_corrects_a_list_of_the_same_day(staff: Staff) -> None:
    staff.imports(ROW)
    assert counts(staff.imports((ROW[0], "Kamrieng", *ROW[2:]))) == (1, 0, 0, 0)
    assert staff.profile().commune == "021201"


@pytest.mark.parametrize(
    ("at", "cell", "column", "reason"),
    [
        (0, "", "number", "is empty"),
        (0, "012 000 00", "number", "a digit is missing"),
        (0, "Sok Dara", "number", "not a phone number"),
        (1, "", "commune", "is empty"),
        (1, "012 000 001", "commune", "is no commune that is known"),
        (1, "Chrey", "commune", "may be any of 2 communes: write the code of 6 digits"),
        (1, "02", "commune", "is no commune that is known"),
        (2, "012000001", "language", "is unknown: write en, km or km-Latn"),
        (3, "", "consent_on", "is empty"),
        (3, "012000001", "consent_on", "is no date: write YYYY-MM-DD"),
        (3, "2027-11-16", "consent_on", "is not between 2000-01-01 and today"),
        (3, "1999-12-31", "consent_on", "is not between"),
    ],
)
def test_a_fault_tells_row_column_and_reason_and_no_cell(
    staff: Staff, at: int, cell: str, column: str, reason: str
) -> None:
    row = list(ROW)
    row[at] = cell
    report = staff.imports(row)
    (fault,) = report.refused
    assert (fault.row, fault.column) == (2, column)
    assert reason in fault.reason
    assert not cell or cell not in str(fault)


@pytest.mark.parametrize("commune", ["Trang", "trang", "TREANG", "ត្រាង", "khum Trang", "21204"])
def test_a_commune_is_known_by_code_and_by_every_spelling(staff: Staff, commune: str) -> None:
    assert counts(staff.imports((ROW[0], commune, "", "16/11/2026"))) == (1, 0, 0, 0)
    assert staff.profile() == Profile(commune="021204")


any_row = st.tuples(
    st.integers(1, 4).map(lambda n: f"+8551200000{n}"),
    st.sampled_from(["021204", "021201", "nowhere"]),
    st.sampled_from(["", "en", "km", "km-Latn", "fr"]),
    st.integers(0, 5).map(lambda past: (MONDAY - timedelta(days=past)).isoformat()),
)


@pytest.mark.law
@given(st.lists(any_row, max_size=12), st.sets(st.integers(1, 4)))
def test_every_row_is_accounted_for_and_no_stop_is_ever_undone(
    rows: list[tuple[str, str, str, str]], stopped: set[int]
) -> None:
    staff = Staff(a_memory_world())
    for n in stopped:
        staff.stops(f"+8551200000{n}")
    report = staff.imports(*rows)
    assert report.rows == len(rows)
    good = {row[0] for row in rows if row[1] != "nowhere" and row[2] != "fr"}
    everybody = Audience(communes=("021204", "021201"))
    members = list(MemoryAudience(staff.world.database).members(everybody))
    assert len(members) == len(good - {f"+8551200000{n}" for n in stopped})
    assert all(one.reachable for one in members)
    for n in stopped:
        assert staff.profile(f"+8551200000{n}").opted_out


@pytest.mark.law
@given(st.lists(any_row, max_size=8))
def test_a_list_twice_is_a_list_once(rows: list[tuple[str, str, str, str]]) -> None:
    staff = Staff(a_memory_world())
    staff.imports(*rows)
    before = [{**row, "number": b""} for row in staff.world.database.tables["people"].values()]
    again = staff.imports(*rows)
    after = [{**row, "number": b""} for row in staff.world.database.tables["people"].values()]
    assert (again.taken, before) == (0, after)


@pytest.mark.law
@given(st.lists(any_row, max_size=8, unique_by=lambda row: (row[0], row[3])))
def test_the_order_of_rows_of_different_days_changes_nothing(
    rows: list[tuple[str, str, str, str]],
) -> None:
    first, second = Staff(a_memory_world()), Staff(a_memory_world())
    first.imports(*rows)
    second.imports(*rows[::-1])
    for n in range(1, 5):
        number = f"+8551200000{n}"
        assert first.profile(number) == second.profile(number)
