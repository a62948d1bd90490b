"""This file tests that what the code counts and what the alarms and the dashboard read agree."""

import ast
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from chalicelib.capabilities.delivery import RANKS
from chalicelib.gateways.africastalking_sender import ACCEPTED, DEFERRED, REJECTED, UNKNOWN
from chalicelib.observe import COUNTED, Embedded, log, observed
from chalicelib.storage.key_maker import WEBHOOK_KINDS
from infra import stack

ROOT = Path(__file__).parent.parent.parent
README = (ROOT / "infra" / "README.md").read_text()
ALARM, RULE = "AWS::CloudWatch::Alarm", "AWS::Events::Rule"
OURS = {"Fn::Sub": "owl/${Stage}"}
# What must wake somebody: the event `alarm` of whatever kind, and faults of these.
ALARMING = {"alarm": "", "tick_failed": "", "webhook": "error", "console": "error"}
# What the dashboard divides by, and all that may stand there.
DIVIDED = {
    "route": set(WEBHOOK_KINDS),
    "outcome": {ACCEPTED, REJECTED, DEFERRED, UNKNOWN, "over_spend"},
    "status": set(RANKS) - {"sent"},
}


class Observation(NamedTuple):
    """One place of the code that observes, and what stands in its line."""

    file: str
    inside: str
    fields: Mapping[str, str | int]


def called(file: Path) -> Iterator[Observation]:
    """Give every observation of a file; a value that is not written there stands as `x`."""
    tree = ast.parse(file.read_text())
    for function in (one for one in ast.walk(tree) if isinstance(one, ast.FunctionDef)):
        for call in (one for one in ast.walk(function) if isinstance(one, ast.Call)):
            name = getattr(call.func, "attr", getattr(call.func, "id", ""))
            if name not in {"observe", "observed"} or not call.args:
                continue
            values = {"event": call.args[0], **{str(one.arg): one.value for one in call.keywords}}
            told: dict[str, str | int] = {
                name: str(one.value) if isinstance(one, ast.Constant) else "x"
                for name, one in values.items()
            }
            if "n" in told:
                told["n"] = 3
            inside = str(file.relative_to(ROOT / "chalicelib"))
            yield Observation(inside, function.name, told)


def everything() -> list[Observation]:
    """Return every observation of the code."""
    return [one for file in sorted((ROOT / "chalicelib").rglob("*.py")) for one in called(file)]


def of(kind: str) -> dict[str, dict[str, Any]]:
    """Return the properties of every resource of a type."""
    there = stack.template()["Resources"].items()
    return {name: one["Properties"] for name, one in there if one.get("Type") == kind}


def written(one: Observation, caplog: pytest.LogCaptureFixture) -> dict[str, Any]:
    """Return the line of an observation as a function writes it."""
    level = log.level
    log.setLevel("INFO")
    try:
        caplog.clear()
        observed(**one.fields)  # type: ignore[arg-type]  # its event is among them
    finally:
        log.setLevel(level)
    line: dict[str, Any] = json.loads(Embedded("prod").format(caplog.records[0]))
    return line


def metrics(line: Mapping[str, Any]) -> dict[str, int]:
    """Return what CloudWatch counts of a line, as its specification says."""
    found = {}
    for one in line.get("_aws", {}).get("CloudWatchMetrics", ()):
        assert one["Namespace"] == "owl/prod"
        (names,), (metric,) = one["Dimensions"], one["Metrics"]
        assert all(isinstance(line[name], str) for name in names)
        assert isinstance(line[metric["Name"]], int)
        assert isinstance(line["_aws"]["Timestamp"], int)
        found[metric["Name"]] = line[metric["Name"]]
    return found


def test_a_kind_of_alarm_is_written_where_it_is_raised() -> None:
    raised = [one for one in everything() if one.fields["event"] == "alarm"]
    assert len(raised) >= 6
    assert [one for one in raised if one.fields.get("kind", "x") == "x"] == []


def test_every_alarming_observation_is_counted_and_its_metric_has_an_alarm(
    caplog: pytest.LogCaptureFixture,
) -> None:
    alarmed = {one["MetricName"] for one in of(ALARM).values() if one["Namespace"] == OURS}
    for one in everything():
        event = str(one.fields["event"])
        if event not in ALARMING or ALARMING[event] not in {"", *one.fields}:
            continue
        kind = one.fields["kind"] if event == "alarm" else event.removesuffix("_failed") + "_failed"
        assert metrics(written(one, caplog)) == {kind: 1}, one
        assert kind in alarmed, one


