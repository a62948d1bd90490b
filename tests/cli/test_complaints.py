"""This file tests `owl complaints`: one district's, noted before it is read, answered by code."""

import json
import shlex
from collections.abc import Mapping
from typing import Any

import pytest

from chalicelib.capabilities.audit import Deed
from chalicelib.capabilities.complaints import Cause, Report
from chalicelib.errors import Unavailable
from chalicelib.storage.complaint_review import ref_of
from chalicelib.storage.desk import DynamoDesk
from chalicelib.storage.keys import WEBHOOK_KEYS, KeyRing
from tests.builders import MONDAY
from tests.cli.conftest import Staff
from tests.test_readme import COMMANDS

WORDS = "They asked 50000 riel more."
SAM = ("--district", "0106", "--as", "Sam")


def phone_side(staff: Staff) -> DynamoDesk:
    """Return what the phones of the stage use."""
    side = staff.office
    return DynamoDesk(side.database, KeyRing(side.database, side.clock, WEBHOOK_KEYS), side.clock)


def complained(staff: Staff, office: str = "0106", week: str = "2026-W48") -> tuple[str, str]:
    """Let a citizen complain; return the code, and the reference that staff see."""
    desk = phone_side(staff)
    cause = Cause("africastalking", f"{office}/{week}", "4*2")
    code = desk.complain(cause, Report(office, "extra_fee", "this_week", week, WORDS))
    found = staff.office.review().of_district(office)
    return code, next(ref_of(one) for one in found if one.week == week)


def heard(staff: Staff, code: str) -> Mapping[str, str]:
    """Return what the ombudsperson said last to who has a code."""
    desk = phone_side(staff)
    look = desk.look_at_complaint(staff.office.party("+85512000001"), code, "1")
    assert look.complaint is not None
    return desk.heard(code, look.complaint)


def listed(staff: Staff, district: str = "0106") -> list[dict[str, Any]]:
    """Return the list of a district."""
    said = staff.runs("complaints", "list", "--district", district, "--as", "Sam", "--json")
    found: list[dict[str, Any]] = json.loads(said.stdout)
    return found


def deeds(staff: Staff) -> list[Deed]:
    """Return what was noted, by its name."""
    return sorted(staff.office.audit.of_day(MONDAY), key=lambda one: one.what)


def test_scenario_19_the_ombudsperson_sees_only_the_own_district(staff: Staff) -> None:
    _, mine = complained(staff)
    _, other = complained(staff, "0212")
    assert [one["ref"] for one in listed(staff)] == [mine]
    assert [one["ref"] for one in listed(staff, "212")] == [other]
    for command in ("read", "acknowledge", "close"):
        said = staff.runs("complaints", command, other, *SAM)
        assert "district 0106 has no complaint" in str(said.exception)
        assert WORDS not in said.stdout


def test_scenario_19_acknowledged_asked_and_answered_with_the_week_of_each(staff: Staff) -> None:
    code, ref = complained(staff, week="2026-W47")
    said = staff.runs("complaints", "acknowledge", ref, *SAM)
    assert said.stdout == f"Complaint {ref} is acknowledged.\n"
    staff.runs("complaints", "ask", ref, "Which day?", "--km", "ថ្ងៃណា?", *SAM)
    assert heard(staff, code) == {"en": "Which day?", "km": "ថ្ងៃណា?"}
    phone_side(staff).add_to_complaint(Cause("a", "b", "c"), code, "2026-W48", "Monday")
    staff.runs("complaints", "answer", ref, "It is paid back.", *SAM)
    assert heard(staff, code) == {"en": "It is paid back."}
    (one,) = listed(staff)
    assert (one["state"], one["acknowledged"], one["answered"], one["words"]) == (
        "answered",
        "2026-W48",
        "2026-W48",
        4,
    )


@pytest.mark.parametrize(
    ("week", "late"),
    [("2026-W48", ""), ("2026-W47", ""), ("2026-W46", "acknowledge"), ("2026-W40", "answer")],
)
def test_scenario_19_what_is_overdue_is_marked(staff: Staff, week: str, late: str) -> None:
    complained(staff, week=week)
    (one,) = listed(staff)
    assert one["late"] == late
    shown = staff.runs("complaints", "list", *SAM).stdout
    assert (f"LATE to {late}" in shown) == bool(late)


