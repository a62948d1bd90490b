"""This file tests `owl demo quarter`: the reports of it show the totals of the pilot."""

import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from moto import mock_aws

from chalicelib.cli.main import owl
from chalicelib.figures import StageFigures
from chalicelib.reports.every import REPORTS
from chalicelib.reports.layout import Sheet, plain_of
from chalicelib.reports.periods import Period
from chalicelib.reports.tables import Query
from chalicelib.settings import Settings
from chalicelib.staff import Office
from chalicelib.storage.key_maker import ensure_keys
from infra import stack
from infra.local import demo

QUARTER = "2020-Q4"
PHONE = re.compile(r"(?<![\w.-])(?:\+?855|0)[1-9]\d{7,8}(?!\d)")


@dataclass(frozen=True)
class Shown:
    """A stage with the made-up quarter, somebody at `owl`, and what its tables are made of."""

    side: Office
    figures: StageFigures

    def runs(self, *arguments: str | Path) -> Result:
        """Run `owl` as typed."""
        return CliRunner().invoke(owl, [str(one) for one in arguments])

    def told(self, name: str, *by: str, period: str = QUARTER) -> dict[str, Any]:
        """Return a table as a program gets it."""
        one, source = REPORTS[name], self.figures
        query = one.asked(Query(Period.read(period), by))
        table = one.make(query, source)
        sheet = Sheet(one, query, table, "en", source.catalogue, source.synthetic)
        return plain_of(sheet)

    def column(
        self, name: str, key: str, column: str, *by: str, period: str = QUARTER
    ) -> dict[str, Any]:
        """Return one column of a table by another; `by` divides it otherwise than it is told."""
        return {row[key]: row[column] for row in self.told(name, *by, period=period)["rows"]}


@pytest.fixture(scope="module")
def shown() -> Iterator[Shown]:
    """A local stage with the demo's services and places and the quarter, loaded once."""
    before = os.environ.get("OWL_STAGE")
    os.environ["OWL_STAGE"] = "local"
    with mock_aws():
        side = Office(Settings())
        for table in stack.tables("local"):
            side.database.wire.call("CreateTable", **table)
        ensure_keys(side.database, side.clock.now())
        demo.load(side, side.today(), lambda _said: None)
        quarter = Shown(side, StageFigures(side))
        done = quarter.runs("demo", "quarter", "--as", "dara")
        assert done.exit_code == 0, done.output
        yield quarter
    if before is None:
        del os.environ["OWL_STAGE"]
    else:
        os.environ["OWL_STAGE"] = before


def test_3620_people_of_whom_52_percent_of_those_who_said_are_women(shown: Shown) -> None:
    total = shown.told("users")["total"]
    assert (total["people"], total["women_of_said"]) == (3620, 52.0)
    assert sum(shown.column("users", "channel", "people").values()) == 3620


def test_information_feedback_and_tracking_are_71_17_and_12_percent(shown: Shown) -> None:
    shares = shown.column("requests", "kind", "share")
    assert {one: round(n) for one, n in shares.items()} == {
        "information": 71,
        "feedback": 17,
        "tracking": 12,
    }


def test_282_lookups_came_from_outside_the_district(shown: Shown) -> None:
    assert shown.column("tracking", "where", "n", "where")["outside"] == 282


def test_a_quarter_of_the_applications_that_were_looked_up_was_overdue(shown: Shown) -> None:
    told = shown.column("tracking", "outcome", "n", "outcome")
    assert (told["overdue"], sum(told.values())) == (102, 435)


def test_159_answers_have_the_percentages_of_the_survey(shown: Shown) -> None:
    rows = shown.told("satisfaction", period="2020-11")["rows"]
    phone = {row["dimension"]: row for row in rows if row["source"] == "phone"}
    assert {row["answers"] for row in phone.values()} == {159}
    rounded = {one: (round(row["answer_3"]), round(row["answer_4"])) for one, row in phone.items()}
    assert rounded.pop("waiting") is not None
    assert rounded == {
        "hours": (52, 8),
        "fees": (49, 12),
        "attitude": (46, 15),
        "information": (49, 15),
    }
    assert round(100 - phone["waiting"]["satisfied"]) == 21


