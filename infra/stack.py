"""This file reads the template's tables and queues, for whoever must make them without AWS.

`infra/aws/resources.yaml` is the one list; the local run and the tests are made from it here.
"""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import yaml

TEMPLATE = Path(__file__).parent / "aws" / "resources.yaml"
TABLE, QUEUE = "AWS::DynamoDB::Table", "AWS::SQS::Queue"
GROUP = "AWS::Cognito::UserPoolGroup"
# What `create_table` takes of a table's properties; the rest is set on AWS only.
TABLE_ARGUMENTS = (
    *("TableName", "BillingMode", "AttributeDefinitions", "KeySchema"),
    "GlobalSecondaryIndexes",
)


class Loader(yaml.SafeLoader):
    """Reads CloudFormation's short tags: `!Sub x` as `{"Fn::Sub": x}`."""


def _tagged(loader: yaml.SafeLoader, suffix: str, node: yaml.Node) -> dict[str, Any]:
    name = suffix if suffix in {"Ref", "Condition"} else f"Fn::{suffix}"
    if isinstance(node, yaml.ScalarNode):
        value: Any = loader.construct_scalar(node)
        return {name: value.split(".") if suffix == "GetAtt" else value}
    if isinstance(node, yaml.SequenceNode):
        return {name: loader.construct_sequence(node, deep=True)}
    return {name: loader.construct_mapping(node, deep=True)}  # type: ignore[arg-type]  # a mapping


Loader.add_multi_constructor("!", _tagged)


@cache
def template() -> dict[str, Any]:
    """Return the template as CloudFormation's long form."""
    loaded: dict[str, Any] = yaml.load(TEMPLATE.read_text(), Loader)  # noqa: S506 - a SafeLoader
    return loaded


def tables(stage: str) -> list[dict[str, Any]]:
    """Return the arguments of `create_table` for every table of a stage."""
    return [
        {name: _named(properties[name], stage) for name in TABLE_ARGUMENTS if name in properties}
        for _, properties in _of(TABLE)
    ]


def queues(stage: str) -> dict[str, str]:
    """Return every queue's name by its logical id."""
    return {name: _named(properties["QueueName"], stage) for name, properties in _of(QUEUE)}


def create(dynamodb: Any, sqs: Any, stage: str) -> dict[str, str]:
    """Make the tables and queues that are missing; return queue URLs by logical id.

    `dynamodb` and `sqs` are botocore clients. A dead-letter queue is joined to its queue as in
    the template.
    """
    there = set(dynamodb.list_tables(Limit=100)["TableNames"])
    for table in tables(stage):
        if table["TableName"] not in there:
            dynamodb.create_table(**table)
    urls = {
        name: sqs.create_queue(QueueName=queue)["QueueUrl"] for name, queue in queues(stage).items()
    }
    for name, properties in _of(QUEUE):
        sqs.set_queue_attributes(QueueUrl=urls[name], Attributes=_attributes(properties, sqs, urls))
    return urls


def user_pool(cognito: Any, stage: str) -> tuple[str, str]:
    """Make the user pool, its groups and its app client where they are missing; return their ids.

    `cognito` is a botocore client.
    """
    resources = template()["Resources"]
    wanted = {
        name: _named(value, stage) for name, value in resources["StaffPool"]["Properties"].items()
    }
    # The tier is CloudFormation's word for what the call has in the same place on AWS only.
    wanted.pop("UserPoolTier")
    second = {"SoftwareTokenMfaConfiguration": {"Enabled": bool(wanted.pop("EnabledMfas"))}}
    second["MfaConfiguration"] = wanted.pop("MfaConfiguration")
    name = wanted.pop("UserPoolName")
    pools = cognito.list_user_pools(MaxResults=60)["UserPools"]
    pool = next((one["Id"] for one in pools if one["Name"] == name), "")
    if not pool:
        pool = cognito.create_user_pool(PoolName=name, **wanted)["UserPool"]["Id"]
    cognito.set_user_pool_mfa_config(UserPoolId=pool, **second)
    groups = {one["GroupName"] for one in cognito.list_groups(UserPoolId=pool)["Groups"]}
    for _, properties in _of(GROUP):
        if properties["GroupName"] not in groups:
            cognito.create_group(UserPoolId=pool, GroupName=properties["GroupName"])
    clients = cognito.list_user_pool_clients(UserPoolId=pool, MaxResults=60)["UserPoolClients"]
    if clients:
        return pool, clients[0]["ClientId"]
    properties = dict(resources["StaffClient"]["Properties"])
    properties["UserPoolId"] = pool
    return pool, cognito.create_user_pool_client(**properties)["UserPoolClient"]["ClientId"]


def _attributes(properties: dict[str, Any], sqs: Any, urls: dict[str, str]) -> dict[str, str]:
    attributes = {}
    if "VisibilityTimeout" in properties:
        attributes["VisibilityTimeout"] = str(properties["VisibilityTimeout"])
    redrive = properties.get("RedrivePolicy")
    if redrive:
        dead = urls[redrive["deadLetterTargetArn"]["Fn::GetAtt"][0]]
        answer = sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])
        arn, most = answer["Attributes"]["QueueArn"], redrive["maxReceiveCount"]
        policy = f'{{"deadLetterTargetArn":"{arn}","maxReceiveCount":"{most}"}}'
        attributes["RedrivePolicy"] = policy
    return attributes


def _of(kind: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, resource in template()["Resources"].items():
        if resource.get("Type") == kind:
            yield name, resource["Properties"]


def _named(value: Any, stage: str) -> Any:
    if isinstance(value, dict) and "Fn::Sub" in value:
        return value["Fn::Sub"].replace("${Stage}", stage)
    return value