def test_scenario_19_the_list_names_the_day_of_what_is_to_be_done_next(staff: Staff) -> None:
    code, ref = complained(staff)
    assert listed(staff)[0]["due"] == "2026-12-02"
    staff.runs("complaints", "acknowledge", ref, *SAM)
    assert listed(staff)[0]["due"] == "2027-01-08"
    assert "2027-01-08" in staff.runs("complaints", "list", *SAM).stdout
    staff.runs("complaints", "ask", ref, "Which day?", *SAM)
    assert listed(staff)[0]["due"] == ""
    phone_side(staff).add_to_complaint(Cause("a", "b", "c"), code, "2027-W06", "Monday")
    assert (listed(staff)[0]["due"], listed(staff)[0]["late"]) == ("2027-03-26", "")


def test_a_read_shows_the_thread_and_is_noted(staff: Staff) -> None:
    _, ref = complained(staff)
    staff.runs("complaints", "answer", ref, "It is paid back.", *SAM)
    said = staff.runs("complaints", "read", ref, *SAM).stdout.splitlines()
    assert said[2:] == [
        f"  2026-W48 citizen: {WORDS}",
        "  2026-W48 ombudsperson: (sealed to who has the code)",
    ]
    assert deeds(staff) == [
        Deed("Sam", "answer complaint", {"district": "0106", "complaint": ref}),
        Deed("Sam", "read complaint", {"district": "0106", "complaint": ref}),
    ]
    told = json.loads(staff.runs("complaints", "read", ref, *SAM, "--json").stdout)
    assert [one["text"] for one in told["thread"]] == [WORDS, "(sealed to who has the code)"]


def test_what_cannot_be_noted_is_not_shown(staff: Staff) -> None:
    _, ref = complained(staff)
    staff.office.database.wire.call("DeleteTable", TableName="owl-local-audit")
    for arguments in (("list",), ("read", ref)):
        said = staff.runs("complaints", *arguments, *SAM)
        assert isinstance(said.exception, Unavailable)
        assert said.stdout == ""


def test_the_log_of_deeds_holds_no_word_of_a_complaint_and_no_code(staff: Staff) -> None:
    code, ref = complained(staff)
    for command in (("read", ref), ("ask", ref, "Which day?"), ("release", ref, "--as-written")):
        assert staff.runs("complaints", *command, *SAM).exit_code == 0
    noted = str(deeds(staff))
    assert [one for one in (WORDS, "Which day?", code) if one in noted] == []
    assert len(deeds(staff)) == 3


def test_the_office_concerned_reads_only_what_was_released(staff: Staff) -> None:
    _, first = complained(staff)
    _, second = complained(staff, week="2026-W47")
    released = ("complaints", "released", "--office", "0106", "--as", "Dara")
    assert staff.runs(*released).stdout == "Nothing is released to office 0106.\n"
    staff.runs("complaints", "release", first, "--as-written", *SAM)
    assert staff.runs(*released).stdout == f"2026-W48 extra_fee: {WORDS}\n"
    staff.runs("complaints", "release", second, "--text", "Fees; call 012 000 001", *SAM)
    told = json.loads(staff.runs(*released, "--json").stdout)
    assert {"week": "2026-W47", "kind": "extra_fee", "text": "Fees; call ***"} in told
    assert staff.runs("complaints", "released", "--office", "0212").stdout.startswith("Nothing")


@pytest.mark.parametrize("how", [(), ("--text", "x", "--as-written")])
def test_a_release_says_what_may_be_read(staff: Staff, how: tuple[str, ...]) -> None:
    _, ref = complained(staff)
    said = staff.runs("complaints", "release", ref, *how, *SAM)
    assert "--text TEXT, or --as-written" in str(said.exception)
    assert listed(staff)[0]["released"] == 0


# All that anybody is shown of a complaint; a new field must be thought about here.
FIELDS = {
    *("ref", "week", "office", "kind", "when", "state", "due", "late"),
    *("acknowledged", "answered", "words", "released"),
}


