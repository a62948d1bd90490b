"""This file is one of the staff at a deployed console: a browser, then a key for its API."""

import http.client
import json
import re
from html import unescape
from typing import Any
from urllib.parse import urlencode, urlsplit

import pyotp
from click.testing import CliRunner

from chalicelib.capabilities.staff import ROLES
from chalicelib.cli.main import owl
from tests.deployed.stage import SLOW_SECONDS, Deployed

TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
SECRET = re.compile(r'class="key">([^<]+)<')
KEY = re.compile(r"owl_[0-9a-f]{10}_[A-Za-z0-9_-]{43}")
FIRST = re.compile(r"shown this once: (\S+)")
OWN = "Deployed-for-proof-1"
FORM = "application/x-www-form-urlencoded"


class Browser:
    """A browser that knows one console by the address of its function."""

    def __init__(self, stage: Deployed) -> None:
        self.netloc = urlsplit(stage.cloud.url).netloc
        self.host = urlsplit(stage.outputs["ConsoleUrl"]).netloc
        self.cookies: dict[str, str] = {}
        self.page, self.status, self.path = "", 0, ""

    def opens(self, path: str, body: str = "") -> str:
        """Open a page of the console, with what it leads to."""
        self._asks("POST" if body else "GET", path, body)
        for _ in range(5):
            if self.status not in {302, 303, 307}:
                return self.page
            self._asks("GET", self.path, "")
        raise AssertionError(f"{path} leads nowhere")

    def sends(self, path: str, **typed: Any) -> str:
        """Send the form that is on the page."""
        found = TOKEN.search(self.page)
        token = unescape(found[1]) if found else ""
        return self.opens(path, urlencode({"csrf_token": token, **typed}, doseq=True))

    def _asks(self, method: str, path: str, body: str) -> None:
        line = http.client.HTTPConnection(self.netloc, timeout=SLOW_SECONDS)
        headers = {"Host": self.host, "Referer": f"https://{self.host}/"}
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={one}" for name, one in self.cookies.items())
        if body:
            headers["Content-Type"] = FORM
        try:
            line.request(method, path, body or None, headers)
            answer = line.getresponse()
            self.page, self.status = answer.read().decode(), answer.status
            self.path = urlsplit(answer.getheader("Location") or "").path or path
            for cookie in answer.msg.get_all("Set-Cookie") or ():
                name, _, value = cookie.partition(";")[0].partition("=")
                self.cookies[name] = value
        finally:
            line.close()


class Staff:
    """Somebody of the staff who signed in, and whose programs hold a key."""

    def __init__(self, stage: Deployed, browser: Browser, key: str) -> None:
        self.stage, self.browser, self.key = stage, browser, key

    def asks(self, method: str, path: str, **fields: Any) -> Any:
        """Ask the API something that it grants."""
        line = http.client.HTTPConnection(
            urlsplit(self.stage.cloud.url).netloc, timeout=SLOW_SECONDS
        )
        host = urlsplit(self.stage.outputs["ConsoleUrl"]).netloc
        body = json.dumps(fields) if method == "POST" else None
        headers = {"Host": host, "Authorization": f"Bearer {self.key}"}
        headers |= {"Content-Type": "application/json"} if body else {}
        try:
            line.request(method, f"/console/api/v1{path}", body, headers)
            answer = line.getresponse()
            told = answer.read().decode()
            assert answer.status == 200, (method, path, answer.status, told)
            return json.loads(told)
        finally:
            line.close()


def added(stage: Deployed, name: str, role: str, place: str = "") -> str:
    """Add somebody as the deployer does with `owl`; return the first password."""
    assert role in ROLES
    of = {"clerk": ["--office", place], "ombudsperson": ["--district", place]}.get(role, [])
    done = CliRunner().invoke(owl, ["staff", "add", name, "--role", role, *of], env=stage.environ)
    assert done.exit_code == 0, (done.output, done.exception)
    found = FIRST.search(done.output)
    assert found, done.output
    return found[1]


def signed_in(stage: Deployed, name: str, first: str) -> Browser:
    """Sign somebody in for the first time: an own password, then the second factor."""
    browser = Browser(stage)
    assert "Password" in browser.opens("/console/sign-in")
    assert "Choose your own password" in browser.sends(
        "/console/sign-in", name=name, password=first
    )
    page = browser.sends("/console/sign-in/next", said=OWN)
    found = SECRET.search(page)
    assert found, page
    page = browser.sends("/console/sign-in/next", said=pyotp.TOTP(found[1]).now())
    assert f"Good day, {name}" in page, page
    return browser


def hired(stage: Deployed, name: str, role: str, place: str = "") -> Staff:
    """Add somebody, sign them in, and make them a key to everything they may."""
    browser = signed_in(stage, name, added(stage, name, role, place))
    page = browser.opens("/console/keys/")
    scopes = re.findall(r'name="scopes" value="([^"]+)"', page)
    page = browser.sends("/console/keys/", label="proof", days="30", scopes=scopes)
    found = KEY.search(page)
    assert found, page
    return Staff(stage, browser, found[0])
