"""This file tests the doctor on a stage that the AWS CLI deployed to the emulator, then broken."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import boto3
import pytest
from click.testing import CliRunner, Result

from chalicelib.cli.cloud import Cloud
from chalicelib.cli.doctor import examined
from chalicelib.cli.doctor_findings import OK, UNKNOWN, WRONG, Finding, Stage
from chalicelib.cli.doctor_stage import NEVER_COPIED, UNSEEN
from chalicelib.cli.main import owl
from chalicelib.storage.key_maker import WEBHOOK_KINDS
from infra import build, deploy, stack
from tests.gateways.stub import serving
from tests.infra import test_template
from tests.infra.conftest import PLANNED, REGION

pytestmark = pytest.mark.stack
NAME = PLANNED.stack
# What this emulator does not do, or does not tell: it gives no public address to its functions,
# and says nothing of a table's key.
NOT_HERE = ("it is not encrypted with a key of ours", "execute-api", "lambda-url", "phones")


def made(service: str) -> Any:
    """Return a client of the emulator."""
    return boto3.client(service, region_name=REGION)


@pytest.fixture(scope="module")
def standing(cloud: str, packed: Path) -> None:
    """A stage as AWS would have made it: what the emulator leaves out of the template is added."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(deploy, "make_keys", lambda *_: None)
        assert deploy.deploy(PLANNED, packed, lambda _: True, "c0ffee")
    database = made("dynamodb")
    for one in stack.template()["Resources"].values():
        if one.get("Type") != "AWS::DynamoDB::Table":
            continue
        told = one["Properties"]
        name = told["TableName"]["Fn::Sub"].replace("${Stage}", PLANNED.name)
        recovery = told["PointInTimeRecoverySpecification"]
        database.update_continuous_backups(
            TableName=name, PointInTimeRecoverySpecification=recovery
        )
        if "TimeToLiveSpecification" in told:
            swept = told["TimeToLiveSpecification"]
            database.update_time_to_live(TableName=name, TimeToLiveSpecification=swept)


def looked() -> list[Finding]:
    """Return what the doctor finds, but for what the emulator cannot show."""
    found = examined(Stage.of(Cloud(PLANNED.name, {"OWL_REGION": REGION})), datetime.now(UTC))
    return [one for one in found if not any(each in one.said + one.do for each in NOT_HERE)]


def runs(*words: str) -> Result:
    """Run `owl doctor` for the stage."""
    return CliRunner(env={"OWL_REGION": REGION}).invoke(
        owl, ["doctor", "--stage", PLANNED.name, *words]
    )


def test_a_new_stage_is_right_but_for_what_only_people_can_do(standing: None) -> None:
    found = looked()
    wrong = {one.check for one in found if one.state == WRONG}
    assert wrong == {"listeners", "trail", "keys", "callback ussd", "callback sms"}
    right = {one.check for one in found if one.state == OK}
    assert {"stack", "privacy", "queues", "functions", "alarms", "quota"} <= right
    assert all(one.do for one in found if one.state != OK)


def test_a_callback_that_came_and_a_tally_that_ran_are_seen(standing: None) -> None:
    count = {"MetricName": "callbacks", "Value": 1.0, "Dimensions": [{"Name": "route"}]}
    count["Dimensions"] = [{"Name": "route", "Value": "ussd"}]
    made("cloudwatch").put_metric_data(Namespace=f"owl/{PLANNED.name}", MetricData=[count])
    states = {one.check: one.state for one in looked()}
    assert states["callback ussd"] == OK
    assert states["callback opt-outs"] == UNKNOWN
    assert {f"callback {kind}" for kind in WEBHOOK_KINDS} <= states.keys()


def test_it_prints_lines_or_json_and_ends_with_a_fault(standing: None) -> None:
    said = runs()
    assert said.exit_code == 1
    assert "WRONG listeners: nobody is told" in said.output
    assert "-> set AlarmMail and deploy" in said.output
    rows = json.loads(runs("--json").output)
    assert {"check", "state", "said", "do"} == rows[0].keys()


