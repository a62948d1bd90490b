"""This file tests `owl forum`: plan, import, approve, move, cancel, look, answer."""

import json
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from openpyxl import Workbook

from chalicelib.capabilities.audit import Deed
from chalicelib.capabilities.forums_sheet import COLUMNS, MEANINGS, REQUIRED
from chalicelib.capabilities.ledger import results_of
from chalicelib.capabilities.ledger_chunks import Name
from chalicelib.settings import Settings
from chalicelib.staff import Office
from chalicelib.storage.desk import DynamoDesk
from chalicelib.storage.key_maker import KeyMaker, make_keys
from chalicelib.storage.keys import WEBHOOK_KEYS, KeyRing
from infra import stack
from tests.builders import MONDAY, TRANG, a_catalogue, a_party
from tests.cli.conftest import TABLES, Staff
from tests.sending import DisturbedQueue
from tests.world import StoppedClock

ADD = (
    *("forum", "add", "--commune", "021204", "--venue", "Trang pagoda"),
    *("--agenda", "Plates", "--as", "Lina"),
)
AT = ("--at", "2026-12-05 14:00")
HEADER = ("commune", "venue", "at", "agenda_en")


@dataclass
class Organizer:
    """Staff at a stage with people, and the phone side of it."""

    staff: Staff
    desk: DynamoDesk

    def runs(self, *arguments: str | Path) -> Result:
        """Run `owl` as typed."""
        return self.staff.runs(*arguments)

    def told(self, *arguments: str | Path) -> Any:
        """Run `owl` and read what it prints as JSON."""
        return json.loads(self.runs(*arguments, "--json").stdout)

    def approves(self, code: str, who: str) -> Any:
        """Let somebody approve what a forum sends now, by its code."""
        seen = self.told("forum", "show", code)["seen"]
        return self.told("forum", "approve", code, "--seen", seen, "--as", who)

    def joins(self, *numbers: int, language: str = "en", commune: str = "021204") -> None:
        """Let people join the news of a commune."""
        for one in numbers:
            party = a_party(number=f"+855120000{one:02}")
            self.desk.commit([self.desk.joining(party, commune, channel="sms")])
            self.desk.set_language(party, language)

    def says(self, number: int, answer: str, code: str = "001") -> None:
        """Let somebody answer a forum."""
        party = a_party(number=f"+855120000{number:02}")
        look = self.desk.look_at_forum(party, code)
        self.desk.commit(self.desk.answering_forum(party, look, answer, "sms"))  # type: ignore[arg-type]

    def asks(self, number: int, text: str, code: str = "001") -> None:
        """Let somebody ask something."""
        party = a_party(number=f"+855120000{number:02}")
        self.desk.commit(self.desk.asking_forum(party, code, text)[1])

    def invited(self) -> None:
        """Take up and order what is due, as the tick does."""
        office = self.staff.office
        office.announcer.fire(office.ledger, office.clock.now())


@pytest.fixture
def lina(staff: Staff) -> Organizer:
    """Lina, with every table and a catalogue that knows Trang."""
    office = staff.office
    for table in stack.tables("local"):
        if table["TableName"] not in TABLES:
            office.database.wire.call("CreateTable", **table)
    make_keys(KeyMaker(office.database), office.clock.now())
    catalogue = a_catalogue()
    office.catalogue.publish(catalogue._replace(places={**catalogue.places, TRANG.code: TRANG}))
    keys = KeyRing(office.database, office.clock, WEBHOOK_KEYS)
    return Organizer(staff, DynamoDesk(office.database, keys, office.clock))


