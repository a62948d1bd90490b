"""This file is the other end of each USSD shape: it calls as that gateway does."""

import hashlib
import hmac
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode
from xml.etree import ElementTree as ET

import pytest
from twilio.request_validator import RequestValidator

from chalicelib.channels.edge import Answer
from chalicelib.gateways import mapping_read
from chalicelib.storage.keys import secrets_row
from chalicelib.telecom.callbacks import FORM_TYPE, Call
from chalicelib.telecom.messages import NUMBERS, Party
from tests.builders import an_sms
from tests.world import World, a_memory_world

CODE = "*384*55#"
SIGNING = "signing-key"
BASE, TWILIO_PATH = "https://owl.example/api", "/gateways/twilio/secret/sms"
UNSEEN = Path(__file__).parent / "unseen"
FILES = ("ideamart", "jasmin", "plasgate", "twilio", "xml-ussd", "mekhala", "naga")
JSON, XML = "application/json", "application/xml"


@dataclass(frozen=True)
class Press:
    """One press on a phone: all that was typed, the last of it, and where in the session it is."""

    session: str
    number: str
    whole: str
    last: str
    n: int

    @property
    def dialled(self) -> str:
        """What the phone sent: the code with what stood behind it, then one input after another."""
        if self.n:
            return self.last
        return f"{CODE.rstrip('#')}*{self.whole}#" if self.whole else CODE


def _form(fields: Mapping[str, str]) -> Call:
    return Call("secret", urlencode(fields).encode(), {"content-type": FORM_TYPE})


def _json(told: object) -> Call:
    body = json.dumps(told).encode()
    mark = hmac.new(SIGNING.encode(), body, hashlib.sha256).hexdigest()
    return Call("secret", body, {"content-type": JSON, "x-naga": f"sha256={mark}"})


def signed(fields: dict[str, str], *, path: str = TWILIO_PATH, token: str = SIGNING) -> Call:
    """Return a callback as Twilio signs it, by its own library."""
    mark = RequestValidator(token).compute_signature(f"{BASE}{path}", fields)
    headers = {"content-type": FORM_TYPE, "x-twilio-signature": mark}
    return Call("secret", urlencode(fields).encode(), headers, path=path)


def resigned(call: Call, old: str, new: str) -> Call:
    """Return a callback in JSON with something else in it, signed anew."""
    body = call.body.replace(old.encode(), new.encode())
    mark = hmac.new(SIGNING.encode(), body, hashlib.sha256).hexdigest()
    return Call("secret", body, {"content-type": JSON, "x-naga": f"sha256={mark}"})


def _africastalking(press: Press) -> Call:
    fields = {"phoneNumber": press.number, "serviceCode": CODE, "text": press.whole}
    return _form({**fields, "sessionId": press.session})


def _mekhala(press: Press) -> Call:
    told = {"tid": press.session, "msn": f"0{press.number[1:]}", "sc": "384/55"}
    query = (*told.items(), ("txt", press.whole.replace("*", ";")))
    return Call("secret", b"", {}, method="GET", query=query)


def _ideamart(press: Press) -> Call:
    return _json(
        {
            "version": "1.0",
            "applicationId": "APP_1",
            "message": press.dialled,
            "requestId": f"{press.session}-{press.n}",
            "sessionId": press.session,
            "ussdOperation": "mo-cont" if press.n else "mo-init",
            "sourceAddress": f"tel:{masked(press.number)}",
            "encoding": "440",
        }
    )


def _naga(press: Press) -> Call:
    return _json(
        {
            "dialog": {"no": press.session, "press": press.n},
            "user": {"alias": masked(press.number)},
            "event": "KEY" if press.n else "OPEN",
            "keys": press.dialled,
        }
    )


def _xml(press: Press) -> Call:
    ussd = ET.Element("ussd", {"id": f"{press.session}-{press.n}"})
    told = {"session": press.session, "msisdn": press.number[1:], "code": CODE}
    told |= {"input": press.dialled, "type": "CONTINUE" if press.n else "BEGIN"}
    for name, value in told.items():
        ET.SubElement(ussd, name).text = value
    return Call("secret", ET.tostring(ussd), {"content-type": XML})


def _read_africastalking(answer: Answer) -> str:
    return answer.body


def _read_mekhala(answer: Answer) -> str:
    marker, _, text = answer.body.partition("\n")
    return f"{ {'FREE': 'CON', 'BREAK': 'END'}[marker] } {text}"


