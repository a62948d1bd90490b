"""This file tests `owl people` and `owl forget`: lists go in, counts come out, nobody's number."""

import json
import zlib
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from moto import mock_aws
from openpyxl import Workbook

from chalicelib.capabilities.audit import Deed
from chalicelib.capabilities.broadcasts import Audience, Order
from chalicelib.capabilities.forums import Question
from chalicelib.capabilities.ledger import DONE, PLANNED, Chunk, results_of, stamp
from chalicelib.capabilities.ledger_cells import Cell
from chalicelib.capabilities.ledger_chunks import Name
from chalicelib.capabilities.subscribers import STRANGER
from chalicelib.capabilities.subscribers_forget import UNREACHED, Erased, forget
from chalicelib.capabilities.subscribers_sheet import COLUMNS, MEANINGS
from chalicelib.cli.main import owl
from chalicelib.settings import Settings
from chalicelib.staff import Office
from chalicelib.storage.cells import CapRow, DoubtRow
from chalicelib.storage.desk import DynamoDesk
from chalicelib.storage.forum_bodies import plain_question
from chalicelib.storage.forum_cells import DynamoForumCells
from chalicelib.storage.key_maker import KeyMaker, make_keys
from chalicelib.storage.keys import WEBHOOK_KEYS, KeyRing
from chalicelib.storage.seals import sealed_text
from infra import stack
from tests.builders import KAMRIENG, MONDAY, NUMBER, TICKETS, a_catalogue, a_forum, a_party
from tests.cli.conftest import Staff
from tests.telecom.test_typed_numbers import SPELLINGS

ON = "2026-11-16"
ROWS = [
    COLUMNS,
    ("012 000 001", "021204", "km", ON),
    ("012-000-002", "Kamrieng", "", ON),
    ("+855 12 000 003", "020204", "en", ON),
]


@pytest.fixture
def people(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Staff]:
    """Somebody at a stage with keys, every table, and the small catalogue."""
    noon = datetime(MONDAY.year, MONDAY.month, MONDAY.day, 5, tzinfo=UTC)
    offset = str((noon - datetime.now(UTC)).total_seconds())
    monkeypatch.setenv("OWL_STAGE", "local")
    monkeypatch.setenv("OWL_CLOCK_OFFSET", offset)
    monkeypatch.setenv("OWL_STAFF", "Dara")
    with mock_aws():
        side = Office(Settings(clock_offset=offset))
        for table in stack.tables("local"):
            side.database.wire.call("CreateTable", **table)
        make_keys(KeyMaker(side.database), side.clock.now())
        side.catalogue.publish(a_catalogue())
        side.tickets.save_many(TICKETS)
        yield Staff(side, tmp_path)


def desk_of(staff: Staff) -> DynamoDesk:
    """Return the phone side of the same stage."""
    clock = staff.office.clock
    return DynamoDesk(
        staff.office.database, KeyRing(staff.office.database, clock, WEBHOOK_KEYS), clock
    )


def told(staff: Staff, *arguments: str | Path) -> dict[str, Any]:
    """Return what a command says as JSON."""
    found: dict[str, Any] = json.loads(staff.runs(*arguments, "--json").stdout)
    return found


# Lists in.


def test_a_list_is_taken_and_the_deed_noted_in_counts(people: Staff) -> None:
    said = people.runs("people", "import", people.file("list.csv", ROWS))
    assert said.stdout.splitlines() == ["list.csv: 3 rows: 3 taken, 0 unchanged, 0 refused"]
    counts = {"rows": 3, "taken": 3, "unchanged": 0, "replaced": 0, "refused": 0}
    assert list(people.office.audit.of_day(MONDAY)) == [
        Deed("Dara", "import people", {"file": "list.csv", **counts})
    ]


def test_fourteen_spellings_of_a_number_are_one_person(people: Staff) -> None:
    rows = [COLUMNS, *((one.replace("\u200b", ""), "021204", "", ON) for one in SPELLINGS[:14])]
    report = told(people, "people", "import", people.file("list.csv", rows))
    assert (report["taken"], report["replaced"]) == (1, 13)
    assert told(people, "people", "count")["people"] == 1


