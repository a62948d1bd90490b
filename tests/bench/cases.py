"""This file holds what is timed: hops through `app.py` on a database that answers in process."""

import os
from types import TracebackType
from typing import Any, Self

from moto import mock_aws

HEADERS = {"Content-Type": "application/x-www-form-urlencoded"}
FIELDS = "phoneNumber=%2B85512000001&serviceCode=%2A384%2A55%23&text={text}&sessionId=ATUid_{n}"
ROUTE = "/gateways/africastalking/{secret}/ussd"
LOOKUP = ("1", "102", "2")
WALK = ("1", "9", "102", "0") * 15


def event(route: str, body: str, **headers: str) -> dict[str, Any]:
    """Return what API Gateway hands to the function for one POST."""
    path = route.replace("{secret}", "local-secret")
    return {
        "resource": route,
        "path": path,
        "httpMethod": "POST",
        "headers": {**HEADERS, **headers},
        "multiValueQueryStringParameters": None,
        "pathParameters": {"secret": "local-secret"},
        "stageVariables": None,
        "body": body,
        "isBase64Encoded": False,
        "requestContext": {
            "httpMethod": "POST",
            "resourcePath": route,
            "path": path,
            "identity": {"sourceIp": "127.0.0.1"},
        },
    }


class Cases:
    """The cases, ready to be called; a context that holds the database in process."""

    def __enter__(self) -> Self:
        """Make the tables, the keys and a small catalogue, and warm everything."""
        os.environ.update(
            AWS_ACCESS_KEY_ID="bench",
            AWS_SECRET_ACCESS_KEY="bench",
            AWS_DEFAULT_REGION="ap-southeast-1",
            OWL_HOPS_A_SECOND="100000000",
            OWL_HOPS_A_NUMBER="100000000",
        )
        self.mock = mock_aws()
        self.mock.start()
        self._fill()
        self._prepare_hops()
        self._prepare_engine()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        """Let the database go."""
        self.mock.stop()

    def _fill(self) -> None:
        import boto3

        from chalicelib import wiring
        from chalicelib.storage.key_maker import ensure_keys
        from infra import stack
        from tests.builders import a_catalogue

        urls = stack.create(boto3.client("dynamodb"), boto3.client("sqs"), "local")
        os.environ["OWL_QUEUE_OUTBOX"] = urls["OutboxQueue"]
        os.environ["OWL_QUEUE_REPORTS"] = urls["ReportsQueue"]
        self.webhooks = wiring.webhooks()
        maker = self.webhooks.database, self.webhooks.clock.now()
        ensure_keys(*maker)
        self.webhooks.keys.rows("webhooks", value=b"*:local-secret").save()
        self.webhooks.keys.kept = None
        self.webhooks.desk.catalogue.publish(a_catalogue())
        self.webhooks.warm()

    def _prepare_hops(self) -> None:
        from chalice import Chalice, Response

        import app

        self.app = app.app
        bare = Chalice(app_name="floor")

        @bare.route("/floor", methods=["POST"], content_types=[HEADERS["Content-Type"]])
        def floor() -> Response:
            return Response("CON ", headers={"Content-Type": "text/plain; charset=utf-8"})

        self.bare = bare
        self.floor_event = event("/floor", FIELDS.format(text="", n=1))
        self.first_event = event(ROUTE, FIELDS.format(text="", n=1))
        first = self.app(self.first_event, None)
        assert first["body"].startswith("CON "), first
        echo = {name.lower(): value for name, value in first["headers"].items()}
        typed = FIELDS.format(text="*".join(LOOKUP), n=1)
        self.lookup_event = event(
            ROUTE, typed, **{"at-ussd-hop-metadata": echo["at-ussd-hop-metadata"]}
        )
        assert "30,000" in self.app(self.lookup_event, None)["body"]

    def _prepare_engine(self) -> None:
        from chalicelib import wiring
        from chalicelib.conversation import Asker
        from chalicelib.dialog.steps import Start
        from chalicelib.telecom.messages import Party

        self.book, self.start = wiring.book(), Start("km-Latn")
        self.talk = self.webhooks.conversation
        self.catalogue = self.webhooks.shelf.catalogue()
        asker = Asker(Party("bench", "1"), "ussd", "s", "")
        self.asker = asker
        self.show = self.talk.run(asker, LOOKUP, self.start, self.catalogue)
        self.words = self.talk.composer.draw(self.show, self.talk.composer.sms)

    def no_op(self) -> object:
        """Answer a route that does nothing."""
        return self.bare(self.floor_event, None)

    def no_op_and_get(self) -> object:
        """Answer a route that does nothing, and read what a first hop has to."""
        desk = self.webhooks.desk
        desk.database.get([desk.catalogue.head_key(), desk.people.key(self.asker.party)])
        return self.bare(self.floor_event, None)

    def first_hop(self) -> object:
        """Answer a dial."""
        return self.app(self.first_event, None)

    def lookup_hop(self) -> object:
        """Answer the hop that shows a fee."""
        return self.app(self.lookup_event, None)

    def three_inputs(self) -> object:
        """Fold three inputs and what they read."""
        return self.talk.run(self.asker, LOOKUP, self.start, self.catalogue)

    def sixty_inputs(self) -> object:
        """Fold sixty inputs and what they read."""
        return self.talk.run(self.asker, WALK, self.start, self.catalogue)

    def draw(self) -> object:
        """Draw an SMS and count its parts."""
        from chalicelib.telecom import segments

        return segments.measure(self.talk.composer.draw(self.show, self.talk.composer.sms))

    def format(self) -> object:
        """Fill the same placeholders with `str.format`."""
        return "\n".join(
            line.format(fee="30,000", unit="per plate") for line in ("{fee} {unit}",) * 5
        )
