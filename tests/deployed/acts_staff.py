"""This file plays what staff do by the API, and what phones get of it."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from tests.deployed.scene import COMMUNE, OFFICE, TICKET, Scene, number
from tests.end_to_end.stack import until

WATCHER, JOINERS = number(10), [number(n) for n in range(20, 32)]
ZONE = ZoneInfo("Asia/Phnom_Penh")
VENUE, AGENDA = "Trang hall", "Fees and waiting"
FEES = "Fees are posted at the office"
# The rule fires once a minute, and what it finds due is sent in seconds.
RULE_SECONDS, SENDING_SECONDS = 150, 90


def a_ticket_moves_on(scene: Scene) -> None:
    """Load tickets, let a phone ask for news of one, and get it when the office loads another."""
    stage, chan = scene.stage, scene.staff["chan"]
    today = stage.clock.now().astimezone(ZONE).date()
    row = {"ticket_no": TICKET, "office": OFFICE, "service": "102", "status": "processing"}
    row |= {"received_on": str(today - timedelta(days=3)), "updated_on": str(today)}
    assert chan.asks("POST", "/tickets", rows=[row])["taken"] == 1
    assert TICKET in stage.hops(WATCHER, f"8*2*{TICKET}", "21")
    stage.hops(WATCHER, f"8*2*{TICKET}*2", "21")
    told = chan.asks("POST", "/tickets", rows=[{**row, "status": "ready"}])
    assert told["taken"] == 1, told
    stage.tick()
    assert TICKET in stage.receives(WATCHER, 1)


def people_join(scene: Scene) -> None:
    """Let people of a commune agree to get SMS."""
    stage = scene.stage
    for n, one in enumerate(JOINERS):
        stage.texts(one, f"JOIN {COMMUNE}", f"join-{n}")
    for one in JOINERS:
        stage.receives(one, 1)


def a_forum_invites(scene: Scene) -> None:
    """Plan a forum; who joined is invited and says yes. Then a reminder of it is due."""
    stage, dara = scene.stage, scene.staff["dara"]
    at = (stage.clock.now().astimezone(ZONE) + timedelta(days=9)).replace(hour=14, minute=0)
    told = dara.asks(
        "POST",
        "/forums",
        commune=COMMUNE,
        at=f"{at:%Y-%m-%d %H:%M}",
        venue={"en": VENUE},
        agenda={"en": AGENDA},
    )
    assert told["people"] == len(JOINERS), told
    stage.tick()
    for one in JOINERS:
        assert VENUE in stage.receives(one, 3)
    stage.texts(JOINERS[0], "YES", "yes-1")
    stage.receives(JOINERS[0], 4)
    assert dara.asks("GET", f"/forums/{told['code']}")["answers"]["yes"] == 1
    # A week before, in the morning: from here on nobody calls the tick, only its rule.
    stage.clock.forward(timedelta(days=2, hours=1).total_seconds())
    scene.due_at = stage.clock.seconds()


def a_reminder_comes_by_the_rule(scene: Scene) -> None:
    """Wait for the reminder that the rule of every minute lets go, by itself."""
    stage = scene.stage
    for one in JOINERS[1:]:
        until(lambda one=one: len(stage.received(one)), lambda count: count == 4, RULE_SECONDS)
        assert VENUE in stage.received(one)[-1]
    until(lambda: len(stage.received(JOINERS[0])), lambda count: count == 5, RULE_SECONDS)
    scene.note(f"seen {stage.clock.seconds() - scene.due_at:.0f} s after it was due")


def a_broadcast_by_two_people(scene: Scene) -> None:
    """Write a broadcast, have it agreed to by a second person, send it, and take the reports.

    Two of the reports are kept back for later acts.
    """
    stage, dara, bopha = scene.stage, scene.staff["dara"], scene.staff["bopha"]
    before = len(stage.gateway.log_lines())
    words = {"text": FEES, "text_km": FEES, "text_latn": FEES}
    dara.asks("POST", "/broadcasts", name="fees", communes=[COMMUNE], **words)
    seen = dara.asks("POST", "/broadcasts/fees/preview")
    assert seen["state"] == "PLANNED", seen
    digest = bopha.asks("GET", "/broadcasts/fees/approval")["digest"]
    bopha.asks("POST", "/broadcasts/fees/approve", seen=digest)
    dara.asks("POST", "/broadcasts/fees/send")
    stage.tick()
    posts = until(
        lambda: [one for one in stage.gateway.log_lines()[before:] if FEES in one["text"]],
        lambda found: sum(len(one["ids"]) for one in found) >= len(JOINERS),
        SENDING_SECONDS,
    )
    sent = [pair for post in posts for pair in post["ids"].items()]
    assert sorted(to for _, to in sent) == JOINERS, sent
    scene.unreported, reported = sent[:2], sent[2:]
    for message, to in reported:
        stage.reports(message, to)
    audit = until(
        lambda: dara.asks("GET", "/broadcasts/fees/audit"),
        lambda told: told["states"].get("DELIVERED") == len(reported),
        SENDING_SECONDS,
    )
    assert audit["adds_up"], audit
    scene.note(", ".join(f"{count} {state}" for state, count in audit["states"].items() if count))