def test_a_workbook_that_ate_the_zeros_is_read(people: Staff) -> None:
    book = Workbook()
    for row in (COLUMNS, (12000001, 21204, "km", MONDAY), (85512000002.0, 20204.0, None, ON)):
        book.active.append([*row])
    path = people.folder / "list.xlsx"
    book.save(path)
    assert told(people, "people", "import", path)["taken"] == 2


def test_no_row_tells_its_number_whatever_is_wrong(people: Staff) -> None:
    rows = [
        COLUMNS,
        ("012 000 00", "012000001", "012000001", "012000001"),
        ("012 000 001", "021204", "km", ON),
        ("012000001", "021204", "km", ON),
    ]
    desk = desk_of(people)
    desk.commit([desk.opting(a_party(), out=True, channel="gateway")])
    said = people.runs("people", "import", people.file("list.csv", rows))
    assert said.exit_code == 1
    assert "row 2, column number: " in said.output
    assert "row 4: this person said STOP and stays out" in said.output
    assert "row 3: replaced by row 4, which has the same person" in said.output
    assert [one for one in ("12000001", "12 000", "12 0000") if one in said.output] == []


def test_a_dry_run_stores_nothing(people: Staff) -> None:
    people.runs("people", "import", "--dry-run", people.file("list.csv", ROWS))
    assert told(people, "people", "count")["people"] == 0
    assert list(people.office.audit.of_day(MONDAY)) == []


def test_a_list_cannot_come_before_the_places(bare: Staff) -> None:
    fault = bare.runs("people", "import", bare.file("list.csv", ROWS)).exception
    assert str(fault) == "no places are known yet: run `owl places import` first"


def test_the_template_and_its_row_of_examples_import(people: Staff) -> None:
    path = people.folder / "empty.csv"
    assert people.runs("people", "template", path).exit_code == 0
    assert path.read_text(encoding="utf-8-sig").split() == [",".join(COLUMNS)]
    examples = [example for example, _ in MEANINGS.values()]
    assert told(people, "people", "import", people.file("a.csv", [COLUMNS, examples]))["taken"] == 1


# Counts out.


def test_people_are_counted_by_place_language_and_topic(people: Staff) -> None:
    people.runs("people", "import", people.file("list.csv", ROWS))
    desk = desk_of(people)
    desk.commit([desk.opting(a_party(), out=True, channel="sms")])
    desk.commit([desk.preferring(a_party(number="+85512000003"), topics=frozenset({"fees"}))])
    everybody = told(people, "people", "count")
    assert {
        name: everybody[name] for name in ("people", "consented", "opted_out", "reachable")
    } == {
        "people": 3,
        "consented": 3,
        "opted_out": 1,
        "reachable": 2,
    }
    assert everybody["languages"]["km-Latn"]["people"] == 1
    assert told(people, "people", "count", "--commune", "0212")["people"] == 2
    assert (
        told(people, "people", "count", "--commune", "trang", "--commune", "020204")["people"] == 2
    )
    assert told(people, "people", "count", "--language", "en")["people"] == 1
    assert told(people, "people", "count", "--topic", "forums")["people"] == 2


def test_counts_are_a_table_for_a_person(people: Staff) -> None:
    people.runs("people", "import", people.file("list.csv", ROWS))
    lines = people.runs("people", "count").stdout.splitlines()
    assert lines[0].split() == ["people", "consented", "said", "STOP", "may", "be", "sent", "to"]
    assert [line.split() for line in lines[1:]] == [
        ["everybody", "3", "3", "0", "3"],
        ["en", "1", "1", "0", "1"],
        ["km", "1", "1", "0", "1"],
        ["km-Latn", "1", "1", "0", "1"],
    ]


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("Atlantis", "no place has the code or name 'Atlantis': see `owl places`"),
        ("Chrey", "'Chrey' may be any of 020204, 020605: write the code"),
    ],
)
def test_a_place_that_is_not_one_is_told(people: Staff, place: str, said: str) -> None:
    assert str(people.runs("people", "count", "--commune", place).exception) == said


def test_no_command_gives_numbers_out(people: Staff) -> None:
    commands = people.runs("people", "--help").stdout.split("Commands:")[1].split("\n")
    assert [line.split()[0] for line in commands if line.strip()] == ["count", "import", "template"]


