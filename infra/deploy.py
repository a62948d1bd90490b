"""This file deploys a stage with the AWS CLI: `make deploy STAGE=prod`.

It builds, shows what would change, asks, and tells what is left to do. Nothing is changed at AWS
before the answer but for the bucket that holds the package and the list of changes itself.
"""

import argparse
import json
import re
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from chalicelib.errors import CivicError
from infra import build, stages
from infra.changes import Change, changes_of, dangerous
from infra.libraries import NotFetched
from infra.stages import Planned

ARN = re.compile(r"arn:[^\s\"]+:changeSet/[^\s\"]+")
PACKAGED, TICK = "packaged.yaml", "tick.json"
# Roles are made, one for each function.
CAPABILITIES = "CAPABILITY_IAM"
# As the schedule's event looks: the first call makes the stage's keys, whatever the hour.
FIRST_TICK = {
    **dict.fromkeys(("version", "account", "region", "detail-type", "id", "source"), ""),
    "time": "1970-01-01T00:00:00Z",
    "resources": [],
    "detail": {},
}
PROCESSOR = "arm64"
PROPOSED = "REVIEW_IN_PROGRESS"
DONE = frozenset({"CREATE_COMPLETE", "UPDATE_COMPLETE"})
LOOK_SECONDS = 3.0


class NotDeployed(CivicError):
    """Nothing was deployed; the message says why and what to do."""


class Aws:
    """The AWS CLI, in the region of a stage."""

    def __init__(self, region: str) -> None:
        """Take the region; credentials are those of the shell."""
        self.region = region

    def run(self, *words: str) -> str:
        """Return what a command prints.

        Raises:
            NotDeployed: with what it said.
        """
        command = ["aws", "--region", self.region, "--output", "json", *words]
        try:
            ran = subprocess.run(command, capture_output=True, text=True, check=False)
        except FileNotFoundError:
            raise NotDeployed("the AWS CLI is missing: install it, then `aws configure`") from None
        if ran.returncode:
            said = (ran.stderr or ran.stdout).strip().splitlines()
            raise NotDeployed(f"aws {' '.join(words[:2])}: {said[-1] if said else 'failed'}")
        return ran.stdout

    def asked(self, *words: str) -> Any:
        """Return what a command tells in JSON."""
        return json.loads(self.run(*words) or "null")

    def has(self, *words: str) -> bool:
        """Whether a command ends well."""
        try:
            self.run(*words)
        except NotDeployed:
            return False
        return True


def clean_commit(folder: Path) -> str:
    """Return the commit of a work tree.

    Raises:
        NotDeployed: what is there is in no commit, so nobody could say later what runs.
    """
    git = ["git", "-C", str(folder)]
    left = subprocess.run(
        [*git, "status", "--porcelain"], capture_output=True, text=True, check=True
    )
    if left.stdout.strip():
        first = left.stdout.splitlines()[0].strip()
        raise NotDeployed(f"not everything is committed ({first}): commit or stash it, then deploy")
    head = subprocess.run([*git, "rev-parse", "HEAD"], capture_output=True, text=True, check=True)
    return head.stdout.strip()


def bucket_of(aws: Aws, planned: Planned) -> str:
    """Return the bucket for packages, made where it is missing.

    Raises:
        NotDeployed: the credentials are of another account, or may not make it.
    """
    account = aws.asked("sts", "get-caller-identity")["Account"]
    if planned.account and account != planned.account:
        raise NotDeployed(
            f"{planned.name} belongs to account {planned.account}, and you are in {account}"
        )
    bucket = f"owl-packages-{account}-{planned.region}"
    if not aws.has("s3api", "head-bucket", "--bucket", bucket):
        aws.run("s3", "mb", f"s3://{bucket}")
        blocked = "BlockPublicAcls,IgnorePublicAcls,BlockPublicPolicy,RestrictPublicBuckets"
        told = ",".join(f"{one}=true" for one in blocked.split(","))
        aws.run(
            *("s3api", "put-public-access-block", "--bucket", bucket),
            *("--public-access-block-configuration", told),
        )
    return bucket


def proposed(aws: Aws, planned: Planned, out: Path, bucket: str, commit: str) -> str:
    """Upload a package, and return the ARN of the list of changes; empty where nothing changes."""
    template = str(out / PACKAGED)
    aws.run(
        *("cloudformation", "package", "--template-file", str(out / build.TEMPLATE)),
        *("--s3-bucket", bucket, "--s3-prefix", planned.stack),
        *("--output-template-file", template),
    )
    settings = {"Stage": planned.name, **planned.settings}
    told = aws.run(
        *("cloudformation", "deploy", "--template-file", template),
        *("--stack-name", planned.stack, "--s3-bucket", bucket, "--s3-prefix", planned.stack),
        *("--capabilities", CAPABILITIES, "--no-execute-changeset"),
        *("--no-fail-on-empty-changeset", "--tags", f"owl-commit={commit}"),
        *("--parameter-overrides", *(f"{name}={value}" for name, value in settings.items())),
    )
    found = ARN.search(told)
    return found[0] if found else ""


