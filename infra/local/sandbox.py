"""This file is a pretend Africa's Talking: it takes SMS as the vendor does, and keeps them here.

Its contract is the vendor's `POST /version1/messaging`; the fields and answers follow the vendor's
pages and what its users saw. Tests choose an answer with `POST /sandbox/mode`.
"""

import json
import threading
from collections.abc import Callable
from typing import Any

from infra.local import answers
from infra.local.environment import SANDBOX_KEY, SANDBOX_PATH
from infra.local.exchange import Answer, Request, shown, text
from infra.local.journal import Journal, Message

OK = "ok"
NEEDED = ("username", "to", "message")
NAME = "/sandbox"


class Sandbox:
    """The pretend gateway: accepts, keeps, shows, and misbehaves when told to."""

    def __init__(self, journal: Journal, sender: str, report: Callable[[Message], None]) -> None:
        """Take where messages are kept, the default sender, and who is told of a delivery."""
        self.journal, self.sender, self.report = journal, sender, report
        self.lock, self.mode, self.left, self.reports = threading.Lock(), OK, 0, True
        self.routes: dict[tuple[str, str], Callable[[Request], Answer]] = {
            ("POST", f"{SANDBOX_PATH}/messaging"): self.messaging,
            ("GET", f"{NAME}/messages"): self.messages,
            ("POST", f"{NAME}/mode"): self.choose,
            ("GET", f"{NAME}/mode"): lambda _: self.chosen(),
        }

    def answer(self, request: Request) -> Answer | None:
        """Answer what is the gateway's; None for any other path."""
        route = self.routes.get((request.method, request.path))
        return route(request) if route else None

    def messaging(self, request: Request) -> Answer:
        """Take one request to send, as the vendor's legacy endpoint."""
        mode = self._next_mode()
        if request.headers.read("apiKey") != SANDBOX_KEY:
            mode = "401"
        if mode in answers.REFUSALS:
            return answers.REFUSALS[mode]
        form = request.form()
        missing = next((name for name in NEEDED if not form.get(name)), None)
        if missing is not None:
            return text(400, f"Request is missing required form field '{missing}'")
        return self._answer(mode, form)

    def messages(self, request: Request) -> Answer:
        """Show what a handset has received, oldest first."""
        # In a query a bare plus is a space, and people type `to=+855...`.
        number = "+" + request.query().get("to", "").strip().removeprefix("+")
        return shown(200, self.journal.to(number))

    def choose(self, request: Request) -> Answer:
        """Choose the answer of the next requests: `{"mode": "429", "times": 1}`.

        `times` is how often, then it is well again; `"reports": false` ends delivery reports.
        """
        try:
            wish = json.loads(request.body or b"{}")
            mode, times = wish.get("mode", OK), int(wish.get("times", 0))
        except (ValueError, TypeError, AttributeError):
            return text(400, 'write JSON, as {"mode": "429", "times": 1}')
        if mode not in answers.MODES:
            return text(400, f"no such mode: choose one of {', '.join(answers.MODES)}")
        with self.lock:
            self.mode, self.left = mode, times
            self.reports = bool(wish.get("reports", True))
        return self.chosen()

    def chosen(self) -> Answer:
        """Show the mode."""
        known = list(answers.MODES)
        told = {"mode": self.mode, "times": self.left, "reports": self.reports, "modes": known}
        return shown(200, told)

    def _answer(self, mode: str, form: dict[str, str]) -> Answer:
        recipients = [self._recipient(mode, to, form) for to in form["to"].split(",")]
        return answers.dressed(mode, recipients)

    def _recipient(self, mode: str, to: str, form: dict[str, str]) -> dict[str, Any]:
        code = answers.code(mode, to)
        if code not in answers.ACCEPTED:
            return answers.rejected(code, to)
        message = self.journal.accept(to, form.get("from") or self.sender, form["message"])
        if self.reports:
            self.report(message)
        return answers.accepted(code, message)

    def _next_mode(self) -> str:
        with self.lock:
            mode = self.mode
            if self.left:
                self.left -= 1
                self.mode = self.mode if self.left else OK
        return mode