# Forgetting.


def asking(staff: Staff, number: str, person: str) -> Any:
    """Return the write of a question that a person asked at the first forum."""
    cells, key = DynamoForumCells(staff.office.database), staff.office.forums.keys.now()
    asker = sealed_text(key.lasting("asker"), person)
    question = Question("001", number, "When?", staff.office.clock.now(), asker)
    return cells.put("questions", ("001", number), plain_question(question), None, "question")


def lived(staff: Staff) -> DynamoDesk:
    """Let one number leave something everywhere, and another one too."""
    desk = desk_of(staff)
    staff.office.forums.add(a_forum(now=staff.office.clock.now()))
    for number in (NUMBER, "+85512000002"):
        party = a_party(number=number)
        desk.commit([desk.joining(party, "021204", channel="sms")])
        desk.commit(desk.watching(party, KAMRIENG, "en"))
        desk.commit(desk.keep_typed(party, ("en", "1"), None))
        desk.commit([desk.puzzling(party)])
        look = desk.look_at_ticket(party, "99999999")
        desk.note_try(party, look.mark, look.tried, missed=True)
        for channel in ("ussd", "sms"):
            desk.count_user(party, channel, STRANGER)
        forums, person = staff.office.forums, staff.office.people.key(number)
        for cell in (CapRow(person), DoubtRow(f"unknown#{person}")):
            staff.office.database.bound(type(cell))(cell.id, version=1, data=b"x").save()
        desk.commit([forums.answering("001", person, "yes", "sms")])
        desk.commit([asking(staff, number[-3:], person)])
    sent(staff)
    return desk


def sent(staff: Staff) -> None:
    """Let messages be over: a notice for each of two numbers, and one that both got."""
    people = [staff.office.people.key(one) for one in (NUMBER, "+85512000002")]
    closed(staff, "one", people[:1])
    closed(staff, "other", people[1:])
    closed(staff, "both", people)


def closed(staff: Staff, name: str, people: list[str]) -> None:
    """Let a notice be sent to people, reported and closed."""
    side, ledger = staff.office, staff.office.sweeper.ledger
    now, gateway = side.clock.now(), "africastalking"
    texts, audience = {"en": "Fees"}, Audience(people=tuple(people))
    order = Order(name, "notice", texts, audience, now, now + timedelta(days=1), "Dara")
    side.ledger.order(order)
    assert side.sweeper.planner.plan(side.ledger.head(name))
    (batch,) = ledger.chunks.batches(side.ledger.head(name), 0, 1)
    assert batch is not None
    results = results_of(sent={n: f"{name}-{n}" for n in range(len(people))})
    done = Chunk(state=DONE, gateway=gateway, results=results)
    chunk = Name(name, 1, 0)
    ledger.chunks.cells.write(Cell(chunk.state), done.plain())
    for n, person in enumerate(batch.people):
        ledger.filing.recipients.follow(gateway, {f"{name}-{n}": person}, str(chunk))
    ended = side.ledger.move(name, PLANNED, DONE, ended_at=stamp(now))
    assert ended is not None
    side.ledger.close(ended)


def everything(staff: Staff) -> str:
    """Return every row of every table, with what is packed unpacked."""
    told, client = [], staff.office.database.client_of("dynamodb")
    for table in stack.tables("local"):
        for page in client.get_paginator("scan").paginate(TableName=table["TableName"]):
            for row in page["Items"]:
                told.append(str(row))
                told += [unpacked(one["B"]) for one in row.values() if "B" in one]
    return "\n".join(told)


def unpacked(data: bytes) -> str:
    """Return what a row of the ledger holds; nothing for what is sealed."""
    with suppress(zlib.error):
        return zlib.decompress(data).decode()
    return ""


PLACES = {
    "tickets waited for": 1,
    "questions asked": 1,
    "answers to forums": 1,
    "messages to many": 6,
    "messages of these days": 2,
    "person": 1,
    "open menu": 1,
    "limits of these days": 2,
    "months in which OWL was used": 2,
}


