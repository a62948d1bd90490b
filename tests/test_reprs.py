"""This file tests that what is typed, and keys, show in no repr: those end up in tracebacks."""

from datetime import UTC, datetime

import pytest

from chalicelib.actions import Submit
from chalicelib.capabilities.complaints import Cause, Complaint, Report
from chalicelib.capabilities.guesses import Tried
from chalicelib.channels.understanding import Plan
from chalicelib.conversation import Asker
from chalicelib.desk import ComplaintLook, Look
from chalicelib.dialog.book import Call, Outcome, Screen
from chalicelib.dialog.steps import Effect, Show, Start
from chalicelib.settings import Settings
from chalicelib.storage.keys import Keys
from tests.builders import a_hop, a_party, an_sms

SAID = "they asked 50000"
CALL = Call("ticket", (("ticket", SAID),))
SCREEN = Screen("home", "menu")
HOLDERS = (
    CALL,
    Start("en", results={CALL: Outcome("found")}),
    Effect("read", CALL, SCREEN, "en"),
    Show(SCREEN, "en", known=True, slots={"text": SAID}, facts={}),
    Asker(a_party(), "ussd", "s", SAID),
    Plan("en", ways=((SAID,),)),
    Look(typed=(SAID,)),
    Submit(Outcome("done"), [SAID]),
    a_hop(text=SAID),
    an_sms(text=SAID),
    Keys({"contacts": SAID.encode()}, (SAID.encode(),), "", datetime.now(UTC)),
    Settings(gateway_key=SAID),
    Report("0212", "other", "earlier", "2026-W48", SAID),
    Cause("africastalking", "s", SAID),
    Complaint("id", "0212", "other", "earlier", "2026-W48", b"", tags=frozenset({SAID})),
    ComplaintLook(None, Tried(), SAID),
)


@pytest.mark.parametrize("holder", HOLDERS, ids=lambda one: type(one).__name__)
def test_a_repr_shows_nothing_that_was_typed_and_no_key(holder: object) -> None:
    assert SAID not in repr(holder)