def test_a_forum_for_few_people_is_planned_at_once(lina: Organizer) -> None:
    lina.joins(1, 2)
    made = lina.told(*ADD, *AT)
    assert (made["code"], made["at"], made["people"]) == ("001", "2026-12-05T14:00+07:00", 2)
    assert (made["state"], made["approved"], made["by"]) == ("approved", True, "Lina")
    assert lina.runs("forum", "list").stdout == (
        "001 Trang, 05/12/26 14:00, Trang pagoda: approved, 2 people\n"
    )
    deeds = list(lina.staff.office.audit.of_day(MONDAY))
    assert deeds == [Deed("Lina", "add forum", {"forum": "001", "people": 2})]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("--at", "2026-12-05"), "'2026-12-05' is no day and time: write YYYY-MM-DD HH:MM"),
        (("--at", "2026-02-30 08:00"), "'2026-02-30 08:00' is no day and time"),
        (("--at", "2026-11-01 08:00"), "2026-11-01 08:00 is over: choose a time to come"),
        (("--commune", "999999", *AT), "no commune has the code 999999: see `owl places`"),
    ],
)
def test_what_cannot_be_planned_is_told_with_what_to_do(
    change: tuple[str, ...], said: str, lina: Organizer
) -> None:
    assert said in str(lina.runs(*ADD, *change).exception)
    assert lina.runs("forum", "list").stdout.startswith("No forum is planned")