def test_a_citizen_is_forgotten_everywhere_a_number_leads_and_nobody_else(people: Staff) -> None:
    desk = lived(people)
    done = told(people, "forget", "012 000 001")
    assert {one["name"]: one["found"] for one in done["places"]} == PLACES
    assert [one["left"] for one in done["places"]] == [0] * len(PLACES)
    assert not desk.profile(a_party()).known
    person = people.office.people.key("+85512000002")
    assert desk.watchers.of([KAMRIENG]) == {KAMRIENG: [person]}
    other = told(people, "forget", "--dry-run", "012 000 002")
    assert {one["name"]: one["left"] for one in other["places"]} == PLACES
    assert list(people.office.audit.of_day(MONDAY)) == [
        Deed("Dara", "forget", {"found": sum(PLACES.values()), "left": 0})
    ]


def test_once_forgotten_no_row_of_any_table_holds_what_a_number_leads_to(people: Staff) -> None:
    lived(people)
    id_, other = people.office.people.key(NUMBER), people.office.people.key("+85512000002")
    assert everything(people).count(id_) > 6
    people.runs("forget", NUMBER)
    left = everything(people)
    assert id_ not in left
    assert NUMBER not in left
    assert left.count(other) > 6


def test_the_account_of_a_message_still_adds_up_once_somebody_is_forgotten(people: Staff) -> None:
    lived(people)
    people.runs("forget", NUMBER)
    for name, audience in (("one", 1), ("both", 2)):
        found = told(people, "broadcast", "audit", name)
        assert (found["audience"], found["faults"]) == (audience, [])
        assert found["adds_up"]


def test_an_edit_that_was_replaced_forgets_whom_it_was_for(people: Staff) -> None:
    desk = desk_of(people)
    desk.commit([desk.joining(a_party(), "021204", channel="sms")])
    draft = ("broadcast", "draft", "--id", "b", "--text", "Fees", "--commune", "021204")
    people.runs(*draft)
    people.runs("broadcast", "preview", "b")
    people.runs(*draft, "--edit", "--text", "Other fees")
    id_ = people.office.people.key(NUMBER)
    assert id_ in everything(people)
    people.runs("forget", NUMBER)
    assert id_ not in everything(people)


def test_nothing_that_is_left_is_told_of_the_number_itself(people: Staff) -> None:
    lived(people)
    said = people.runs("forget", "012 000 001")
    assert said.exit_code == 0
    assert "Read again: nothing is left." in said.stdout
    assert "+855…01:" in said.stdout
    assert [what for what, _ in UNREACHED if what not in said.stdout] == []
    assert "35 days" in said.stdout
    assert "A STOP of theirs is forgotten too" in said.stdout
    assert "12000001" not in said.output.replace(" ", "")


def test_to_forget_again_finds_nothing(people: Staff) -> None:
    lived(people)
    people.runs("forget", NUMBER)
    again = told(people, "forget", NUMBER)
    assert {one["found"] for one in again["places"]} == {0}


def test_a_number_of_the_input_is_in_no_history_of_a_shell(people: Staff) -> None:
    lived(people)
    said = CliRunner().invoke(owl, ["forget", "-"], input="012 000 001\n")
    assert "Read again: nothing is left." in said.stdout


def test_what_is_no_number_is_refused_without_telling_it(people: Staff) -> None:
    fault = people.runs("forget", "012 000 00").exception
    assert "a digit is missing" in str(fault)
    assert "012" not in str(fault)


class Sticky:
    """A place from which nothing goes."""

    name = "stone"

    def count(self, _party: object) -> int:
        """Count one, always."""
        return 1

    def erase(self, _party: object) -> None:
        """Erase nothing."""


def test_what_is_left_is_an_exit_code(people: Staff, monkeypatch: pytest.MonkeyPatch) -> None:
    assert forget(a_party(), [Sticky()]) == [Erased("stone", 1, 1)]
    monkeypatch.setattr(type(people.office), "traces", lambda _: [Sticky()])
    said = people.runs("forget", NUMBER)
    assert said.exit_code == 1
    assert "Something is left, or came while this ran: run it again." in said.stdout


def test_an_audience_forgets_with_them(people: Staff) -> None:
    lived(people)
    people.runs("forget", NUMBER)
    audience = Audience(communes=("021204",))
    assert len(list(people.office.audience.members(audience))) == 1