def test_every_metric_is_counted_of_a_line_that_the_code_writes(
    caplog: pytest.LogCaptureFixture,
) -> None:
    fed = {
        (name, one.fields["event"])
        for one in everything()
        for name in metrics(written(one, caplog))
    }
    # What is sent has its outcome at run time only.
    fed |= {("unclear", "sms_sent")}
    assert {(one.metric, one.event) for one in COUNTED} == fed


def test_a_post_in_doubt_counts_the_people_in_it(caplog: pytest.LogCaptureFixture) -> None:
    line = {"event": "post_unclear", "n": 50}
    assert metrics(written(Observation("", "", line), caplog)) == {"unclear": 50}
    line = {"event": "sms_sent", "outcome": "unknown", "kind": "reply"}
    assert metrics(written(Observation("", "", line), caplog)) == {"sent": 1, "unclear": 1}


def test_every_alarm_reads_a_metric_that_is_written_and_tells_the_one_topic() -> None:
    whole = {one.metric for one in COUNTED if not one.by}
    own = {name: one for name, one in of(ALARM).items() if one["Namespace"] == OURS}
    assert {one["MetricName"] for one in own.values()} == whole
    assert all("Dimensions" not in one for one in own.values())
    others = {str(one["Namespace"]) for one in of(ALARM).values() if one not in own.values()}
    assert others == {"AWS/SQS", "AWS/Lambda", "AWS/ApiGateway"}
    for name, one in of(ALARM).items():
        assert one["AlarmActions"] == [{"Ref": "AlarmsTopic"}], name


def test_the_dashboard_shows_metrics_that_are_written() -> None:
    (board,) = of("AWS::CloudWatch::Dashboard").values()
    shown = json.loads(board["DashboardBody"]["Fn::Sub"])["widgets"]
    lines = [line for one in shown for line in one["properties"]["metrics"]]
    divided = {one.metric: one.by for one in COUNTED}
    for _, metric, *more in (line for line in lines if line[0].startswith("owl/")):
        by = divided[metric]
        assert [one for one in more if isinstance(one, str)][:1] == ([by] if by else []), metric
        assert not by or more[1] in DIVIDED[by], more
    for by, values in DIVIDED.items():
        assert {line[3] for line in lines if line[2:3] == [by]} == values
    resources = stack.template()["Resources"]
    named = {one for line in lines for one in re.findall(r"\$\{([A-Za-z]+)", str(line[3:]))}
    assert named - {"Stage"} <= {*resources}


def test_every_dead_queue_and_every_function_has_an_alarm_and_a_still_tick_is_told() -> None:
    queues = {name for name in of("AWS::SQS::Queue") if name.endswith("DeadQueue")}
    watched = {
        one["Dimensions"][0]["Value"]["Fn::GetAtt"][0]: one
        for one in of(ALARM).values()
        if one["MetricName"] == "ApproximateNumberOfMessagesVisible"
    }
    assert set(watched) == queues
    aged = {
        one["Dimensions"][0]["Value"]["Fn::GetAtt"][0].replace("Queue", "DeadQueue")
        for one in of(ALARM).values()
        if one["MetricName"] == "ApproximateAgeOfOldestMessage"
    }
    assert aged == queues
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
    names |= {one["Name"]["Fn::Sub"] for one in of(RULE).values()}
    assert told == {name.removeprefix("owl-${Stage}-") for name in names}
    assert all(len(cells) == 3 and all(cell.strip() for cell in cells) for cells in rows)


def allowed(policy: Path, action: str, resource: str) -> bool:
    """Whether a policy file lets its function do something to a resource."""
    told = json.loads(policy.read_text())["Statement"]
    return any(action in one["Action"] and resource in json.dumps(one["Resource"]) for one in told)


def exempt(rule: Mapping[str, Any]) -> set[str]:
    """Return the roles that a rule is silent about."""
    known, people = rule["EventPattern"]["detail"]["$or"]
    assert "Root" in people["userIdentity"]["type"]
    (issuer,) = known["userIdentity"]["sessionContext"]["sessionIssuer"]["arn"]
    return {one["Fn::GetAtt"][0] for one in issuer["anything-but"]}


def test_whoever_reads_a_key_and_is_no_function_that_may_is_told() -> None:
    policies = sorted((ROOT / "infra" / "aws" / "policies").glob("*.json"))
    roles = {one: f"{one.stem.title()}Role".replace("Webhooks", "ApiHandler") for one in policies}
    rules = of(RULE)
    assert exempt(rules["KeysReadRule"]) == {
        role for one, role in roles.items() if allowed(one, "kms:Decrypt", "KeysKey")
    }
    assert exempt(rules["ApiKeyReadRule"]) == {
        role for one, role in roles.items() if allowed(one, "secretsmanager:GetSecretValue", "Key")
    }
    for one in rules.values():
        (target,) = one["Targets"]
        assert target["Arn"] == {"Ref": "AlarmsTopic"}
