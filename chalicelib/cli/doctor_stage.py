"""This file looks at what a stage is made of: addresses, tables, queues, functions, privacy."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

import urllib3

from chalicelib.cli.doctor_findings import BY_HAND, WHOLE, Finding, Stage, judged

TABLE, QUEUE, FUNCTION = "AWS::DynamoDB::Table", "AWS::SQS::Queue", "AWS::Lambda::Function"
LOG, POOL = "AWS::Logs::LogGroup", "AWS::Cognito::UserPool"
# Of these no copy of the past may be kept: it would say who did what. Of those said unseen not
# even a time to live, which would say when.
NEVER_COPIED = frozenset(
    {
        *("keys", "talk", "seen", "submits", "limits", "outbox", "users-month", "console"),
        *("ballot-tokens", "ballot-box", "scores", "comments", "complaints"),
    }
)
UNSEEN = frozenset({"ballot-tokens", "ballot-box", "scores", "comments", "complaints"})
LONGEST_LOG = 14
FINE = 200
WAIT = urllib3.Timeout(connect=5, read=15)
Faults = list[tuple[str, str]]


def stack(there: Stage, _now: datetime) -> Iterator[Finding]:
    """Was the last deployment carried out whole?"""
    faults = []
    if there.status not in WHOLE:
        faults.append((f"the stack is {there.status}", "look at its events in CloudFormation"))
    yield from judged("stack", faults, f"{there.cloud.stack} is {there.status}")


def addresses(there: Stage, _now: datetime) -> Iterator[Finding]:
    """Do phones and staff get an answer?"""
    for check, output, path in (
        ("phones", "EndpointURL", "health"),
        ("console", "ConsoleUrl", "console/sign-in"),
    ):
        url = f"{there.outputs.get(output, '').rstrip('/')}/{path}"
        answer = _answered(url)
        log = f"/owl/{there.cloud.stage}/{'webhooks' if check == 'phones' else 'console'}"
        faults = [(f"{url} {answer}", f"look at the log {log}")] if answer else []
        yield from judged(check, faults, f"{url} answers")


def tables(there: Stage, _now: datetime) -> Iterator[Finding]:
    """Are the tables there, encrypted, protected and recoverable as the template says?"""
    faults: Faults = []
    rows = list(there.each(TABLE))
    for logical, name, wanted in rows:
        told = there.cloud.ask("dynamodb", "describe_table", TableName=name) if name else None
        if told is None:
            faults.append((f"the table {name or logical} is gone", "restore it: infra/README.md"))
            continue
        faults += [(f"{name}: {one}", BY_HAND) for one in _table_faults(there, name, told, wanted)]
    yield from judged("tables", faults, f"{len(rows)} tables as the template says")


def _table_faults(
    there: Stage, name: str, told: Mapping[str, Any], wanted: Mapping[str, Any]
) -> Iterator[str]:
    table = told["Table"]
    if table["TableStatus"] != "ACTIVE":
        yield f"it is {table['TableStatus']}"
    if table.get("DeletionProtectionEnabled", False) != wanted["DeletionProtectionEnabled"]:
        yield "its protection from deletion is not as meant"
    if table.get("SSEDescription", {}).get("SSEType") != "KMS":
        yield "it is not encrypted with a key of ours"
    backups = there.cloud.ask("dynamodb", "describe_continuous_backups", TableName=name)
    recovery = backups["ContinuousBackupsDescription"]["PointInTimeRecoveryDescription"]
    is_on = recovery["PointInTimeRecoveryStatus"] == "ENABLED"
    if is_on != wanted["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"]:
        yield f"its recovery is {'on' if is_on else 'off'}"
    swept = there.cloud.ask("dynamodb", "describe_time_to_live", TableName=name)
    is_swept = swept["TimeToLiveDescription"]["TimeToLiveStatus"] in {"ENABLED", "ENABLING"}
    if is_swept != ("TimeToLiveSpecification" in wanted):
        yield f"its time to live is {'on' if is_swept else 'off'}"


def privacy(there: Stage, _now: datetime) -> Iterator[Finding]:
    """Is there no copy of the past where it would say who did what, and no log that tells it?"""
    faults: Faults = []
    for name in sorted(NEVER_COPIED):
        faults += [
            (f"{there.cloud.stack}-{name}: {one}", f"take it away at once. {BY_HAND}")
            for one in _copies(there, name)
        ]
    for _, name, _ in there.each(LOG):
        (group,) = there.cloud.ask("logs", "describe_log_groups", logGroupNamePrefix=name)[
            "logGroups"
        ][:1] or [{}]
        kept = group.get("retentionInDays")
        if not kept or kept > LONGEST_LOG:
            faults.append((f"the log {name} is kept {kept or 'for ever'}", BY_HAND))
        filters = there.cloud.ask("logs", "describe_subscription_filters", logGroupName=name) or {}
        if filters.get("subscriptionFilters"):
            faults.append((f"the log {name} is passed on", f"take that away. {BY_HAND}"))
    faults += _told_by_gateway(there)
    faults += _told_by_trail(there)
    yield from judged("privacy", faults, "no copy, stream, index or log says who did what")


def _copies(there: Stage, short: str) -> Iterator[str]:
    name = f"{there.cloud.stack}-{short}"
    told = there.cloud.ask("dynamodb", "describe_table", TableName=name)
    if told is None:
        return
    table = told["Table"]
    for what, field in (
        ("a stream", "LatestStreamArn"),
        ("an index", "GlobalSecondaryIndexes"),
        ("an index", "LocalSecondaryIndexes"),
        ("a copy elsewhere", "Replicas"),
    ):
        if table.get(field):
            yield f"it has {what}"
    backups = there.cloud.ask("dynamodb", "describe_continuous_backups", TableName=name)
    recovery = backups["ContinuousBackupsDescription"]["PointInTimeRecoveryDescription"]
    if recovery["PointInTimeRecoveryStatus"] == "ENABLED":
        yield "its recovery is on"
    if there.cloud.ask("dynamodb", "list_backups", TableName=name).get("BackupSummaries"):
        yield "it has a backup"
    stream = there.cloud.ask("dynamodb", "describe_kinesis_streaming_destination", TableName=name)
    sent = stream["KinesisDataStreamDestinations"] if stream else ()
    if any(one["DestinationStatus"] != "DISABLED" for one in sent):
        yield "it is sent to a stream"
    if short in UNSEEN:
        swept = there.cloud.ask("dynamodb", "describe_time_to_live", TableName=name)
        if swept["TimeToLiveDescription"]["TimeToLiveStatus"] in {"ENABLED", "ENABLING"}:
            yield "its rows have a time to live"


def _told_by_gateway(there: Stage) -> Faults:
    """A callback's path holds its secret and its body a number, so nothing of it is logged."""
    told = there.cloud.ask("apigateway", "get_stages", restApiId=there.names["RestAPI"])
    faults = []
    for one in told["item"]:
        methods = one.get("methodSettings", {}).values()
        is_told = any(each.get("loggingLevel", "OFF") != "OFF" for each in methods)
        is_told |= any(each.get("dataTraceEnabled") for each in methods)
        if is_told or one.get("accessLogSettings"):
            faults.append(("the API logs what is called, with secrets in it", BY_HAND))
    return faults


