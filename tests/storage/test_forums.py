"""This file tests that forums are kept the same in memory and in DynamoDB."""

import json
from dataclasses import replace
from datetime import timedelta
from threading import Thread
from typing import Any

import pytest

from chalicelib.capabilities.forums import Question, cancelled, moved
from chalicelib.capabilities.forums_plan import Rules, messages
from chalicelib.capabilities.ledger_window import Hours
from chalicelib.errors import NotAcceptable, NotFound
from chalicelib.storage.forum_bodies import forum_of, plain_forum, plain_published
from chalicelib.storage.forums import Forums
from tests.builders import a_forum, a_party
from tests.world import World

PARTY = a_party()
# A row of DynamoDB holds 400 kB, its keys counted.
ROOM = 390_000


def forums(world: World) -> Forums:
    found = world.desk.forums
    assert isinstance(found, Forums)
    return found


def rules(world: World) -> Rules:
    return Rules(Hours(world.conversation.zone), world.conversation.zone)


def test_codes_follow_each_other_and_are_never_given_again(both: World) -> None:
    store = forums(both)
    assert [store.add(a_forum()).code for _ in range(3)] == ["001", "002", "003"]
    off = cancelled(store.known("003"), "Lina", both.clock.now())
    store.change(store.known("003"), off)
    assert store.add(a_forum()).code == "004"
    assert [one.code for one in store.all()] == ["001", "002", "003", "004"]


def test_a_forum_is_read_as_it_was_stored(both: World) -> None:
    store = forums(both)
    made = store.add(a_forum())
    assert store.find("001") == made
    assert store.find("002") is None
    with pytest.raises(NotFound, match="no forum has the code 9"):
        store.known("9")


def test_a_forum_stored_before_it_kept_its_first_time_is_read(both: World) -> None:
    store = forums(both)
    made = store.add(a_forum())
    body = plain_forum(made)
    del body["first_at"]
    assert forum_of(body) == replace(made, first_at=None)
    assert forum_of(body).planned_for == made.planned_for == {(made.commune, made.at)}


