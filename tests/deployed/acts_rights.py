"""This file looks at the deployed stage itself: roles, logs, alarms, and what a deletion leaves."""

import json
import re
from typing import Any

from infra import stack
from infra.build import AWS
from tests.deployed import acts_phone, acts_staff
from tests.deployed.scene import Scene

# Function of the template -> whose policy file.
POLICIES = {
    "APIHandler": "webhooks",
    "Console": "console",
    "Sender": "sender",
    "Delivery": "delivery",
    "Tally": "tally",
    "Tick": "tick",
}
ROLES = {"APIHandler": "ApiHandlerRole"}
TABLE, GROUP, ALARM = "AWS::DynamoDB::Table", "AWS::Logs::LogGroup", "AWS::CloudWatch::Alarm"
# A number of any person of the play, in the spellings a log could hold it in.
NUMBERS = re.compile(r"(?:855|0)1234\d{5}")
SAID = (acts_phone.WORDS, acts_staff.FEES, acts_staff.AGENDA, "INFO 102", "authorization")


def rights_are_as_written(scene: Scene) -> None:
    """Compare each deployed role with its file: these statements, and nothing beside."""
    stage, iam = scene.stage, scene.stage.cloud.client("iam")
    resources = stage.cloud.resources(stage.stack)
    roles = {name for name, one in resources.items() if one["ResourceType"] == "AWS::IAM::Role"}
    assert roles == {ROLES.get(one, f"{one}Role") for one in POLICIES}, roles
    for function, file in POLICIES.items():
        role = resources[ROLES.get(function, f"{function}Role")]["PhysicalResourceId"]
        assert not iam.list_attached_role_policies(RoleName=role)["AttachedPolicies"], role
        (name,) = iam.list_role_policies(RoleName=role)["PolicyNames"]
        deployed = iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"]
        written = json.loads((AWS / "policies" / f"{file}.json").read_text())
        assert _acts(deployed) == _acts(written), file
        assert "*" not in _resources(deployed), file
        found = stage.cloud.client("lambda").get_function_configuration(
            FunctionName=f"{stage.stack}-{file}"
        )
        assert found["Role"].endswith(f"/{role}"), found["Role"]


def nothing_personal_is_left_behind(scene: Scene) -> None:
    """Read every line of every log, and what tables and the API gateway are set to keep."""
    stage = scene.stage
    lines = [line for file in POLICIES.values() for line in stage.logged(file)]
    assert any('"event"' in line for line in lines), "the functions logged nothing"
    whole = "\n".join(lines)
    assert not NUMBERS.search(whole), NUMBERS.findall(whole)[:3]
    held = [one for one in (*SAID, *stage.secrets.values()) if one in whole]
    assert not held, held
    tables, dynamodb = stack.template()["Resources"], stage.cloud.client("dynamodb")
    for one in (each["Properties"] for each in tables.values() if each.get("Type") == TABLE):
        name = one["TableName"]["Fn::Sub"].replace("${Stage}", stage.name)
        kept = dynamodb.describe_continuous_backups(TableName=name)["ContinuousBackupsDescription"]
        wanted = one["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"]
        status = kept["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"]
        # The emulator's CloudFormation turns no copy of the past on, so only one too many shows.
        assert status != "ENABLED" or wanted, name
        table = dynamodb.describe_table(TableName=name)["Table"]
        assert not table.get("StreamSpecification", {}).get("StreamEnabled"), name
    groups = stage.cloud.client("logs").describe_log_groups(logGroupNamePrefix="/owl/")
    assert {one["retentionInDays"] for one in groups["logGroups"]} == {14}
    scene.note(f"{len(lines):,} lines of logs, {sum(map(len, lines)):,} characters")


def alarms_are_there(scene: Scene) -> None:
    """Compare the deployed alarms with the template's: what each counts, and whom it tells."""
    stage = scene.stage
    resources = stage.cloud.resources(stage.stack)
    topic = resources["AlarmsTopic"]["PhysicalResourceId"]
    pages = stage.cloud.client("cloudwatch").get_paginator("describe_alarms").paginate()
    every = {one["AlarmName"]: one for page in pages for one in page["MetricAlarms"]}
    mine = {name: one for name, one in every.items() if name.startswith(f"{stage.stack}-")}
    wanted = [one for one in stack.template()["Resources"].values() if one.get("Type") == ALARM]
    names = {
        one["Properties"]["AlarmName"]["Fn::Sub"].replace("${Stage}", stage.name) for one in wanted
    }
    assert set(mine) == names, set(mine) ^ names
    assert all(one["AlarmActions"] == [topic] for one in mine.values())
    queues = {
        each["Value"]
        for one in mine.values()
        for each in one["Dimensions"]
        if each["Name"] == "QueueName"
    }
    dead = {f"{stage.stack}-{one}-dead" for one in ("outbox", "chunks", "reports")}
    there = {one["PhysicalResourceId"].rpartition("/")[2] for one in resources.values()}
    assert dead <= queues <= there, queues
    scene.note(f"{len(mine)} alarms; the emulator evaluates none of them")


def the_stage_goes(scene: Scene) -> None:
    """Delete the stack: what it says it retains is there, and nothing else of it."""
    stage = scene.stage
    before = stage.cloud.resources(stage.stack)
    resources = stack.template()["Resources"]
    assert stage.cloud.delete(stage.stack) == "DELETE_COMPLETE"
    pages = stage.cloud.client("dynamodb").get_paginator("list_tables").paginate()
    left = {name for page in pages for name in page["TableNames"] if stage.stack in name}
    kept = {
        before[name]["PhysicalResourceId"]
        for name, one in resources.items()
        if one.get("Type") == TABLE and one["DeletionPolicy"] == "Retain"
    }
    assert left == kept, left ^ kept
    functions = stage.cloud.client("lambda").list_functions()["Functions"]
    assert not [one for one in functions if one["FunctionName"].startswith(stage.stack)]
    queues = stage.cloud.client("sqs").list_queues(QueueNamePrefix=stage.stack)
    assert not queues.get("QueueUrls")
    scene.note(f"{len(before)} resources gone but {len(kept)} tables, which are to be kept")


def _acts(policy: dict[str, Any]) -> list[tuple[str, tuple[str, ...], int]]:
    """Return what each statement allows, and on how many resources."""
    return sorted(
        (one["Sid"], tuple(sorted(_list(one["Action"]))), len(_list(one["Resource"])))
        for one in policy["Statement"]
    )


def _resources(policy: dict[str, Any]) -> set[str]:
    return {each for one in policy["Statement"] for each in _list(one["Resource"])}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
