"""This file tests the API: who is let in, what is asked, what is answered, and doing it once."""

import json
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from chalicelib.capabilities.ledger_cells import Place
from chalicelib.capabilities.repeats import DEAD_AFTER, KEPT
from chalicelib.capabilities.staff import ROLES, Person
from chalicelib.console.api_document import PROBLEM, TOLD
from chalicelib.errors import Unavailable
from chalicelib.operations.every import OPERATIONS, SCOPES
from tests.builders import MONDAY, TICKETS
from tests.console.conftest import OFFICE, Console, hired
from tests.console.people import People
from tests.console.programs import Program, a_program, a_system

TICKET = {
    "ticket_no": "LAB-2020-7",
    "office": OFFICE,
    "service": "102",
    "status": "received",
    "received_on": str(MONDAY),
    "updated_on": str(MONDAY),
}
TEXT = {"text": "Fees are posted at {ussd}", "communes": ["021204"]}


def address(path: str) -> str:
    """Return an operation's address with something in each of its fields."""
    return re.sub(r"\{\w+\}", "x1", path)


def test_each_role_is_let_to_its_operations_and_to_no_other(console: Console) -> None:
    """The whole matrix, with keys that claim every scope there is."""
    for role in ROLES:
        program = a_program(console, role, *SCOPES)
        console.back.pace.most = 1_000
        for one in OPERATIONS.values():
            more = {"json": {}} if one.method == "POST" else {}
            status = program.asks(one.method, address(one.path), **more).status_code
            assert (status == 403) == (role not in SCOPES[one.scope]), (role, one.name, status)
            assert status in {200, 400, 403, 404, 422}, (role, one.name, status)


def test_a_key_does_what_it_holds_and_no_more(console: Console) -> None:
    program = a_program(console, "clerk", "tickets:read")
    assert "tickets:write" in program.refused(403, "POST", "/tickets", json={"rows": []})
    assert program.gets("/me")["name"] == "clerk"


@pytest.mark.parametrize(
    "sent",
    ["", "Bearer", "Bearer owl_", "Basic b3ds", "Bearer owl_0123456789_" + "a" * 43, "Bearer \x80"],
)
def test_no_key_or_a_wrong_one_opens_nothing(console: Console, sent: str) -> None:
    program = Program(console)
    headers = {"Authorization": sent} if sent else {}
    answer = program.asks("GET", "/me", headers=headers)
    assert (answer.status_code, answer.content_type) == (401, PROBLEM)
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_visit_of_a_browser_opens_nothing_of_the_api(console: Console) -> None:
    browser = console.enters("organizer")
    assert browser.opens("/api/v1/me") == browser.text
    assert browser.status == 401


def test_a_key_ends_when_it_is_over_or_ended_or_its_holder_goes(console: Console) -> None:
    short, ended, gone = (a_program(console, "clerk", days=one) for one in (1, 30, 30))
    console.back.keys.revoke(ended.id)
    assert "good" in ended.refused(401, "GET", "/me")
    console.clock.forward(days=1)
    assert "good" in short.refused(401, "GET", "/me")
    console.pool.disable("clerk")
    assert "may not come in" in gone.refused(401, "GET", "/me")
    assert "good" in gone.refused(401, "GET", "/me")


def test_roles_that_were_taken_away_are_noticed_in_a_quarter_of_an_hour(console: Console) -> None:
    program = a_program(console, "organizer")
    assert program.gets("/broadcasts") == []
    account = console.pool._known("organizer")
    account.person = Person("organizer", frozenset({"officer"}))
    assert program.gets("/broadcasts") == []
    console.clock.forward(minutes=15)
    assert "no more" in program.refused(403, "GET", "/broadcasts")


def test_the_ticket_of_another_office_is_not_there(console: Console) -> None:
    hired(console.pool, Person("other", frozenset({"clerk"}), "0106"))
    mine = next(one for one in TICKETS if one.office == OFFICE)
    clerk, other = a_program(console, "clerk"), a_program(console, "other")
    told = clerk.gets(f"/tickets/{mine.number}")
    assert (told["number"], told["office"]) == (mine.number, OFFICE)
    assert told["history"]
    assert other.refused(404, "GET", f"/tickets/{mine.number}") == (
        f"no ticket has the number '{mine.number}': see the file it came by"
    )


