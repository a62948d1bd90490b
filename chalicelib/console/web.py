"""This file makes the console: its pages, what stands before them, and what belongs to all."""

from typing import Any

from flask import Flask, Response, g, render_template, request
from flask_wtf import CSRFProtect
from flask_wtf.csrf import CSRFError
from jinja2 import StrictUndefined
from werkzeug.exceptions import HTTPException

from chalicelib.console import front, guard
from chalicelib.console.api import api, http_problem, is_api
from chalicelib.console.back import NAME, Back
from chalicelib.console.front import front as files
from chalicelib.console.pages_broadcast_steps import sending
from chalicelib.console.pages_broadcasts import broadcasts
from chalicelib.console.pages_complaints import complaints
from chalicelib.console.pages_forum_steps import steps
from chalicelib.console.pages_forums import forums
from chalicelib.console.pages_keys import keys
from chalicelib.console.pages_menus import menus
from chalicelib.console.pages_reports import reports
from chalicelib.console.pages_services import services
from chalicelib.console.pages_staff import staff
from chalicelib.console.pages_switch import switch
from chalicelib.console.pages_tickets import tickets
from chalicelib.console.pages_today import today
from chalicelib.console.roles import check, may
from chalicelib.console.sentences import reasons, told
from chalicelib.console.session import VisitInterface
from chalicelib.console.shown import cells, day, digits, moment, named, word_of, words_of
from chalicelib.console.signing import signing
from chalicelib.console.words import LANGUAGES, named_by, named_in, said, spoken_rows, told_in
from chalicelib.errors import CivicError, NotFound, Unavailable
from chalicelib.observe import observed
from chalicelib.operations.whose import Elsewhere

# A function URL takes 6 MB with the headers, in which a body is base64: a quarter longer than here.
MOST_BYTES = (6 * 1024 - 64) * 1024 * 3 // 4
PAGES = (
    *(files, signing, today, switch, tickets, forums, steps),
    *(broadcasts, sending, complaints, reports, services, staff, menus, keys, api),
)
# What stands at the top, in this order, for whom each page is.
MENU = (
    ("today.show", "menu.today"),
    ("tickets.show", "menu.tickets"),
    ("forums.show", "menu.forums"),
    ("broadcasts.show", "menu.broadcasts"),
    ("complaints.show", "menu.complaints"),
    ("complaints.released", "menu.released"),
    ("services.show", "menu.services"),
    ("reports.show", "menu.reports"),
    ("menus.show", "menu.menus"),
    ("menus.cards", "menu.cards"),
    ("keys.show", "menu.keys"),
    ("staff.show", "menu.staff"),
    ("staff.log", "menu.log"),
)
FAULTS_BEGIN = 400
TOLD = (400, 403, 404, 405, 413, 429, 503)


class Console(Flask):
    """A Flask application whose log says which page broke, never what was on it."""

    def log_exception(self, exc_info: Any) -> None:
        """Note a fault by its page and its kind; a trace would hold what people typed."""
        observed(
            "console", outcome="error", route=str(request.endpoint), error=exc_info[0].__name__
        )


def made(back: Back) -> Flask:
    """Return the console of a stage, as a WSGI application.

    Raises:
        Unlisted: a page is in the console and not in `roles.py`, or the other way round.
    """
    app = Console("chalicelib.console", static_folder=None)
    app.extensions[NAME] = back
    app.config.update(
        SECRET_KEY=back.secret,
        MAX_CONTENT_LENGTH=MOST_BYTES,
        # A file that was tried travels with the page.
        MAX_FORM_MEMORY_SIZE=MOST_BYTES,
        # A form is good as long as the visit it was made in.
        WTF_CSRF_TIME_LIMIT=None,
    )
    app.session_interface = VisitInterface(back.visits, back.secret, is_https=back.is_https)
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(cells=cells, word_of=word_of, words_of=words_of)
    app.jinja_env.filters.update(named_by=named_by, named_in=named_in, spoken_rows=spoken_rows)
    app.jinja_env.filters.update(told=told, reasons=reasons)
    app.jinja_env.globals["t_in"] = told_in
    # A key stands in a header that no other page can send.
    CSRFProtect(app).exempt(api)
    for pages in PAGES:
        app.register_blueprint(pages)
    app.before_request(front.remember)
    # Before the check of forms, which would answer a page that is not theirs to people unknown.
    app.before_request_funcs[None].insert(0, guard.admit)
    app.after_request(guard.dress)
    app.context_processor(_common)
    app.register_error_handler(HTTPException, _error)
    app.register_error_handler(CivicError, _fault)
    check(rule.endpoint for rule in app.url_map.iter_rules())
    return app


def _common() -> dict[str, Any]:
    """Return what every page can use: words, addresses, days, and who looks at it."""
    language = g.get("language") or front.spoken()
    person = g.get("person")
    return {
        "t": lambda key, **values: said(language, key, values),
        "language": language,
        "languages": LANGUAGES,
        "file": front.address,
        "here": f"{request.script_root}{request.full_path.rstrip('?')}",
        "person": person,
        "menu": [one for one in MENU if person and may(person.roles, one[0])],
        "current": _current(),
        "may": lambda endpoint: bool(person and may(person.roles, endpoint)),
        "day": day,
        "moment": moment,
        "digits": digits,
        "named": named,
    }


def _current() -> str:
    """Return the page of the menu that the one shown belongs to."""
    endpoint = request.endpoint or ""
    same = [one for one, _ in MENU if one.partition(".")[0] == endpoint.partition(".")[0]]
    return endpoint if endpoint in same else next(iter(same), "")


def _error(fault: HTTPException) -> tuple[str, int] | HTTPException | Response:
    """Tell in the page's language what went wrong and what to do."""
    if is_api():
        return http_problem(fault)
    if isinstance(fault, CSRFError):
        return render_template("error.html", key="form", detail=""), 400
    code = fault.code or 500
    # A redirect that the routing makes, as to the path with a slash.
    if code < FAULTS_BEGIN:
        return fault
    key = str(code) if code in TOLD else "500"
    return render_template("error.html", key=key, detail=""), code


def _fault(fault: CivicError) -> tuple[str, int]:
    """Tell a refusal of ours: its sentence holds no number and no text of a citizen."""
    if isinstance(fault, Elsewhere):
        return render_template("error.html", key="404", detail=""), 404
    if isinstance(fault, Unavailable):
        return render_template("error.html", key="503", detail=""), 503
    code = 404 if isinstance(fault, NotFound) else 422
    return render_template("error.html", key="refused", detail=str(fault)), code
