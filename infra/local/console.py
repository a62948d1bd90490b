"""This file serves the staff console of a local run, under /console of the same port."""

from typing import Any

from werkzeug.test import EnvironBuilder, run_wsgi_app

from infra.local.exchange import Answer, Request

ROOT = "/console"


class Console:
    """The console's WSGI application behind one path."""

    def __init__(self, app: Any, url: str) -> None:
        """Take the application and where the local run is served."""
        self.app, self.base = app, f"{url}{ROOT}"

    def answer(self, request: Request) -> Answer | None:
        """Run a request that is the console's; None for any other."""
        path = request.path
        if path == ROOT:
            return Answer(308, b"", {"Location": f"{ROOT}/"})
        if not path.startswith(f"{ROOT}/"):
            return None
        query = request.target.partition("?")[2]
        builder = EnvironBuilder(
            path=path.removeprefix(ROOT),
            base_url=self.base,
            query_string=query,
            method=request.method,
            headers=request.headers.items(),
            data=request.body,
        )
        body, status, headers = run_wsgi_app(self.app, builder.get_environ(), buffered=True)
        cookies = tuple(headers.getlist("Set-Cookie"))
        kept = {name: value for name, value in headers.items() if name != "Set-Cookie"}
        kept.pop("Content-Length", None)
        return Answer(int(status.split()[0]), b"".join(body), kept, cookies=cookies)
