"""This file tests that what the code observes and what the alarms read are the same."""

import ast
import logging
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from chalicelib.observe import log, observed
from infra import stack

ROOT = Path(__file__).parent.parent.parent
README = (ROOT / "infra" / "README.md").read_text()
FILTER, ALARM = "AWS::Logs::MetricFilter", "AWS::CloudWatch::Alarm"
# As Lambda's runtime client (awslambdaric 4.2.2) writes a record of `logging`.
AS_WRITTEN = "[%(levelname)s]\t%(asctime)s.%(msecs)03dZ\t%(aws_request_id)s\t%(message)s\n"
# An observation that must wake somebody: the event `alarm` of whatever kind, and this one.
ALARMING = {"alarm", "tick_failed"}
# Whose log a file writes to, or a function of the file that wires all of them.
WRITES_TO = {
    "channels/edge.py": "WebhooksLog",
    "channels/broadcaster.py": "SenderLog",
    "channels/sweeper.py": "TickLog",
    "announcer.py": "TickLog",
    "wiring.py announce": "TickLog",
    "wiring.py tally": "TallyLog",
    "console/web.py": "ConsoleLog",
}


class Observation(NamedTuple):
    """One place of the code that observes: where its line goes, and what stands in it."""

    file: str
    inside: str
    fields: Mapping[str, str]

    @property
    def log(self) -> str:
        """The log group that its line goes to."""
        return WRITES_TO.get(self.file, "") or WRITES_TO.get(f"{self.file} {self.inside}", "")


def called(file: Path) -> Iterator[Observation]:
    """Give every observation of a file; a value that is not written there stands as `x`."""
    tree = ast.parse(file.read_text())
    for function in (one for one in ast.walk(tree) if isinstance(one, ast.FunctionDef)):
        for call in (one for one in ast.walk(function) if isinstance(one, ast.Call)):
            name = getattr(call.func, "attr", getattr(call.func, "id", ""))
            if name not in {"observe", "observed"} or not call.args:
                continue
            values = {"event": call.args[0], **{str(one.arg): one.value for one in call.keywords}}
            told = {
                name: str(one.value) if isinstance(one, ast.Constant) else "x"
                for name, one in values.items()
            }
            inside = str(file.relative_to(ROOT / "chalicelib"))
            yield Observation(inside, function.name, told)


def everything() -> list[Observation]:
    """Return every observation of the code."""
    return [one for file in sorted((ROOT / "chalicelib").rglob("*.py")) for one in called(file)]


def of(kind: str) -> dict[str, dict[str, Any]]:
    """Return the properties of every resource of a type."""
    there = stack.template()["Resources"].items()
    return {name: one["Properties"] for name, one in there if one.get("Type") == kind}


def metric(one: Mapping[str, Any]) -> str:
    """Return the metric of ours that a filter writes."""
    (written,) = one["MetricTransformations"]
    assert written["MetricNamespace"] == {"Fn::Sub": "owl/${Stage}"}
    assert written["MetricValue"] == "1"
    return str(written["MetricName"])


def line_of(one: Observation, caplog: pytest.LogCaptureFixture) -> str:
    """Return a line as Lambda's own client writes it into the log."""
    level = log.level
    log.setLevel("INFO")
    try:
        caplog.clear()
        observed(**one.fields)
    finally:
        log.setLevel(level)
    (record,) = caplog.records
    record.aws_request_id = "request-1"
    return logging.Formatter(AS_WRITTEN).format(record)


def reads(one: Mapping[str, Any], line: str) -> bool:
    """Whether a filter reads a line: a pattern of quoted terms wants them all, anywhere."""
    terms = re.findall(r'"([^"]+)"', one["FilterPattern"])
    assert one["FilterPattern"] == " ".join(f'"{term}"' for term in terms)
    return all(term in line for term in terms)


