"""This file looks at who watches a stage, and at what lies outside it: keys, quota, gateway."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import urllib3

from chalicelib.cli.doctor_findings import BY_HAND, OK, UNKNOWN, WRONG, Finding, Stage, judged
from chalicelib.gateways import africastalking_account as account
from chalicelib.gateways.africastalking import NAME
from chalicelib.gateways.made import secrets_of
from chalicelib.settings import Settings
from chalicelib.storage.key_maker import WEBHOOK_KINDS

ALARM, RULE = "AWS::CloudWatch::Alarm", "AWS::Events::Rule"
# Two senders of chunks, five of replies, five of reports, tick, tally, ten dialling, five of staff.
FUNCTIONS_AT_ONCE = 30
# A gateway that was never told an address calls none, and one month shows every kind but opt-outs.
LOOKS_BACK = timedelta(days=14)
RARE = frozenset({"opt-outs", "ussd-events", "delivery-reports"})
DAY = 86_400
README = "infra/README.md"
WAIT = urllib3.Timeout(connect=5, read=15)


def alarms(there: Stage, _now: datetime) -> Iterator[Finding]:
    """Is every alarm armed, does any ring, and is anybody told?"""
    prefix = f"{there.cloud.stack}-"
    found = there.cloud.pages(
        "cloudwatch", "describe_alarms", "MetricAlarms", AlarmNamePrefix=prefix
    )
    known = {one["AlarmName"]: one for one in found}
    wanted = [name or logical for logical, name, _ in there.each(ALARM)]
    faults = [(f"the alarm {name} is gone", BY_HAND) for name in wanted if name not in known]
    for name, one in sorted(known.items()):
        if not one["ActionsEnabled"] or not one["AlarmActions"]:
            faults.append(
                (
                    f"{name} tells nobody",
                    "aws cloudwatch enable-alarm-actions --alarm-names " + name,
                )
            )
        if one["StateValue"] == "ALARM":
            short = name.removeprefix(prefix)
            faults.append((f"{name} rings: {one['StateReason']}", f"{README}, Alarms, {short}"))
    yield from judged("alarms", faults, f"{len(wanted)} alarms armed, none rings")


def listeners(there: Stage, _now: datetime) -> Iterator[Finding]:
    """Does anybody hear the alarms?"""
    topic = there.names["AlarmsTopic"]
    told = there.cloud.pages("sns", "list_subscriptions_by_topic", "Subscriptions", TopicArn=topic)
    heard = [one for one in told if one["SubscriptionArn"].startswith("arn:")]
    faults = []
    if not heard:
        do = "set AlarmMail and deploy, then confirm by the link in the mail"
        faults = [(f"nobody is told: {len(told)} subscriptions, none confirmed", do)]
    yield from judged("listeners", faults, f"{len(heard)} addresses are told")


def trail(there: Stage, _now: datetime) -> Iterator[Finding]:
    """Would somebody be told who reads keys?"""
    trails = there.cloud.ask("cloudtrail", "describe_trails")["trailList"]
    running = [
        one["Name"]
        for one in trails
        if there.cloud.ask("cloudtrail", "get_trail_status", Name=one["TrailARN"])["IsLogging"]
    ]
    faults = []
    if not running:
        do = 'set OwnTrail = "on" in infra/stages.toml and deploy'
        faults.append(("the account has no trail, so no read of a key is noticed", do))
    for _, name, _ in there.each(RULE):
        told = there.cloud.ask("events", "describe_rule", Name=name.rpartition("|")[2])
        if told is None or told["State"] == "DISABLED":
            faults.append((f"the rule {name} is off", BY_HAND))
    yield from judged("trail", faults, f"{', '.join(running)} runs, and its rules are on")


def keys(there: Stage, now: datetime) -> Iterator[Finding]:
    """Are the keys there, and does the tally go on making those of each month?

    The table is not read: the phone side says whether it has its keys, and every pair is made
    whole. A read from here would ring `keys-read`.
    """
    said = health(there)
    last = _last(
        there, ("AWS/Lambda", "Invocations"), ("FunctionName", f"{there.cloud.stack}-tally"), now
    )
    do = f"invoke {there.cloud.stack}-tally once: {README}, First deployment"
    if last is None:
        yield Finding("keys", WRONG, "the tally never ran: it makes the keys", do)
    elif said == "missing":
        yield Finding("keys", WRONG, "the phone side finds no keys, or not this month's", do)
    elif said:
        yield Finding("keys", OK, f"there; the tally ran last on {last:%d.%m.%Y}")
    else:
        yield Finding("keys", UNKNOWN, "the phone side does not answer", "see `phones` above")


def health(there: Stage) -> str:
    """Return what the phone side says of its keys; empty where it does not answer."""
    url = f"{there.outputs.get('EndpointURL', '').rstrip('/')}/health"
    try:
        with urllib3.PoolManager(timeout=WAIT, retries=False) as pool:
            return str(pool.request("GET", url, redirect=False).json().get("keys", ""))
    except (urllib3.exceptions.HTTPError, ValueError):
        return ""


def gateway_key(there: Stage, _now: datetime) -> Iterator[Finding]:
    """Was the gateway's API key put in? Its value is not read: an alarm would tell that."""
    name = f"{there.cloud.stack}-africastalking"
    told = there.cloud.ask("secretsmanager", "describe_secret", SecretId=name)
    faults = []
    if told is None or not told.get("VersionIdsToStages"):
        do = f"aws secretsmanager put-secret-value --secret-id {name} --secret-string file://KEY"
        faults.append(("no SMS can be sent: the gateway's API key is not there", do))
    yield from judged("gateway key", faults, f"{name} holds one")


