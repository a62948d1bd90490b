"""This file fills a stage with texts that attack their reader, wherever a text may stand."""

from dataclasses import replace
from datetime import timedelta
from html.parser import HTMLParser
from typing import Any

from chalicelib.capabilities.audit import Deed
from chalicelib.capabilities.broadcasts import Audience, Order
from chalicelib.capabilities.catalogue import Documents, Figure, Note, Place
from chalicelib.capabilities.complaints import Cause, Report
from chalicelib.capabilities.staff import ADMIN, Person
from chalicelib.capabilities.staff_keys import Wish
from chalicelib.console.roles import OPEN
from chalicelib.duties.forum_talk import action_agreed
from chalicelib.duties.keys import made
from chalicelib.storage.complaint_review import ref_of
from tests.builders import TICKETS, a_catalogue, a_forum, a_service, an_office
from tests.console.conftest import Console
from tests.console.people import People

# What may lead to another address or run something, by the attribute.
ADDRESSES = frozenset({"href", "src", "action", "formaction", "data", "hx-get", "hx-post"})
OURS = ("/", "#", "?")


class Read(HTMLParser):
    """A page as a browser takes it: its texts, its forms, and what in it could run."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.runs: list[str] = []
        self.forms: list[tuple[str, str, dict[str, str]]] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what an element could run, and which fields a form has."""
        given = {name: value or "" for name, value in attrs}
        if tag == "script" and not given.get("src", "").startswith("/static/"):
            self.runs.append(f"{tag} {given}")
        self.runs += [f"{tag} {name}" for name in given if name.startswith("on") or name == "style"]
        self.runs += [
            f"{tag} {name}={value}"
            for name, value in given.items()
            if name in ADDRESSES and not value.startswith(OURS)
        ]
        self.texts += given.values()
        if tag == "form":
            self.forms.append((given.get("method", "get"), given["action"], {}))
        elif given.get("name") and self.forms:
            self.forms[-1][2].setdefault(given["name"], given.get("value", ""))

    def handle_data(self, data: str) -> None:
        """Keep a text."""
        self.texts.append(data)


def filled(console: Console, text: str) -> dict[str, dict[str, str]]:
    """Put a text wherever one may stand; return what pages are about, by the name in the path."""
    side, people = console.office, People(console)
    side.catalogue.publish(catalogue_of(text))
    ticket = replace(TICKETS[0], aliases=(text,), status="more_documents")
    side.tickets.save_many([replace(ticket, history=_reasons(ticket.history, text))])
    forum = side.forums.add(
        replace(a_forum(venue=_words(text)), agenda=_words(text), organizer=text, by=text)
    )
    people.ask(1, text, forum.code)
    action_agreed(side, forum.code, text, side.today().isoformat(), text)
    name = _broadcast(console, text)
    for who in (text, "somebody"):
        side.audit.note(Deed(who, text, {"file": text, "complaint": text}))
    return {
        "tickets": {"number": ticket.number},
        "forums": {"code": forum.code},
        "forum_steps": {"code": forum.code},
        "broadcasts": {"name": name},
        "complaints": {"ref": _complaint(console, people, text)},
        "services": {"code": "101", "part": "services"},
        "keys": {"id_": _key(console)},
    }


def addresses(console: Console, about: dict[str, dict[str, str]]) -> dict[str, list[str]]:
    """Return every page that opens by its address, by the name of its part of the console.

    What the API answers is no page: it is JSON, and a browser's session opens none of it.
    """
    found: dict[str, list[str]] = {}
    map_ = console.app.url_map.bind("console.example")
    for rule in console.app.url_map.iter_rules():
        part = rule.endpoint.partition(".")[0]
        if rule.endpoint in OPEN or part == "api" or "GET" not in (rule.methods or ()):
            continue
        values = {one: about[part][one] for one in rule.arguments}
        found.setdefault(rule.endpoint, []).append(map_.build(rule.endpoint, values))
    return found


def catalogue_of(text: str) -> Any:
    """Return a catalogue of a service, an office and a place, all of whose words are the text."""
    figure = Figure("sourced", text, text, text)
    service = a_service(code="101", names=_words(text), documents=[_words(text)])
    service = service._replace(
        documents=Documents((_words(text),), figure),
        validity=Note(_words(text), figure),
        extra=(Note(_words(text), figure),),
        legal_basis=text,
        sector=text,
    )
    office = an_office(code="0212", names=_words(text), phone=text, hours=text)
    known = a_catalogue(services=[service], offices=[office])
    place = Place("021204", _words(text), (text,))
    return known._replace(places={**known.places, place.code: place})


def _words(text: str) -> dict[str, str]:
    return {"en": text, "km": text, "km-Latn": text}


def _reasons(history: Any, text: str) -> Any:
    return tuple(replace(one, reason=text) for one in history)


def _broadcast(console: Console, text: str) -> str:
    side, now = console.office, console.clock.now()
    order = Order(
        id="b-hostile",
        kind="broadcast",
        texts=_words(f"{text}\nOne Window. STOP"),
        audience=Audience(communes=("021204",), topics=frozenset({"fees"})),
        not_before=now,
        not_after=now + timedelta(days=2),
        author=text,
    )
    side.ledger.draft(order)
    return order.id


def _key(console: Console) -> str:
    """Make a key, whose label can hold nothing that attacks."""
    admin = Person("admin", frozenset({ADMIN}))
    return made(
        console.office, console.back.keys, admin, Wish("laptop", ("reports:read",), 30), "admin"
    )[0].id


def _complaint(console: Console, people: People, text: str) -> str:
    cause = Cause("africastalking", "a session", "4*2")
    people.desk.complain(cause, Report("0212", "extra_fee", "this_week", "2026-W48", text))
    (found,) = console.office.review().of_district("0212")
    console.office.review().release(found, text)
    return ref_of(found)
