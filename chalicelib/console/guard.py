"""This file stands before every page: who is in, whether they may, what every answer carries."""

from typing import Any

from flask import Response, abort, g, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response as Answer

from chalicelib.capabilities.staff import Person
from chalicelib.console.back import back
from chalicelib.console.roles import OPEN, may
from chalicelib.console.session import PERSON

API = "api"
# Whose roles were all taken away during a visit must still be able to end it.
LEAVE = "signing.leave"
# Roles that were taken away, and people who were disabled, are noticed so soon.
LOOKED_EVERY = 15 * 60
POLICY = "; ".join(
    [
        "default-src 'none'",
        *(f"{one}-src 'self'" for one in ("script", "style", "connect", "font")),
        "img-src 'self' data:",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ]
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
HTTPS_ONLY = "max-age=31536000; includeSubDomains"


def admit() -> Answer | tuple[str, int] | None:
    """Let a request through to its page, send it to the sign-in, or tell that nothing is there."""
    g.person = None
    endpoint = request.endpoint
    # The API lets nobody in by a visit: see api.py.
    if endpoint is None or endpoint in OPEN or request.blueprint == API:
        return None
    person = _looked_at()
    if person is None:
        wanted = request.full_path.rstrip("?") if request.method == "GET" else ""
        here = f"{request.script_root}{wanted}" if wanted else None
        return redirect(url_for("signing.start", next=here), 303)
    g.person = person
    if not person.roles and endpoint != LEAVE:
        return render_template("error.html", key="no_role", detail=""), 403
    if person.roles and not may(person.roles, endpoint):
        abort(404)
    return None


def _looked_at() -> Person | None:
    """Return who is in, as they were a quarter of an hour ago at most; None where they left."""
    kept: dict[str, Any] | None = session.get(PERSON)
    if kept is None:
        return None
    now = int(back().office.clock.now().timestamp())
    if now - int(kept["looked"]) < LOOKED_EVERY:
        return person_of(kept)
    person = back().identity.look(kept["name"])
    if person is None or person.is_disabled:
        session.end()  # type: ignore[attr-defined]  # it is ours: see session.py
        return None
    session[PERSON] = plain(person, now)
    return person


def plain(person: Person, now: int) -> dict[str, Any]:
    """Return somebody as a visit keeps them, with when they were looked at."""
    return {
        "name": person.name,
        "roles": sorted(person.roles),
        "office": person.office,
        "district": person.district,
        "looked": now,
    }


def person_of(kept: dict[str, Any]) -> Person:
    """Return somebody as a visit kept them."""
    return Person(kept["name"], frozenset(kept["roles"]), kept["office"], kept["district"])


def dress(answer: Response) -> Response:
    """Put on every answer what keeps browsers from doing more than they should."""
    for name, value in HEADERS.items():
        answer.headers.setdefault(name, value)
    answer.headers.setdefault("Cache-Control", "no-store")
    if back().is_https:
        answer.headers.setdefault("Strict-Transport-Security", HTTPS_ONLY)
    return answer
