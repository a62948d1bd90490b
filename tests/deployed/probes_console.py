"""This file asks the console for all that it ever does, by its pages and its API."""

import re
from collections.abc import Callable
from datetime import timedelta
from urllib.parse import quote
from zoneinfo import ZoneInfo

from chalicelib.reports.every import REPORTS
from tests.deployed.bench import Bench
from tests.deployed.desk import Browser, Staff, signed_in
from tests.deployed.scene import ADMIN, COMMUNE, OFFICE

ZONE = ZoneInfo("Asia/Phnom_Penh")
PASSWORD = re.compile(r'class="key">([^<]+)<')
WORDS = {"text": "Fees are posted", "text_km": "Fees", "text_latn": "Fees"}
ASKED, SHOWN = "8*5*{code}*3*How much?", 80
HEADING = re.compile(r"<h1[^>]*>(.*?)</h1>", re.DOTALL)
ROLE, GOOD = "officer", 200


class Console:
    """The console of a bench, with people who are signed in; each part of it is a probe."""

    def __init__(self, bench: Bench, staff: dict[str, Staff], admin: Browser) -> None:
        self.bench, self.staff, self.admin = bench, staff, admin

    @property
    def probes(self) -> list[Callable[[], str]]:
        """All of them, the cheap ones first."""
        return [
            self.books,
            self.office,
            self.forum,
            self.broadcast,
            self.complaint,
            self.half_added,
            self.people,
            self.sent,
            self.reports,
        ]

    def books(self) -> str:
        """Publish a service and count scorecards."""
        self.bench.next()
        return self._tried(self._books)

    def office(self) -> str:
        """Load a ticket and a person."""
        self.bench.next()
        return self._tried(self._office)

    def forum(self) -> str:
        """Plan a forum, answer a question of it, note what it agreed on, move and end it."""
        self.bench.next()
        return self._tried(self._forum)

    def broadcast(self) -> str:
        """Write a message, agree to it, let it go and stop it."""
        self.bench.next()
        return self._tried(self._broadcast)

    def sent(self) -> str:
        """Account for a message that went out."""
        self.bench.next()
        return self._tried(self._sent)

    def half_added(self) -> str:
        """Add somebody again whose adding broke off."""
        self.bench.next()
        return self._tried(self._half_added)

    def complaint(self) -> str:
        """Answer a complaint."""
        self.bench.next()
        return self._tried(self._complaint)

    def reports(self) -> str:
        """Draw every table, and read the log of deeds."""
        return self._tried(self._reports)

    def people(self) -> str:
        """Add somebody, let them in, begin them anew, and let them in no more."""
        self.bench.next()
        return self._tried(self._people)

    def _tried(self, part: Callable[[], None]) -> str:
        self.bench.complained("console")
        try:
            part()
        except AssertionError as fault:
            return f"{_short(fault)} {self.bench.complained('console')}".strip()
        return self.bench.complained("console")

    def _books(self) -> None:
        n, admin = self.bench.n, self.staff[ADMIN]
        rows = admin.asks("GET", "/services")
        told = admin.asks("POST", "/services", rows=[{**rows[0], "name_en": f"Plate {n}"}])
        assert told["taken"] == 1, told
        card = {"office": OFFICE, "held_on": str(self.bench.now.astimezone(ZONE).date())}
        card |= {"dimension": "waiting", "answer": "3", "women": str(n), "men": "9"}
        told = admin.asks("POST", "/scorecards", rows=[card])
        assert told["taken"] == 1, told

    def _office(self) -> None:
        bench, today = self.bench, self.bench.now.astimezone(ZONE).date()
        row = {"ticket_no": f"LAB-2026-{bench.n}", "office": OFFICE, "service": "102"}
        row |= {"status": "received", "received_on": str(today), "updated_on": str(today)}
        chan, path = self.staff["chan"], f"/people/count?communes={COMMUNE}"
        assert chan.asks("POST", "/tickets", rows=[row])["taken"] == 1
        assert chan.asks("GET", f"/tickets/LAB-2026-{bench.n}")["status"] == "received"
        self._somebody_joins()
        assert self.staff["dara"].asks("GET", path)["people"] > 0

    def _somebody_joins(self) -> None:
        day = self.bench.now.astimezone(ZONE).date()
        row = {"number": self.bench.next(), "commune": COMMUNE, "consent_on": str(day)}
        assert self.staff["dara"].asks("POST", "/people", rows=[row])["taken"] == 1

    def _forum(self) -> None:
        bench, dara = self.bench, self.staff["dara"]
        at = bench.now.astimezone(ZONE) + timedelta(days=20, minutes=bench.n)
        words = {"venue": {"en": "Hall"}, "agenda": {"en": "Fees"}}
        plan = {"commune": COMMUNE, "at": f"{at:%Y-%m-%d %H:%M}", **words}
        code = dara.asks("POST", "/forums", **plan)["code"]
        bench.stage.hops(bench.next(), ASKED.format(code=code), f"{bench.n}8")
        (question,) = dara.asks("GET", f"/forums/{code}/questions")
        path = f"/forums/{code}/questions/{question['number']}/answer"
        dara.asks("POST", path, text="Ten", km="Ten", latn="Ten", shown="How much?")
        dara.asks("POST", f"/forums/{code}/actions", text="Post the fees")
        dara.asks("GET", f"/forums/{code}")
        later = f"{at + timedelta(days=1):%Y-%m-%d %H:%M}"
        dara.asks("POST", f"/forums/{code}/move", at=later)
        dara.asks("POST", f"/forums/{code}/cancel")

    def _broadcast(self) -> None:
        self._somebody_joins()
        name, dara = self._ordered(), self.staff["dara"]
        assert self.bench.drained("chunks"), "no chunk was put on the queue"
        dara.asks("POST", f"/broadcasts/{name}/cancel", why="enough")

    def _sent(self) -> None:
        # Who got the one before gets none so soon.
        self._somebody_joins()
        name, bench = self._ordered(), self.bench
        fault = bench.worked("sender", bench.drained("chunks"))
        assert not fault, fault
        told = self.staff["dara"].asks("GET", f"/broadcasts/{name}/audit")
        assert told["adds_up"], told
        assert told["states"].get("SENT_TO_GATEWAY"), told

    def _ordered(self) -> str:
        name, dara, bopha = f"n{self.bench.n}", self.staff["dara"], self.staff["bopha"]
        self.bench.drained("chunks")
        dara.asks("POST", "/broadcasts", name=name, communes=[COMMUNE], **WORDS)
        dara.asks("POST", f"/broadcasts/{name}/preview")
        digest = bopha.asks("GET", f"/broadcasts/{name}/approval")["digest"]
        bopha.asks("POST", f"/broadcasts/{name}/approve", seen=digest)
        dara.asks("POST", f"/broadcasts/{name}/send")
        dara.asks("POST", f"/broadcasts/{name}/advance")
        return name

    def _complaint(self) -> None:
        bench, sokha = self.bench, self.staff["sokha"]
        bench.stage.hops(bench.next(), f"8*4*2*{OFFICE}*1*Too slow {bench.n}", f"{bench.n}7")
        waiting = [one for one in sokha.asks("GET", "/complaints") if one["state"] == "received"]
        assert waiting, "no complaint waits"
        known = waiting[0]
        sokha.asks("POST", f"/complaints/{known['ref']}/steps", move="acknowledge", text="Seen")
        sokha.asks("GET", f"/complaints/{known['ref']}")

    def _reports(self) -> None:
        admin = self.staff[ADMIN]
        for name in REPORTS:
            admin.asks("GET", f"/reports/{quote(name)}?period={self.bench.now:%Y-%m}")
        page = self.admin.opens("/console/log")
        assert self.admin.status == GOOD, page

    def _people(self) -> None:
        name, admin = f"new{self.bench.n}", self.admin
        signed_in(self.bench.stage, name, self._added(name))
        admin.opens(f"/console/staff/renew?name={name}")
        anew = PASSWORD.search(admin.sends("/console/staff/renew", name=name))
        assert anew, "not renewed"
        admin.opens(f"/console/staff/disable?name={name}")
        admin.sends("/console/staff/disable", name=name)
        assert admin.status == GOOD, f"not disabled: HTTP {admin.status}"
        browser = Browser(self.bench.stage)
        browser.opens("/console/sign-in")
        assert "wrong" in browser.sends("/console/sign-in", name=name, password=anew[1])

    def _half_added(self) -> None:
        name, admin, stage = f"half{self.bench.n}", self.admin, self.bench.stage
        pool = {"UserPoolId": stage.environ["OWL_USER_POOL"], "GroupName": ROLE}
        identity = stage.cloud.client("cognito-idp")
        identity.delete_group(**pool)
        try:
            admin.opens("/console/staff")
            page = admin.sends("/console/staff", name=name, role=ROLE)
        finally:
            identity.create_group(**pool)
        assert not PASSWORD.search(page), "somebody was added to a group that is not there"
        self._added(name)

    def _added(self, name: str) -> str:
        self.admin.opens("/console/staff")
        page = self.admin.sends("/console/staff", name=name, role=ROLE)
        found = PASSWORD.search(page)
        assert found, f"{name} was not added: HTTP {self.admin.status}"
        return found[1]


def _short(fault: AssertionError) -> str:
    """Return what was asked and its status, or what a page is headed with."""
    told = fault.args[0] if fault.args else "an assertion failed"
    if isinstance(told, tuple):
        method, path, status, *_ = told
        return f"{method} {path}: HTTP {status}"
    heading = HEADING.search(str(told))
    said = f"a page says: {heading[1]}" if heading else str(told)
    return " ".join(said.split())[:SHOWN]
