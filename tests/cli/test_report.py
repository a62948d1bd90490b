"""This file tests `owl report` and `owl scorecards` at a stage with little in it."""

import json
from pathlib import Path

import pytest

from chalicelib.cli.main import main
from chalicelib.reports.every import REPORTS
from chalicelib.storage.figures import DynamoFigures
from infra import stack
from tests.cli.conftest import TABLES, Staff

HEADER = ("office", "held_on", "dimension", "answer", "women", "men")
OCTOBER = ("--period", "2026-10")


@pytest.fixture
def teller(staff: Staff) -> Staff:
    """Somebody at a stage that has every table."""
    for table in stack.tables("local"):
        if table["TableName"] not in TABLES:
            staff.office.database.wire.call("CreateTable", **table)
    return staff


def fault(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> str:
    """Return what a command that fails says."""
    with pytest.raises(SystemExit):
        main([str(one) for one in arguments])
    return capsys.readouterr().err


@pytest.mark.parametrize("name", REPORTS)
def test_every_table_is_there_when_nothing_was_counted(teller: Staff, name: str) -> None:
    done = teller.runs("report", name, *OCTOBER)
    assert done.exit_code == 0, done.output
    assert "What it counts: " in done.output
    assert "What it misses: " in done.output


def test_a_month_that_is_not_over_is_not_published(teller: Staff) -> None:
    done = teller.runs("report", "users", "--period", "2026-11")
    assert "the month is not closed: 2026-11" in done.output


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("people", *OCTOBER), "no table is called 'people'"),
        (("users", "--period", "yesterday"), "write a month as 2020-11"),
        (("users", *OCTOBER, "--by", "operator"), "users knows no operator"),
        (("messages", *OCTOBER, "--district", "0212"), "messages knows no district"),
        (("users", *OCTOBER, "--district", "9999"), "no district has the code 9999"),
        (("audit", *OCTOBER, "--format", "chart"), "audit has no chart"),
        (("all", *OCTOBER), "add --out DIR"),
        (("all", *OCTOBER, "--out", "x", "--by", "month"), "leave out --by"),
    ],
)
def test_what_cannot_be_told_is_refused_with_a_way_out(
    teller: Staff, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], said: str
) -> None:
    assert said in fault(capsys, "report", *arguments)


def test_a_code_without_its_zero_is_taken(teller: Staff) -> None:
    done = teller.runs("report", "users", *OCTOBER, "--district", "212", "--format", "json")
    assert json.loads(done.stdout)["only"] == {"district": "0212"}


def test_all_leaves_out_and_names_tables_that_lack_what_is_chosen(
    teller: Staff, tmp_path: Path
) -> None:
    done = teller.runs("report", "all", *OCTOBER, "--district", "0212", "--out", tmp_path / "new")
    assert "left out: table messages knows no district" in done.stderr
    assert (tmp_path / "new" / "01-users-2026-10.csv").exists()
    assert not (tmp_path / "new" / "13-messages-2026-10.csv").exists()


def test_a_csv_on_screen_has_its_mark(teller: Staff) -> None:
    done = teller.runs("report", "users", *OCTOBER, "--format", "csv")
    assert done.stdout.startswith("\ufeffchannel,people,women")


def test_scorecards_are_taken_and_the_same_file_again_changes_nothing(teller: Staff) -> None:
    rows = [HEADER, ("0212", "09/10/2026", "waiting", "3", "12", "១០")]
    file = teller.file("cards.csv", [*rows, ("212", "2026-10-09", "fees", "4", "8", "9")])
    dry = teller.runs("scorecards", "import", file, "--dry-run")
    assert "2 would be taken" in dry.output
    stored = DynamoFigures(teller.office.database)
    assert stored.cards("2026-10") == []
    assert "2 taken" in teller.runs("scorecards", "import", file).output
    assert [one.women for one in stored.cards("2026-10")] == [8, 12]
    assert "Nothing changes" in teller.runs("scorecards", "import", file).output
    deeds = list(teller.office.audit.of_day(teller.office.today()))
    assert {one.what for one in deeds} == {"import scorecards"}


def test_no_card_comes_beside_figures_that_are_published(teller: Staff) -> None:
    first = ("0212", "2026-10-09", "waiting", "3", "12", "10")
    late = ("0212", "2026-10-09", "waiting", "4", "1", "0")
    file = teller.file("cards.csv", [HEADER, first])
    assert "1 taken" in teller.runs("scorecards", "import", file).output
    both = teller.file("more.csv", [HEADER, first, late])
    done = teller.runs("scorecards", "import", both)
    assert "row 3, column held_on" in done.output
    assert "the figures of 2026-10 are published" in done.output
    assert "1 unchanged" in done.output
    assert len(DynamoFigures(teller.office.database).cards("2026-10")) == 1


def test_cards_of_an_open_month_come_in_as_often_as_they_are_written(teller: Staff) -> None:
    for n, answer in enumerate("34", start=1):
        row = ("0212", "2026-11-16", "waiting", answer, "12", "10")
        teller.runs("scorecards", "import", teller.file(f"{n}.csv", [HEADER, row]))
    assert len(DynamoFigures(teller.office.database).cards("2026-11")) == 2


@pytest.mark.parametrize(
    ("row", "column", "said"),
    [
        (("9999", "2026-10-09", "fees", "3", "1", "1"), "office", "no office has the code 9999"),
        (("0212", "2027-10-09", "fees", "3", "1", "1"), "held_on", "not over yet"),
        (("0212", "soon", "fees", "3", "1", "1"), "held_on", "is no date"),
        (("0212", "2026-10-09", "smile", "3", "1", "1"), "dimension", "is unknown"),
        (("0212", "2026-10-09", "fees", "5", "1", "1"), "answer", "is unknown"),
        (("0212", "2026-10-09", "fees", "3", "-1", "1"), "women", "no whole number"),
        (("0212", "2026-10-09", "fees", "3", "1", ""), "men", "is empty"),
    ],
)
def test_a_wrong_scorecard_is_refused_with_its_row_and_column(
    teller: Staff, row: tuple[str, ...], column: str, said: str
) -> None:
    done = teller.runs("scorecards", "import", teller.file("cards.csv", [HEADER, row]))
    assert done.exit_code == 1
    assert f"row 2, column {column}: " in done.output
    assert said in done.output


def test_the_same_answer_of_a_meeting_twice_in_a_file_is_refused(teller: Staff) -> None:
    row = ("0212", "2026-10-09", "fees", "3", "1", "1")
    done = teller.runs("scorecards", "import", teller.file("cards.csv", [HEADER, row, row]))
    assert "row 3, column answer: is told already in row 2" in done.output
    assert "1 taken" in done.output


def test_the_template_of_scorecards_has_their_columns(teller: Staff) -> None:
    file = teller.folder / "empty.csv"
    assert teller.runs("scorecards", "template", file).exit_code == 0
    assert file.read_text(encoding="utf-8-sig").strip() == ",".join(HEADER)


def test_a_made_up_quarter_needs_the_places_of_the_demo(
    teller: Staff, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "start the stage with `make run`" in fault(capsys, "demo", "quarter")
    assert not DynamoFigures(teller.office.database).is_synthetic()