def test_a_forum_for_many_people_is_approved_by_somebody_else(
    lina: Organizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OWL_FORUM_FEW", "1")
    lina.joins(1, 2)
    assert "waits for a second person" in lina.runs(*ADD, *AT).stdout
    refused = lina.runs("forum", "approve", "001", "--as", "Lina")
    assert str(refused.exception) == (
        "Lina made this plan for 2 people: somebody else has to approve it"
    )
    assert lina.approves("1", "Dara")["approved"] is True
    again = lina.runs("forum", "approve", "001", "--as", "Dara")
    assert str(again.exception) == "forum 001 is approved already"


def test_a_forum_is_approved_by_who_saw_its_words_and_times(
    lina: Organizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OWL_FORUM_FEW", "1")
    lina.joins(1, 2)
    lina.runs(*ADD, *AT)
    seen = lina.told("forum", "show", "001")["seen"]
    assert f"code: {seen}" in lina.runs("forum", "timeline", "001").stdout
    lina.runs("forum", "move", "001", "--venue", "Trang school", "--as", "Lina")
    old = lina.runs("forum", "approve", "001", "--seen", seen, "--as", "Dara")
    assert "see `owl forum timeline 001`" in str(old.exception)
    assert lina.told("forum", "show", "001")["approved"] is False
    shown = lina.runs("forum", "approve", "001", "--as", "Dara").stdout
    assert "Trang school" in shown
    assert "Approve exactly this?" in shown
    assert lina.told("forum", "show", "001")["approved"] is True


def test_the_timeline_tells_every_message_to_come_and_why_others_are_not(lina: Organizer) -> None:
    lina.joins(1, 2, 3)
    lina.joins(4, language="km")
    stopped = a_party(number="+85512000002")
    lina.desk.commit([lina.desk.opting(stopped, out=True, channel="sms")])
    lina.runs(*ADD, "--at", "2026-11-27 14:00")
    lina.says(1, "yes")
    said = lina.runs("forum", "timeline", "001").stdout
    assert "Invitation: 23/11/26 12:00 to 27/11/26 12:00: to come" in said
    assert "  to 3 people; left out: 1 said STOP" in said
    assert "  en: 2 people, 1 part each" in said
    assert "  km: 1 person, 2 parts each" in said
    assert "price 0.08 to 0.16, by OWL_RATE_CARD" in said
    assert "Reminder 7 days before" in said
    assert "20/11/26 was over when the forum was planned" in said
    steps = {one["what"]: one for one in lina.told("forum", "timeline", "001")}
    assert steps["remind-1"]["people"] == 1
    assert steps["invite"]["texts"]["en"].startswith("Forum Trang 27/11/26 14:00. Come?")


def test_moving_takes_the_old_messages_back_and_makes_new_ones(lina: Organizer) -> None:
    lina.joins(1)
    lina.runs(*ADD, *AT)
    lina.invited()
    office = lina.staff.office
    assert office.ledger.head("forum/001/invite/1").state == "PLANNING"
    moved = lina.told("forum", "move", "001", "--at", "2026-12-07 15:00", "--as", "Lina")
    assert (moved["state"], moved["version"]) == ("moved", 2)
    assert office.ledger.head("forum/001/invite/1").state == "CANCELLED"
    whats = [one["what"] for one in lina.told("forum", "timeline", "001")]
    assert whats == ["moved", "remind-7", "remind-1", "remind-0"]
    same = lina.runs("forum", "move", "001", "--at", "2026-12-07 15:00")
    assert str(same.exception) == "forum 001 is planned so already: nothing changes"
    lina.runs("forum", "move", "001", "--venue", "Trang school")
    moved = lina.told("forum", "timeline", "001")[0]
    assert "07/12/26 15:00: new place, Trang school" in moved["texts"]["en"]


def sent(lina: Organizer, order_id: str) -> None:
    """Let the sender post the only chunk of a message, as a minute and a worker do."""
    sweeper = replace(lina.staff.office.sweeper, queue=DisturbedQueue(StoppedClock()))
    sweeper.advance(order_id)
    chunks = sweeper.ledger.chunks
    job = chunks.look(Name(order_id, 1, 0))
    cell = chunks.claim(job, "me")
    assert cell is not None
    assert job.batch is not None
    results = results_of({n: f"m{n}" for n, _ in enumerate(job.batch.people)})
    kept = chunks.record(cell, "pretend", results)
    assert kept is not None
    sweeper.ledger.filing.file(job.name, kept, job.batch)
    assert sweeper.advance(order_id).state == "DONE"


def test_an_invitation_stays_in_the_timeline_as_it_was_sent_after_moves(lina: Organizer) -> None:
    lina.joins(1, 2)
    lina.runs(*ADD, *AT)
    lina.invited()
    sent(lina, "forum/001/invite/1")
    assert "sent 23/11/26 12:0" in lina.runs("forum", "timeline", "001").stdout
    for day in ("2026-12-07 15:00", "2026-12-08 15:00"):
        lina.runs("forum", "move", "001", "--at", day, "--as", "Lina")
    first, second, *_ = lina.told("forum", "timeline", "001")
    assert (first["what"], first["version"], first["people"]) == ("invite", 1, 2)
    assert first["standing"].startswith("sent 23/11/26 12:0")
    assert first["texts"]["en"].startswith("Forum Trang 05/12/26 14:00")
    assert (second["what"], second["version"]) == ("moved", 3)
    told = lina.runs("forum", "timeline", "001").stdout
    assert "Invitation: 23/11/26 12:0" in told
    assert "  to 2 people\n\nNews of the move" in told


def test_the_timeline_says_why_a_reminder_is_not_for_others(lina: Organizer) -> None:
    lina.joins(1, 2, 3)
    lina.runs(*ADD, *AT)
    lina.says(1, "no")
    told = lina.runs("forum", "timeline", "001").stdout.split("\n\n")
    assert "  to 2 people; left out: 1 said no" in told[1]
    assert "  to 0 people; left out: 1 said no, 2 gave no answer yet" in told[2]
    steps = {one["what"]: one["left_out"] for one in lina.told("forum", "timeline", "001")}
    assert steps["invite"] == {}
    assert steps["remind-1"] == {"no": 1, "silent": 2}


def test_cancelling_leaves_one_message_at_most(lina: Organizer) -> None:
    lina.joins(1)
    lina.runs(*ADD, *AT)
    lina.invited()
    assert lina.told("forum", "cancel", "001")["state"] == "cancelled"
    assert [one["what"] for one in lina.told("forum", "timeline", "001")] == ["cancelled"]
    again = lina.runs("forum", "cancel", "001")
    assert str(again.exception) == "forum 001 is cancelled: plan another one"


def test_scenario_20_forums_come_from_a_sheet_with_every_fault_told(lina: Organizer) -> None:
    rows = [
        HEADER,
        ("21204", "Trang pagoda", "2026-12-05 14:00", "Plates"),
        ("021204", "Trang pagoda", "05/12/2026 14:00", "Plates"),
        ("021299", "Nowhere", "2026-12-06 08:00", "Land"),
        ("021204", "", "2026-12-06 08:00", "Land"),
        ("021204", "School", "2026-11-06 08:00", "Land"),
        ("021204", "School", "soon", ""),
        ("021204", "School", "១២/១២/២០២៦ ០៨:៣០", "Land"),
    ]
    file = lina.staff.file("forums.csv", rows)
    dry = lina.told("forum", "import", file, "--dry-run")
    assert (dry["taken"], dry["refused"]) == (2, 5)
    assert lina.told("forum", "list") == []
    said = lina.runs("forum", "import", file).stdout
    for fault in (
        "row 3, column at: is the same forum as row 2: the same commune and time",
        "row 4, column commune: no commune has the code 021299: see `owl places`",
        "row 5, column venue: is empty: fill it in",
        "row 6, column at: 2026-11-06 08:00 is over: write a time to come",
        "row 7, column at: 'soon' is no day and time: write YYYY-MM-DD HH:MM",
        "row 7, column agenda_en: is empty: fill it in",
    ):
        assert fault in said
    assert [one["code"] for one in lina.told("forum", "list")] == ["001", "002"]
    again = lina.told("forum", "import", file)
    assert (again["taken"], again["unchanged"]) == (0, 2)


def test_another_word_for_the_same_place_leaves_the_other_languages(lina: Organizer) -> None:
    lina.joins(1)
    lina.runs(*ADD, "--venue-latn", "Vat Trang", *AT)
    told = lina.told("forum", "move", "001", "--venue-km", "វត្តត្រាង")
    assert told["venue"] == {"en": "Trang pagoda", "km": "វត្តត្រាង", "km-Latn": "Vat Trang"}
    told = lina.told("forum", "move", "001", "--venue", "Trang school")
    assert told["venue"] == {"en": "Trang school"}
    told = lina.told("forum", "move", "001", "--at", "2026-12-06 14:00")
    assert told["venue"] == {"en": "Trang school"}


@pytest.mark.parametrize("day", ["soon", "2026-02-30", "05/12/2026", "20261205"])
def test_the_day_of_an_action_is_a_date(lina: Organizer, day: str) -> None:
    lina.runs(*ADD, *AT)
    done = lina.runs("forum", "actions", "001", "--add", "Post the fees", "--on", day)
    assert str(done.exception) == f"--on: '{day}' is no date: write it as 2026-12-05"
    assert lina.told("forum", "actions", "001") == []


@pytest.mark.parametrize(
    ("private", "end"), [((), "it is read in the menu"), (("--private",), "nobody reads it")]
)
def test_of_an_asker_who_said_stop_since_no_sms_is_promised(
    lina: Organizer, private: tuple[str, ...], end: str
) -> None:
    lina.joins(1)
    lina.runs(*ADD, *AT)
    lina.asks(1, "How much is a plate?")
    asker = a_party(number="+85512000001")
    lina.desk.commit([lina.desk.opting(asker, out=True, channel="sms")])
    done = lina.runs("forum", "answer", "001", "101", "40,000 riel", *private)
    said = f"Question 101 is answered; the asker stopped all SMS since, and gets none: {end}.\n"
    assert done.stdout == said


def test_a_file_of_forums_again_plans_none_anew_that_was_moved_or_cancelled(
    lina: Organizer,
) -> None:
    days = ("2026-12-05 14:00", "2026-12-06 14:00", "2026-12-07 14:00")
    rows = [HEADER, *(("021204", "School", day, "Plates") for day in days)]
    file = lina.staff.file("forums.csv", rows)
    lina.runs("forum", "import", file)
    lina.runs("forum", "move", "001", "--at", "2026-12-09 14:00")
    lina.runs("forum", "move", "001", "--at", "2026-12-10 14:00")
    lina.runs("forum", "cancel", "002")
    again = lina.told("forum", "import", file)
    assert (again["taken"], again["unchanged"]) == (0, 3)
    assert [one["code"] for one in lina.told("forum", "list", "--all")] == ["001", "002", "003"]


def test_scenario_20_people_parts_and_cost_are_told_before_forums_are_planned(
    lina: Organizer,
) -> None:
    codes = [f"0213{n:02}" for n in range(1, 22)]
    catalogue = a_catalogue()
    names = {code: TRANG._replace(code=code) for code in codes}
    office = lina.staff.office
    office.catalogue.publish(catalogue._replace(places={**catalogue.places, **names}))
    for n, code in enumerate(codes):
        lina.joins(2 * n, 2 * n + 1, language=("en", "km")[n % 2], commune=code)
    party = a_party(number="+85512000000")
    lina.desk.commit([lina.desk.opting(party, out=True, channel="sms")])
    rows = [HEADER, *((code, "School", "2026-12-05 14:00", "Plates") for code in codes)]
    file = lina.staff.file("forums.csv", rows)
    dry = lina.told("forum", "import", file, "--dry-run")
    assert (dry["taken"], lina.told("forum", "list")) == (21, [])
    invitation, week, *_ = dry["notices"]
    assert invitation.startswith("Invitation of 21 forums, first 23/11/26 ")
    assert "41 people; left out: 1 said STOP, parts 21 in en, 40 in km, 21 HTTP calls" in invitation
    assert invitation.endswith("price 1.22 to 2.44")
    assert week.startswith("Reminder 7 days before of 21 forums, first 28/11/26 08:00: 41 people")
    assert "Note: Invitation of 21 forums" in lina.runs("forum", "import", file, "--dry-run").stdout
    assert len(lina.told("forum", "import", file)["notices"]) == 0
    assert len(lina.told("forum", "list")) == 21


LONG = "វត្តត្រាងខាងជើង ផ្លូវជាតិលេខ 57 ជិតសាលាបឋមសិក្សាត្រាងខាងជើង"
TOO_LONG = f"Trang 05/12/26 14:00: the venue '{LONG}' makes each SMS take 3 parts in km, a shorter"


def test_a_venue_that_costs_a_part_more_is_told_with_the_parts(lina: Organizer) -> None:
    plain = lina.runs(*ADD, *AT)
    assert plain.stderr == ""
    done = lina.runs(*ADD, "--venue-km", LONG, "--at", "2026-12-06 14:00", "--json")
    told = f"Note: {TOO_LONG} one 2\n"
    assert done.stderr == told.replace("05/12/26", "06/12/26")
    assert json.loads(done.stdout)["code"] == "002"
    assert lina.runs("forum", "move", "001", "--venue-km", LONG).stderr == told


def test_a_long_venue_is_told_of_a_file_before_and_after(lina: Organizer) -> None:
    rows = [
        (*HEADER, "venue_km"),
        ("021204", "School", "2026-12-05 14:00", "Plates", LONG),
        ("021204", "School", "2026-12-06 14:00", "Plates", ""),
    ]
    file = lina.staff.file("forums.csv", rows)
    for options in (("--dry-run",), ()):
        notices = lina.told("forum", "import", file, *options)["notices"]
        assert [one for one in notices if "venue" in one] == [f"{TOO_LONG} one 2"]


def test_a_workbook_of_forums_is_read(lina: Organizer) -> None:
    book = Workbook()
    book.active.append([*COLUMNS])
    book.active.append([example for example, _ in MEANINGS.values()])
    book.active.cell(2, 1).value = 21204
    path = lina.staff.folder / "forums.xlsx"
    book.save(path)
    found = lina.told("forum", "import", path)
    assert (found["taken"], found["refusals"]) == (1, [])


def test_a_template_of_forums_tells_its_columns(lina: Organizer) -> None:
    path = lina.staff.folder / "empty.csv"
    assert lina.runs("forum", "template", path).exit_code == 0
    told = lina.runs("forum", "template", "--help").output
    assert [one for one in COLUMNS if one not in told] == []
    assert [one for one in REQUIRED if f"{one} *" not in told] == []


def test_scenario_23_an_answer_is_sent_to_the_asker_once_and_published(lina: Organizer) -> None:
    lina.joins(1)
    lina.runs(*ADD, *AT)
    lina.asks(1, "How much is a plate?")
    lina.asks(1, "And who are you?")
    assert lina.runs("forum", "questions", "001").stdout.splitlines()[:2] == [
        "2 asked, 0 answered",
        "101 asked: How much is a plate?",
    ]
    done = lina.runs("forum", "answer", "001", "101", "40,000 riel", "--as", "Dara")
    assert done.stdout == "Question 101 is answered; the asker gets an SMS.\n"
    order = lina.staff.office.ledger
    body = order.body(order.head("forum/001/answer/101"))
    answered = "Forum Trang 05/12/26, answer to question 101: 40,000 riel"
    assert body.texts["en"] == f"{answered}\nOne Window. To end: STOP"
    party = a_party(number="+85512000001")
    assert body.audience.people == (lina.desk.keys.now().person(party),)
    assert lina.desk.answered_questions("001") == {"101": "How much is a plate?"}
    again = lina.runs("forum", "answer", "001", "101", "50,000 riel")
    assert "answered already" in str(again.exception)
    lina.runs("forum", "answer", "001", "102", "Dara", "--private")
    assert len(lina.desk.answered_questions("001")) == 1
    assert "2 asked, 2 answered" in lina.runs("forum", "questions", "001").stdout
    long = lina.runs("forum", "answer", "001", "102", "x" * 500)
    assert long.exception is not None


def test_other_words_for_a_question_that_are_too_long_say_by_how_much(lina: Organizer) -> None:
    lina.joins(1)
    lina.runs(*ADD, *AT)
    lina.asks(1, "How much is a plate?")
    answer = ("forum", "answer", "001", "101", "40,000 riel", "--as", "Dara", "--shown")
    long = lina.runs(*answer, "ក" * 220)
    assert "--shown has 660 octets, 20 more than the 640 that fit" in str(long.exception)
    assert lina.desk.answered_questions("001") == {}
    assert lina.runs(*answer, "ក" * 213).exit_code == 0


@pytest.mark.parametrize(
    ("answers", "people"),
    [(["yes"], 1), (["no"], 2), (["silent"], 3), (["yes", "silent"], 4), ([], 6)],
)
def test_a_broadcast_goes_to_who_said_yes_or_no_or_nothing_to_a_forum(
    lina: Organizer, answers: list[str], people: int
) -> None:
    lina.joins(1, 2, 3, 4, 5)
    lina.joins(6, commune="020204")
    lina.joins(7, commune="020204")
    lina.runs(*ADD, *AT)
    lina.says(1, "yes")
    lina.says(2, "no")
    lina.says(6, "no")
    wanted = [word for one in answers for word in ("--answer", one)]
    draft = ("broadcast", "draft", "--id", "b", "--text", "Bring it", "--forum", "1", *wanted)
    assert lina.runs(*draft, "--as", "Lina").exit_code == 0
    assert lina.told("broadcast", "preview", "b")["people"] == people


def test_a_broadcast_to_a_forum_that_is_not_there_is_refused(lina: Organizer) -> None:
    draft = lina.runs("broadcast", "draft", "--text", "Hello", "--forum", "041", "--as", "Lina")
    assert str(draft.exception) == "no forum has the code 041: see `owl forum list`"


def test_a_forum_shows_answers_and_what_came_of_it(
    lina: Organizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    lina.joins(1, 2, 3)
    lina.runs(*ADD, *AT)
    lina.says(1, "yes")
    lina.says(2, "no")
    early = lina.runs("forum", "attendance", "001", "--people", "42", "--women", "20")
    assert "wait for it" in str(early.exception)
    offset = float(lina.staff.office.settings.clock_offset) + timedelta(days=13).total_seconds()
    monkeypatch.setenv("OWL_CLOCK_OFFSET", str(offset))
    done = lina.runs("forum", "attendance", "001", "--people", "42", "--women", "20")
    assert done.stdout == "Forum 001: 42 people came, 20 of them women.\n"
    lina.runs("forum", "actions", "001", "--add", "Post the fees", "--on", "2026-12-05")
    said = lina.runs("forum", "actions", "001", "--number", "1", "--state", "done").stdout
    assert said == "1 done 2026-12-06: Post the fees\n"
    back = lina.runs("forum", "actions", "001", "--number", "1", "--state", "agreed")
    assert "is done already" in str(back.exception)
    missing = lina.runs("forum", "actions", "001", "--number", "9", "--state", "done")
    assert "has no action '9'" in str(missing.exception)
    told = lina.told("forum", "show", "001")
    assert told["answers"] == {"yes": 1, "no": 1}
    assert (told["state"], told["attended"], told["women"]) == ("held", 42, 20)
    assert told["actions"] == {"done": 1}
    assert "attended" in lina.runs("forum", "show", "001").stdout
    assert lina.told("forum", "timeline", "001") == []


def test_no_number_ever_comes_out(lina: Organizer) -> None:
    lina.joins(1)
    lina.runs(*ADD, *AT)
    lina.asks(1, "How?")
    lina.says(1, "yes")
    for command in (("show",), ("timeline",), ("questions",), ("actions",)):
        for shape in ((), ("--json",)):
            assert "12000001" not in lina.runs("forum", *command, "001", *shape).stdout


def test_settings_say_who_needs_a_second_person() -> None:
    assert Settings().forum_few == 200


@pytest.fixture
def few(lina: Organizer, monkeypatch: pytest.MonkeyPatch) -> Organizer:
    """Lina at a stage where two people are many."""
    monkeypatch.setenv("OWL_FORUM_FEW", "1")
    old = lina.staff.office.settings
    office = Office(replace(old, forum_few=1))
    return Organizer(Staff(office, lina.staff.folder), lina.desk)


def test_a_forum_that_grew_beyond_a_few_people_waits_for_a_second_person(few: Organizer) -> None:
    few.joins(1)
    assert few.told(*ADD, *AT)["approved"] is True
    few.joins(2)
    few.invited()
    ledger, invite = few.staff.office.ledger, "forum/001/invite/1"
    few.staff.office.sweeper.tick()
    assert ledger.head(invite).state == "PLANNED"
    waits = "waits for a second person: owl forum approve 001 --as NAME; it would go to 2 people"
    assert waits in few.runs("forum", "timeline", "001").stdout
    assert few.told("forum", "show", "001")["waits"] == waits
    refused = few.runs("forum", "approve", "001", "--as", "Lina")
    assert str(refused.exception).startswith("Lina made this plan for 2 people")
    assert few.approves("001", "Dara")["approved"] is True
    assert (ledger.head(invite).state, ledger.head(invite).signers) == ("APPROVED", ("Dara",))
    assert few.told("forum", "show", "001")["waits"] == ""
    assert few.staff.office.forums.known("001").approved_by == "Dara"
    again = few.runs("forum", "approve", "001", "--as", "Dara")
    assert str(again.exception) == "forum 001 is approved already"


def test_an_approval_reaches_a_message_that_was_ordered_while_it_came(few: Organizer) -> None:
    few.joins(1)
    few.runs(*ADD, *AT)
    few.joins(2)
    office = few.staff.office
    old = office.forums.known("001")
    few.invited()
    changed = office.forums.known("001")
    office.forums.change(changed, replace(changed, approved_by="Dara"))
    few.runs("forum", "approve", "001", "--as", "Sok")
    assert old.approved_by == ""
    assert office.ledger.head("forum/001/invite/1").signers == ("Sok",)


def test_an_approval_by_few_is_kept_where_nobody_came(few: Organizer) -> None:
    few.joins(1)
    few.runs(*ADD, *AT)
    again = few.runs("forum", "approve", "001", "--as", "Dara")
    assert str(again.exception) == "forum 001 is approved already"
