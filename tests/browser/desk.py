"""This file is somebody of the staff at a desk, with a browser: who opens which pages."""

from typing import Any

from infra.local.staff import password
from tests.end_to_end.stack import Local

WIDE, NARROW = 1280, 360
PAGES = {
    "dara": (
        *("/", "/tickets/", "/forums/", "/forums/new", "/forums/file", "/broadcasts/"),
        *("/broadcasts/new", "/services/", "/services/102", "/reports/", "/menus"),
        *("/cards", "/sending", "/nothing"),
    ),
    "chan": ("/", "/tickets/", "/tickets/file", "/services/102/edit", "/complaints/released"),
    "sokha": ("/", "/complaints/"),
    "vanna": ("/", "/reports/?name=satisfaction", "/reports/print", "/log"),
    "admin": ("/staff", "/keys/", "/settings", "/log", "/staff/disable?name=chan"),
}


class Desk:
    """Somebody at the console: pages are opened by their paths."""

    def __init__(self, browser: Any, stage: Local) -> None:
        self.browser, self.base, self.contexts = browser, f"{stage.url}/console", []
        self.faults: list[str] = []

    def enters(self, name: str, *, language: str = "en", width: int = WIDE, **more: Any) -> Any:
        """Return a page in which somebody is signed in, by the keyboard alone."""
        context = self.browser.new_context(
            viewport={"width": width, "height": 800}, locale=language, **more
        )
        self.contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda fault: self.faults.append(str(fault)))
        page.on("console", self._heard)
        page.on("request", lambda request: self._asked(request.url))
        page.goto(f"{self.base}/")
        # A browser gives the first field the focus when it draws, which may be after it loaded.
        page.locator("[name=name]:focus").wait_for()
        page.keyboard.type(name)
        page.keyboard.press("Tab")
        page.keyboard.type(password(name))
        page.keyboard.press("Enter")
        page.wait_for_url(f"{self.base}/")
        return page

    def opens(self, page: Any, path: str) -> None:
        """Open a page by its path."""
        page.goto(f"{self.base}{path}")

    def close(self) -> None:
        """Close every browser; say what failed in one."""
        for context in self.contexts:
            context.close()
        assert self.faults == []

    def _heard(self, said: Any) -> None:
        # Chromium tells of a page that answers 404, which one of them does on purpose.
        if said.type == "error" and "404" not in said.text:
            self.faults.append(said.text)

    def _asked(self, url: str) -> None:
        if not url.startswith((self.base, "data:")):
            self.faults.append(f"asked {url}")
