"""This file is the local API Gateway: it turns one request into the event that Chalice knows."""

import base64
from typing import Any
from urllib.parse import unquote
from uuid import uuid4

from chalice.local import LambdaContext, LocalChalice, RouteMatcher

from infra.local.exchange import Answer, Request

FUNCTION, MEGABYTES, SECONDS = "webhooks", 512, 29
NOT_HERE = Answer(404, b"", {})


class Api:
    """The webhooks function behind its routes, for many requests at once."""

    def __init__(self, app: Any) -> None:
        """Take the Chalice app; its present request becomes each thread's own."""
        app.__class__ = LocalChalice
        self.app = app
        self.matcher = RouteMatcher(list(app.routes))

    def answer(self, request: Request) -> Answer:
        """Run the function for one request; 404 for a path it does not have."""
        try:
            match = self.matcher.match_route(request.target)
        except ValueError:
            return NOT_HERE
        answer = self.app(self._event(request, match), _context())
        headers = dict(answer["headers"])
        for name, values in answer["multiValueHeaders"].items():
            headers[name] = ", ".join(values)
        return Answer(answer["statusCode"], _bytes(answer), headers)

    def _event(self, request: Request, match: Any) -> dict[str, Any]:
        kind = request.headers.read("Content-Type").partition(";")[0].strip()
        binary = kind in self.app.api.binary_types
        body = base64.b64encode(request.body) if binary else request.body
        return {
            "resource": match.route,
            "path": request.path,
            "httpMethod": request.method,
            "headers": dict(request.headers),
            "multiValueHeaders": {name: [value] for name, value in request.headers.items()},
            "multiValueQueryStringParameters": match.query_params or None,
            "pathParameters": {name: unquote(value) for name, value in match.captured.items()},
            "stageVariables": {},
            "requestContext": {
                "httpMethod": request.method,
                "resourcePath": match.route,
                "path": request.path,
                "stage": "local",
                "requestId": str(uuid4()),
                "identity": {"sourceIp": "127.0.0.1"},
            },
            # The gateway hands text over as Unicode: what is not UTF-8 is replaced before us.
            "body": body.decode("utf-8", "replace"),
            "isBase64Encoded": binary,
        }


def _context() -> LambdaContext:
    return LambdaContext(FUNCTION, MEGABYTES, SECONDS * 1000)


def _bytes(answer: dict[str, Any]) -> bytes:
    body = answer["body"] or ""
    if answer.get("isBase64Encoded"):
        return base64.b64decode(body)
    return body if isinstance(body, bytes) else str(body).encode()
