"""This file holds the fixtures of the console: a stage under moto, staff, and a browser of text."""

import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from html import unescape
from threading import Barrier
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask, has_request_context
from moto import mock_aws
from werkzeug.test import TestResponse

from chalicelib.capabilities.staff import ROLES, Person
from chalicelib.console.back import Back
from chalicelib.console.web import made
from chalicelib.console.wired import behind
from chalicelib.settings import Settings
from chalicelib.staff import Office
from chalicelib.storage.key_maker import ensure_keys
from chalicelib.storage.memory.base import MemoryDatabase
from chalicelib.storage.memory.cells import MemoryCells
from chalicelib.storage.memory.user_pool import MemoryUserPool
from infra import stack
from tests.acts import Act, allowed, compared, noting
from tests.builders import MONDAY, TICKETS, a_catalogue
from tests.sending import DisturbedQueue
from tests.world import StoppedClock

HOST, COOKIE = "https://console.example", "__Host-owl"
FIRST, OWN = "First-password-1", "Own-password-22"
OFFICE = DISTRICT = "0212"
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


@dataclass
class Browser:
    """A browser without scripts: it keeps cookies, follows redirects, and fills in forms."""

    app: Flask
    client: Any = field(init=False)
    page: TestResponse = field(init=False)

    def __post_init__(self) -> None:
        self.client = self.app.test_client()

    def opens(self, path: str, **more: Any) -> str:
        """Open a page; return its text."""
        self.page = self.client.get(path, base_url=HOST, follow_redirects=True, **more)
        return self.text

    def sends(self, path: str, *, follow: bool = True, **values: Any) -> str:
        """Send a form from the page that is open, with its token; return the text that comes."""
        self.page = self._post(self.client, path, values, follow=follow)
        return self.text

    def sends_at_once(self, times: int, path: str, **values: Any) -> list[TestResponse]:
        """Send a form many times in one moment; return the answers."""
        cookie = self.client.get_cookie(COOKIE, domain=urlsplit(HOST).netloc)
        gate = Barrier(times)

        def send(_: int) -> TestResponse:
            client = self.app.test_client()
            client.set_cookie(COOKIE, cookie.value, domain=cookie.domain, secure=True)
            gate.wait()
            return self._post(client, path, values, follow=False)

        with ThreadPoolExecutor(times) as pool:
            return list(pool.map(send, range(times)))

    def _post(
        self, client: Any, path: str, values: dict[str, Any], *, follow: bool
    ) -> TestResponse:
        found = TOKEN.search(self.page.text)
        sent: TestResponse = client.post(
            path,
            data={"csrf_token": unescape(found[1]) if found else "", **values},
            base_url=HOST,
            headers={"Referer": f"{HOST}/"},
            follow_redirects=follow,
        )
        return sent

    @property
    def text(self) -> str:
        """The text of the page, without its tags."""
        whole = self.page.get_data(as_text=True)
        return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", whole))).strip()

    @property
    def status(self) -> int:
        """The status of the page."""
        return self.page.status_code


@dataclass
class Console:
    """The console of one stage, with a person for each role who has an own password."""

    back: Back
    app: Flask
    pool: MemoryUserPool
    clock: StoppedClock

    @property
    def office(self) -> Office:
        """The staff side."""
        return self.back.office

    def browser(self) -> Browser:
        """Return a browser that knows nothing."""
        return Browser(self.app)

    def enters(self, name: str, password: str = OWN, *, ok: bool = True) -> Browser:
        """Return a browser in which somebody is signed in."""
        browser = self.browser()
        browser.opens("/sign-in")
        browser.sends("/sign-in", name=name, password=password)
        assert browser.status == 200 or not ok, browser.text
        return browser


@pytest.fixture
def console(monkeypatch: pytest.MonkeyPatch) -> Iterator[Console]:
    """The console of a stage with the small catalogue, on a Monday at noon."""
    monkeypatch.setenv("OWL_STAGE", "local")
    with console_of("local") as there:
        acts: set[Act] = set()
        noting(monkeypatch, acts, has_request_context)
        yield there
        # Whatever a page does here, its function may do on AWS too.
        assert compared(acts, allowed("console"))[0] == set()


@contextmanager
def console_of(stage: str) -> Iterator[Console]:
    """Make the console of a stage of that name."""
    clock = StoppedClock(datetime(MONDAY.year, MONDAY.month, MONDAY.day, 5, tzinfo=UTC))
    with mock_aws():
        side = Office(Settings(stage=stage, queue_chunks="a queue"), clock)
        for table in stack.tables(stage):
            side.database.wire.call("CreateTable", **table)
        ensure_keys(side.database, clock.now())
        side.catalogue.publish(a_catalogue())
        side.tickets.save_many(TICKETS)
        yield staffed(side, clock)


def staffed(side: Office, clock: StoppedClock) -> Console:
    """Return the console of a stage that is there, with a person for each role."""
    side.sweeper = replace(side.sweeper, queue=DisturbedQueue(clock))
    cells = MemoryCells(MemoryDatabase(Settings()))
    pool = MemoryUserPool(clock, needs_code=False)
    for role in ROLES:
        person = Person(role, frozenset({role}), OFFICE if role == "clerk" else "")
        if role == "ombudsperson":
            person = Person(role, frozenset({role}), district=DISTRICT)
        hired(pool, person)
    back = behind(side, pool, cells, "a test's secret")
    app = made(back)
    # A page that breaks breaks its test.
    app.config["PROPAGATE_EXCEPTIONS"] = True
    return Console(back, app, pool, clock)


def hired(pool: MemoryUserPool, person: Person) -> None:
    """Add one of the staff who has an own password already."""
    pool.add(person, FIRST)
    pool.answer(pool.start(person.name, FIRST), OWN)


@pytest.fixture
def as_role(console: Console) -> Callable[[str], Browser]:
    """Return what signs somebody of a role in."""
    return console.enters
