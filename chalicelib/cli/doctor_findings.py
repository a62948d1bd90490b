"""This file holds what a look at a stage found, and what the stage is made of."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from chalicelib.cli.cloud import Cloud
from chalicelib.errors import NotFound

# A deployment changes what its template changes, and nothing else.
BY_HAND = (
    "somebody changed it by hand, which no deployment undoes: put it back as "
    "infra/aws/resources.yaml says; the trail says who it was"
)
OK, WRONG, UNKNOWN = "ok", "wrong", "unknown"
# Of the parameters of a stage as its template is told, those by which things are made or not.
WHOLE = frozenset({"CREATE_COMPLETE", "UPDATE_COMPLETE"})


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: its state, what was seen, and what to do where that is not right."""

    check: str
    state: str
    said: str
    do: str = ""


@dataclass(frozen=True, slots=True)
class Stage:
    """A deployed stage: its template as AWS carried it out, and the names things got."""

    cloud: Cloud
    status: str
    template: Mapping[str, Any]
    names: Mapping[str, str]
    outputs: Mapping[str, str]
    # The hash of the zip that ought to run, where somebody built it; else any is right.
    code: str = ""

    @classmethod
    def of(cls, cloud: Cloud, code: str = "") -> "Stage":
        """Ask for it.

        Raises:
            NotFound: there is no such stage here.
        """
        told = cloud.ask("cloudformation", "describe_stacks", StackName=cloud.stack)
        if told is None:
            raise NotFound(cloud.nowhere())
        asked = {"StackName": cloud.stack, "TemplateStage": "Processed"}
        body = cloud.ask("cloudformation", "get_template", **asked)["TemplateBody"]
        listed = cloud.pages(
            *("cloudformation", "list_stack_resources", "StackResourceSummaries"),
            StackName=cloud.stack,
        )
        return cls(
            cloud,
            told["Stacks"][0]["StackStatus"],
            json.loads(body) if isinstance(body, str) else body,
            {one["LogicalResourceId"]: one["PhysicalResourceId"] for one in listed},
            cloud.outputs(),
            code,
        )

    def each(self, kind: str) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
        """Give id, name and wanted properties of every resource of a type that was made.

        The name is empty where it is in the template and not there.
        """
        for one, told in self.template["Resources"].items():
            if told["Type"] == kind and "Condition" not in told:
                yield one, self.names.get(one, ""), told.get("Properties", {})


def judged(check: str, faults: list[tuple[str, str]], fine: str) -> Iterator[Finding]:
    """Give a finding for each fault (what, what to do), else that it is fine."""
    for said, do in faults:
        yield Finding(check, WRONG, said, do)
    if not faults:
        yield Finding(check, OK, fine)
