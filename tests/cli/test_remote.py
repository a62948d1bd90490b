"""This file tests `owl` at a deployed stage: through its API, with a key of one's own."""

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import urllib3
from click.testing import CliRunner, Result
from werkzeug.serving import make_server

from chalicelib.capabilities.staff import Person
from chalicelib.cli.main import owl
from tests.builders import MONDAY
from tests.console.conftest import Console, console_of, hired
from tests.console.people import People
from tests.console.programs import a_program

STAGE = "pilot"
TEXT = ("--text", "Fees are posted at {ussd}", "--commune", "021204")


class Away:
    """The console of a stage, served on this machine for tests as AWS serves it."""

    def __init__(self, console: Console, folder: Path) -> None:
        self.console, self.folder = console, folder
        self.requests: list[tuple[str, str]] = []
        self.broken = 0
        app = console.app

        def served(environ: dict[str, Any], start: Callable[..., Any]) -> Any:
            self.requests.append((environ["REQUEST_METHOD"], environ["PATH_INFO"]))
            answer = app.wsgi_app(environ, start)
            if self.broken:
                self.broken -= 1
                b"".join(answer)
                raise ConnectionAbortedError
            return answer

        self.server = make_server("127.0.0.1", 0, served, threaded=True)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        """Where it is served."""
        return f"http://127.0.0.1:{self.server.port}"

    def laptop(self, name: str) -> "Laptop":
        """Return the laptop of somebody who signed in."""
        folder = self.folder / name
        folder.mkdir()
        laptop = Laptop(folder)
        key = a_program(self.console, name).key
        done = laptop.runs("sign-in", self.url, typed=f"{key}\n")
        assert done.exit_code == 0, done.output
        assert key not in done.output
        return laptop


