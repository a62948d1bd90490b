"""This file tests `owl staff`: who may sign in, the first password, and what the log says of it."""

import json

import pytest

from chalicelib.capabilities.staff import is_strong
from chalicelib.capabilities.visits import Visits
from chalicelib.duties import staff as duties
from chalicelib.duties.staff import first_password
from chalicelib.settings import Settings
from chalicelib.staff import Office
from chalicelib.storage.cells import DynamoCells
from chalicelib.storage.memory.user_pool import MemoryUserPool
from tests.cli.conftest import Staff


@pytest.fixture
def pool(staff: Staff, monkeypatch: pytest.MonkeyPatch) -> MemoryUserPool:
    """The staff of the stage, in memory: the commands reach the same pool each time."""
    twin = MemoryUserPool(staff.office.clock)
    monkeypatch.setattr(duties, "pool_of", lambda _: twin)
    return twin


def test_somebody_is_added_with_a_password_that_is_shown_once_and_noted_nowhere(
    staff: Staff, pool: MemoryUserPool
) -> None:
    added = staff.runs("staff", "add", "Srey", "--role", "clerk", "--office", "0212", "--as", "Sam")
    assert added.exit_code == 0, added.output
    assert added.output.startswith("srey may sign in. The first password, shown this once: ")
    password = added.output.split()[-1]
    assert pool.start("srey", password).kind == "new_password"
    (deed,) = staff.office.audit.of_day(staff.office.today())
    assert (deed.who, deed.what) == ("Sam", "add staff")
    assert deed.details == {"name": "srey", "role": "clerk", "place": "0212"}
    listed = staff.runs("staff", "list")
    assert listed.output == "srey  clerk of 0212\n"
    again = staff.runs("staff", "add", "srey", "--role", "admin")
    assert "somebody called srey already" in str(again.exception)


def test_who_is_disabled_is_listed_as_such_and_what_they_had_open_ends(
    staff: Staff, pool: MemoryUserPool
) -> None:
    visits = Visits(DynamoCells(staff.office.database), staff.office.clock)
    for name, *more in (("srey", "officer"), ("boss", "admin", "--role", "organizer")):
        staff.runs("staff", "add", name, "--role", *more)
        visits.write(name, name, {"page": 1})
    disabled = staff.runs("staff", "disable", "Srey", "--as", "Sam")
    assert disabled.output == "srey cannot sign in any more\n"
    assert pool.look("srey").is_disabled
    assert visits.read("srey") is None
    assert visits.read("boss") == {"page": 1}
    assert json.loads(staff.runs("staff", "list", "--json").output) == [
        {
            "name": "boss",
            "roles": ["admin", "organizer"],
            "office": "",
            "district": "",
            "disabled": False,
        },
        {"name": "srey", "roles": ["officer"], "office": "", "district": "", "disabled": True},
    ]
    assert "srey  officer, disabled" in staff.runs("staff", "list").output
    deeds = [(one.who, one.what) for one in staff.office.audit.of_day(staff.office.today())]
    assert ("Sam", "disable staff") in deeds


def test_who_lost_the_phone_gets_a_first_password_again(staff: Staff, pool: MemoryUserPool) -> None:
    visits = Visits(DynamoCells(staff.office.database), staff.office.clock)
    first = staff.runs("staff", "add", "srey", "--role", "officer").output.split()[-1]
    visits.write("v", "srey", {})
    renewed = staff.runs("staff", "renew", "Srey", "--as", "Sam").output
    password = renewed.split()[-1]
    assert renewed.startswith("srey may sign in.")
    assert password != first
    assert pool.start("srey", password).kind == "new_password"
    assert visits.read("v") is None
    told = [str(one) for one in staff.office.audit.of_day(staff.office.today())]
    assert any("renew staff" in one for one in told)
    assert password not in "".join(told)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        (("add", "x y", "--role", "admin"), "is no name to sign in by"),
        (("add", "srey", "--role", "clerk"), "a clerk is of one office"),
        (("add", "srey", "--role", "ombudsperson", "--office", "0212"), "a clerk is of one office"),
        (("add", "srey", "--role", "admin", "--district", "0212"), "an ombudsperson is of one"),
        (("add", "srey", "--role", "clerk", "--office", "9999"), "no office has the code 9999"),
        (("disable", "nobody"), "nobody is called nobody"),
        (("renew", "nobody"), "nobody is called nobody"),
        (("disable", "sam", "--as", "Sam"), "cannot disable yourself"),
    ],
)
def test_what_cannot_be_done_is_refused_with_a_reason_and_notes_nothing(
    typed: tuple[str, ...], sentence: str, staff: Staff, pool: MemoryUserPool
) -> None:
    done = staff.runs("staff", *typed)
    assert sentence in str(done.exception)
    assert list(staff.office.audit.of_day(staff.office.today())) == []
    assert pool.everybody() == []
    assert staff.runs("staff", "list").output.startswith("nobody may sign in yet")


def test_a_stage_whose_pool_nobody_named_says_what_to_set(staff: Staff) -> None:
    assert "OWL_USER_POOL is not set" in str(staff.runs("staff", "list").exception)


@pytest.mark.parametrize(
    ("stage", "second_factor", "needs_code"),
    [("local", True, True), ("local", False, False), ("pilot", True, True), ("pilot", False, True)],
)
def test_only_on_a_laptop_a_password_alone_may_be_enough(
    stage: str, *, second_factor: bool, needs_code: bool
) -> None:
    side = Office(Settings(stage=stage, second_factor=second_factor, user_pool="r_pool"))
    assert duties.pool_of(side).needs_code is needs_code


def test_first_passwords_are_strong_different_and_easy_to_paste() -> None:
    made = {first_password() for _ in range(200)}
    assert len(made) == 200
    assert all(is_strong(one) and one[0].isalnum() for one in made)
