"""This file ties a browser to a visit: one cookie, behind which a row stands once somebody is in.

Before that nothing is stored for anybody who only opens the page: the cookie itself holds, signed,
what the first form needs.
"""

import secrets
from datetime import timedelta
from typing import Any

from flask import Flask, Request, Response
from flask.sessions import SecureCookieSession, SessionInterface
from itsdangerous import BadSignature, URLSafeTimedSerializer

from chalicelib.capabilities.visits import IDLE, Visits

API = "/api/"
ROW, SIGNED = "v", "s"
# A sign-in that waits for its next step, and who is in.
STEP, PERSON = "step", "person"
# Where Flask-WTF keeps what the tokens of a visit's forms are made with.
FORMS = "csrf_token"
ID_BYTES = 32


class VisitSession(SecureCookieSession):
    """What one browser's visit holds. `id` is the row's, empty where there is none."""

    id = ""
    # The row that this one takes the place of: a new id at each step of signing in.
    old = ""
    is_ended = False

    @property
    def has_row(self) -> bool:
        """Whether it must be kept on our side."""
        return STEP in self or PERSON in self

    def renew(self) -> None:
        """Go on under another id and token of forms, so that whoever knew the last has nothing."""
        self.old, self.id = self.id or self.old, ""
        self.pop(FORMS, None)
        self.modified = True

    def end(self) -> None:
        """End the visit, whatever it holds."""
        self.clear()
        self.is_ended = True


class VisitInterface(SessionInterface):
    """Opens and keeps visits for Flask."""

    def __init__(self, visits: Visits, secret: str, *, is_https: bool) -> None:
        """Take the rows, what signs cookies without one, and whether the browser speaks https."""
        self.visits, self.is_https = visits, is_https
        self.signer = URLSafeTimedSerializer(secret, salt="owl visit")
        # Browsers hold a name of this kind to this one host; over http they take none.
        self.name = "__Host-owl" if is_https else "owl"

    def open_session(self, _app: Flask, request: Request) -> VisitSession:
        """Return the visit of a request; an empty one where it has none that lasts."""
        # The API lets nobody in by a cookie.
        is_page = not request.path.startswith(API)
        kind, _, value = (request.cookies.get(self.name, "") if is_page else "").partition(".")
        data = self._read(kind, value)
        session = VisitSession(data or {})
        session.id = value if kind == ROW and data is not None else ""
        session.modified = False
        return session

    def save_session(self, _app: Flask, session: Any, response: Response) -> None:
        """Keep a visit, and give the browser its cookie where that is another."""
        if session.is_ended or session.old:
            self.visits.end(session.old or session.id)
        if session.is_ended:
            response.delete_cookie(self.name, **self._attributes())
        elif session.has_row:
            self._keep(session, response)
        elif session.modified:
            value = f"{SIGNED}.{self.signer.dumps(dict(session))}"
            response.set_cookie(self.name, value, max_age=_seconds(IDLE), **self._attributes())

    def _keep(self, session: VisitSession, response: Response) -> None:
        is_new = not session.id
        session.id = session.id or secrets.token_urlsafe(ID_BYTES)
        name = str((session.get(PERSON) or session[STEP])["name"])
        quiet = not is_new and not session.modified
        self.visits.write(session.id, name, dict(session), quiet=quiet)
        if is_new:
            response.set_cookie(self.name, f"{ROW}.{session.id}", **self._attributes())

    def _read(self, kind: str, value: str) -> dict[str, Any] | None:
        if kind == ROW:
            return self.visits.read(value)
        if kind != SIGNED:
            return None
        try:
            found: dict[str, Any] = self.signer.loads(value, max_age=_seconds(IDLE))
        except BadSignature:
            return None
        return found

    def _attributes(self) -> dict[str, Any]:
        return {"path": "/", "secure": self.is_https, "httponly": True, "samesite": "Lax"}


def _seconds(span: timedelta) -> int:
    return int(span.total_seconds())
