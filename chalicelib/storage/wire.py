"""This file speaks to those services of AWS that take JSON by POST: DynamoDB and SQS.

Who calls, how a request is signed and how it is carried are botocore's. What is left out is what
its clients do around that, most of the time of a hop: the model of every operation read at start,
the parameters rebuilt by it, a dozen events, the name of the machine made anew for each call. What
pynamodb asks and reads is the JSON of the wire already, but for bytes.
"""

import json
import os
import random
import socket
import time
from base64 import b64decode, b64encode
from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import quote
from uuid import uuid4

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSPreparedRequest
from botocore.exceptions import ClientError, HTTPClientError, NoCredentialsError
from botocore.exceptions import ConnectionError as NotConnected
from botocore.httpsession import URLLib3Session
from botocore.session import Session
from botocore.utils import get_environ_proxies

# Of each service, what comes before the name of an operation.
TARGETS = {"dynamodb": "DynamoDB_20120810", "sqs": "AmazonSQS"}
AGENT, JSON = "owl", "application/x-amz-json-1.0"
REFUSED, SERVER_FAULT = 300, 500
# What may be asked again as it is, besides every fault of the server's own.
# https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
PASSING = frozenset(
    {
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "RequestThrottled",
        "RequestThrottledException",
        "ThrottledException",
        "Throttling",
        "ThrottlingException",
        # One write that met a transaction, which no other client tries again.
        "TransactionConflictException",
        "TransactionInProgressException",
    }
)
# How a line says that it could not be opened, or was cut.
LOST = (NotConnected, HTTPClientError)
# Seconds of the longest wait before a call is tried again: doubled each time, drawn from zero.
PAUSE, LONGEST = 0.05, 5.0
# A request goes in two parts, and the second is not held back until the first is acknowledged,
# which a system at rest does after 40 milliseconds.
AT_ONCE = (socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
# Lines kept open, and what stays as it is in the header of a trace.
POOL, TRACE_MARKS = 16, "-=;:+&[]{}\"',"


class Patience(NamedTuple):
    """Seconds to connect, and to be answered, and how often a call is tried."""

    connect: float
    read: float
    attempts: int


class _Request(AWSPreparedRequest):
    """A request that is signed as it will be sent: its headers may be a plain mapping."""

    params = None


class Wire:
    """One service of one region. Many threads may use it at once."""

    def __init__(
        self, session: Session, service: str, region: str, endpoint: str, patience: Patience
    ) -> None:
        """Connect to nothing yet; `endpoint` is empty for AWS itself."""
        self.session, self.service, self.region = session, service, region
        self.url, self.patience = f"{endpoint or address(service, region)}/", patience
        self.events: Any = session.get_component("event_emitter")
        self.http = URLLib3Session(
            verify=session.get_config_variable("ca_bundle") or True,
            proxies=get_environ_proxies(self.url),
            timeout=(patience.connect, patience.read),  # type: ignore[arg-type]  # it takes both
            max_pool_connections=POOL,
            socket_options=[AT_ONCE],  # type: ignore[list-item]  # it takes these
        )

    def call(self, operation: str, /, **asked: Any) -> dict[str, Any]:
        """Ask, again where that is safe and may help; return what was answered.

        `asked` and the answer are the operation's own JSON, with bytes as bytes.

        Raises:
            ClientError: the service refused, or did not recover.
            BotoCoreError: nobody answered, or nobody knows who calls.
        """
        if operation == "TransactWriteItems":
            # The repeat of a transaction whose answer was lost must not be a second one.
            asked.setdefault("ClientRequestToken", str(uuid4()))
        body = json.dumps(asked, separators=(",", ":"), default=_base64).encode()
        for attempt in range(1, self.patience.attempts):
            try:
                return self._once(operation, body)
            except LOST:
                pass
            except ClientError as fault:
                if not _passes(fault):
                    raise
            time.sleep(random.random() * min(PAUSE * 2**attempt, LONGEST))  # noqa: S311 - spreads
        return self._once(operation, body)

    def _make_api_call(self, operation: str, asked: dict[str, Any]) -> dict[str, Any]:
        """Do as a client of botocore, under the name at which pynamodb calls one."""
        return self.call(operation, **asked)

    def _once(self, operation: str, body: bytes) -> dict[str, Any]:
        named, request = f"{self.service}.{operation}", self._signed(operation, body)
        # Who stands for the network in a test answers here, as for botocore's own clients.
        _, answer = self.events.emit_until_response(
            f"before-send.{named}", operation=operation, request=request
        )
        if answer is None:
            answer = self.http.send(request)
        parsed = _read(answer.content)
        self.events.emit(f"response-received.{named}", operation=operation, answer=parsed)
        if answer.status_code >= REFUSED:
            raise _fault(operation, answer.status_code, parsed or {})
        if parsed is None:
            raise HTTPClientError(error="what was answered is not JSON")
        return parsed

    def _signed(self, operation: str, body: bytes) -> Any:
        headers = {
            "Content-Type": JSON,
            "User-Agent": AGENT,
            "X-Amz-Target": f"{TARGETS[self.service]}.{operation}",
        }
        if traced := os.environ.get("_X_AMZN_TRACE_ID"):
            # By it AWS sees, and stops, a function that wakes itself for ever.
            headers["X-Amzn-Trace-Id"] = quote(traced, safe=TRACE_MARKS)
        known = self.session.get_credentials()
        if known is None:
            raise NoCredentialsError
        request: Any = _Request("POST", self.url, headers, body, stream_output=False)  # type: ignore[arg-type]
        request.context = {}
        SigV4Auth(known.get_frozen_credentials(), self.service, self.region).add_auth(request)
        return request


def address(service: str, region: str) -> str:
    """Return where a service of a region answers, unless the environment names another place.

    https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
    https://docs.aws.amazon.com/general/latest/gr/ddb.html
    """
    named = os.environ.get(f"AWS_ENDPOINT_URL_{service.upper()}")
    ending = "amazonaws.com.cn" if region.startswith("cn-") else "amazonaws.com"
    told = named or os.environ.get("AWS_ENDPOINT_URL") or f"https://{service}.{region}.{ending}"
    return told.rstrip("/")


def _base64(value: Any) -> str:
    if isinstance(value, bytes):
        return b64encode(value).decode()
    raise TypeError(f"the wire takes no {type(value).__name__}")


def _read(content: bytes) -> dict[str, Any] | None:
    """Return an answer, its bytes as bytes; None where it is no JSON, as a proxy's may be."""
    holds_bytes = b'"B"' in content or b'"BS"' in content
    try:
        read = json.loads(content, object_hook=_with_bytes if holds_bytes else None)
    except ValueError:
        return None
    return read if isinstance(read, dict) else None


def _with_bytes(value: dict[str, Any]) -> dict[str, Any]:
    if len(value) == 1:
        if isinstance(one := value.get("B"), str):
            return {"B": b64decode(one)}
        if isinstance(many := value.get("BS"), list):
            return {"BS": [b64decode(each) for each in many]}
    return value


def _fault(operation: str, status: int, parsed: Mapping[str, Any]) -> ClientError:
    """Return a refusal as botocore's clients raise it."""
    code = str(parsed.get("__type", status)).rpartition("#")[2].partition(":")[0]
    told = parsed.get("message") or parsed.get("Message") or ""
    answer = {
        **parsed,
        "Error": {"Code": code, "Message": told},
        "ResponseMetadata": {"HTTPStatusCode": status, "HTTPHeaders": {}},
    }
    return ClientError(answer, operation)  # type: ignore[arg-type]  # the rest is the operation's


def _passes(fault: ClientError) -> bool:
    status = fault.response["ResponseMetadata"]["HTTPStatusCode"]
    return status >= SERVER_FAULT or fault.response["Error"]["Code"] in PASSING