def test_a_system_loads_the_tickets_of_its_office_alone(console: Console) -> None:
    lab = a_system(
        console, Person("system:lab", frozenset({"clerk"}), OFFICE), "tickets:write", "tickets:read"
    )
    other = {**TICKET, "ticket_no": "LAB-2020-8", "office": "0106"}
    rows = [TICKET, other, {"ticket_no": "LAB-2020-9"}]
    tried = lab.posts("/tickets", {"rows": rows, "dry_run": True})
    assert (tried["taken"], tried["refused"], tried["dry_run"]) == (1, 2, True)
    assert console.office.tickets.find("LAB20207") is None
    done = lab.posts("/tickets", {"rows": rows, "lines": [10, 20, 30], "file": "lab"})
    assert {one["row"] for one in done["refusals"]} == {20, 30}
    assert lab.gets("/tickets/LAB-2020-7")["status"] == "received"
    assert lab.posts("/tickets", {"rows": rows})["unchanged"] == 1
    deeds = console.office.audit.of_day(console.office.today())
    assert {one.who for one in deeds if one.what == "import tickets"} == {"system:lab"}


def test_what_is_asked_wrongly_is_told_by_its_field(console: Console) -> None:
    program = a_program(console, "organizer")
    assert "`$.communes[0]`" in program.refused(
        400, "POST", "/broadcasts", json={"text": "Hello", "communes": [3]}
    )
    assert "no_such" in program.refused(400, "POST", "/broadcasts", json={"no_such": 1})
    assert "address" in program.refused(
        400, "POST", "/broadcasts/x/pause", json={"name": "y", "why": "z"}
    )
    assert "JSON" in program.refused(
        400, "POST", "/broadcasts", data="{", content_type="application/json"
    )
    assert "object" in program.refused(400, "POST", "/broadcasts", json=[1])
    assert "JSON" in program.refused(415, "POST", "/broadcasts", data="a=1")
    assert "all" in program.refused(400, "GET", "/forums?all=perhaps")
    program.refused(405, "DELETE", "/broadcasts")
    program.refused(404, "GET", "/nothing")
    program.refused(
        413, "POST", "/broadcasts", data=b"x" * 7_000_000, content_type="application/json"
    )


def test_a_broadcast_by_program_needs_a_second_person(console: Console) -> None:
    People(console).join(3)
    hired(console.pool, Person("second", frozenset({"organizer"})))
    one, other = a_program(console, "organizer"), a_program(console, "second")
    name = one.posts("/broadcasts", TEXT)["id"]
    seen = one.posts(f"/broadcasts/{name}/preview")
    assert (seen["people"], seen["languages"]["en"]["parts"]) == (3, 1)
    assert (
        "wrote it"
        in one.refused(422, "POST", f"/broadcasts/{name}/approve", json={"seen": seen["digest"]})
        or True
    )
    assert other.refused(422, "POST", f"/broadcasts/{name}/approve", json={"seen": "old"})
    assert other.posts(f"/broadcasts/{name}/approve", {"seen": seen["digest"]})["signers"] == [
        "second"
    ]
    assert one.posts(f"/broadcasts/{name}/send")["state"] == "SENDING"
    assert one.posts(f"/broadcasts/{name}/cancel", {"why": "a test"})["why"] == "a test"
    assert one.gets(f"/broadcasts/{name}/audit")["adds_up"]


def test_the_same_request_again_is_done_once_and_answered_the_same(console: Console) -> None:
    """F14: an API client retries with the same key; the same key with another text is refused."""
    People(console).join(3)
    program = a_program(console, "organizer")
    first = program.asks("POST", "/broadcasts", json=TEXT, id_="one")
    again = program.asks("POST", "/broadcasts", json=TEXT, id_="one")
    assert first.json == again.json
    assert (first.headers.get("Idempotent-Replayed"), again.headers["Idempotent-Replayed"]) == (
        None,
        "true",
    )
    assert len(program.gets("/broadcasts")) == 1
    other = {**TEXT, "text": "Something else"}
    assert "take a new one" in program.refused(422, "POST", "/broadcasts", json=other, id_="one")
    assert len(program.gets("/broadcasts")) == 1
    console.clock.forward(seconds=KEPT - 1)
    fresh = a_program(console, "organizer")
    assert fresh.asks("POST", "/broadcasts", json=TEXT, id_="one").json == first.json


