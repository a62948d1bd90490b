"""This file tests the template that AWS gets: what may be copied, who may touch what, no typo."""

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from chalicelib.capabilities.staff import ROLES, SHORTEST
from chalicelib.settings import Settings, described
from chalicelib.storage.people import PROJECTED
from infra import build, stack
from tests.infra.models import table_names

ROOT = Path(__file__).parent.parent.parent
FUNCTIONS = {
    "APIHandler": "webhooks",
    "Sender": "sender",
    "Delivery": "delivery",
    "Tally": "tally",
    "Tick": "tick",
    "Console": "console",
}
# A copy of the past of these would say who did what: the keys, and whatever is kept under a
# month's key or for a moment.
SHORT_LIVED = {"Talk", "Seen", "Submits", "Limits", "Outbox", "UsersMonth", "Console"}
# A row's time to live would tell when somebody said what, so what is said unseen has none.
UNSEEN = {"BallotTokens", "BallotBox", "Scores", "Comments", "Complaints"}
NEVER_COPIED = {"Keys"} | SHORT_LIVED | UNSEEN
TABLE, FUNCTION = "AWS::DynamoDB::Table", "AWS::Serverless::Function"


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The template as packed, from a project without its libraries: they change nothing in it."""
    project = build.stage(tmp_path_factory.mktemp("project"))
    out = tmp_path_factory.mktemp("out")
    build.package(project, out)
    packed: dict[str, Any] = yaml.load((out / build.TEMPLATE).read_text(), stack.Loader)
    return packed


def of(template: Mapping[str, Any], kind: str) -> dict[str, dict[str, Any]]:
    """Return the properties of every resource of a type."""
    return {
        name: one["Properties"]
        for name, one in template["Resources"].items()
        if one.get("Type") == kind
    }


def statements(template: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Give every statement of every function's role."""
    for name, role in of(template, "AWS::IAM::Role").items():
        for policy in role["Policies"]:
            for statement in policy["PolicyDocument"]["Statement"]:
                yield name, statement


def test_every_overlay_meets_a_resource_that_chalice_makes(template: dict[str, Any]) -> None:
    assert [name for name, one in template["Resources"].items() if "Type" not in one] == []


def test_every_overlay_of_an_event_meets_an_event(template: dict[str, Any]) -> None:
    events = {
        name: event
        for one in of(template, FUNCTION).values()
        for name, event in one.get("Events", {}).items()
    }
    assert len(events) == 5
    assert [name for name, event in events.items() if "Type" not in event] == []


def test_the_settings_name_functions_that_exist(template: dict[str, Any]) -> None:
    settings = json.loads((ROOT / ".chalice" / "config.json").read_text())["lambda_functions"]
    assert set(of(template, FUNCTION)) == set(FUNCTIONS)
    assert set(settings) == {"api_handler", "sender", "delivery", "tally", "tick", "console"}
    assert {one["iam_policy_file"] for one in settings.values()} == {
        f"{name}.json" for name in FUNCTIONS.values()
    }


def test_each_function_has_a_role_of_its_own_and_the_settings_asked_for(
    template: dict[str, Any],
) -> None:
    functions = of(template, FUNCTION)
    roles = [one["Role"]["Fn::GetAtt"][0] for one in functions.values()]
    assert len(set(roles)) == len(functions) == len(of(template, "AWS::IAM::Role"))
    assert {one["Runtime"] for one in functions.values()} == {"python3.11"}
    assert {tuple(one["Architectures"]) for one in functions.values()} == {("arm64",)}
    for name, one in functions.items():
        assert one["FunctionName"] == {"Fn::Sub": f"owl-${{Stage}}-{FUNCTIONS[name]}"}
        assert one["Environment"]["Variables"]["OWL_STAGE"] == {"Ref": "Stage"}


def test_who_accepts_a_reply_and_who_sends_it_know_the_same_money(
    template: dict[str, Any],
) -> None:
    money = {"Replies", "ReplyPrice", "SpendADay"}
    for name in ("APIHandler", "Sender"):
        values = of(template, FUNCTION)[name]["Environment"]["Variables"].values()
        assert money <= {one["Ref"] for one in values if "Ref" in one}, name


