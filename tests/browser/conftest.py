"""This file starts the real local run once, and a real browser that watches what pages do."""

import shutil
from collections.abc import Iterator
from itertools import count
from typing import Any

import pytest

from tests.browser.desk import Desk
from tests.end_to_end.stack import Local, running

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PATIENCE_MS = 10_000
NUMBERS = count(85512000100)


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Debian's Chromium; a test that cannot have it is skipped with the package to install."""
    playwright = pytest.importorskip("playwright.sync_api", reason="pip install playwright")
    if not shutil.which(CHROMIUM):
        pytest.skip("apt-get install chromium")
    with playwright.sync_playwright() as driver:
        launched = driver.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
        playwright.expect.set_options(timeout=PATIENCE_MS)
        yield launched
        launched.close()


@pytest.fixture(scope="session")
def local_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a local run with its demo data."""
    with running(tmp_path_factory.mktemp("owl") / "stage") as local:
        yield local.url


@pytest.fixture
def page(browser: Any, local_url: str) -> Iterator[Any]:
    """The phone page; at the end nothing may have failed in it, or gone elsewhere."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    opened = context.new_page()
    faults: list[str] = []
    asked: list[str] = []
    opened.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
    opened.on("pageerror", lambda fault: faults.append(str(fault)))
    opened.on("request", lambda request: asked.append(request.url))
    opened.goto(f"{local_url}/phone")
    opened.get_by_role("button", name="End call").wait_for()
    yield opened
    context.close()
    assert faults == []
    assert {url for url in asked if not url.startswith(f"{local_url}/")} == set()


@pytest.fixture
def number() -> str:
    """A number that no other test has used."""
    return f"+{next(NUMBERS)}"


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Local]:
    """A local run that sends at any hour."""
    with running(tmp_path_factory.mktemp("owl") / "stage", OWL_QUIET_HOURS="off") as local:
        yield local


@pytest.fixture
def desk(browser: Any, stage: Local) -> Iterator[Desk]:
    """A desk with a browser; at the end nothing may have failed in it, or gone elsewhere."""
    opened = Desk(browser, stage)
    yield opened
    opened.close()
