"""This file is a program that asks the API of a console under test."""

from dataclasses import dataclass
from typing import Any

from werkzeug.test import TestResponse

from chalicelib.capabilities.staff import Person
from chalicelib.capabilities.staff_keys import Wish
from chalicelib.operations.every import scopes_of
from tests.console.conftest import HOST, Console

ROOT = "/api/v1"


@dataclass
class Program:
    """A program with a key; without one it sends none."""

    console: Console
    key: str = ""

    @property
    def id(self) -> str:
        """The key's id, which is no secret."""
        return self.key.split("_")[1]

    def asks(self, method: str, path: str, **more: Any) -> TestResponse:
        """Ask something; `id_` is the request's own id."""
        headers = {"Authorization": f"Bearer {self.key}"} if self.key else {}
        if more.get("id_"):
            headers["Idempotency-Key"] = more.pop("id_")
        headers.update(more.pop("headers", {}))
        client = self.console.app.test_client(use_cookies=False)
        return client.open(f"{ROOT}{path}", method=method, base_url=HOST, headers=headers, **more)

    def gets(self, path: str, **query: Any) -> Any:
        """Read something that is there."""
        answer = self.asks("GET", path, query_string=query)
        assert answer.status_code == 200, answer.text
        return answer.json

    def posts(self, path: str, body: Any = None, **more: Any) -> Any:
        """Change something that may be changed."""
        answer = self.asks("POST", path, json=body or {}, **more)
        assert answer.status_code == 200, answer.text
        return answer.json

    def refused(self, status: int, method: str, path: str, **more: Any) -> str:
        """Ask something that is refused; return why."""
        answer = self.asks(method, path, **more)
        assert answer.status_code == status, answer.text
        assert answer.content_type == "application/problem+json"
        assert answer.json is not None
        assert answer.json["status"] == status
        return str(answer.json["detail"])


def a_program(console: Console, name: str, *scopes: str, days: int = 30) -> Program:
    """Return a program with a key of somebody; it holds all that they may unless told."""
    person = console.pool.look(name)
    assert person is not None
    wish = Wish("laptop", scopes or tuple(scopes_of(person.roles)), days)
    return Program(console, console.back.keys.make(person, wish, name)[1])


def a_system(console: Console, holder: Person, *scopes: str) -> Program:
    """Return a program with a key of its own."""
    return Program(console, console.back.keys.make(holder, Wish("lab", scopes, 30), "admin")[1])