class Laptop:
    """Somebody's laptop, with no right to anything of the stage but a key."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def runs(self, *arguments: str | Path, typed: str = "y\n", fault: str = "") -> Result:
        """Run `owl`."""
        environ = {
            "OWL_STAGE": STAGE,
            "XDG_CONFIG_HOME": str(self.folder),
            "AWS_ACCESS_KEY_ID": None,
            "AWS_SECRET_ACCESS_KEY": None,
        }
        done = CliRunner().invoke(owl, [str(one) for one in arguments], input=typed, env=environ)
        assert fault in str(done.exception or ""), done.output
        assert bool(done.exit_code) == bool(fault), (done.output, done.exception)
        return done

    def reads(self, *arguments: str) -> Any:
        """Run `owl` for a program."""
        return json.loads(self.runs(*arguments, "--json").stdout)


@pytest.fixture
def away(tmp_path: Path) -> Iterator[Away]:
    """A stage called pilot, elsewhere, where three people of Trang hear of things."""
    with console_of(STAGE) as console:
        People(console).join(3)
        hired(console.pool, Person("second", frozenset({"organizer"})))
        there = Away(console, tmp_path)
        yield there
        there.server.shutdown()


def test_two_people_send_a_broadcast_from_two_laptops_with_two_keys(away: Away) -> None:
    one, other = away.laptop("organizer"), away.laptop("second")
    one.runs("broadcast", "draft", "--id", "fees", *TEXT)
    assert "3 people" in one.runs("broadcast", "preview", "fees").output
    one.runs("broadcast", "approve", "fees", fault="somebody else")
    done = other.runs("broadcast", "approve", "fees")
    assert "| Fees are posted at *384*55#" in done.output
    assert "approved by second" in done.output
    found = json.loads(one.runs("broadcast", "send", "fees", "--no-wait", "--json").stdout)
    assert (found["state"], found["signers"]) == ("SENDING", ["second"])
    assert "SENDING" in other.runs("broadcast", "list").output
    assert other.reads("sending", "status")["on"]
    deeds = away.console.office.audit.of_day(away.console.office.today())
    assert ("second", "approve broadcast") in {(each.who, each.what) for each in deeds}


def test_a_clerk_loads_a_file_there_and_reads_each_fault_by_its_row(away: Away) -> None:
    clerk = away.laptop("clerk")
    path = clerk.folder / "tickets.csv"
    rows = [
        "ticket_no,office,service,status,received_on,updated_on",
        f"LAB-2020-7,0212,102,received,{MONDAY},{MONDAY}",
        f"LAB-2020-8,0212,102,lost,{MONDAY},{MONDAY}",
        f"LAB-2020-9,0106,102,received,{MONDAY},{MONDAY}",
    ]
    path.write_text("\n".join(rows))
    done = clerk.runs("tickets", "import", path)
    assert "1 taken" in done.output
    assert "row 3, column status" in done.output
    assert "row 4, column office" in done.output
    assert clerk.reads("tickets", "show", "LAB-2020-7")["status"] == "received"
    clerk.runs("tickets", "show", "LAB-2020-9", fault="no ticket")


def test_a_long_file_goes_in_several_requests_and_comes_back_as_one_report(
    away: Away, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chalicelib.cli.desk.AT_ONCE", 2)
    clerk = away.laptop("clerk")
    path = clerk.folder / "tickets.csv"
    lines = [f"LAB-2020-{n},0212,102,received,{MONDAY},{MONDAY}" for n in range(5)]
    path.write_text("\n".join(["ticket_no,office,service,status,received_on,updated_on", *lines]))
    away.requests.clear()
    done = clerk.runs("tickets", "import", path, "--json")
    found = json.loads(done.stdout)
    assert (found["rows"], found["taken"], found["file"]) == (5, 5, "tickets.csv")
    assert away.requests == [("POST", "/api/v1/tickets")] * 3


def test_an_answer_that_is_lost_is_asked_for_again_and_done_once(
    away: Away, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chalicelib.cli.remote.PAUSE", 0.01)
    monkeypatch.setattr("chalicelib.cli.remote.WAITS", urllib3.Timeout(connect=5, read=3))
    laptop = away.laptop("organizer")
    away.broken = 2
    assert laptop.reads("broadcast", "draft", *TEXT)["new"]
    assert len(away.console.office.ledger.open_ids()) == 1


def test_an_ombudsperson_answers_for_the_own_district_from_a_laptop(away: Away) -> None:
    laptop = away.laptop("ombudsperson")
    assert "District 0212 has no complaint" in laptop.runs("complaints", "list").output
    laptop.runs("complaints", "list", "--district", "0106", fault="nothing of this name")
    away.laptop("officer").runs("complaints", "list", fault="does not hold complaints:read")


def test_every_command_of_staff_goes_there(away: Away) -> None:
    """Nothing of the stage but its API is asked: no laptop has a right to a table."""
    organizer, admin, officer = (away.laptop(one) for one in ("organizer", "admin", "officer"))
    at = f"{away.console.office.today() + timedelta(days=12)} 08:30"
    plan = ("--commune", "021204", "--venue", "Trang", "--at", at, "--agenda", "Fees")
    assert organizer.reads("forum", "add", *plan)["code"] == "001"
    for command in ("show", "timeline", "questions", "actions"):
        organizer.runs("forum", command, "001")
    organizer.runs("forum", "move", "001", "--venue", "Trang school")
    assert organizer.reads("forum", "list")[0]["venue"]["en"] == "Trang school"
    organizer.runs("forum", "actions", "001", "--add", "Post the fees", fault="")
    assert organizer.reads("people", "count", "--commune", "021204")["people"] == 3
    assert "Trang" in organizer.runs("places", "trang").output
    assert organizer.reads("menus", "words")["words"] == []
    organizer.runs("catalogue", "export", organizer.folder / "services.csv")
    admin.runs("sending", "stop")
    assert "admin" in organizer.runs("sending", "status").output
    assert "People who used OWL" in officer.runs("report", "users", "--period", "2026-Q3").output
    officer.runs("report", "all", "--period", "2026-Q3", "--out", officer.folder / "q3")
    assert len(list((officer.folder / "q3").glob("*.csv"))) >= 14


def test_who_has_no_key_or_a_wrong_one_is_told_what_to_do(away: Away, tmp_path: Path) -> None:
    laptop = Laptop(tmp_path)
    laptop.runs("forum", "list", fault="owl sign-in URL")
    laptop.runs("sign-in", away.url, typed="owl_wrong\n", fault="send a key that is good")
    laptop.runs("sign-in", "http://console.example", typed="x\n", fault="write https://")
    laptop.runs("sign-in", "http://127.0.0.1:9", typed="x\n", fault="does not answer")
    mine = away.laptop("organizer")
    mine.runs("forum", "cancel", "001", "--as", "Somebody", fault="who your key says")
    path = mine.folder / "owl" / f"{STAGE}.json"
    assert path.stat().st_mode & 0o777 == 0o600
    path.chmod(0o644)
    mine.runs("forum", "list", fault="others may read your key")
    mine.runs("sign-out", STAGE)
    mine.runs("forum", "list", fault="owl sign-in URL")


def test_what_answers_there_and_is_no_owl_is_told(away: Away, tmp_path: Path) -> None:
    away.console.app.wsgi_app = lambda _, start: start("200 OK", []) or [b"hello"]  # type: ignore[method-assign,func-returns-value,assignment]
    Laptop(tmp_path).runs("sign-in", away.url, typed="x\n", fault="no API of OWL answers there")


def test_no_server_says_where_its_key_is_kept(away: Away, tmp_path: Path) -> None:
    console, laptop = away.console, Laptop(tmp_path / "laptop")
    key = a_program(console, "organizer").key
    console.office.settings = replace(console.office.settings, stage="../../evil")
    laptop.runs("sign-in", away.url, typed=f"{key}\n", fault="is no stage")
    laptop.runs("sign-out", "../../evil", fault="is no stage")
    assert not list(tmp_path.rglob("*.json"))
