"""This file tests what the rules of the trail match, with events as CloudTrail writes them."""

import json
from typing import Any

import boto3
import pytest

from infra import stack
from tests.infra.conftest import REGION

pytestmark = pytest.mark.stack
ACCOUNT = "000000000000"
KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/keys"


def resolved(value: Any) -> Any:
    """Return a pattern with names put where the template refers to resources."""
    if isinstance(value, list):
        return [resolved(one) for one in value]
    if not isinstance(value, dict):
        return value
    if "Fn::GetAtt" in value:
        name = value["Fn::GetAtt"][0]
        return KEY if name == "KeysKey" else f"arn:aws:iam::{ACCOUNT}:role/owl-{name}"
    if "Ref" in value:
        return f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:owl-prod-africastalking-1"
    if "Fn::Sub" in value:
        return value["Fn::Sub"].replace("${Stage}", "prod")
    return {name: resolved(one) for name, one in value.items()}


def told(source: str, name: str, who: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Return an event of CloudTrail as EventBridge carries it."""
    return {
        **dict.fromkeys(("id", "account", "region"), "x"),
        "time": "2026-11-28T08:00:00Z",
        "source": f"aws.{source}",
        "resources": [],
        "detail-type": "AWS API Call via CloudTrail",
        "detail": {
            "eventSource": f"{source}.amazonaws.com",
            "eventName": name,
            "userIdentity": who,
            **more,
        },
    }


def role(name: str) -> dict[str, Any]:
    """Return who a function or a person in a role is."""
    issuer = {"type": "Role", "arn": f"arn:aws:iam::{ACCOUNT}:role/{name}"}
    return {"type": "AssumedRole", "sessionContext": {"sessionIssuer": issuer}}


PERSON = {"type": "IAMUser", "arn": f"arn:aws:iam::{ACCOUNT}:user/somebody"}
OURS = {"resources": [{"ARN": KEY, "type": "AWS::KMS::Key"}]}
OTHERS = {"resources": [{"ARN": f"{KEY}-of-others", "type": "AWS::KMS::Key"}]}
SECRET = {"requestParameters": {"secretId": "owl-prod-africastalking"}}


@pytest.mark.parametrize(
    ("rule", "event", "rings"),
    [
        ("KeysReadRule", told("kms", "Decrypt", role("owl-ApiHandlerRole"), **OURS), False),
        ("KeysReadRule", told("kms", "Decrypt", role("owl-TickRole"), **OURS), True),
        ("KeysReadRule", told("kms", "Decrypt", role("Administrator"), **OURS), True),
        ("KeysReadRule", told("kms", "Decrypt", PERSON, **OURS), True),
        ("KeysReadRule", told("kms", "Decrypt", PERSON, **OTHERS), False),
        ("KeysReadRule", told("kms", "DescribeKey", PERSON, **OURS), False),
        # The database's own upkeep reads in its own name.
        ("KeysReadRule", told("kms", "Decrypt", {"type": "AWSService"}, **OURS), False),
        (
            "ApiKeyReadRule",
            told("secretsmanager", "GetSecretValue", role("owl-SenderRole"), **SECRET),
            False,
        ),
        (
            "ApiKeyReadRule",
            told("secretsmanager", "GetSecretValue", role("Administrator"), **SECRET),
            True,
        ),
        ("GuardsChangedRule", told("lambda", "UpdateFunctionCode20150331v2", PERSON), True),
        ("GuardsChangedRule", told("dynamodb", "UpdateContinuousBackups", PERSON), True),
        ("GuardsChangedRule", told("cloudtrail", "StopLogging", PERSON), True),
        ("GuardsChangedRule", told("lambda", "GetFunction", PERSON), False),
    ],
)
def test_a_rule_rings_for_what_it_is_for(
    cloud: str, rule: str, event: dict[str, Any], *, rings: bool
) -> None:
    pattern = resolved(stack.template()["Resources"][rule]["Properties"]["EventPattern"])
    events = boto3.client("events", endpoint_url=cloud, region_name=REGION)
    answer = events.test_event_pattern(EventPattern=json.dumps(pattern), Event=json.dumps(event))
    assert answer["Result"] is rings
