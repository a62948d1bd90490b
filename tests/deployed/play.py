"""This file is the list of acts, and plays them one after the other, with the time each took."""

import time
import traceback
from collections.abc import Callable, Sequence

from tests.deployed import (
    acts_faults,
    acts_least,
    acts_phone,
    acts_queues,
    acts_rights,
    acts_staff,
)
from tests.deployed.scene import Act, Scene

ACTS: Sequence[Act] = (
    acts_phone.an_administrator_signs_in,
    acts_phone.services_are_published,
    acts_phone.staff_sign_in,
    acts_phone.a_citizen_dials,
    acts_phone.a_citizen_texts,
    acts_staff.a_ticket_moves_on,
    acts_staff.people_join,
    acts_staff.a_broadcast_by_two_people,
    acts_staff.a_forum_invites,
    # What follows goes on while the reminder waits for its rule.
    acts_phone.a_complaint_is_read_by_its_code,
    acts_queues.a_poison_message_goes_aside,
    acts_queues.a_dead_report_is_redriven,
    acts_faults.aws_fails_beneath_the_webhooks,
    acts_staff.a_reminder_comes_by_the_rule,
    acts_phone.ratings_are_counted,
    acts_rights.rights_are_as_written,
    acts_rights.alarms_are_there,
    # From here on the stage's triggers are off.
    acts_least.a_permission_of_each_function_is_needed,
    acts_rights.nothing_personal_is_left_behind,
    acts_rights.the_stage_goes,
)
# What no emulator shows; each needs an account.
NOT_SHOWN = (
    "that SQS and the schedules may call a function: the emulator asks no role for that",
    "that a function may write its log: the emulator writes it",
    "that an alarm goes off: alarms and filters are kept, and never evaluated",
    "that tables are encrypted by our key and keep a copy of the past: the template alone says so",
    "that the tally's cron fires: it is invoked here; the tick's rule does fire",
    "that the API's address stays over an update: the emulator gives it another",
    "cold starts, memory, throttles of the API, expiry of rows, a replaced resource",
)


def played(scene: Scene, acts: Sequence[Act], say: Callable[[str], None]) -> list[str]:
    """Play acts; return the names of those that failed. After one, the others are still tried."""
    failed = []
    for act in acts:
        begun = time.monotonic()
        scene.notes.clear()
        try:
            act(scene)
        except Exception:  # noqa: BLE001 - it is told, and the others are played
            failed.append(act.__name__)
            say(traceback.format_exc())
        verdict = "FAILED" if act.__name__ in failed[-1:] else "ok"
        name, notes = act.__name__.replace("_", " "), "; ".join(scene.notes)
        say(f"{time.monotonic() - begun:6.1f} s  {verdict:6} {name:44} {notes}".rstrip())
    return failed
