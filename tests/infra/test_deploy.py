"""This file tests the deployment: what it refuses, and the AWS CLI's calls on the emulator."""

import json
import subprocess
from pathlib import Path
from typing import Any

import boto3
import pytest

from infra import deploy, stack, stages
from infra.changes import Change, changes_of, dangerous
from infra.deploy import NotDeployed
from infra.stages import NoSuchStage, Planned
from tests.infra.conftest import PLANNED, REGION

TEXT = stages.FILE.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["prod", "trial"])
def test_a_stage_of_the_list_can_be_deployed(name: str) -> None:
    assert stages.read(TEXT, name).stack == f"owl-{name}"


def test_the_list_says_every_parameter_of_the_template() -> None:
    told = stages.read(TEXT, "prod").settings
    assert set(told) == set(stack.template()["Parameters"]) - {"Stage"}


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("[other]", "no stage 'prod' in stages.toml: there is other"),
        ('[prod]\nregion = "x"\n[prod.settings]\n', "prod: ServiceCode is missing: USSD service"),
        ('[prod]\n[prod.settings]\nServiceCode = ""\n', "prod: write its region"),
        ('[prod]\nregion = "x"\nkey = "k"\n', "prod: 'key' is not known"),
        ('[prod]\nregion = "x"\n[prod.settings]\nReplie = "on"\n', "prod: 'Replie' is no setting"),
        (
            '[prod]\nregion = "x"\n[prod.settings]\nSmsASecond = 20\n',
            'prod: write SmsASecond = "20", in quotes',
        ),
    ],
)
def test_a_wrong_list_is_refused_by_name(text: str, why: str) -> None:
    with pytest.raises(NoSuchStage, match="^.*" + why.replace("'", ".")):
        stages.read(text, "prod")


def test_the_stage_of_a_laptop_is_deployed_nowhere() -> None:
    with pytest.raises(NoSuchStage, match="is no name of a stage"):
        stages.read("[local]\n", "local")


def test_a_work_tree_that_is_not_committed_is_refused(tmp_path: Path) -> None:
    def git(*words: str) -> None:
        author = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
        subprocess.run(["git", "-C", str(tmp_path), *author, *words], check=True)

    git("init", "--quiet")
    (tmp_path / "app.py").write_text("one")
    git("add", "app.py")
    git("commit", "--quiet", "--message", "one")
    assert len(deploy.clean_commit(tmp_path)) == 40
    (tmp_path / "app.py").write_text("two")
    with pytest.raises(NotDeployed, match=r"M app\.py.*commit or stash"):
        deploy.clean_commit(tmp_path)


def test_a_change_that_loses_rows_or_keys_is_seen_and_stands_first() -> None:
    def told(action: str, kind: str, replaced: str = "False") -> dict[str, Any]:
        one = {"Action": action, "LogicalResourceId": kind, "ResourceType": f"AWS::{kind}"}
        return {"ResourceChange": one | {"Replacement": replaced}}

    listed = changes_of(
        {
            "Changes": [
                told("Add", "DynamoDB::Table"),
                told("Modify", "DynamoDB::Table"),
                told("Modify", "Lambda::Function", "True"),
                told("Modify", "KMS::Key", "True"),
                told("Remove", "Cognito::UserPool"),
            ]
        }
    )
    assert str(listed[0]).startswith("Remove Cognito::UserPool")
    assert [one.name for one in dangerous(listed)] == ["Cognito::UserPool", "KMS::Key"]


def test_without_the_cli_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(NotDeployed, match="the AWS CLI is missing: install it"):
        deploy.Aws(REGION).run("sts", "get-caller-identity")


@pytest.mark.stack
def test_a_stage_is_proposed_deployed_and_left_alone_when_nothing_changed(
    cloud: str, packed: Path
) -> None:
    shown: list[list[Change]] = []

    def agrees(listed: list[Change]) -> bool:
        shown.append(listed)
        return len(shown) > 1

    formation = boto3.client("cloudformation", endpoint_url=cloud, region_name=REGION)
    assert not deploy.deploy(PLANNED, packed, agrees, "c0ffee")
    assert (
        boto3.client("dynamodb", endpoint_url=cloud, region_name=REGION).list_tables()["TableNames"]
        == []
    )
    assert deploy.deploy(PLANNED, packed, agrees, "c0ffee")
    assert {one.action for one in shown[1]} == {"Add"}
    tables = {one.name for one in shown[1] if one.kind == "AWS::DynamoDB::Table"}
    assert len(tables) == len(stack.tables("trial"))
    (made,) = formation.describe_stacks(StackName="owl-trial")["Stacks"]
    assert made["StackStatus"] == "CREATE_COMPLETE"
    assert {"Key": "owl-commit", "Value": "c0ffee"} in made["Tags"]
    assert not deploy.deploy(PLANNED, packed, agrees, "c0ffee")
    assert len(shown) == 2
    steps = deploy.next_steps(deploy.Aws(REGION), PLANNED)
    assert steps[0].startswith("console: http")
    assert any("owl --stage trial staff add NAME --role admin" in one for one in steps)


@pytest.mark.stack
def test_another_account_is_refused_before_anything_is_made(cloud: str) -> None:
    planned = Planned("trial", REGION, account="999999999999")
    with pytest.raises(NotDeployed, match="belongs to account 999999999999, and you are in"):
        deploy.bucket_of(deploy.Aws(REGION), planned)
    s3 = boto3.client("s3", endpoint_url=cloud, region_name=REGION)
    assert not [one for one in s3.list_buckets()["Buckets"] if "999999999999" in one["Name"]]


@pytest.mark.stack
def test_what_aws_refuses_is_told_in_its_words(cloud: str) -> None:
    with pytest.raises(NotDeployed, match=r"aws cloudformation describe-stacks: .*owl-none"):
        deploy.Aws(REGION).run("cloudformation", "describe-stacks", "--stack-name", "owl-none")


def test_the_first_event_is_one_that_the_tally_takes() -> None:
    assert json.loads(json.dumps(deploy.FIRST_TICK)).keys() == {
        *("version", "account", "region", "detail-type", "id", "source"),
        *("time", "resources", "detail"),
    }
