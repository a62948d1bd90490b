"""This file calls a Cognito user pool, with what proves that a call is our app client's."""

import base64
import hashlib
import hmac
from functools import cached_property
from typing import Any

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.errors import NotAcceptable, Unavailable
from chalicelib.storage.base import Database

UNSIGNED = (
    "the app client of the user pool has no secret: make one with GenerateSecret, as "
    "infra/aws/resources.yaml does"
)
# Somebody waits for the page, and its function has half a minute.
WAITS = Config(connect_timeout=3, read_timeout=5, retries={"total_max_attempts": 2})


class Told(Unavailable):
    """The pool refused a call; only some reasons are somebody's doing."""

    def __init__(self, code: str) -> None:
        """Keep the reason's code, which names nobody."""
        super().__init__(f"the user pool refused: {code}")
        self.code = code


class PoolClient:
    """The user pool of a stage, and the console's app client in it."""

    def __init__(self, database: Database) -> None:
        """Open a client; no call is made."""
        stage = database.settings
        self.pool, self.app = stage.user_pool, stage.user_pool_client
        self.client = database.client_of("cognito-idp", config=WAITS)

    @cached_property
    def secret(self) -> str:
        """What signs our calls for the app client, and what the console derives its own from.

        Raises:
            NotAcceptable: the app client has none.
        """
        answer = self.call("describe_user_pool_client", ClientId=self.app)
        secret = str(answer["UserPoolClient"].get("ClientSecret", ""))
        if not secret:
            # Without one anybody could make the cookies that stand for a visit.
            raise NotAcceptable(UNSIGNED)
        return secret

    def call(self, call: str, *, pool: bool = True, **arguments: Any) -> dict[str, Any]:
        """Make one call.

        Raises:
            Told: the pool refused it.
            Unavailable: the pool did not answer.
        """
        named = {"UserPoolId": self.pool} if pool else {}
        try:
            answer: dict[str, Any] = getattr(self.client, call)(**named, **arguments)
        except ClientError as fault:
            raise Told(str(fault.response["Error"]["Code"])) from None
        except BotoCoreError:
            raise Unavailable("the user pool did not answer") from None
        return answer

    def pages(self, call: str, what: str, **arguments: Any) -> list[dict[str, Any]]:
        """Return all of what a call gives by pages."""
        found: list[dict[str, Any]] = []
        more: dict[str, Any] = {}
        while True:
            answer = self.call(call, **arguments, **more)
            found += answer[what]
            # One of the two calls has its own word for where the next page begins.
            name = "NextToken" if "NextToken" in answer else "PaginationToken"
            if not answer.get(name):
                return found
            more = {name: answer[name]}

    def proof(self, name: str) -> dict[str, str]:
        """Return what proves that a call comes from the app client.

        https://docs.aws.amazon.com/cognito/latest/developerguide/signing-up-users-in-your-app.html
        """
        digest = hmac.new(self.secret.encode(), f"{name}{self.app}".encode(), hashlib.sha256)
        return {"SECRET_HASH": base64.b64encode(digest.digest()).decode()}

    def mark(self, name: str, password: str) -> str:
        """Return what tells a password again, and tells nobody what it is."""
        return hmac.new(
            self.secret.encode(), f"{name}\n{password}".encode(), hashlib.sha256
        ).hexdigest()
