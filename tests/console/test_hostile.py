"""This file tests that no text of anybody runs: not on a page, not in a form that comes back."""

import csv
from io import BytesIO, StringIO
from typing import Any

import pytest

from chalicelib.capabilities.staff import ROLES
from chalicelib.console.roles import PAGES
from chalicelib.reports.every import REPORTS
from tests.console.conftest import HOST, Browser, Console
from tests.console.hostile import Read, addresses, filled

ATTACK = '"><script>owl(1)</script><img src=x onerror=owl(2)>{{7*7}}'
LINK = "javascript:owl(1)"
# Where a text of somebody else is read; the other pages tell no such texts.
TELLS = frozenset(
    {
        *("tickets.one", "forums.one", "broadcasts.one", "broadcasts.edit", "complaints.one"),
        *("complaints.released", "services.show", "services.one", "services.change"),
        *("menus.cards", "staff.log"),
    }
)


def whole(browser: Browser, path: str) -> Read:
    """Read a page, which holds nothing that could run."""
    browser.opens(path)
    return safe(browser, path)


def safe(browser: Browser, where: Any) -> Read:
    """Read the page that is open, and see that nothing in it could run."""
    page = Read(browser.page.get_data(as_text=True))
    assert page.runs == [], (where, browser.status)
    assert not any("owl(2)>49" in one for one in page.texts), where
    return page


@pytest.mark.parametrize("attack", [ATTACK, LINK])
@pytest.mark.parametrize("role", ROLES)
def test_a_text_is_read_as_it_was_written_on_every_page(
    console: Console, role: str, attack: str
) -> None:
    about = filled(console, attack)
    browser = console.enters(role)
    for endpoint, paths in addresses(console, about).items():
        if role not in PAGES[endpoint]:
            continue
        for path in paths:
            if path.endswith(".csv"):
                continue
            page = whole(browser, path)
            # The key is an administrator's.
            is_theirs = endpoint != "keys.revoke" or role == "admin"
            assert browser.status == (200 if is_theirs else 404), path
            if endpoint in TELLS:
                assert any(attack in one for one in page.texts), (endpoint, browser.text)


@pytest.mark.parametrize(
    "path",
    [
        *("/reports/?period={}", "/reports/?name=users&by={}&office={}", "/reports/?name={}"),
        *("/tickets/?number={}", "/tickets/{}", "/services/{}", "/forums/{}", "/broadcasts/{}"),
        *("/broadcasts/new?edit={}", "/broadcast/cancel?name={}", "/cards?office={}"),
        *("/staff/disable?name={}", "/staff/renew?name={}", "/log?until={}", "/sign-in?next={}"),
        "/{}",
    ],
)
def test_an_address_that_attacks_comes_back_as_text(console: Console, path: str) -> None:
    for role in ("organizer", "admin"):
        browser = console.enters(role)
        for attack in (ATTACK, LINK):
            whole(browser, path.format(attack, attack))


@pytest.mark.parametrize("role", ROLES)
def test_whatever_is_typed_into_any_form_comes_back_as_text(console: Console, role: str) -> None:
    """Every form of every page, each of its fields attacking, the files too."""
    about = filled(console, "Plain")
    browser = console.enters(role)
    pages = [
        path
        for endpoint, paths in addresses(console, about).items()
        if role in PAGES[endpoint] and endpoint != "signing.leave"
        for path in paths
        if not path.endswith(".csv")
    ]
    for path in pages:
        for method, action, fields in whole(browser, path).forms:
            if action == "/sign-out":
                continue
            fixed = {"csrf_token", "code", "name" if action.startswith("/broadcast/") else ""}
            typed: dict[str, Any] = {
                name: value if name in fixed else ATTACK for name, value in fields.items()
            }
            if "file" in typed:
                typed["file"] = (BytesIO(f"{ATTACK}\n{ATTACK}".encode()), f"{ATTACK}.csv")
            browser.page = browser.client.open(
                action,
                method=method.upper(),
                **{"data" if method == "post" else "query_string": typed},
                base_url=HOST,
                headers={"Referer": f"{HOST}/"},
                follow_redirects=True,
            )
            safe(browser, (path, action))
            assert browser.status in {200, 400, 404, 422}, (path, action)


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", "\r=", "＝"])
def test_no_cell_of_any_file_that_is_given_runs(console: Console, start: str) -> None:
    text = f"{start}HYPERLINK(1)"
    filled(console, text)
    given = {}
    for role in ("admin", "organizer", "clerk"):
        browser = console.enters(role)
        for path in files_of(console, role):
            browser.opens(path)
            assert browser.status == 200, path
            given[path] = list(csv.reader(StringIO(browser.page.text.removeprefix("\ufeff"))))
    for path, rows in given.items():
        for cell in (cell for row in rows for cell in row):
            assert not cell.startswith(("=", "+", "-", "@", "\t", "\r", "＝")), (path, cell)
    for path in ("/services/services.csv", "/reports/table.csv?name=audit&period=2026-Q4"):
        assert any(f"'{text}" in cell for row in given[path] for cell in row), path


def files_of(console: Console, role: str) -> list[str]:
    """Return the address of every file that a role is given."""
    rules = [one for one in console.app.url_map.iter_rules() if one.rule.endswith(".csv")]
    assert {one.endpoint for one in rules} == {
        *("tickets.template", "forums.template", "services.export", "reports.csv")
    }
    mine = [one for one in rules if role in PAGES[one.endpoint]]
    paths = [one.rule for one in mine if not one.arguments and one.endpoint != "reports.csv"]
    paths += [f"/services/{part}.csv" for part in ("services", "offices", "places")]
    tables = [one for one in REPORTS if role != "clerk" or one != "audit"]
    return [*paths, *(f"/reports/table.csv?name={one}&period=2026-Q4" for one in tables)]
