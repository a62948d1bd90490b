"""This file is one deployed stage: what phones, the gateway, staff and its deployer do with it."""

import http.client
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from chalicelib.settings import Settings
from chalicelib.storage.base import Database
from chalicelib.storage.keys import KeyRow
from infra.local.environment import SANDBOX_KEY
from tests.deployed.cloud import Cloud
from tests.deployed.emulator import REGION
from tests.end_to_end.stack import VENDOR, Answer, encoded, until
from tests.faults.clock import MovedClock
from tests.faults.fleet import PretendGateway
from tests.gateways.callbacks import TICK

SERVICE_CODE, SHORT_CODE = "*384*55#", "38455"
PARAMETERS = {
    "ServiceCode": SERVICE_CODE,
    "ShortCode": SHORT_CODE,
    "GatewayUsername": "sandbox",
}
SLOW_SECONDS, REPLY_SECONDS = 60, 30


@dataclass
class Deployed:
    """A stage with its outputs; `secrets` are those of the gateway's callbacks.

    `folder` holds what its emulator and its gateway write down.
    """

    name: str
    cloud: Cloud
    gateway: PretendGateway
    clock: MovedClock
    folder: Path
    outputs: dict[str, str] = field(default_factory=dict)
    secrets: dict[str, str] = field(default_factory=dict)

    @property
    def stack(self) -> str:
        """The name of its stack."""
        return f"owl-{self.name}"

    def deploy(self, template: str, **told: str) -> None:
        """Deploy a template, or change the stage to it."""
        told = {"Stage": self.name, **PARAMETERS, **told}
        self.outputs = self.cloud.deploy(self.stack, template, told)

    def begin(self) -> None:
        """Do what a deployer does after the first deployment: the gateway's key, and the keys."""
        secret = f"{self.stack}-africastalking"
        self.cloud.client("secretsmanager").put_secret_value(
            SecretId=secret, SecretString=SANDBOX_KEY
        )
        self.invoke("tally", TICK)
        self.secrets = self.secrets_in("webhooks")

    def secrets_in(self, row: str) -> dict[str, str]:
        """Return the secrets of a gateway's callbacks by the row that holds them."""
        database = Database(self.settings)
        (found,) = database.get([(database.bound(KeyRow), (row,))])
        return dict(line.split(":") for line in found.value.decode().split("\n"))

    @property
    def settings(self) -> Settings:
        """The settings of a deployer's laptop."""
        return Settings.of(self.environ)

    @property
    def environ(self) -> dict[str, str]:
        """The environment of a deployer's laptop."""
        resources = self.cloud.resources(self.stack)
        return {
            "OWL_STAGE": self.name,
            "OWL_REGION": REGION,
            "OWL_ENDPOINT": self.cloud.url,
            "AWS_ENDPOINT_URL": self.cloud.url,
            "OWL_CLOCK_FILE": str(self.clock.file),
            "OWL_USER_POOL": resources["StaffPool"]["PhysicalResourceId"],
            "OWL_USER_POOL_CLIENT": resources["StaffClient"]["PhysicalResourceId"],
            "OWL_QUEUE_OUTBOX": self.queue("outbox"),
            "OWL_QUEUE_CHUNKS": self.queue("chunks"),
            "OWL_QUEUE_REPORTS": self.queue("reports"),
        }

    def queue(self, name: str) -> str:
        """Return the address of a queue by its short name."""
        queues = self.cloud.client("sqs")
        return str(queues.get_queue_url(QueueName=f"{self.stack}-{name}")["QueueUrl"])

    def waiting(self, name: str) -> int:
        """Count the messages of a queue that nobody holds."""
        counts = self.cloud.client("sqs").get_queue_attributes(
            QueueUrl=self.queue(name), AttributeNames=["ApproximateNumberOfMessages"]
        )
        return int(counts["Attributes"]["ApproximateNumberOfMessages"])

    def invoke(self, function: str, event: Mapping[str, Any]) -> Any:
        """Run a function as its trigger would, and return its answer; its fault is a fault."""
        answer = self.cloud.client("lambda").invoke(
            FunctionName=f"{self.stack}-{function}", Payload=json.dumps(event)
        )
        told = json.loads(answer["Payload"].read() or b"null")
        assert "FunctionError" not in answer, (function, told)
        return told

    @contextmanager
    def told(self, function: str, **environ: str) -> Iterator[None]:
        """Let a function begin anew with more in its environment, until the block ends."""
        functions, name = self.cloud.client("lambda"), f"{self.stack}-{function}"
        known = functions.get_function_configuration(FunctionName=name)["Environment"]["Variables"]

        def tell(variables: Mapping[str, str]) -> None:
            functions.update_function_configuration(
                FunctionName=name, Environment={"Variables": variables}
            )

        tell({**known, **environ})
        try:
            yield
        finally:
            tell(known)

    def codes(self) -> frozenset[str]:
        """Return the hashes of the code that its functions run."""
        pages = self.cloud.client("lambda").get_paginator("list_functions").paginate()
        every = [one for page in pages for one in page["Functions"]]
        mine = [one for one in every if one["FunctionName"].startswith(f"{self.stack}-")]
        return frozenset(one["CodeSha256"] for one in mine)

    def tick(self) -> None:
        """Run the minute's tick without waiting for its rule."""
        self.invoke("tick", TICK)

    def logged(self, function: str) -> list[str]:
        """Return the lines of a function's log."""
        pages = self.cloud.client("logs").get_paginator("filter_log_events")
        found = pages.paginate(logGroupName=f"/owl/{self.name}/{function}")
        return [event["message"] for page in found for event in page["events"]]

    def calls(
        self, method: str, path: str, body: str = "", headers: Mapping[str, str] | None = None
    ) -> Answer:
        """Send one request through the API gateway."""
        line = http.client.HTTPConnection(urlsplit(self.cloud.url).netloc, timeout=SLOW_SECONDS)
        where = f"/restapis/{self.outputs['RestAPIId']}/api/_user_request_{path}"
        try:
            line.request(method, where, body or None, dict(headers or {}))
            answer = line.getresponse()
            told = {name.lower(): value for name, value in answer.getheaders()}
            return Answer(answer.status, told, answer.read().decode())
        finally:
            line.close()

    def posts(self, kind: str, fields: Mapping[str, str], **headers: str) -> Answer:
        """Post one callback as the gateway does, with the secret of its kind."""
        path = f"/gateways/africastalking/{self.secrets[kind]}/{kind}"
        return self.calls("POST", path, encoded(fields), {**VENDOR, **headers})

    def hops(self, number: str, text: str = "", session: str = "1", **headers: str) -> str:
        """Send one hop, and return its screen."""
        fields = {
            "phoneNumber": number,
            "serviceCode": SERVICE_CODE,
            "text": text,
            "sessionId": f"ATUid_{session:0>32}",
            "networkCode": "99999",
        }
        answer = self.posts("ussd", fields, **headers)
        assert answer.status == 200, answer
        assert answer.text[:4] in {"CON ", "END "}, answer
        return answer.text

    def texts(self, number: str, text: str, id_: str) -> None:
        """Send one SMS to the short code."""
        fields = {"text": text, "to": SHORT_CODE, "id": id_, "from": number, "date": ""}
        answer = self.posts("sms", fields)
        assert (answer.status, answer.text) == (200, ""), answer

    def reports(self, message: str, number: str, status: str = "Success") -> None:
        """Report what became of a message."""
        fields = {"id": message, "status": status, "phoneNumber": number}
        assert self.posts("delivery-reports", fields).status == 200

    def received(self, number: str) -> list[str]:
        """Return the texts that the gateway took for a number, oldest first."""
        posts = self.gateway.log_lines()
        return [post["text"] for post in posts if number in post["ids"].values()]

    def receives(self, number: str, count: int) -> str:
        """Wait until a number got so many texts in all; return the last of them."""
        found = until(lambda: self.received(number), lambda all_: len(all_) >= count, REPLY_SECONDS)
        assert len(found) == count, found
        return found[-1]
