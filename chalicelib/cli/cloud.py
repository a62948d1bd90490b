"""This file is AWS as who runs a stage sees it: with the rights of the shell, not of a function."""

import os
from collections.abc import Mapping
from typing import Any

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from botocore.session import Session

from chalicelib.errors import NotAcceptable, NotFound, Unavailable

SECONDS, ATTEMPTS = 10, 3
ABSENT = frozenset({"ResourceNotFoundException", "ValidationError", "ResourceNotFound"})


class Cloud:
    """The services of AWS in the region of the shell, for one stage."""

    def __init__(self, stage: str, environ: Mapping[str, str] = os.environ) -> None:
        """Take the region from the shell.

        Raises:
            NotAcceptable: the shell names none.
        """
        self.stage, self.session = stage, Session()
        region = environ.get("OWL_REGION") or self.session.get_config_variable("region")
        if not region:
            raise NotAcceptable(
                f"in which region is {stage}? Put AWS_DEFAULT_REGION=ap-southeast-1 before owl, "
                "or `aws configure set region ap-southeast-1`"
            )
        self.region, self.clients = str(region), dict[str, Any]()

    @property
    def stack(self) -> str:
        """The name of the stack, and the beginning of every name in it."""
        return f"owl-{self.stage}"

    def client(self, service: str) -> Any:
        """Return a botocore client."""
        if service not in self.clients:
            retries: Any = {"total_max_attempts": ATTEMPTS, "mode": "standard"}
            config = Config(connect_timeout=SECONDS, read_timeout=SECONDS, retries=retries)
            made = self.session.create_client(service, region_name=self.region, config=config)
            self.clients[service] = made
        return self.clients[service]

    def ask(self, service: str, call: str, **asked: Any) -> Any:
        """Return the answer to one call; None where what it is about is not there.

        Raises:
            NotAcceptable: the shell has no rights to it, or none at all.
            Unavailable: AWS does not answer.
        """
        try:
            return getattr(self.client(service), call)(**asked)
        except ClientError as fault:
            code = fault.response["Error"]["Code"]
            if code in ABSENT or code.endswith(("NotFoundException", "NonExistentQueue")):
                return None
            raise NotAcceptable(f"AWS refuses {service} {call}: {code}") from None
        except BotoCoreError as fault:
            raise Unavailable(f"AWS is not asked {service} {call}: {fault}") from None

    def pages(self, service: str, call: str, part: str, **asked: Any) -> list[Any]:
        """Return a part of every page of an answer, joined."""
        found = []
        while True:
            told = self.ask(service, call, **asked) or {}
            found += told.get(part, ())
            if not told.get("NextToken"):
                return found
            asked["NextToken"] = told["NextToken"]

    def outputs(self) -> dict[str, str]:
        """Return the outputs of the stack: the addresses of the stage.

        Raises:
            NotFound: there is no such stage here.
        """
        told = self.ask("cloudformation", "describe_stacks", StackName=self.stack)
        if told is None:
            raise NotFound(self.nowhere())
        found = told["Stacks"][0].get("Outputs", ())
        return {one["OutputKey"]: one["OutputValue"] for one in found}

    def variables(self, function: str = "console") -> dict[str, str]:
        """Return the settings of the stage, as a function has them.

        Raises:
            NotFound: there is no such stage here.
        """
        name = f"{self.stack}-{function}"
        told = self.ask("lambda", "get_function_configuration", FunctionName=name)
        if told is None:
            raise NotFound(self.nowhere())
        found: dict[str, str] = told["Environment"]["Variables"]
        return {name: value for name, value in found.items() if name.startswith("OWL_")}

    def nowhere(self) -> str:
        """Say that the stage is not here."""
        return (
            f"no stage {self.stage} in {self.region} of this AWS account: `make deploy` makes it, "
            "and AWS_PROFILE chooses the account"
        )