def test_a_stage_of_a_laptop_or_of_elsewhere_is_told_so(
    standing: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OWL_STAGE", "local")
    assert "looks at a deployed stage" in str(CliRunner().invoke(owl, ["doctor"]).exception)
    monkeypatch.setenv("OWL_REGION", REGION)
    elsewhere = CliRunner().invoke(owl, ["doctor", "--stage", "none"]).exception
    assert "no stage none in ap-southeast-1" in str(elsewhere)


def test_the_money_at_the_gateway_is_asked_for_only_when_told_to(
    standing: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = {"SecretId": f"{NAME}-africastalking", "SecretString": "key"}
    made("secretsmanager").put_secret_value(**key)
    there = Stage.of(Cloud(PLANNED.name, {"OWL_REGION": REGION}))
    with serving() as gateway:
        gateway.status, gateway.body = 200, b'{"UserData": {"balance": "USD 0.0000"}}'
        functions, name = made("lambda"), f"{NAME}-sender"
        told = functions.get_function_configuration(FunctionName=name)["Environment"]["Variables"]
        changed = {"Variables": {**told, "OWL_GATEWAY_URL": gateway.url}}
        functions.update_function_configuration(FunctionName=name, Environment=changed)
        *_, left = examined(there, datetime.now(UTC))
        assert (left.check, left.state, gateway.asked) == ("balance", UNKNOWN, [])
        *_, empty = examined(there, datetime.now(UTC), asks_gateway=True)
        assert (empty.state, empty.said) == (WRONG, "USD 0.0000: no SMS goes out")
        gateway.body = b'{"UserData": {"balance": "USD 12.3400"}}'
        *_, full = examined(there, datetime.now(UTC), asks_gateway=True)
        assert (full.state, full.said) == (OK, "USD 12.3400")
        functions.update_function_configuration(FunctionName=name, Environment={"Variables": told})


def test_that_functions_run_the_package_of_a_commit_is_seen(
    standing: None, packed: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other.zip"
    other.write_bytes(b"other")
    said = "owl-trial-sender runs other code than this package"
    assert said not in runs("--package", str(packed / build.ZIP)).output
    assert said in runs("--package", str(other)).output


def _stream() -> None:
    view = {"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"}
    made("dynamodb").update_table(TableName=f"{NAME}-scores", StreamSpecification=view)


def _recovery() -> None:
    on = {"PointInTimeRecoveryEnabled": True}
    made("dynamodb").update_continuous_backups(
        TableName=f"{NAME}-ballot-box", PointInTimeRecoverySpecification=on
    )


def _no_recovery() -> None:
    off = {"PointInTimeRecoveryEnabled": False}
    made("dynamodb").update_continuous_backups(
        TableName=f"{NAME}-tickets", PointInTimeRecoverySpecification=off
    )


def _time_to_live() -> None:
    swept = {"Enabled": True, "AttributeName": "expires"}
    made("dynamodb").update_time_to_live(
        TableName=f"{NAME}-complaints", TimeToLiveSpecification=swept
    )


def _backup() -> None:
    made("dynamodb").create_backup(TableName=f"{NAME}-limits", BackupName="copy")


def _unprotected() -> None:
    made("dynamodb").update_table(TableName=f"{NAME}-people", DeletionProtectionEnabled=False)


def _gone_table() -> None:
    made("dynamodb").delete_table(TableName=f"{NAME}-talk")


def _log() -> None:
    made("logs").put_retention_policy(
        logGroupName=f"/owl/{PLANNED.name}/webhooks", retentionInDays=365
    )


def _alarm_gone() -> None:
    made("cloudwatch").delete_alarms(AlarmNames=[f"{NAME}-paused"])


def _alarm_off() -> None:
    made("cloudwatch").disable_alarm_actions(AlarmNames=[f"{NAME}-unclear"])


def _alarm_rings() -> None:
    made("cloudwatch").set_alarm_state(
        AlarmName=f"{NAME}-tick-still", StateValue="ALARM", StateReason="no tick"
    )


def _dead_letter() -> None:
    sqs = made("sqs")
    url = sqs.get_queue_url(QueueName=f"{NAME}-reports-dead")["QueueUrl"]
    sqs.send_message(QueueUrl=url, MessageBody="{}")


def _password_alone() -> None:
    functions, name = made("lambda"), f"{NAME}-console"
    told = functions.get_function_configuration(FunctionName=name)["Environment"]["Variables"]
    changed = {"Variables": {**told, "OWL_SECOND_FACTOR": "off"}}
    functions.update_function_configuration(FunctionName=name, Environment=changed)


def _memory() -> None:
    made("lambda").update_function_configuration(FunctionName=f"{NAME}-tick", MemorySize=128)


def _api_key() -> None:
    made("secretsmanager").delete_secret(
        SecretId=f"{NAME}-africastalking", ForceDeleteWithoutRecovery=True
    )


BROKEN = {
    _stream: "-scores: it has a stream",
    _recovery: "-ballot-box: its recovery is on",
    _no_recovery: "-tickets: its recovery is off",
    _time_to_live: "-complaints: its rows have a time to live",
    _backup: "-limits: it has a backup",
    _unprotected: "-people: its protection from deletion is not as meant",
    _gone_table: "the table owl-trial-talk is gone",
    _log: "the log /owl/trial/webhooks is kept 365",
    _alarm_gone: "the alarm owl-trial-paused is gone",
    _alarm_off: "owl-trial-unclear tells nobody",
    _alarm_rings: "owl-trial-tick-still rings: no tick",
    _dead_letter: "1 messages were given up in owl-trial-reports-dead",
    _password_alone: "owl-trial-console: staff sign in by password alone",
    _memory: "owl-trial-tick has 128 MB, and 512 is meant",
    _api_key: "no SMS can be sent: the gateway's API key is not there",
}


def test_what_was_changed_by_hand_is_told_and_each_with_what_to_do(standing: None) -> None:
    before = [one.said for one in looked()]
    assert [said for said in BROKEN.values() if any(said in one for one in before)] == []
    for breaks in BROKEN:
        breaks()
    found = looked()
    for said in BROKEN.values():
        told = [one for one in found if said in one.said]
        assert told, said
        assert all(one.state == WRONG and one.do for one in told), said


def test_what_may_never_be_copied_is_what_the_template_holds() -> None:
    def plain(names: set[str]) -> set[str]:
        spaced = {"UsersMonth": "users-month", "BallotTokens": "ballot-tokens"}
        spaced["BallotBox"] = "ballot-box"
        return {spaced.get(one, one.lower()) for one in names}

    assert plain(test_template.NEVER_COPIED) == NEVER_COPIED
    assert plain(test_template.UNSEEN) == UNSEEN
