"""This file is a town for whole scenarios: the phones of a stage, its console, and its minutes."""

import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from html import unescape
from io import BytesIO
from itertools import count
from zoneinfo import ZoneInfo

from chalicelib.capabilities.catalogue import Place
from chalicelib.settings import Settings
from chalicelib.staff import Office
from chalicelib.wiring.ballots import tally_of
from tests.builders import TRANG, a_catalogue, a_text
from tests.console.conftest import Browser, Console, staffed
from tests.phone import Phone
from tests.sending import PretendGateway, worker_of
from tests.world import World

ZONE = ZoneInfo("Asia/Phnom_Penh")
FACT = re.compile(r"<dt>(.*?)</dt><dd>(.*?)</dd>", re.DOTALL)
TABLE = re.compile(r"<table.*?</table>", re.DOTALL)
CELL = re.compile(r"<t[hd][^>]*>(.*?)</t[hd]>", re.DOTALL)


class Town:
    """One stage as citizens, staff and the minute's tick have it; `posted` is when SMS went out."""

    def __init__(self, world: World, communes: Iterable[str] = ()) -> None:
        self.world, self.clock = world, world.clock
        catalogue = a_catalogue()
        new = {one: Place(one, a_text(en=one, km=one, latin=one)) for one in communes}
        places = {**catalogue.places, TRANG.code: TRANG, **new}
        world.desk.catalogue.publish(catalogue._replace(places=places))
        side = Office(Settings(queue_chunks="a queue"), self.clock)
        self.console: Console = staffed(side, self.clock)
        self.gateway, self.tokens = PretendGateway(), count(1)
        self.posted = list[datetime]()
        self.gateway.during = lambda: self.posted.append(self.clock.now().astimezone(ZONE))

    @property
    def side(self) -> Office:
        """The staff side."""
        return self.console.office

    def joins(self, number: str, commune: str = TRANG.code, language: str = "en") -> Phone:
        """Let somebody join the news of a commune."""
        phone, desk = Phone(self.world, number), self.world.desk
        desk.commit([desk.joining(phone.party, commune, channel="sms")])
        desk.set_language(phone.party, language)
        return phone

    def got(self, number: str) -> list[str]:
        """Return what nobody asked for and came to a number."""
        return [text for to, text, _ in self.gateway.log if to == number]

    def until(self, day: int, month: int, hour: int, minute: int = 0, *, year: int = 2026) -> None:
        """Let time pass to a moment, and do what its minutes' ticks do."""
        self.clock.at = datetime(year, month, day, hour, minute, tzinfo=ZONE)
        self.minutes()

    def minutes(self, wanted: int = 3) -> None:
        """Let minutes pass: the tick, then the worker, then the sender of replies."""
        side = self.side
        # The tally runs every night, and whatever night was missed.
        self.world.stores.maker.turn(self.clock.now())
        tally_of(side.database, self.clock).run(self.clock.now().astimezone(ZONE))
        for _ in range(wanted):
            side.announcer.fire(side.ledger, self.clock.now())
            side.sweeper.tick()
            while (message := side.sweeper.queue.take()) is not None:  # type: ignore[attr-defined]
                worker_of(self.side, self.gateway, self.tokens).send(message)
            self.clock.at += timedelta(minutes=1)
        self.world.deliver()


def chosen(browser: Browser, path: str, name: str, content: str, encoding: str = "utf-8") -> str:
    """Choose a file in the form of a page and send it; return what it would do."""
    browser.opens(path)
    return browser.sends(path, file=(BytesIO(content.encode(encoding)), name))


def taken(browser: Browser, path: str) -> str:
    """Press the second button, which takes what was tried; return what came of it."""
    carried = {one: hidden(browser, one) for one in ("carried", "name")}
    return browser.sends(path, take="yes", **carried)


def hidden(browser: Browser, name: str) -> str:
    """Return a hidden field of the page."""
    return browser.page.text.partition(f'name="{name}" value="')[2].partition('"')[0]


def facts(browser: Browser) -> dict[str, str]:
    """Return the facts at the top of the page, by what they are called."""
    found = FACT.findall(browser.page.text)
    return {name: words(value) for name, value in found}


def table(browser: Browser, heading: str, nth: int = 0) -> list[list[str]]:
    """Return the rows of the nth table whose head has a word, without the head."""
    found = [one.partition("</thead>") for one in TABLE.findall(browser.page.text)]
    body = [body for head, _, body in found if heading in words(head)][nth]
    return [[words(one) for one in CELL.findall(row)] for row in body.split("</tr>")[:-1]]


def words(part: str) -> str:
    """Return what is read of a part of a page."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", part))).strip()
