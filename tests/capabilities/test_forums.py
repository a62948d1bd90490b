"""This file tests which messages a forum makes, when each is of use, and why one is left out."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from chalicelib.capabilities.forums import (
    Coming,
    Forum,
    agreed_by_few,
    approved,
    cancelled,
    held,
    moved,
    nearest,
)
from chalicelib.capabilities.forums_plan import Message, Rules, messages, reminders_of, too_late
from chalicelib.capabilities.ledger_window import Hours
from chalicelib.errors import NotAcceptable
from tests.builders import a_forum

PHNOM_PENH = ZoneInfo("Asia/Phnom_Penh")
NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
RULES = Rules(Hours(PHNOM_PENH), PHNOM_PENH)


def rules(zone: str) -> Rules:
    return Rules(Hours(ZoneInfo(zone)), ZoneInfo(zone))


def of(forum: Forum, held_to: Rules = RULES) -> Mapping[str, Message]:
    return {one.what: one for one in messages(forum, held_to)}


def here(at: datetime, zone: ZoneInfo = PHNOM_PENH) -> str:
    return f"{at.astimezone(zone):%d/%m %H:%M}"


def test_a_forum_invites_at_once_and_reminds_three_times() -> None:
    found = of(a_forum())
    assert {what: (here(one.not_before), here(one.not_after)) for what, one in found.items()} == {
        "invite": ("23/11 10:00", "05/12 12:00"),
        "remind-7": ("28/11 08:00", "28/11 18:00"),
        "remind-1": ("04/12 08:00", "04/12 18:00"),
        "remind-0": ("05/12 08:00", "05/12 13:30"),
    }
    assert [one.skipped or one.waits for one in found.values()] == ["", "", "", ""]


def test_each_message_is_for_those_it_concerns() -> None:
    said = {what: set(one.audience.answers) for what, one in of(a_forum()).items()}
    assert said == {
        "invite": set(),
        "remind-7": {"yes", "silent"},
        "remind-1": {"yes"},
        "remind-0": {"yes"},
    }
    assert {one.audience.communes for one in of(a_forum()).values()} == {("021204",)}


def test_an_invitation_made_in_the_evening_waits_for_the_morning() -> None:
    evening = datetime(2026, 11, 23, 12, 30, tzinfo=UTC)
    assert here(of(a_forum(now=evening))["invite"].not_before) == "24/11 08:00"


def test_a_reminder_whose_day_was_over_is_left_out_with_the_reason() -> None:
    soon = of(a_forum(at=NOW + timedelta(days=3)))
    assert soon["remind-7"].skipped == "19/11/26 was over when the forum was planned"
    assert not soon["remind-1"].skipped


def test_nobody_is_reminded_on_the_day_of_the_invitation() -> None:
    tomorrow = of(a_forum(at=datetime(2026, 11, 24, 7, 0, tzinfo=UTC)))
    assert tomorrow["remind-1"].skipped == ("the invitation goes out on 23/11/26 and says the same")


def test_a_forum_before_the_hours_of_sending_has_no_morning_reminder() -> None:
    early = of(a_forum(at=datetime(2026, 12, 5, 0, 30, tzinfo=UTC)))
    assert early["remind-0"].skipped == ("the forum begins at 07:30, before a message is of use")


def test_no_reminder_is_made_for_a_blocked_date() -> None:
    blocked = Hours(PHNOM_PENH, frozenset({datetime(2026, 11, 28, tzinfo=UTC).date()}))
    found = of(a_forum(), Rules(blocked, PHNOM_PENH))
    assert found["remind-7"].skipped == "no message may go out on 28/11/26"


def test_a_forum_for_many_waits_for_a_second_person() -> None:
    many = a_forum(people=201)
    assert many.state == "planned"
    assert {one.waits for one in of(many).values()} == {
        "waits for a second person to approve it: it would go to 201 people"
    }
    with pytest.raises(NotAcceptable, match="somebody else has to approve it"):
        approved(many, "Lina", NOW, few=200)
    agreed = approved(many, "Dara", NOW + timedelta(hours=1), few=200)
    assert (agreed.state, agreed.approved_by) == ("approved", "Dara")
    assert here(of(agreed)["invite"].not_before) == "23/11 11:00"


def test_an_approval_does_not_survive_a_change() -> None:
    agreed = replace(approved(a_forum(people=201), "Dara", NOW, few=200), invited=1)
    later = moved(agreed, "Lina", NOW, at=agreed.at + timedelta(days=2))
    assert later.approved_at is None
    assert agreed_by_few(later, NOW, few=200).approved_at is None
    assert of(later)["moved"].waits


def test_moving_makes_every_reminder_anew() -> None:
    forum = replace(a_forum(), invited=1)
    later = moved(forum, "Lina", NOW, at=forum.at + timedelta(days=2))
    later = agreed_by_few(later, NOW, few=200)
    old, new = of(forum), of(later)
    assert "invite" not in new
    assert {one.id for one in old.values()} & {one.id for one in new.values()} == set()
    assert here(new["remind-7"].not_before) == "30/11 08:00"
    assert new["moved"].audience.answers == {"yes", "no", "silent"}


def test_moving_before_anybody_was_invited_invites_to_the_new_time() -> None:
    forum = a_forum()
    later = agreed_by_few(moved(forum, "Lina", NOW, at=forum.at + timedelta(days=2)), NOW, few=200)
    assert list(of(later)) == ["invite", "remind-7", "remind-1", "remind-0"]
    assert of(later)["invite"].id == "forum//invite/2"


def test_a_cancelled_forum_tells_who_may_come_and_reminds_nobody() -> None:
    off = agreed_by_few(cancelled(replace(a_forum(), invited=1), "Lina", NOW), NOW, few=200)
    (only,) = messages(off, RULES)
    assert (only.what, only.audience.answers) == ("cancelled", {"yes", "silent"})
    evening = replace(off, approved_at=datetime(2026, 11, 23, 12, 30, tzinfo=UTC))
    assert here(of(evening)["cancelled"].not_before) == "23/11 19:30"


def test_nobody_hears_that_a_forum_is_off_who_was_never_invited() -> None:
    off = agreed_by_few(cancelled(a_forum(), "Lina", NOW), NOW, few=200)
    assert of(off)["cancelled"].skipped == "nobody was invited yet"


def test_F9_a_message_that_was_missed_is_sent_while_it_is_of_use_and_else_told_as_too_late() -> (
    None
):
    reminder = of(a_forum())["remind-7"]
    assert reminder.is_due(reminder.not_before + timedelta(hours=2))
    late = too_late(reminder, reminder.not_after + timedelta(minutes=1), PHNOM_PENH)
    assert not reminder.is_due(reminder.not_after + timedelta(minutes=1))
    assert late.skipped == "too late after 28/11/26 18:00: nothing could be sent"


def test_a_forum_that_was_held_makes_no_message_and_counts_who_came() -> None:
    forum = a_forum()
    done = held(forum, 80, 34, forum.at + timedelta(hours=3))
    assert messages(done, RULES) == []
    for people, women, now in ((10, 11, forum.at), (10, 5, NOW)):
        with pytest.raises(NotAcceptable):
            held(forum, people, women, now)


@pytest.mark.parametrize("change", [moved, cancelled])
def test_a_forum_that_began_is_not_changed(change: object) -> None:
    forum = a_forum()
    with pytest.raises(NotAcceptable, match="has begun"):
        change(forum, "Lina", forum.at)  # type: ignore[operator]


def test_reminders_are_a_setting() -> None:
    assert reminders_of("0, 14 3") == (14, 3, 0)
    assert reminders_of("") == ()
    for wrong in ("7 1 0 2", "soon"):
        with pytest.raises(NotAcceptable, match="OWL_FORUM_REMINDERS"):
            reminders_of(wrong)


def test_forums_near_a_person_come_first() -> None:
    codes = ["021204", "021201", "020101", "010601"]
    lines = [Coming(str(n), code, NOW + timedelta(days=n)) for n, code in enumerate(codes[::-1])]
    assert [one.commune for one in nearest(lines, "021204")] == codes
    assert [one.commune for one in nearest(lines, "")] == codes[::-1]


ZONES = st.sampled_from(["Asia/Phnom_Penh", "America/New_York", "Africa/Nairobi", "UTC"])
MINUTES = st.integers(1, 60 * 24 * 60)


@pytest.mark.law
@given(MINUTES, st.integers(0, 60 * 24 * 40), st.integers(1, 60 * 24 * 60), ZONES)
def test_no_message_is_ever_due_in_the_past_nor_after_its_forum(
    ahead: int, until_move: int, moved_to: int, zone: str
) -> None:
    forum = replace(a_forum(at=NOW + timedelta(minutes=ahead)), invited=1)
    now = NOW + timedelta(minutes=until_move)
    assume(now < forum.at)
    at = now + timedelta(minutes=moved_to)
    assume(at != forum.at)
    changed = agreed_by_few(moved(forum, "Lina", now, at=at), now, few=200)
    for one in messages(changed, rules(zone)):
        assert one.not_after <= at
        if not one.skipped:
            assert now <= one.not_after
            assert one.not_before <= one.not_after
        first = max(one.not_before, now)
        assert one.is_due(first) is (not one.skipped and first <= one.not_after)


@pytest.mark.law
@given(MINUTES, st.lists(st.integers(1, 60 * 24 * 30), max_size=4), ZONES)
def test_a_move_leaves_no_message_of_the_plan_before(
    ahead: int, moves: list[int], zone: str
) -> None:
    forum, ids = replace(a_forum(at=NOW + timedelta(minutes=ahead)), invited=1), set[str]()
    for by in [0, *moves]:
        if by:
            forum = moved(forum, "Lina", NOW, at=forum.at + timedelta(minutes=by))
            forum = agreed_by_few(forum, NOW, few=200)
        now = {one.id for one in messages(forum, rules(zone))}
        assert not now & ids
        ids |= now


def test_reminders_keep_the_hour_of_the_clock_where_clocks_change() -> None:
    new_york = ZoneInfo("America/New_York")
    at = datetime(2026, 11, 4, 14, 0, tzinfo=new_york)
    forum = a_forum(at=at, now=datetime(2026, 10, 1, tzinfo=UTC))
    found = of(replace(forum, at=at), rules("America/New_York"))
    assert here(found["remind-7"].not_before, new_york) == "28/10 08:00"
    assert here(found["remind-1"].not_before, new_york) == "03/11 08:00"