def test_88_of_99_questions_are_answered(shown: Shown) -> None:
    total = shown.told("questions")["total"]
    assert (total["asked"], total["answered"], total["answered_share"]) == (99, 88, 88.9)


def test_50_of_63_actions_were_replied_to(shown: Shown) -> None:
    total = shown.told("actions")["total"]
    assert (total["presented"], total["replied"], total["replied_share"]) == (63, 50, 79.4)


def test_440_people_came_to_21_forums_in_21_communes(shown: Shown) -> None:
    told = shown.told("forums")
    assert (told["total"]["attended"], told["total"]["women"]) == (440, 212)
    assert told["total"]["forums"] == len(told["rows"]) == 21
    assert told["notes"] == ["Communes: 21."]


def test_1112_people_of_26_meetings_wrote_on_paper_and_stay_beside_the_phone(shown: Shown) -> None:
    told = shown.told("reach")
    paper = next(row for row in told["rows"] if row["source"] == "paper")
    assert (paper["people"], paper["women"], paper["women_share"]) == (1112, 471, 42.4)
    assert told["notes"][-1] == "Scorecard meetings: 26."
    assert {row["source"] for row in shown.told("satisfaction")["rows"]} == {"phone", "paper"}


def test_a_quarter_is_the_sum_of_its_months(shown: Shown) -> None:
    months = [shown.told("users", period=f"2020-{n}")["total"]["people"] for n in (10, 11, 12)]
    assert sum(months) == 3620
    assert shown.told("users", "month")["total"]["people"] == 3620


@pytest.mark.parametrize("name", ["users", "requests", "tracking", "complaints", "comments"])
def test_however_a_table_is_divided_its_total_is_the_same(shown: Shown, name: str) -> None:
    whole = shown.told(name)["total"]
    for one in REPORTS[name].divisions:
        assert (
            shown.told(name, one)["total"].items()
            >= {k: v for k, v in whole.items() if isinstance(v, int)}.items()
        ), one


def test_messages_have_a_price_and_fewer_reached_than_sent(shown: Shown) -> None:
    total = shown.told("messages")["total"]
    assert total["people"] == 21 * 60
    assert total["people"] > total["sent"] > total["delivered"] > total["failed"] > 0
    assert 0 < total["cheapest"] < total["dearest"]
    assert shown.told("messages", "operator")["total"]["people"] == total["people"]


def test_all_tables_go_into_a_folder_as_files_with_their_charts(
    shown: Shown, tmp_path: Path
) -> None:
    done = shown.runs("report", "all", "--period", QUARTER, "--out", tmp_path, "--language", "km")
    assert done.exit_code == 0, done.output
    names = {path.name for path in tmp_path.iterdir()}
    assert len([one for one in names if one.endswith(".csv")]) == 15
    drawn = {name for name, one in REPORTS.items() if one.chart}
    assert len([one for one in names if one.endswith(".svg")]) == len(drawn)
    assert all("made-up" in one for one in names)
    for path in tmp_path.iterdir():
        written = path.read_text(encoding="utf-8")
        assert PHONE.search(written) is None, path
        assert "សាកល្បង" in written
        assert path.suffix != ".csv" or path.read_bytes().startswith(b"\xef\xbb\xbf")


def test_the_quarter_is_loaded_once(shown: Shown) -> None:
    done = shown.runs("demo", "quarter")
    assert (done.exit_code, done.output) == (0, "The made-up quarter is here already.\n")
    assert shown.told("users")["total"]["people"] == 3620


def test_the_command_prints_what_the_table_says(shown: Shown) -> None:
    done = shown.runs("report", "questions", "--period", QUARTER, "--format", "json")
    assert json.loads(done.stdout) == shown.told("questions")
    assert "MADE UP" in shown.runs("report", "questions", "--period", QUARTER).output


def test_a_chart_is_written_to_a_file_that_is_named(
    shown: Shown, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    done = shown.runs("report", "1", "--period", QUARTER, "--format", "chart")
    assert done.output.startswith("01-users-2020-Q4-made-up.svg: ")
    assert (tmp_path / "01-users-2020-Q4-made-up.svg").read_text().startswith("<svg")