def test_a_kind_of_alarm_is_written_where_it_is_raised() -> None:
    raised = [one for one in everything() if one.fields["event"] == "alarm"]
    assert len(raised) >= 5
    assert [one for one in raised if one.fields.get("kind", "x") == "x"] == []


def test_every_alarming_observation_is_read_by_one_filter_and_its_metric_has_an_alarm(
    caplog: pytest.LogCaptureFixture,
) -> None:
    alarmed = {one["MetricName"] for one in of(ALARM).values()}
    for one in everything():
        if one.fields["event"] not in ALARMING:
            continue
        assert one.log, f"add to WRITES_TO whose log has the lines of {one.file} {one.inside}"
        line = line_of(one, caplog)
        found = [
            metric(each)
            for each in of(FILTER).values()
            if each["LogGroupName"] == {"Ref": one.log} and reads(each, line)
        ]
        wanted = one.fields["kind"] if one.fields["event"] == "alarm" else one.fields["event"]
        assert found == [wanted], f"{one.log} has no filter, or several, for {line}"
        assert wanted in alarmed


def test_every_filter_reads_a_line_that_the_code_writes_and_no_ordinary_one(
    caplog: pytest.LogCaptureFixture,
) -> None:
    lines = [(one, line_of(one, caplog)) for one in everything() if one.log]
    for name, each in of(FILTER).items():
        read = [
            one
            for one, line in lines
            if each["LogGroupName"] == {"Ref": one.log} and reads(each, line)
        ]
        assert read, name
        assert all(one.fields["event"] in ALARMING or "error" in one.fields for one in read), name


def test_every_alarm_has_a_metric_and_tells_the_one_topic() -> None:
    written = {metric(one) for one in of(FILTER).values()}
    own = {
        one["MetricName"]
        for one in of(ALARM).values()
        if one["Namespace"] == {"Fn::Sub": "owl/${Stage}"}
    }
    assert own == written
    others = {one["Namespace"] for one in of(ALARM).values() if isinstance(one["Namespace"], str)}
    assert others == {"AWS/SQS", "AWS/Lambda"}
    for name, one in of(ALARM).items():
        assert one["AlarmActions"] == [{"Ref": "AlarmsTopic"}], name


def test_every_dead_queue_and_every_function_has_an_alarm_and_a_still_tick_is_told() -> None:
    queues = {name for name in of("AWS::SQS::Queue") if name.endswith("DeadQueue")}
    watched = {
        one["Dimensions"][0]["Value"]["Fn::GetAtt"][0]: one
        for one in of(ALARM).values()
        if one["Namespace"] == "AWS/SQS"
    }
    assert set(watched) == queues
    # One message is enough, within five minutes.
    assert {(one["Threshold"], one["Period"]) for one in watched.values()} == {(1, 60)}
    functions = {"APIHandler", "Sender", "Delivery", "Tally", "Tick", "Console"}
    of_lambda = [one for one in of(ALARM).values() if one["Namespace"] == "AWS/Lambda"]
    broken = {
        one["Dimensions"][0]["Value"]["Ref"] for one in of_lambda if one["MetricName"] == "Errors"
    }
    assert broken == functions
    still = {
        one["Dimensions"][0]["Value"]["Ref"]: one["TreatMissingData"]
        for one in of_lambda
        if one["MetricName"] == "Invocations"
    }
    # A function that no longer runs writes no metric at all.
    assert still == {"Tick": "breaching", "Tally": "breaching"}


def test_the_guide_says_of_every_alarm_what_it_means_and_what_to_do() -> None:
    section = README.split("## Alarms")[1].split("\n## ")[0]
    rows = [line.split("|")[1:-1] for line in section.splitlines() if line.startswith("| `")]
    told = {name for cells in rows for name in re.findall(r"`([a-z-]+)`", cells[0])}
    names = {one["AlarmName"]["Fn::Sub"] for one in of(ALARM).values()}
    assert told == {name.removeprefix("owl-${Stage}-") for name in names}
    assert all(len(cells) == 3 and all(cell.strip() for cell in cells) for cells in rows)
