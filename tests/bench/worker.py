"""This file times the hops of a packaged function, in a process that holds nothing else.

It is run with the folder of the unpacked zip, that of the project, the file of recorded exchanges,
the rounds and the seconds of a batch, and prints as
JSON how often each case calls something, and the microseconds of processor of each by round.
"""

import json
import os
import sys
import time
from collections.abc import Callable, Mapping
from itertools import cycle
from pathlib import Path
from typing import Any

# A batch is short, so that most of them run undisturbed; the least of a round is taken.
BATCHES, SECONDS = 60, "0.004"
LOOKUPS = [f"1*{code}*{page}" for code in ("101", "102", "303", "403") for page in "123"]
LOOKUP = ("1", "102", "2")
WALK = ("1", "9", "102", "0") * 15
Case = Callable[[], object]


class Cases:
    """What is timed: hops of the packaged function, and what each could not do without."""

    def __init__(self, exchanges: Mapping[str, list[Any]]) -> None:
        import app
        from chalicelib import wiring
        from tests.bench.network import Network

        self.app, self.webhooks, self.exchanges = app.app, wiring.webhooks(), exchanges
        network = Network([one for kept in exchanges.values() for one in kept])
        self.clients = _stock_clients()
        for events in (
            self.webhooks.database.session.get_component("event_emitter"),
            *(client.meta.events for client in self.clients.values()),
        ):
            network.serve(events)
        self.network = network
        self.webhooks.warm()

    def all(self) -> dict[str, Case]:
        """Return every case by name."""
        return {**self.hops(), **self.floors(), **self.engine(), **self.words()}

    def hops(self) -> dict[str, Case]:
        """Return the hops."""
        from chalicelib.channels.common import CommonScreens
        from tests.bench import events

        first = self.app(events.hop(), None)
        echo = first["headers"][events.ECHO]
        lookups = cycle([events.hop(text, echo) for text in LOOKUPS])
        submit, keyword = events.hop("6*2*021204", echo), events.sms("INFO 102", "bench-1")
        dial, ussd, unkept = events.hop(), self.webhooks.ussd, CommonScreens()
        assert "30,000" in self.app(events.hop("1*102*2", echo), None)["body"]
        assert self.app(submit, None)["body"].startswith("END You joined")
        assert self.app(keyword, None)["statusCode"] == 200

        def unseen() -> object:
            unkept.kept.clear()
            kept, ussd.common = ussd.common, unkept
            try:
                return self.app(next(lookups), None)
            finally:
                ussd.common = kept

        return {
            "first hop": lambda: self.app(dial, None),
            "lookup": lambda: self.app(next(lookups), None),
            "lookup never seen": unseen,
            "submit": lambda: self.app(submit, None),
            "keyword": lambda: self.app(keyword, None),
        }

    def floors(self) -> dict[str, Case]:
        """Return a route that does nothing, alone and with the calls that a hop makes."""
        from chalice.app import Chalice, Response

        from tests.bench import events

        bare = Chalice(app_name="floor")

        @bare.route("/floor", methods=["POST"], content_types=[events.FORM])
        def floor() -> Response:
            return Response("CON ", headers={"Content-Type": "text/plain; charset=utf-8"})

        asked = events.event("/floor", {}, events.hop()["body"])

        def with_calls(name: str) -> Case:
            calls = [self._stock_call(one) for one in self.exchanges[name]]

            def run() -> object:
                for call in calls:
                    call()
                return bare(asked, None)

            return run

        keyword = [self._stock_call(one) for one in self.exchanges["keyword"]]
        return {
            "no-op route": lambda: bare(asked, None),
            "no-op route + first": with_calls("first"),
            "no-op route + submit": with_calls("submit"),
            "bare handler + keyword": lambda: [call() for call in keyword],
        }

    def engine(self) -> dict[str, Case]:
        """Return the fold alone, all it reads being known."""
        from chalicelib.conversation import Asker
        from chalicelib.dialog.engine import play
        from chalicelib.dialog.steps import Start
        from chalicelib.telecom.messages import Party

        book, start = self.webhooks.conversation.book, Start("km-Latn")
        asker = Asker(Party("bench", "1"), "ussd", "s", "")
        hop = self.webhooks.conversation.hop(asker, self.webhooks.shelf.catalogue())
        known = {}

        def kept(effect: Any) -> Any:
            known[effect.call] = hop.perform(effect)
            return known[effect.call]

        for inputs in (LOOKUP, WALK):
            play(book, inputs, start, kept)
        for call, outcome in known.items():
            start = start.knowing(call, outcome)
        return {
            "engine, 3 inputs": lambda: play(book, LOOKUP, start),
            "engine, 60 inputs": lambda: play(book, WALK, start),
        }

    def words(self) -> dict[str, Case]:
        """Return a message drawn and counted, and the same filled by `str.format`."""
        from chalicelib.dialog.words import filled
        from chalicelib.telecom import segments

        book = self.webhooks.conversation.book
        text = "{service} {name}\nFee: {fee} riel a {unit}. Bring: {documents}.\nSTOP to {ussd}"
        facts = {
            "service": "102",
            "name": "Plate of a motorcycle",
            "fee": "30,000",
            "unit": "plate",
            "documents": "identity card, proof of purchase",
            "ussd": "38455",
        }
        assert filled(book, {"en": text}, facts, "en") == text.format(**facts)
        return {
            "message": lambda: segments.measure(filled(book, {"en": text}, facts, "en")),
            "str.format": lambda: text.format(**facts),
        }

    def _stock_call(self, exchange: Any) -> Case:
        from tests.bench.network import parameters

        target, asked, _ = exchange
        service = "sqs" if target == "SendMessage" else "dynamodb"
        method = {
            "BatchGetItem": "batch_get_item",
            "TransactWriteItems": "transact_write_items",
            "SendMessage": "send_message",
        }[target]
        call, given = getattr(self.clients[service], method), parameters(asked)
        return lambda: call(**given)