def test_who_sends_and_who_fills_the_queue_know_the_same_rate_and_days(
    template: dict[str, Any],
) -> None:
    for name in ("Sender", "Tick"):
        values = of(template, FUNCTION)[name]["Environment"]["Variables"]
        assert values["OWL_SMS_A_SECOND"] == {"Ref": "SmsASecond"}, name
        assert values["OWL_BLOCKED_DATES"] == {"Ref": "BlockedDates"}, name


def test_a_role_is_the_policy_file_of_its_function(template: dict[str, Any]) -> None:
    roles = of(template, "AWS::IAM::Role")
    for name, one in of(template, FUNCTION).items():
        role = roles[one["Role"]["Fn::GetAtt"][0]]
        file = ROOT / "infra" / "aws" / "policies" / f"{FUNCTIONS[name]}.json"
        assert role["Policies"][0]["PolicyDocument"] == json.loads(file.read_text())


def test_no_role_may_do_everything_or_touch_everything(template: dict[str, Any]) -> None:
    for name, statement in statements(template):
        for action in statement["Action"]:
            assert "*" not in action, (name, action)
        assert "*" not in json.dumps(statement["Resource"]), (name, statement["Resource"])
        assert statement["Effect"] == "Allow"


def test_no_role_may_list_a_table_or_read_a_key_that_is_not_its_own(
    template: dict[str, Any],
) -> None:
    for name, statement in statements(template):
        if "dynamodb:Scan" in statement["Action"]:
            # Complaints have no index: it would be one more copy of them.
            assert (name, statement["Sid"]) in {
                ("TallyRole", "EmptyTheBox"),
                ("TallyRole", "CountComplaints"),
                ("ConsoleRole", "ReviewComplaints"),
            }
        if "KeysTable" in json.dumps(statement["Resource"]):
            allowed = statement["Condition"]["ForAllValues:StringLike"]["dynamodb:LeadingKeys"]
            assert "*" not in allowed, name
            assert statement["Condition"]["Null"] == {"dynamodb:LeadingKeys": "false"}


def test_only_the_sender_may_read_the_private_half_and_the_api_key(
    template: dict[str, Any],
) -> None:
    readers = {
        name
        for name, statement in statements(template)
        if "dynamodb:BatchGetItem" in statement["Action"]
        and "sender" in str(statement.get("Condition", {})).replace("sender-public", "")
    }
    holders = {name for name, one in statements(template) if "GatewayKey" in str(one["Resource"])}
    assert readers == holders == {"SenderRole"}


def test_a_private_half_is_read_by_one_function_and_ballots_are_not_opened_where_they_are_cast(
    template: dict[str, Any],
) -> None:
    readers: dict[str, set[str]] = {"sender": set(), "box": set(), "reviewers": set()}
    for name, statement in statements(template):
        if "dynamodb:BatchGetItem" in statement["Action"] and "Condition" in statement:
            keys = statement["Condition"]["ForAllValues:StringLike"]["dynamodb:LeadingKeys"]
            for private in readers.keys() & set(keys):
                readers[private].add(name)
    assert readers == {"sender": {"SenderRole"}, "box": {"TallyRole"}, "reviewers": {"ConsoleRole"}}


def test_the_console_reads_no_key_of_a_month_no_ballot_and_no_waiting_message(
    template: dict[str, Any],
) -> None:
    for name, statement in statements(template):
        if name == "ConsoleRole":
            told = json.dumps(statement)
            for never in ("period", "pepper", "Ballot", "Comments", "Outbox", "Talk", "Secret"):
                assert never not in told, (statement["Sid"], never)


def test_only_the_console_touches_the_staff_and_their_visits(template: dict[str, Any]) -> None:
    for what in ("StaffPool", "ConsoleTable"):
        touching = {name for name, one in statements(template) if what in str(one["Resource"])}
        assert touching == {"ConsoleRole"}, what


def test_the_console_begins_at_its_own_handler_and_is_asked_by_its_address(
    template: dict[str, Any],
) -> None:
    assert of(template, FUNCTION)["Console"]["Handler"] == "chalicelib.console.aws.handler"
    (url,) = of(template, "AWS::Lambda::Url").values()
    assert url == {"TargetFunctionArn": {"Fn::GetAtt": ["Console", "Arn"]}, "AuthType": "NONE"}
    allowed = [
        {name: one for name, one in each.items() if name not in {"FunctionName", "Principal"}}
        for each in of(template, "AWS::Lambda::Permission").values()
        if each["FunctionName"] == {"Ref": "Console"}
    ]
    assert sorted(allowed, key=str) == [
        {"Action": "lambda:InvokeFunction", "InvokedViaFunctionUrl": True},
        {"Action": "lambda:InvokeFunctionUrl", "FunctionUrlAuthType": "NONE"},
    ]
    assert template["Outputs"]["ConsoleUrl"]["Value"] == {
        "Fn::GetAtt": ["ConsoleUrl", "FunctionUrl"]
    }


