"""This file deploys a package as CloudFormation does, and reads what came of it."""

import hashlib
import json
import time
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import boto3
import yaml

from infra.build import TEMPLATE, ZIP
from infra.stack import Loader
from tests.deployed.emulator import REGION

BUCKET = "packages"
FUNCTION = "AWS::Serverless::Function"
MAY = ["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"]
LONGEST, LOOK_SECONDS = 120, 0.1


class Cloud:
    """One account of the emulator, as the deployer sees it."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.client: Callable[[str], Any] = cache(
            lambda name: boto3.client(name, endpoint_url=url, region_name=REGION)
        )
        self.client("s3").create_bucket(
            Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION}
        )

    def put(self, package: Path, edit: Callable[[dict[str, Any]], None] = lambda _: None) -> str:
        """Put a package where CloudFormation finds it; return its template's address."""
        whole = (package / ZIP).read_bytes()
        code = f"{hashlib.sha256(whole).hexdigest()}.zip"
        template = yaml.load((package / TEMPLATE).read_text(), Loader)
        for one in template["Resources"].values():
            if one["Type"] == FUNCTION:
                one["Properties"]["CodeUri"] = f"s3://{BUCKET}/{code}"
        edit(template)
        body = json.dumps(template)
        key = f"{hashlib.sha256(body.encode()).hexdigest()}.json"
        self.client("s3").put_object(Bucket=BUCKET, Key=code, Body=whole)
        self.client("s3").put_object(Bucket=BUCKET, Key=key, Body=body)
        return f"{self.url}/{BUCKET}/{key}"

    def deploy(self, stack: str, template: str, told: Mapping[str, str]) -> dict[str, str]:
        """Make or change a stack by a change set; return its outputs."""
        cloudformation = self.client("cloudformation")
        there = [
            one["StackName"]
            for one in cloudformation.list_stacks()["StackSummaries"]
            if one["StackStatus"] != "DELETE_COMPLETE"
        ]
        names = {"StackName": stack, "ChangeSetName": f"at-{time.time_ns()}"}
        declared = self._parameters(template)
        cloudformation.create_change_set(
            **names,
            ChangeSetType="UPDATE" if stack in there else "CREATE",
            TemplateURL=template,
            Capabilities=MAY,
            Parameters=[
                {"ParameterKey": key, "ParameterValue": value}
                for key, value in told.items()
                if key in declared
            ],
        )
        made = self._settled(lambda: cloudformation.describe_change_set(**names), "Status")
        assert made["Status"] == "CREATE_COMPLETE", made.get("StatusReason")
        cloudformation.execute_change_set(**names)
        found = self._stack(stack)
        assert found["StackStatus"] in {"CREATE_COMPLETE", "UPDATE_COMPLETE"}, self._why(stack)
        return {one["OutputKey"]: one["OutputValue"] for one in found["Outputs"]}

    def delete(self, stack: str) -> str:
        """Delete a stack; return its last status."""
        id_ = self._stack(stack)["StackId"]
        self.client("cloudformation").delete_stack(StackName=stack)
        return str(self._stack(id_)["StackStatus"])

    def resources(self, stack: str) -> dict[str, dict[str, Any]]:
        """Return the resources of a stack by their logical ids."""
        pages = self.client("cloudformation").get_paginator("list_stack_resources")
        return {
            one["LogicalResourceId"]: one
            for page in pages.paginate(StackName=stack)
            for one in page["StackResourceSummaries"]
        }

    def _parameters(self, template: str) -> set[str]:
        key = template.rpartition("/")[2]
        body = self.client("s3").get_object(Bucket=BUCKET, Key=key)["Body"].read()
        return set(json.loads(body)["Parameters"])

    def _stack(self, stack: str) -> dict[str, Any]:
        describe = self.client("cloudformation").describe_stacks
        return self._settled(lambda: describe(StackName=stack)["Stacks"][0], "StackStatus")

    def _settled(self, look: Callable[[], dict[str, Any]], status: str) -> dict[str, Any]:
        until = time.monotonic() + LONGEST
        while (found := look())[status].endswith(("_IN_PROGRESS", "_PENDING")):
            assert time.monotonic() < until, found
            time.sleep(LOOK_SECONDS)
        return found

    def _why(self, stack: str) -> list[str]:
        events = self.client("cloudformation").describe_stack_events(StackName=stack)
        return [
            f"{one['LogicalResourceId']}: {one.get('ResourceStatusReason')}"
            for one in events["StackEvents"]
            if "FAILED" in one["ResourceStatus"]
        ]