def test_two_who_add_at_once_get_two_codes(world: World) -> None:
    store, codes = forums(world), list[str]()
    threads = [Thread(target=lambda: codes.append(store.add(a_forum()).code)) for _ in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(codes) == [f"{n:03}" for n in range(1, 9)]


def test_the_list_shows_what_is_to_come_and_for_a_while_what_is_over(both: World) -> None:
    store = forums(both)
    made = store.add(a_forum(at=both.clock.now() + timedelta(hours=3)))
    assert [one.code for one in both.desk.look_at_forums(PARTY).coming] == ["001"]
    both.clock.at = made.at + timedelta(days=29)
    assert [one.code for one in both.desk.look_at_forums(PARTY).coming] == ["001"]
    both.clock.at = made.at + timedelta(days=31)
    assert list(both.desk.look_at_forums(PARTY).coming) == []


def test_a_change_of_what_somebody_else_changed_is_refused(both: World) -> None:
    store = forums(both)
    made = store.add(a_forum())
    store.change(made, moved(made, "Lina", both.clock.now(), at=made.at + timedelta(days=1)))
    with pytest.raises(NotAcceptable, match="somebody changed forum 001"):
        store.change(made, cancelled(made, "Dara", both.clock.now()))


def test_F9_a_message_is_taken_up_once(both: World) -> None:
    store = forums(both)
    made = store.add(a_forum())
    invite = messages(made, rules(both))[0]
    assert store.claim(made, invite)
    told = store.known("001")
    assert told == replace(made, invited=1)
    assert not store.claim(made, invite)
    assert not store.claim(told, invite)
    assert store.fired([invite.id, "forum/001/remind-7/1"]) == {invite.id: "claimed"}
    store.settle(invite.id, "ordered")
    assert store.fired([invite.id]) == {invite.id: "ordered"}


def test_a_message_of_a_forum_that_was_moved_is_not_taken_up(both: World) -> None:
    store = forums(both)
    made = store.add(a_forum())
    reminder = messages(made, rules(both))[1]
    store.change(made, moved(made, "Lina", both.clock.now(), at=made.at + timedelta(days=1)))
    assert not store.claim(made, reminder)
    assert store.fired([reminder.id]) == {}


def test_the_last_answer_of_a_person_wins(both: World) -> None:
    store = forums(both)
    made = store.add(a_forum())
    for answer in ("yes", "no", "yes", "no"):
        look = both.desk.look_at_forum(PARTY, made.code)
        both.desk.commit(both.desk.answering_forum(PARTY, look, answer, "sms"))
    person = both.keys.now().person(PARTY)
    assert store.answers(made.code) == {person: "no"}
    assert both.desk.look_at_forum(PARTY, made.code).answer == "no"
    said = store.said(made.code)
    assert (said.get(person), said.get("another")) == ("no", "silent")


def test_an_answer_closes_the_question_and_leaves_the_forum_known(both: World) -> None:
    made = forums(both).add(a_forum())
    person = both.keys.now().person(PARTY)
    both.desk.commit([both.desk.people.joining(PARTY, made.commune, channel="sms")])
    both.stores.addressees.invite([person], made.invitation.written)
    asked = both.desk.profile(PARTY).invitation
    assert asked is not None
    assert (asked.forum, asked.at, asked.asked) == ("001", made.at, both.clock.now())
    look = both.desk.look_at_forum(PARTY, made.code)
    both.desk.commit(both.desk.answering_forum(PARTY, look, "yes", "sms"))
    asked = both.desk.profile(PARTY).invitation
    assert asked is not None
    assert (asked.forum, asked.asked) == ("001", None)


def asked(world: World, text: str, code: str = "001") -> str:
    number, writes = world.desk.asking_forum(PARTY, code, text)
    world.desk.commit(writes)
    return str(number)


def test_questions_are_numbered_and_their_asker_is_sealed(both: World) -> None:
    store = forums(both)
    assert [asked(both, text) for text in ("How?", "When?")] == ["101", "102"]
    first, second = store.questions("001")
    person = both.keys.now().person(PARTY)
    assert (first.text, second.text, first.state) == ("How?", "When?", "asked")
    assert person not in first.asker
    assert first.asker != second.asker
    assert store.asker(first) == person


def test_what_is_published_holds_no_asker_and_is_replaced_by_number(both: World) -> None:
    store = forums(both)
    for text in ("How, says Sok?", "When?"):
        asked(both, text)
    first, second = store.questions("001")
    done = replace(first, state="published", answer={"en": "So."}, shown="How?")
    store.answer(done)
    store.answer(replace(second, state="answered", answer={"en": "Private."}))
    store.answer(done)
    assert store.published("001") == {"101": "How?"}
    only = store.published_one("001", "101")
    assert only is not None
    assert (only.text, only.answer, only.asker, only.answered_by) == ("How?", {"en": "So."}, "", "")
    assert [store.published_one("001", one) for one in ("102", "109", "published")] == [None] * 3
    assert [one.state for one in store.questions("001")] == ["published", "answered"]
    with pytest.raises(NotFound, match="has no question 109"):
        store.question("001", "109")


def test_hundreds_of_answers_of_the_longest_kind_fit_the_rows_of_a_database(both: World) -> None:
    store, long = forums(both), "ស្ត្រី" * 31
    wide = {"en": "x" * 459, "km": "ក" * 201, "km-Latn": "x" * 459}
    made = Question("001", "101", long, both.clock.now(), "sealed", "published", wide, long)
    body: dict[str, Any] = {}
    for n in range(101, 601):
        body = plain_published(body, replace(made, number=str(n)))
    assert len(json.dumps(body, ensure_ascii=False).encode()) < ROOM
    both.desk.commit([store.cells.put("questions", ("001", "published"), body, None, "published")])
    store.answer(replace(made, number="601"))
    listed = store.published("001")
    assert len(listed) == 400
    assert list(listed)[-1] == "601"
    assert listed["601"].endswith("...")


def test_a_list_that_holds_whole_questions_is_read_too(both: World) -> None:
    store = forums(both)
    old = {"items": [{"number": "101", "text": "How much is a plate?", "answer": {"en": "So."}}]}
    both.desk.commit([store.cells.put("questions", ("001", "published"), old, None, "published")])
    assert store.published("001") == {"101": "How much is a plate?"}


def test_actions_keep_the_day_of_each_state(both: World) -> None:
    store = forums(both)
    made = store.agree("001", "Post the fees", "2026-12-05")
    store.agree("001", "Open on Saturday", "2026-12-05")
    store.advance(replace(made, dates={**made.dates, "presented": "2026-12-10"}))
    assert [(one.number, one.state) for one in store.actions("001")] == [
        ("1", "presented"),
        ("2", "agreed"),
    ]


def test_a_look_costs_one_call(world: World) -> None:
    forums(world).add(a_forum())
    world.keys.now()
    world.database.calls.clear()
    world.desk.look_at_forums(PARTY)
    world.desk.look_at_forum(PARTY, "001")
    assert world.database.calls == ["get", "get"]