def test_A1_nothing_is_shown_of_a_complaint_but_what_is_listed_here(staff: Staff) -> None:
    _, ref = complained(staff)
    assert set(listed(staff)[0]) == FIELDS
    read = json.loads(staff.runs("complaints", "read", ref, *SAM, "--json").stdout)
    assert set(read) == {*FIELDS, "thread"}
    assert [set(one) for one in read["thread"]] == [{"by", "week", "text"}]
    staff.runs("complaints", "release", ref, "--as-written", *SAM)
    released = ("complaints", "released", "--office", "0106", "--as", "Dara", "--json")
    (one,) = json.loads(staff.runs(*released).stdout)
    assert set(one) == {"week", "kind", "text"}


def test_A5_a_deed_that_was_noted_is_never_written_over(
    staff: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chalicelib.storage.audit.secrets.token_hex", lambda _: "same")
    _, ref = complained(staff)
    assert staff.runs("complaints", "read", ref, *SAM).exit_code == 0
    said = staff.runs("complaints", "read", ref, "--district", "0106", "--as", "Dara")
    assert said.exception is not None
    assert WORDS not in said.stdout
    assert [one.who for one in deeds(staff)] == ["Sam"]


def test_what_cannot_be_done_names_what_can(staff: Staff) -> None:
    _, ref = complained(staff)
    staff.runs("complaints", "acknowledge", ref, *SAM)
    said = staff.runs("complaints", "acknowledge", ref, *SAM)
    assert str(said.exception) == (
        "this complaint is acknowledged: it takes no 'acknowledge',"
        " only ask, answer, out-of-remit, close"
    )
    said = staff.runs("complaints", "ask", ref, "", *SAM)
    assert str(said.exception) == "write what you ask: the text is empty"
    said = staff.runs("complaints", "read", "0" * 8, *SAM)
    assert "see `owl complaints list`" in str(said.exception)


def test_the_ombudspersons_way_in_the_readme_works_as_it_stands(staff: Staff) -> None:
    code, ref = complained(staff, "0212")
    lines = [one.split("owl ", 1)[1] for one in COMMANDS if "owl complaints " in one]
    did = []
    for line in lines:
        words = shlex.split(line.split(" | ")[0].replace('"$(cat ref.txt)"', ref))
        done = staff.runs(*words)
        assert done.exit_code == 0, (line, done.output)
        did.append((words[1], done.stdout))
    assert [name for name, _ in did] == ["list", "read", "ask", "answer", "release", "released"]
    assert did[0][1].splitlines()[-1].split(" ")[0] == ref
    assert "paid back" in heard(staff, code)["en"]
    assert "extra_fee" in did[-1][1]


def test_a_closed_one_takes_nothing_more(staff: Staff) -> None:
    code, ref = complained(staff)
    staff.runs("complaints", "out-of-remit", ref, "Ask the police.", *SAM)
    assert heard(staff, code) == {"en": "Ask the police."}
    assert staff.runs("complaints", "close", ref, *SAM).stdout == f"Complaint {ref} is closed.\n"
    said = staff.runs("complaints", "answer", ref, "Too late.", *SAM)
    assert str(said.exception) == (
        "this complaint is closed: it takes no 'answer', and nothing more is said on it"
    )
    assert heard(staff, code) == {"en": "Ask the police."}


def test_an_answer_is_no_longer_than_three_parts(staff: Staff) -> None:
    code, ref = complained(staff)
    said = staff.runs("complaints", "answer", ref, "x" * 460, *SAM)
    assert "shorten it to 3" in str(said.exception)
    khmer, latin = "វ" * 201, "x" * 459
    assert not staff.runs(
        "complaints", "answer", ref, latin, "--km", khmer, "--latn", latin, *SAM
    ).exception
    assert heard(staff, code) == {"en": latin, "km": khmer, "km-Latn": latin}


def test_an_unknown_district_is_named(staff: Staff) -> None:
    said = staff.runs("complaints", "list", "--district", "9999")
    assert "no office has the code 9999: see `owl places`" in str(said.exception)
    assert staff.runs("complaints", "list", *SAM).stdout == "District 0106 has no complaint.\n"


def test_complaints_of_a_deployed_stage_are_read_by_a_key_alone(
    staff: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OWL_STAGE", "prod")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(staff.folder))
    said = staff.runs("complaints", "list", *SAM)
    assert "you are who your key says" in str(said.exception)
    said = staff.runs("complaints", "list", "--district", "0106")
    assert "owl sign-in" in str(said.exception)