def test_nobody_signs_up_and_no_sign_in_but_by_our_own_role(template: dict[str, Any]) -> None:
    (pool,) = of(template, "AWS::Cognito::UserPool").values()
    assert pool["AdminCreateUserConfig"] == {"AllowAdminCreateUserOnly": True}
    assert pool["UsernameConfiguration"] == {"CaseSensitive": False}
    assert pool["EnabledMfas"] == ["SOFTWARE_TOKEN_MFA"]
    rules = pool["Policies"]["PasswordPolicy"]
    assert rules["MinimumLength"] == SHORTEST
    kinds = ("Lowercase", "Uppercase", "Numbers", "Symbols")
    assert all(rules[f"Require{kind}"] for kind in kinds)
    (client,) = of(template, "AWS::Cognito::UserPoolClient").values()
    assert client["GenerateSecret"] is True
    assert client["ExplicitAuthFlows"] == ["ALLOW_ADMIN_USER_PASSWORD_AUTH"]
    assert client["PreventUserExistenceErrors"] == "ENABLED"
    assert not [one for one in client["WriteAttributes"] if one.startswith("custom:")]


def test_every_role_of_staff_is_a_group_of_the_pool(template: dict[str, Any]) -> None:
    groups = of(template, "AWS::Cognito::UserPoolGroup").values()
    assert sorted(one["GroupName"] for one in groups) == sorted(ROLES)


def test_a_second_factor_is_asked_for_on_every_deployed_stage(template: dict[str, Any]) -> None:
    assert Settings().second_factor
    for one in of(template, FUNCTION).values():
        assert "OWL_SECOND_FACTOR" not in one["Environment"]["Variables"]


def test_nobody_who_opens_numbers_reads_what_is_said_unseen_and_no_phone_side_reads_ballots(
    template: dict[str, Any],
) -> None:
    touches: dict[str, set[str]] = {}
    for name, statement in statements(template):
        touches.setdefault(name, set()).update(
            f"{action} {table}"
            for action in statement["Action"]
            for table in UNSEEN
            if f"{table}Table" in str(statement["Resource"])
        )
    for name in ("SenderRole", "DeliveryRole", "TickRole"):
        assert touches[name] == set()
    ballots = {one for one in touches["ApiHandlerRole"] if "Ballot" in one}
    assert ballots == {"dynamodb:PutItem BallotTokens", "dynamodb:PutItem BallotBox"}


def test_A5_no_role_may_change_or_delete_what_was_noted_of_deeds(template: dict[str, Any]) -> None:
    actions = {
        action
        for _, statement in statements(template)
        for action in statement["Action"]
        if "AuditTable" in json.dumps(statement["Resource"])
    }
    assert actions <= {"dynamodb:PutItem", "dynamodb:Query"}


def test_the_sender_reads_no_key_of_a_month(template: dict[str, Any]) -> None:
    for name, statement in statements(template):
        if name == "SenderRole":
            assert "period" not in json.dumps(statement)


def test_no_copy_of_the_past_is_kept_where_it_would_say_who_did_what(
    template: dict[str, Any],
) -> None:
    tables = of(template, TABLE)
    recovered = {
        name.removesuffix("Table"): one["PointInTimeRecoverySpecification"][
            "PointInTimeRecoveryEnabled"
        ]
        for name, one in tables.items()
    }
    assert {name for name, on in recovered.items() if not on} == NEVER_COPIED
    for name, one in tables.items():
        if name.removesuffix("Table") in NEVER_COPIED:
            assert "StreamSpecification" not in one
            assert "GlobalSecondaryIndexes" not in one
            assert "LocalSecondaryIndexes" not in one
        if name.removesuffix("Table") in UNSEEN:
            assert "TimeToLiveSpecification" not in one


