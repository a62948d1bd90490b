"""This file posts delivery reports for what the pretend gateway accepted, as the vendor does."""

import http.client
import queue
import threading
from urllib.parse import urlencode, urlsplit

from infra.local.journal import Message

WEBHOOK = "/gateways/africastalking/local-secret/delivery-reports"
NETWORK, AFTER_SECONDS, PATIENCE = "99999", 0.5, 5


class Reports:
    """One thread that tells the webhook of each message, a moment after its acceptance."""

    def __init__(self, url: str, stopping: threading.Event) -> None:
        """Take the server's own address."""
        self.host, self.stopping = urlsplit(url).netloc, stopping
        self.waiting: queue.SimpleQueue[Message] = queue.SimpleQueue()

    def put(self, message: Message) -> None:
        """Report one message later."""
        self.waiting.put(message)

    def run(self) -> None:
        """Post until the local run stops. A report that is not taken is lost, as reports are."""
        while not self.stopping.is_set():
            try:
                message = self.waiting.get(timeout=AFTER_SECONDS)
            except queue.Empty:
                continue
            if not self.stopping.wait(AFTER_SECONDS):
                self._post(message)

    def _post(self, message: Message) -> None:
        body = urlencode(
            {
                "id": message["id"],
                "status": "Success",
                "phoneNumber": message["to"],
                "networkCode": NETWORK,
                "retryCount": "0",
            }
        )
        line = http.client.HTTPConnection(self.host, timeout=PATIENCE)
        try:
            line.request(
                "POST", WEBHOOK, body, {"Content-Type": "application/x-www-form-urlencoded"}
            )
            line.getresponse().read()
        except OSError as fault:
            print(f"pretend gateway: a delivery report was not taken ({type(fault).__name__})")
        finally:
            line.close()
