"""This file wires the function that answers phones; all it imports, a cold start waits for."""

import time

from chalicelib.channels.flood import Flood
from chalicelib.channels.forwarding import Forwarding
from chalicelib.channels.shelf import Shelf
from chalicelib.channels.sms import SmsChannel
from chalicelib.channels.understanding import Understanding
from chalicelib.channels.ussd import Ussd
from chalicelib.clock import SystemClock
from chalicelib.conversation import Conversation
from chalicelib.edges import Edges
from chalicelib.errors import CivicError
from chalicelib.gateways.made import files_of
from chalicelib.observe import observed
from chalicelib.settings import Settings
from chalicelib.shipped import book, keywords, paths
from chalicelib.storage.base import Database
from chalicelib.storage.desk import DynamoDesk
from chalicelib.storage.keys import ECHO, WEBHOOK_KEYS, KeyRing, secrets_row
from chalicelib.storage.outbox import Queue
from chalicelib.telecom.messages import Party


class Webhooks:
    """What the webhooks function uses; its keys and snapshot are read at once, at its start."""

    def __init__(self, stage: Settings) -> None:
        """Wire the phone side of a stage."""
        self.settings, self.clock = stage, SystemClock(stage)
        self.database = Database(stage)
        rows = tuple(secrets_row(name) for name in files_of(stage))
        self.keys = KeyRing(self.database, self.clock, WEBHOOK_KEYS, rows)
        self.desk = DynamoDesk(self.database, self.keys, self.clock)
        self.conversation = Conversation(book(), self.desk, stage, self.clock)
        self.shelf = Shelf(self.desk.catalogue)
        flood = Flood(stage.hops_a_second, stage.hops_a_number, time.monotonic)
        self.ussd = Ussd(self.conversation, self.shelf, flood, self._echo_key, observed)
        understanding = Understanding(keywords(), paths(), stage.default_language)
        self.sms = SmsChannel(self.conversation, self.shelf, flood, understanding, observed)
        reports = Forwarding(Queue(self.database, stage.queue_reports), self._mark)
        self.edges = Edges(self.ussd, self.sms, reports, self.keys)

    def _echo_key(self) -> bytes:
        return self.keys.now().values[ECHO]

    def _mark(self, party: Party) -> str:
        return " ".join(each.person(party) for each in self.keys.now().both)

    def warm(self) -> None:
        """Read the keys and the snapshot, so that the first hop does not.

        A stage without keys or database yet is not dead for that: each call will say so.
        """
        try:
            self.keys.now()
            self.shelf.catalogue()
        except CivicError as fault:
            observed("cold_start", error=type(fault).__name__)
