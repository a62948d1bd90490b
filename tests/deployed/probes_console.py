"""This file asks the console for all that it ever does, by its pages and its API."""

import re
from collections.abc import Callable
from datetime import timedelta
from urllib.parse import quote
from zoneinfo import ZoneInfo

from chalicelib.reports.every import REPORTS
from tests.deployed.bench import Bench
from tests.deployed.desk import OWN, Browser, Staff, signed_in
from tests.deployed.scene import ADMIN, COMMUNE, OFFICE

ZONE = ZoneInfo("Asia/Phnom_Penh")
PASSWORD = re.compile(r'class="key">([^<]+)<')
WORDS = {"text": "Fees are posted", "text_km": "Fees", "text_latn": "Fees"}
ASKED, SHOWN = "8*5*{code}*3*How much?", 80


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
            self.reports,
            self.people,
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
            said = " ".join(str(fault).split())[:SHOWN] or "an assertion failed"
            return f"{said} {self.bench.complained('console')}".strip()
        return self.bench.complained("console")

    def _books(self) -> None:
        n, admin = self.bench.n, self.staff[ADMIN]
        rows = admin.asks("GET", "/services")
        told = admin.asks("POST", "/services", rows=[{**rows[0], "name_en": f"Plate {n}"}])
        assert told["taken"] == 1, told

    def _office(self) -> None:
        bench, today = self.bench, self.bench.now.astimezone(ZONE).date()
        row = {"ticket_no": f"LAB-2026-{bench.n}", "office": OFFICE, "service": "102"}
        row |= {"status": "received", "received_on": str(today), "updated_on": str(today)}
        chan, dara = self.staff["chan"], self.staff["dara"]
        assert chan.asks("POST", "/tickets", rows=[row])["taken"] == 1
        assert chan.asks("GET", f"/tickets/LAB-2026-{bench.n}")["status"] == "received"
        person = {"number": bench.next(), "commune": COMMUNE, "consent_on": str(today)}
        assert dara.asks("POST", "/people", rows=[person])["taken"] == 1
        assert dara.asks("GET", f"/people/count?communes={COMMUNE}")["people"] > 0

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
        name, dara, bopha = f"n{self.bench.n}", self.staff["dara"], self.staff["bopha"]
        dara.asks("POST", "/broadcasts", name=name, communes=[COMMUNE], **WORDS)
        dara.asks("POST", f"/broadcasts/{name}/preview")
        digest = bopha.asks("GET", f"/broadcasts/{name}/approval")["digest"]
        bopha.asks("POST", f"/broadcasts/{name}/approve", seen=digest)
        dara.asks("POST", f"/broadcasts/{name}/send")
        dara.asks("POST", f"/broadcasts/{name}/advance")
        dara.asks("GET", f"/broadcasts/{name}/audit")
        assert self.bench.drained("chunks"), "no chunk was put on the queue"
        dara.asks("POST", f"/broadcasts/{name}/cancel", why="enough")

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
        assert self.admin.status == 200, page[:200]

    def _people(self) -> None:
        name, admin = f"new{self.bench.n}", self.admin
        admin.opens("/console/staff")
        page = admin.sends("/console/staff", name=name, role="officer")
        found = PASSWORD.search(page)
        assert found, f"nobody was added: HTTP {admin.status}"
        signed_in(self.bench.stage, name, found[1])
        admin.opens(f"/console/staff/renew?name={name}")
        assert PASSWORD.search(admin.sends("/console/staff/renew", name=name)), "not renewed"
        admin.opens(f"/console/staff/disable?name={name}")
        admin.sends("/console/staff/disable", name=name)
        assert admin.status == 200, f"not disabled: HTTP {admin.status}"
        browser = Browser(self.bench.stage)
        browser.opens("/console/sign-in")
        assert "wrong" in browser.sends("/console/sign-in", name=name, password=OWN)