def _read_xml(answer: Answer) -> str:
    ussd = ET.fromstring(answer.body)
    marker = {"RESPONSE": "CON", "RELEASE": "END"}[ussd.findtext("type") or ""]
    return f"{marker} {ussd.findtext('text')}"


def masked(number: str) -> str:
    """Return a masked id, as a gateway makes one of a number."""
    return hashlib.sha256(number.encode()).hexdigest()


@dataclass(frozen=True)
class Shape:
    """A gateway's USSD: how it asks, how it is answered, whether its people are masked."""

    name: str
    ask: Callable[[Press], Call]
    read: Callable[[Answer], str] | None = None
    is_masked: bool = False

    def party(self, number: str) -> Party:
        """Return who a number is to OWL when it calls by this gateway."""
        if self.is_masked:
            return Party(self.name, masked(number), via=self.name)
        return Party(NUMBERS, number, number, via=self.name)


SHAPES = (
    Shape("africastalking", _africastalking, _read_africastalking),
    Shape("mekhala", _mekhala, _read_mekhala),
    Shape("xml-ussd", _xml, _read_xml),
    Shape("ideamart", _ideamart, is_masked=True),
    Shape("naga", _naga, is_masked=True),
)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> object:
    """A folder with every mapping file, those of the tests too."""
    folder = tmp_path_factory.mktemp("gateways")
    for path in (*mapping_read.FOLDER.glob("*.toml"), *UNSEEN.glob("*.toml")):
        (folder / path.name).write_text(path.read_text("utf-8"), "utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(mapping_read, "FOLDER", folder)
        mapping_read.mapped.cache_clear()
        yield folder
    mapping_read.mapped.cache_clear()


def a_world_of_all(**settings: object) -> World:
    """Return a world with every gateway, in which each callback's secret is `secret`."""
    names = ",".join(("africastalking", *FILES))
    told = {"public_url": BASE, **settings}
    world = a_memory_world(gateways=names, **told)
    rows = world.database.tables["keys"]
    lines = f"*:secret\nsigning:{SIGNING}\nauth_token:{SIGNING}"
    for row in ("webhooks", *(secrets_row(one) for one in FILES)):
        rows[row] = {"value": lines.encode()}
    world.keys.kept = None
    for edge in world.edges.by_name.values():
        edge.hops.medium = world.ussd.medium
    return world


@dataclass
class Phones:
    """Phones behind one gateway, for a transcript's player."""

    world: World
    shape: Shape
    sessions: dict[str, Press] = field(default_factory=dict)
    screens: dict[str, str] = field(default_factory=dict)

    def fresh(self) -> str:
        """Return a number that nobody used before."""
        return f"+85512{next(self.world.ids):06}"

    def dial(self, number: str, text: str) -> str:
        """Open a session."""
        name = str(7000 + next(self.world.ids))
        self.sessions[number] = Press(name, number, "", "", -1)
        return self.hop(number, text)

    def hop(self, number: str, text: str) -> str:
        """Press a key, or send the last hop again."""
        before = self.sessions[number]
        is_repeat = before.n >= 0 and text == before.whole
        self.world.clock.forward(seconds=1 if is_repeat else 3)
        last = text[len(before.whole) + 1 :] if before.whole else text
        press = before if is_repeat else Press(before.session, number, text, last, before.n + 1)
        self.sessions[number] = press
        return self.show(press)

    def show(self, press: Press) -> str:
        """Send one press; return what is on the phone then."""
        answer = self.world.edges.answer(self.shape.name, "ussd", self.shape.ask(press))
        if self.shape.read is not None:
            assert answer.status == 200
            return self.shape.read(answer)
        shown = self.world.gateway.shown
        before = len(shown)
        self.world.deliver()
        assert len(shown) <= before + 1
        if len(shown) > before:
            address, text, told = shown[-1]
            assert address == self.shape.party(press.number).address
            self.screens[press.session] = f"{'END' if told['end'] else 'CON'} {text}"
        return self.screens[press.session]

    def text(self, number: str, text: str) -> None:
        """Send an SMS."""
        self.world.clock.forward(seconds=3)
        party = self.shape.party(number)
        self.world.sms.receive(an_sms(text=text, id_=f"sms-{next(self.world.ids)}", party=party))

    def inbox(self, number: str, wanted: int) -> Sequence[str]:  # noqa: ARG002 - the driver's shape
        """Return every SMS that came."""
        self.world.deliver()
        return self.world.inbox(self.shape.party(number).address)
