"""This file tests `owl tally`: what waits, what is closed, and a dry run that changes nothing."""

import json

from chalicelib.storage.ballots import Ballots
from chalicelib.storage.keys import WEBHOOK_KEYS, KeyRing
from tests.builders import a_ballot, a_party
from tests.cli.conftest import Staff


def cast(staff: Staff, wanted: int, *, begin: int = 0, **values: str) -> None:
    """Let phones rate, from one on."""
    database = staff.office.database
    ballots = Ballots(database, KeyRing(database, staff.office.clock, WEBHOOK_KEYS))
    for n in range(begin, begin + wanted):
        party = a_party(number=f"+855{12000000 + n}")
        database.commit(ballots.casting(party, a_ballot(**values)))


def test_the_status_says_what_waits_and_what_was_counted(staff: Staff) -> None:
    cast(staff, 3)
    told = staff.runs("tally", "status")
    assert told.exit_code == 0
    assert "3 ballots wait" in told.output
    assert "last counted: never" in told.output
    plain = json.loads(staff.runs("tally", "status", "--json").output)
    assert plain == {"waiting": 3, "unreadable": 0, "months": {}, "unusual": [], "last": None}


def test_D8_an_office_with_over_five_times_its_median_month_is_named(staff: Staff) -> None:
    cast(staff, 3, month="2026-08")
    cast(staff, 16, begin=3, month="2026-09")
    assert "UNUSUAL" not in staff.runs("tally", "status").output
    staff.runs("tally", "close", "--as", "dara")
    told = staff.runs("tally", "status")
    assert "2026-09: UNUSUAL, office 0212 got over 5 times its median" in told.output
    plain = json.loads(staff.runs("tally", "status", "--json").output)
    assert plain["unusual"] == [{"month": "2026-09", "office": "0212"}]


def test_a_dry_run_of_closing_changes_nothing(staff: Staff) -> None:
    cast(staff, 2, month="2026-08")
    assert (
        staff.runs("tally", "close", "--dry-run").output
        == "would be closed: 2026-08, 2026-09, 2026-10\n"
    )
    assert json.loads(staff.runs("tally", "status", "--json").output)["waiting"] == 2


def test_closing_counts_what_is_left_of_a_month_and_happens_once(staff: Staff) -> None:
    cast(staff, 2, month="2026-08")
    assert (
        staff.runs("tally", "close", "--as", "dara").output == "closed: 2026-08, 2026-09, 2026-10\n"
    )
    assert "2026-08: closed" in staff.runs("tally", "status").output
    assert staff.runs("tally", "close", "--as", "dara").output == "closed: no month is over\n"


def test_this_month_is_not_closed_however_many_wait(staff: Staff) -> None:
    cast(staff, 2)
    assert staff.runs("tally", "close", "--as", "dara").output == "closed: 2026-10\n"
    assert json.loads(staff.runs("tally", "status", "--json").output)["waiting"] == 2
