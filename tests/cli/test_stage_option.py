"""This file tests `--stage`: where it may stand, what it changes, what a stage tells."""

import io
import json
import os
import zipfile
from collections.abc import Iterator

import boto3
import click
import pytest
from click.testing import CliRunner
from moto import mock_aws

from chalicelib.cli import stage
from chalicelib.cli.main import STAGELESS, owl
from chalicelib.cli.options import STAGE
from chalicelib.errors import NotAcceptable, NotFound

REGION = "ap-southeast-1"


@pytest.fixture
def deployed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A stage `pilot` as far as its console's function tells it."""
    for name in ("OWL_STAGE", "OWL_REGION"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as file:
        file.writestr("app.py", "")
    trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}}
    with mock_aws():
        role = boto3.client("iam").create_role(
            RoleName="console",
            AssumeRolePolicyDocument=json.dumps(
                {"Statement": [trust | {"Action": "sts:AssumeRole"}]}
            ),
        )
        boto3.client("lambda").create_function(
            FunctionName="owl-pilot-console",
            Runtime="python3.11",
            Handler="app.console",
            Role=role["Role"]["Arn"],
            Code={"ZipFile": packed.getvalue()},
            Environment={
                "Variables": {
                    "OWL_STAGE": "pilot",
                    "OWL_REGION": REGION,
                    "OWL_SERVICE_CODE": "*123#",
                    "OWL_USER_POOL": "pool-1",
                    "TZ": "UTC",
                }
            },
        )
        yield


def test_every_command_of_a_stage_takes_the_option_wherever_it_stands() -> None:
    context = click.Context(owl)
    for name in owl.list_commands(context):
        command = owl.get_command(context, name)
        assert command is not None
        under = list(command.commands.values()) if isinstance(command, click.Group) else []
        for one in (command, *under):
            assert one.params.count(STAGE) == (name not in STAGELESS), one.name


@pytest.mark.parametrize(
    "words",
    [
        ("--stage", "pilot", "forum", "list"),
        ("forum", "--stage", "pilot", "list"),
        ("forum", "list", "--stage", "pilot"),
    ],
)
def test_it_goes_to_the_stage_that_is_named(
    words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OWL_STAGE", "other")
    done = CliRunner().invoke(owl, words)
    assert "nobody signed in to stage pilot here" in str(done.exception)
    assert os.environ["OWL_STAGE"] == "other"


def test_the_settings_of_a_deployed_stage_are_those_of_its_functions(
    deployed: None,
) -> None:
    environ = {"OWL_STAGE": "pilot"}
    told = stage.whole_settings(environ)
    assert (told.service_code, told.user_pool, told.region) == ("*123#", "pool-1", REGION)
    assert "TZ" not in environ
    done = CliRunner().invoke(owl, ["settings", "--stage", "pilot", "--json"])
    rows = {one["variable"]: one["value"] for one in json.loads(done.output)}
    assert rows["OWL_SERVICE_CODE"] == "*123#"
    assert "OWL_SERVICE_CODE" not in os.environ


def test_a_stage_that_is_not_there_is_told_with_region_and_account(deployed: None) -> None:
    with pytest.raises(NotFound, match=f"no stage none in {REGION} of this AWS account"):
        stage.whole_settings({"OWL_STAGE": "none"})


def test_without_a_region_it_says_how_to_name_one(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_DEFAULT_REGION", "AWS_REGION"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nowhere")
    with pytest.raises(NotAcceptable, match="in which region is pilot"):
        stage.whole_settings({"OWL_STAGE": "pilot"})