def _told_by_trail(there: Stage) -> Faults:
    faults = []
    for one in there.cloud.ask("cloudtrail", "describe_trails")["trailList"]:
        asked = {"TrailName": one["TrailARN"]}
        told = there.cloud.ask("cloudtrail", "get_event_selectors", **asked) or {}
        if "AWS::DynamoDB::Table" in str(told):
            said = f"the trail {one['Name']} keeps every read of rows: who voted when"
            faults.append((said, "take events of DynamoDB out of that trail"))
    return faults


def queues(there: Stage, _now: datetime) -> Iterator[Finding]:
    """Are the queues there, and nothing given up?"""
    faults: Faults = []
    rows = list(there.each(QUEUE))
    for logical, url, _ in rows:
        asked = {"QueueUrl": url, "AttributeNames": ["All"]}
        told = there.cloud.ask("sqs", "get_queue_attributes", **asked) if url else None
        if told is None:
            faults.append((f"the queue {logical} is gone", BY_HAND))
            continue
        waiting = int(told["Attributes"]["ApproximateNumberOfMessages"])
        if logical.endswith("DeadQueue") and waiting:
            said = f"{waiting} messages were given up in {url.rpartition('/')[2]}"
            faults.append((said, "infra/README.md, Given up by a queue"))
    yield from judged("queues", faults, f"{len(rows)} queues, none gave up on a message")


def functions(there: Stage, _now: datetime) -> Iterator[Finding]:
    """Are the functions whole, on the Python they were built for, and strict with staff?"""
    faults: Faults = []
    rows = list(there.each(FUNCTION))
    for logical, name, wanted in rows:
        asked = {"FunctionName": name}
        told = there.cloud.ask("lambda", "get_function_configuration", **asked) if name else None
        if told is None:
            faults.append((f"the function {logical} is gone", BY_HAND))
            continue
        if told["Runtime"] != wanted["Runtime"] or told.get("State", "Active") == "Failed":
            faults.append((f"{name}: {told['Runtime']}, {told.get('State')}", BY_HAND))
        for what, unit in (("MemorySize", "MB"), ("Timeout", "seconds")):
            if told[what] != wanted[what]:
                said = f"{name} has {told[what]} {unit}, and {wanted[what]} is meant"
                faults.append((said, BY_HAND))
        meant = wanted["Environment"]["Variables"].keys()
        if told.get("Environment", {}).get("Variables", {}).keys() != meant:
            faults.append((f"{name}: its settings are not those of the template", BY_HAND))
        if there.code and told["CodeSha256"] != there.code:
            said = f"{name} runs other code than this package"
            faults.append((said, "is it the package of the stack's tag owl-commit? Else see above"))
        if told.get("Layers"):
            faults.append((f"{name} runs code that is not ours: a layer", BY_HAND))
        variables = told.get("Environment", {}).get("Variables", {})
        if variables.get("OWL_SECOND_FACTOR", "on") != "on":
            faults.append((f"{name}: staff sign in by password alone", BY_HAND))
    yield from judged("functions", faults, f"{len(rows)} functions as they were deployed")


def _answered(url: str) -> str:
    """Return what is wrong with an answer; empty where it is fine."""
    try:
        with urllib3.PoolManager(timeout=WAIT, retries=False) as pool:
            status = pool.request("GET", url, redirect=False).status
    except urllib3.exceptions.HTTPError as fault:
        return f"does not answer ({type(fault).__name__})"
    return "" if status == FINE else f"answers HTTP {status}"


CHECKS = {
    "stack": stack,
    "addresses": addresses,
    "tables": tables,
    "privacy": privacy,
    "queues": queues,
    "functions": functions,
}