def _stock_clients() -> dict[str, Any]:
    import botocore.session

    session = botocore.session.get_session()
    return {name: session.create_client(name) for name in ("dynamodb", "sqs")}


def timed(cases: Mapping[str, Case], seconds: float) -> dict[str, float]:
    """Return the microseconds of one call of each, the least of batches that take turns."""
    counts = {name: _count(case, seconds) for name, case in cases.items()}
    least = dict.fromkeys(cases, float("inf"))
    for _ in range(BATCHES):
        for name, case in cases.items():
            least[name] = min(least[name], _batch(case, counts[name]))
    return least


def _count(case: Case, seconds: float) -> int:
    return max(1, int(seconds * 1e6 / min(_batch(case, 5) for _ in range(3))))


def _batch(case: Case, count: int) -> float:
    begun = time.process_time()
    for _ in range(count):
        case()
    return (time.process_time() - begun) / count * 1e6


def calls(network: Any, cases: Mapping[str, Case]) -> dict[str, int]:
    """Return how often each case calls the database or the queue."""
    found = {}
    for name, case in cases.items():
        before = network.calls
        case()
        found[name] = network.calls - before
    return found


def main() -> None:
    """Time every case in as many rounds as are asked for."""
    zip_, tests, path, rounds, seconds = (*sys.argv[1:], SECONDS)[:5]
    sys.path[:0], sys.path[len(sys.path) :] = [zip_], [tests]
    told = json.loads(Path(path).read_text())
    os.environ.update(told["environment"])
    made = Cases(told["exchanges"])
    import chalicelib

    assert str(chalicelib.__file__).startswith(zip_), "this is not the packaged code"
    cases = made.all()
    print(json.dumps(calls(made.network, cases)), flush=True)
    for _ in range(int(rounds)):
        print(json.dumps(timed(cases, float(seconds))), flush=True)


if __name__ == "__main__":
    main()
