"""This file tests what is kept of requests that have an id: enough to answer them, and no more."""

import hashlib
import json
from dataclasses import replace

from chalicelib.capabilities.complaints import Cause, Report
from chalicelib.console.web import made
from chalicelib.console.wired import behind
from chalicelib.storage.complaint_review import ref_of
from tests.builders import MONDAY
from tests.console.conftest import OFFICE, Console
from tests.console.people import People
from tests.console.programs import a_program

NUMBER, WORDS = "+85512345678", "The chief of the office asked my sister for money"
PLACES = {"ticket_no": "LAB-2020-7", "office": OFFICE, "service": "102"}
# A phone number in the wrong column, which the refusal repeats.
ROW = {**PLACES, "status": NUMBER, "received_on": str(MONDAY), "updated_on": str(MONDAY)}


def kept(console: Console) -> str:
    """Return everything that the console's rows hold, as who has a dump reads it."""
    return str(console.back.repeats.cells.database.tables)  # type: ignore[attr-defined]


def hashed(operation: str, asked: dict[str, object]) -> str:
    """Return the plain hash of a request, which who guesses it could make too."""
    told = json.dumps([operation, "application/json", asked], sort_keys=True)
    return hashlib.sha256(told.encode()).hexdigest()


def test_no_number_that_a_program_sent_is_kept_nor_what_it_could_be_tried_against(
    console: Console,
) -> None:
    program, body = a_program(console, "clerk"), {"rows": [ROW]}
    first = program.posts("/tickets", body, id_="one")
    assert NUMBER in str(first["refusals"])
    asked = {"rows": [ROW], "lines": [], "file": "rows", "dry_run": False, "office": ""}
    assert NUMBER not in kept(console)
    assert hashed("tickets_take", asked) not in kept(console)
    assert program.posts("/tickets", body, id_="one") == first


def test_no_word_on_a_complaint_is_kept_nor_what_it_could_be_tried_against(
    console: Console,
) -> None:
    cause = Cause("africastalking", "a session", "4*2")
    People(console).desk.complain(cause, Report(OFFICE, "attitude", "this_week", "2026-W48", "Bad"))
    (found,) = console.office.review().of_district(OFFICE)
    program, path = a_program(console, "ombudsperson"), f"/complaints/{ref_of(found)}/release"
    said = program.posts(path, {"text": WORDS}, id_="one")
    asked = {"ref": ref_of(found), "text": WORDS, "as_written": False, "district": ""}
    assert WORDS not in kept(console)
    assert hashed("complaints_release", asked) not in kept(console)
    assert program.posts(path, {"text": WORDS}, id_="one") == said
    assert program.refused(422, "POST", path, json={"text": "Other"}, id_="one")
    assert len(console.office.review().of_district(OFFICE)[0].released) == 1


def test_whoever_has_the_rows_and_another_secret_reads_nothing(console: Console) -> None:
    program = a_program(console, "clerk")
    program.posts("/tickets", {"rows": [ROW]}, id_="one")
    back = console.back
    other = behind(back.office, back.identity, back.visits.cells, "another secret")
    thief = replace(program, console=replace(console, back=other, app=made(other)))
    assert "another request" in thief.refused(
        422, "POST", "/tickets", json={"rows": [ROW]}, id_="one"
    )
