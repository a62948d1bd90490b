"""This file is a phone over HTTP: it posts to the webhooks what Africa's Talking posts."""

import json
import secrets
import time
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import quote, urlencode, urlsplit

from chalicelib.errors import CivicError, Unavailable

# As captured from the vendor's callbacks; the order of the fields is theirs too.
USSD_AGENT = "at-ussd-api/1.0"
HOP_HEADER = "at-ussd-hop-metadata"
NETWORK = "99999"
TIMEOUT, PAUSE = 15.0, 0.1
# How long an answer is waited for, and how long something that may not come.
PATIENCE, GLANCE = 4.0, 1.5
REFUSALS: dict[int, str] = {
    HTTPStatus.FORBIDDEN: "check --url",
    HTTPStatus.NOT_FOUND: "check --secret and --url",
    HTTPStatus.SERVICE_UNAVAILABLE: "its database does not answer, try again",
}
# A block of plainly invented numbers.
INVENTED, INVENTED_DIGITS = "+8551200", 5


class NotAnswered(CivicError):
    """What is at the address does not answer as a webhook of ours does."""


class Handset:
    """The phones at one address: sessions with their echo, SMS out, and the inbox."""

    def __init__(self, url: str, secret: str, service_code: str, short_code: str) -> None:
        """Take the address of the server, the secret of its webhooks, and the codes."""
        self.url, self.secret = urlsplit(url), secret
        self.service_code, self.short_code = service_code, short_code
        self.session, self.echo, self.sent_echo = "", "", ""
        self.last_text: str | None = None

    def fresh(self) -> str:
        """Return an invented number, by chance one that nobody used."""
        return f"{INVENTED}{secrets.randbelow(10**INVENTED_DIGITS):0{INVENTED_DIGITS}}"

    def dial(self, number: str, text: str) -> str:
        """Open a session."""
        self.session, self.echo, self.last_text = f"ATUid_{uuid.uuid4().hex}", "", None
        return self.hop(number, text)

    def hop(self, number: str, text: str) -> str:
        """Send everything typed so far; the same text again is sent with the same echo.

        Raises:
            NotAnswered: the answer is no screen.
            Unavailable: nothing answers.
        """
        if text != self.last_text:
            self.sent_echo = self.echo
        self.last_text = text
        fields = {
            "phoneNumber": number,
            "serviceCode": self.service_code,
            "text": text,
            "sessionId": self.session,
            "networkCode": NETWORK,
        }
        headers = {"User-Agent": USSD_AGENT}
        if self.sent_echo:
            headers[HOP_HEADER] = self.sent_echo
        shown, self.echo = self._post("ussd", fields, headers)
        if not shown.startswith(("CON ", "END ")):
            raise NotAnswered("the answer begins with neither CON nor END: it is no screen")
        return shown

    def text(self, number: str, text: str) -> None:
        """Send an SMS to the short code.

        Raises:
            NotAnswered: it was not taken.
            Unavailable: nothing answers.
        """
        fields = {
            "date": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "from": number,
            "id": str(uuid.uuid4()),
            "text": text,
            "to": self.short_code,
            "networkCode": NETWORK,
        }
        self._post("sms", fields, {})

    def inbox(self, number: str, wanted: int, *, glance: bool = False) -> Sequence[str]:
        """Return every SMS that came to a number, oldest first, waiting a while for so many.

        A glance waits but briefly.

        Raises:
            NotAnswered: the server shows no inbox; only the local run does.
            Unavailable: nothing answers.
        """
        until = time.monotonic() + (GLANCE if glance else PATIENCE)
        while True:
            answer, _ = self._asked("GET", f"/sandbox/messages?to={quote(number)}", "", {})
            came = [str(one["text"]) for one in json.loads(answer)]
            if len(came) >= wanted or time.monotonic() > until:
                return came
            time.sleep(PAUSE)

    def _post(self, hook: str, fields: dict[str, str], headers: dict[str, str]) -> tuple[str, str]:
        form = {"Content-Type": "application/x-www-form-urlencoded", **headers}
        path = f"/gateways/africastalking/{quote(self.secret)}/{hook}"
        return self._asked("POST", path, urlencode(fields), form)

    def _asked(self, method: str, path: str, body: str, headers: dict[str, str]) -> tuple[str, str]:
        """Return the body of an answer and the echo it carries."""
        secure = self.url.scheme == "https"
        connect = HTTPSConnection if secure else HTTPConnection
        connection = connect(self.url.hostname or "", self.url.port, timeout=TIMEOUT)
        try:
            connection.request(method, self.url.path.rstrip("/") + path, body, headers)
            answer = connection.getresponse()
            text = answer.read().decode("utf-8")
        except (OSError, HTTPException) as fault:
            where = self.url.geturl()
            raise Unavailable(f"nothing answers at {where} ({fault}): is it running?") from fault
        finally:
            connection.close()
        if answer.status != HTTPStatus.OK:
            hint = REFUSALS.get(answer.status, "see the log of the server")
            raise NotAnswered(f"the server answered {answer.status}: {hint}")
        return text, answer.headers.get(HOP_HEADER, "")
