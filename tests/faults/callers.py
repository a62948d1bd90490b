"""This file dials and texts while AWS fails, repeats as the gateway does, and times answers."""

import time
from collections.abc import Callable, Mapping
from typing import Any

from tests.faults.rows_database import CONFLICT

# What goes wrong between the webhooks and AWS, and how often; the first that fires is the one.
# An aborted answer is of a call that was carried out.
TROUBLE: tuple[dict[str, Any], ...] = (
    {"probability": 0.12, "error": {"code": "ProvisionedThroughputExceededException"}},
    {"probability": 0.06, "error": {"code": "InternalServerError"}},
    {"probability": 0.06, "response": {"abort_bytes": 0}},
    {"probability": 0.06, "reset": True},
    {"operation": "TransactWriteItems", "probability": 0.15, "error": CONFLICT},
    {"service": "sqs", "probability": 0.2, "error": {"code": "RequestThrottled"}},
)
LONGEST, TRIES = 5.0, 50
COUNTED = "8*1*102"
PATH = ("8", "8*1", COUNTED, "8*2*02122600428")
WORD = "INFO 102"
# A callback of a kind with these fields -> the status and body of its answer.
Post = Callable[[str, Mapping[str, str]], tuple[int, str]]


class Callers:
    """People of whom each dials or texts once, and the gateway between them and us.

    `going` are dials that came to a screen to go on from, `busy` those told to try later,
    `repeated` the callbacks that were answered 503 and came again.
    """

    def __init__(self, post: Post, number: Callable[[int], str]) -> None:
        """Take how a callback is posted, and what somebody's number is."""
        self.post, self.number = post, number
        self.slowest, self.going, self.busy, self.repeated = 0.0, 0, 0, 0

    def dials(self, n: int) -> None:
        """Dial, and let the session end; it is counted by its end, which may come twice."""
        session = {
            "phoneNumber": self.number(n),
            "serviceCode": "*384*55#",
            "sessionId": f"ATUid_{self.number(n)[1:]:0>32}",
            "networkCode": "99999",
        }
        status, screen = self._posted("ussd", {**session, "text": PATH[n % len(PATH)]})
        assert status == 200, (status, screen)
        assert screen[:4] in {"CON ", "END "}, screen
        if screen.startswith("END "):
            # Its last screen told to try later, and counted it as what it came to: nothing.
            self.busy += 1
            return
        self.going += 1
        self._taken("ussd-events", {**session, "input": COUNTED})

    def texts(self, n: int) -> None:
        """Text a keyword."""
        number = self.number(n)
        fields = {"text": WORD, "to": "38455", "id": f"sms-{number}", "from": number, "date": ""}
        self._taken("sms", fields)

    def _taken(self, kind: str, fields: Mapping[str, str]) -> None:
        """Post until it is taken, as the gateway does; and then once more, as it sometimes does."""
        for _ in range(TRIES):
            status, _ = self._posted(kind, fields)
            if status == 200:
                break
            assert status == 503, (kind, status)
            self.repeated += 1
        else:
            raise AssertionError(f"{kind} is never taken")
        assert self._posted(kind, fields)[0] in {200, 503}

    def _posted(self, kind: str, fields: Mapping[str, str]) -> tuple[int, str]:
        begun = time.monotonic()
        answer = self.post(kind, fields)
        self.slowest = max(self.slowest, time.monotonic() - begun)
        assert self.slowest < LONGEST, (kind, self.slowest)
        return answer