def carried_out(aws: Aws, planned: Planned, arn: str) -> None:
    """Carry out a list of changes, and wait until it is done.

    Raises:
        NotDeployed: it failed; CloudFormation has taken back what it had done.
    """
    aws.run("cloudformation", "execute-change-set", "--change-set-name", arn)
    status = PROPOSED
    while status.endswith("_IN_PROGRESS"):
        time.sleep(LOOK_SECONDS)
        status = _status(aws, planned)
    if status not in DONE:
        told = aws.asked("cloudformation", "describe-stack-events", "--stack-name", planned.stack)
        failed = [
            f"{one['LogicalResourceId']}: {one.get('ResourceStatusReason', '')}"
            for one in told["StackEvents"]
            if one["ResourceStatus"].endswith("_FAILED")
        ]
        # The newest event is told first, and the first fault is the cause of the others.
        raise NotDeployed(f"{status}: {failed[-1] if failed else 'CloudFormation says no more'}")


def deploy(
    planned: Planned, out: Path, agrees: Callable[[list[Change]], bool], commit: str
) -> bool:
    """Deploy a built package; return whether anything was changed.

    Raises:
        NotDeployed: a table, key or pool would be lost, or AWS refused.
    """
    aws = Aws(planned.region)
    bucket = bucket_of(aws, planned)
    is_new = not _stands(aws, planned)
    arn = proposed(aws, planned, out, bucket, commit)
    if not arn:
        return False
    listed = changes_of(
        aws.asked("cloudformation", "describe-change-set", "--change-set-name", arn)
    )
    lost = dangerous(listed)
    if lost or not agrees(listed):
        aws.run("cloudformation", "delete-change-set", "--change-set-name", arn)
        if lost:
            names = ", ".join(one.name for one in lost)
            raise NotDeployed(f"it would remove or replace {names}, and what is in it; see above")
        return False
    carried_out(aws, planned, arn)
    if is_new:
        make_keys(aws, planned, out)
    return True


def make_keys(aws: Aws, planned: Planned, out: Path) -> None:
    """Let the tally make a new stage's keys now: by itself it would at night.

    Raises:
        NotDeployed: the stack stands, but has no keys.
    """
    (out / TICK).write_text(json.dumps(FIRST_TICK))
    told = aws.asked(
        *("lambda", "invoke", "--function-name", f"{planned.stack}-tally"),
        *("--payload", f"fileb://{out / TICK}", str(out / "tallied.json")),
    )
    if told.get("FunctionError"):
        raise NotDeployed(
            f"the stack stands, but its keys were not made: see the log /owl/{planned.name}/tally"
        )


def next_steps(aws: Aws, planned: Planned) -> list[str]:
    """Return what is left to do by hand, with the addresses of the stage."""
    told = aws.asked("cloudformation", "describe-stacks", "--stack-name", planned.stack)
    outputs = {one["OutputKey"]: one["OutputValue"] for one in told["Stacks"][0]["Outputs"]}
    owl = f".venv/bin/owl --stage {planned.name}"
    secret, value = f"{planned.stack}-africastalking", "--secret-string file://KEY-FILE"
    return [
        f"console: {outputs['ConsoleUrl']}console/",
        f"callbacks: {outputs['EndpointURL']}",
        "",
        "Next, each once (infra/README.md, First deployment):",
        f"  aws secretsmanager put-secret-value --secret-id {secret} {value}",
        f"  {owl} staff add NAME --role admin",
        f"  {owl} keys callbacks    the addresses for the gateway's dashboard",
        f"  {owl} doctor    what is still missing",
    ]


def _stands(aws: Aws, planned: Planned) -> bool:
    """Whether there is a stack to update; one that was only ever proposed is none."""
    try:
        return _status(aws, planned) != PROPOSED
    except NotDeployed:
        return False


def _status(aws: Aws, planned: Planned) -> str:
    told = aws.asked("cloudformation", "describe-stacks", "--stack-name", planned.stack)
    return str(told["Stacks"][0]["StackStatus"])


def _asks(planned: Planned, *, yes: bool) -> Callable[[list[Change]], bool]:
    def agrees(listed: list[Change]) -> bool:
        print(f"{planned.stack} in {planned.region}: {len(listed)} changes")
        for one in listed:
            print(f"  {one}")
        if yes:
            return True
        print(f"Write {planned.name} to deploy, anything else to leave it as it is: ", end="")
        return sys.stdin.readline().strip() == planned.name

    return agrees


def main(arguments: Sequence[str] | None = None) -> int:
    """Deploy a stage, and print what is left to do or why nothing was deployed."""
    parser = argparse.ArgumentParser(prog="python -m infra.deploy", description=__doc__)
    parser.add_argument("stage", help="a table of infra/stages.toml, as prod")
    parser.add_argument("--yes", action="store_true", help="deploy without asking")
    parser.add_argument("--out", type=Path, default=build.ROOT / "build", help="where it builds")
    asked = parser.parse_args(arguments)
    try:
        planned = stages.read(stages.FILE.read_text(encoding="utf-8"), asked.stage)
        commit = clean_commit(build.ROOT)
        build.build(asked.out, PROCESSOR)
        changed = deploy(planned, asked.out, _asks(planned, yes=asked.yes), commit)
        print("deployed" if changed else "nothing was changed")
        if changed:
            print("\n".join(next_steps(Aws(planned.region), planned)))
    except (NotDeployed, NotFetched, build.NotBuilt, stages.NoSuchStage) as fault:
        print(f"not deployed: {fault}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