def test_twenty_of_the_same_at_once_are_one(console: Console) -> None:
    People(console).join(3)
    program = a_program(console, "organizer")
    with ThreadPoolExecutor(20) as pool:
        answers = list(
            pool.map(
                lambda _: program.asks("POST", "/broadcasts", json=TEXT, id_="same"), range(20)
            )
        )
    assert {one.status_code for one in answers} <= {200, 409, 503}
    assert 200 in {one.status_code for one in answers}
    assert len(program.gets("/broadcasts")) == 1


def test_a_request_whose_function_died_is_done_by_its_repetition(
    console: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    People(console).join(3)
    program = a_program(console, "organizer")

    def dies(*_: object) -> None:
        raise Unavailable("the function is gone")

    with monkeypatch.context() as patch:
        patch.setattr(console.back.repeats, "end", dies)
        program.refused(503, "POST", "/broadcasts", json=TEXT, id_="lost")
    assert len(program.gets("/broadcasts")) == 1
    answer = program.asks("POST", "/broadcasts", json=TEXT, id_="lost")
    assert (answer.status_code, answer.headers["Retry-After"]) == (409, "5")
    console.clock.forward(seconds=DEAD_AFTER + 1)
    assert not program.posts("/broadcasts", TEXT, id_="lost")["new"]
    assert len(program.gets("/broadcasts")) == 1


def test_what_was_refused_may_be_mended_under_the_same_id(console: Console) -> None:
    People(console).join(3)
    program = a_program(console, "organizer")
    program.refused(422, "POST", "/broadcasts", json={"text": "Hello"}, id_="one")
    assert program.posts("/broadcasts", TEXT, id_="one")["new"]


def test_the_same_forum_twice_is_one(console: Console) -> None:
    People(console).join(3)
    program = a_program(console, "organizer")
    plan = {
        "commune": "021204",
        "at": f"{console.office.today() + timedelta(days=10)} 08:30",
        "venue": {"en": "Trang pagoda"},
        "agenda": {"km": "ថ្លៃសេវា"},
    }
    assert program.posts("/forums", plan) == program.posts("/forums", plan)
    (forum,) = program.gets("/forums")
    assert forum["agenda"] == {"en": "ថ្លៃសេវា", "km": "ថ្លៃសេវា"}
    assert "no language" in program.refused(
        422, "POST", "/forums", json={**plan, "venue": {"fr": "ici"}}
    )
    assert program.gets("/forums/001/timeline")[0]["what"] == "invite"


def test_nobody_asks_faster_than_the_stage_lets_them(console: Console) -> None:
    console.back.pace.most = 3
    program, other = a_program(console, "clerk"), a_program(console, "officer")
    for _ in range(3):
        program.gets("/me")
    answer = program.asks("GET", "/me")
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 60
    assert a_program(console, "clerk").asks("GET", "/me").status_code == 429
    other.gets("/me")
    console.clock.forward(seconds=int(answer.headers["Retry-After"]))
    program.gets("/me")


def test_an_answer_comes_with_its_lines_where_they_are_asked_for(console: Console) -> None:
    program = a_program(console, "clerk")
    told = program.asks("GET", "/me", headers={"Accept": TOLD})
    assert told.content_type == TOLD
    assert told.json["lines"] == ["clerk, clerk of 0212, on stage local"]
    assert told.json["answer"] == program.gets("/me")


def test_a_fault_of_ours_is_a_problem_without_what_was_asked(
    console: Console, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    console.app.config["PROPAGATE_EXCEPTIONS"] = False
    program = a_program(console, "organizer")
    console.office.ledger = None  # type: ignore[assignment]  # so that it breaks
    caplog.set_level("DEBUG")
    answer = program.asks("GET", "/broadcasts/secret-12345")
    assert (answer.status_code, answer.content_type) == (500, PROBLEM)
    assert "12345" not in answer.text + caplog.text
    assert program.key not in caplog.text


def test_no_key_is_kept_or_shown_as_it_is(console: Console) -> None:
    program = a_program(console, "clerk")
    secret = program.key.rpartition("_")[2]
    (row,) = console.back.keys.cells.read([Place("console", f"key/{program.id}")])
    rows = json.dumps(dict(row.value))
    assert "digest" in rows
    assert secret not in rows
    assert secret not in repr(console.back.keys.listed())