def test_the_index_of_people_holds_no_number_and_no_phone_side_may_read_it(
    template: dict[str, Any],
) -> None:
    (index,) = of(template, TABLE)["PeopleTable"]["GlobalSecondaryIndexes"]
    projected = index["Projection"]["NonKeyAttributes"]
    assert sorted(projected) == sorted(PROJECTED)
    assert {"number", "watches", "invited"} & set(projected) == set()
    readers = {
        name for name, one in statements(template) if "/index/by-commune" in str(one["Resource"])
    }
    assert readers == {"TickRole", "ConsoleRole"}


def test_every_table_is_billed_by_use_and_encrypted_with_a_key_of_ours(
    template: dict[str, Any],
) -> None:
    for name, one in of(template, TABLE).items():
        key = "KeysKey" if name == "KeysTable" else "DataKey"
        assert one["BillingMode"] == "PAY_PER_REQUEST"
        assert one["SSESpecification"]["KMSMasterKeyId"] == {"Ref": key}


def test_tables_that_forget_are_swept_and_the_others_cannot_be_dropped_by_mistake(
    template: dict[str, Any],
) -> None:
    for name, one in of(template, TABLE).items():
        kept = name.removesuffix("Table") not in SHORT_LIVED
        assert one["DeletionProtectionEnabled"] is kept, name
        assert kept or one["TimeToLiveSpecification"]["Enabled"], name
        policy = template["Resources"][name]["DeletionPolicy"]
        assert policy == ("Retain" if kept else "Delete"), name


@pytest.mark.parametrize(
    ("function", "queue"),
    [("Sender", "OutboxQueue"), ("Sender", "ChunksQueue"), ("Delivery", "ReportsQueue")],
)
def test_a_queue_tells_its_function_which_messages_failed(
    function: str, queue: str, template: dict[str, Any]
) -> None:
    one = of(template, FUNCTION)[function]
    wanted = {"Fn::GetAtt": [queue, "Arn"]}
    (event,) = (each for each in one["Events"].values() if each["Properties"]["Queue"] == wanted)
    assert event["Properties"]["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    seconds = of(template, "AWS::SQS::Queue")[queue]["VisibilityTimeout"]
    assert seconds >= 6 * one["Timeout"]


def test_a_dead_letter_queue_keeps_what_could_not_be_done(template: dict[str, Any]) -> None:
    queues = of(template, "AWS::SQS::Queue")
    for name in ("Outbox", "Chunks", "Reports"):
        redrive = queues[f"{name}Queue"]["RedrivePolicy"]
        assert redrive["deadLetterTargetArn"] == {"Fn::GetAtt": [f"{name}DeadQueue", "Arn"]}
        assert redrive["maxReceiveCount"] == 5


def test_logs_go_after_two_weeks_and_the_gateway_of_the_api_writes_none(
    template: dict[str, Any],
) -> None:
    groups = of(template, "AWS::Logs::LogGroup")
    used = {one["LoggingConfig"]["LogGroup"]["Ref"] for one in of(template, FUNCTION).values()}
    assert used == set(groups)
    assert {one["RetentionInDays"] for one in groups.values()} == {14}
    (api,) = of(template, "AWS::Serverless::Api").values()
    (methods,) = api["MethodSettings"]
    assert (methods["LoggingLevel"], methods["DataTraceEnabled"]) == ("OFF", False)
    assert "AccessLogSetting" not in api
    assert api["DefinitionBody"]["x-amazon-apigateway-binary-media-types"] == []


def test_every_environment_variable_is_a_setting(template: dict[str, Any]) -> None:
    known = {variable for variable, *_ in described()}
    for one in of(template, FUNCTION).values():
        assert set(one["Environment"]["Variables"]) <= known


def test_the_tables_of_the_code_are_the_tables_of_the_template(template: dict[str, Any]) -> None:
    names = {one["TableName"]["Fn::Sub"] for one in of(template, TABLE).values()}
    assert names == {f"owl-${{Stage}}-{name}" for name in table_names()}


def test_cloudformation_finds_no_fault(template: dict[str, Any], tmp_path: Path) -> None:
    written = tmp_path / "template.json"
    written.write_text(json.dumps(template))
    linted = subprocess.run(
        [Path(sys.executable).parent / "cfn-lint", str(written)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert linted.returncode == 0, linted.stdout