def quota(there: Stage, _now: datetime) -> Iterator[Finding]:
    """May enough functions run at once?"""
    told = there.cloud.ask("lambda", "get_account_settings")
    most = told["AccountLimit"]["ConcurrentExecutions"]
    faults = []
    if most < FUNCTIONS_AT_ONCE:
        said = f"the account may run {most} functions at once, and a busy minute takes "
        do = "Service Quotas, AWS Lambda, Concurrent executions: ask for 1,000"
        faults.append((f"{said}{FUNCTIONS_AT_ONCE}", do))
    yield from judged("quota", faults, f"{most} functions at once")


def callbacks(there: Stage, now: datetime) -> Iterator[Finding]:
    """When did the gateway last call each address? It tells nobody which ones it has."""
    for kind in WEBHOOK_KINDS:
        metric = (f"owl/{there.cloud.stage}", "callbacks")
        last = _last(there, metric, ("route", kind), now)
        check = f"callback {kind}"
        if last is not None:
            yield Finding(check, OK, f"came last on {last:%d.%m.%Y}")
            continue
        said = f"none came in {LOOKS_BACK.days} days"
        do = "compare the dashboard with `owl keys callbacks`, then dial or text"
        yield Finding(check, UNKNOWN if kind in RARE else WRONG, said, do)


def no_balance(_there: Stage, _now: datetime) -> Iterator[Finding]:
    """Say how to see the gateway's money: without it every message to many is paused."""
    yield Finding("balance", UNKNOWN, "not asked for", "owl doctor --gateway, or its dashboard")


def balance(there: Stage, _now: datetime) -> Iterator[Finding]:
    """Does the account at the gateway hold money?"""
    stage = Settings.of(there.cloud.variables("sender"))
    secret = there.cloud.ask(
        "secretsmanager", "get_secret_value", SecretId=stage.gateway_key_secret
    )
    key = str(secrets_of(secret["SecretString"]).get(NAME, "")).strip() if secret else ""
    if not key:
        yield Finding("balance", UNKNOWN, f"there is no API key of {NAME}", "see `gateway key`")
        return
    currency, amount = account.balance(stage, key)
    faults = []
    if amount <= 0:
        faults.append((f"{currency} {amount}: no SMS goes out", "pay in at the gateway"))
    yield from judged("balance", faults, f"{currency} {amount}")


def _last(
    there: Stage, metric: tuple[str, str], by: tuple[str, str], now: datetime
) -> datetime | None:
    """Return the last day on which a metric counted anything."""
    (namespace, named), (dimension, value) = metric, by
    told = there.cloud.ask(
        *("cloudwatch", "get_metric_statistics"),
        Namespace=namespace,
        MetricName=named,
        Dimensions=[{"Name": dimension, "Value": value}],
        StartTime=now - LOOKS_BACK,
        EndTime=now,
        Period=DAY,
        Statistics=["Sum"],
    )
    counted = [one["Timestamp"] for one in told["Datapoints"] if one["Sum"] > 0]
    return max(counted, default=None)


CHECKS = {
    "alarms": alarms,
    "listeners": listeners,
    "trail": trail,
    "keys": keys,
    "gateway key": gateway_key,
    "quota": quota,
    "callbacks": callbacks,
}
