"""This file tests complaints: told unseen by both channels, read and answered by their code."""

import random
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import count
from statistics import median
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.acting import Context
from chalicelib.acts import complaints
from chalicelib.capabilities.ballots import week_of
from chalicelib.capabilities.complaints import Complaint, code_of
from chalicelib.capabilities.guesses import Tried
from chalicelib.capabilities.subscribers import STRANGER
from chalicelib.capabilities.tickets import with_check_digit
from chalicelib.desk import ComplaintLook
from chalicelib.storage.complaint_codes import WORDS_OCTETS
from chalicelib.storage.complaint_review import Review
from chalicelib.storage.keys import REVIEWERS, REVIEWERS_PUBLIC
from chalicelib.storage.memory.base import AFTER, BEFORE, FINE
from chalicelib.storage.memory.complaints import MemoryComplaints
from chalicelib.telecom.messages import Party, UssdEnd
from tests.builders import NUMBER, SERVICE_CODE, a_catalogue, a_hop, a_party, an_sms
from tests.phone import Phone
from tests.world import OwnMemoryKeyRing, World, a_memory_world

OTHER = "+85512000002"
KAMRIENG = "0212"
WORDS = "They asked 50000 riel more"
QUESTION = {"en": "Which day was it?", "km": "ថ្ងៃណា?"}
CODE = re.compile(r"\b[0-9]{10}\b")
GUESSES = [code_of(n) for n in range(900, 930)]


def review(world: World) -> Review:
    """Return the ombudsperson's side of a world."""
    names = (REVIEWERS, REVIEWERS_PUBLIC)
    keys = OwnMemoryKeyRing(world.database, world.clock, names)
    return Review(MemoryComplaints(world.database), keys)


def the_one(world: World, office: str = KAMRIENG) -> Complaint:
    """Return the only complaint about an office."""
    (one,) = review(world).of_district(office)
    return one


def told(world: World) -> list[str]:
    """Return what citizens wrote in the only complaint."""
    return review(world).words(the_one(world))


def says(world: World, move: str, words: dict[str, str] | None = None) -> None:
    """Let the ombudsperson do something with the only complaint."""
    week = week_of(world.clock.now().date())
    review(world).does(the_one(world), move, week, words or {})


def complained(phone: Phone, *, words: str = WORDS, office: str = KAMRIENG) -> str:
    """Complain of an extra fee by dialling in English, a little later; return the code."""
    phone.world.clock.forward(seconds=30)
    phone.dials().types("8", "4", "2", office, "1", words).ends("Received. Code")
    return CODE.findall(phone.screen)[0]


def test_scenario_17_a_complaint_by_sms_gives_a_code_and_keeps_no_number() -> None:
    world = a_memory_world()
    phone = Phone(world)
    phone.texts("bdeung", "2", KAMRIENG, "1", f"{WORDS} to {NUMBER}")
    code = CODE.findall(phone.inbox()[-1])[0]
    one = the_one(world)
    assert (one.office, one.kind, one.when, one.week) == (
        KAMRIENG,
        "extra_fee",
        "this_week",
        "2026-W48",
    )
    assert told(world) == ["They asked 50000 riel more to ***"]
    assert world.database.tables["talk"] == {}
    kept = repr(world.database.tables["complaints"])
    assert [one for one in (NUMBER[1:], code, WORDS) if one in kept] == []


def test_a_complaint_by_dialling_is_kept_with_its_kind_office_and_time() -> None:
    world = a_memory_world()
    complained(Phone(world))
    assert told(world) == [WORDS]
    assert the_one(world).state == "received"


@pytest.mark.parametrize(
    ("typed", "kind", "words"),
    [
        ("4*2*0*3*0212*1*text", "attitude", "text"),
        ("4*2*0212*1*they asked *50000*", "extra_fee", "they asked *50000*"),
        ("4*9*1*9*0212*3*ចាំយូរ", "long_wait", "ចាំយូរ"),
        ("4*5*02*02*2*other", "other", "other"),
    ],
)
def test_what_was_typed_last_on_each_screen_counts(typed: str, kind: str, words: str) -> None:
    world = a_memory_world()
    Phone(world).dials(typed).ends()
    (one,) = list(MemoryComplaints(world.database).every())
    assert (one.kind, review(world).words(one)) == (kind, [words])


def test_who_can_see_it_and_who_gets_it_is_said_before_anything_is_written() -> None:
    phone = Phone(a_memory_world()).dials().types("8", "4")
    phone.sees("Your number is not kept", "Your phone company can see")
    phone.types("2").sees("This goes to the Citizens' Office", "For a formal complaint")
    phone.types(KAMRIENG, "1").sees("Do not write names or phone numbers")


def test_the_same_hop_again_shows_the_same_code_and_is_one_complaint(both: World) -> None:
    phone = Phone(both)
    complained(phone)
    phone.repeats(3)
    assert len(list(both.desk.complaints.every())) == 1


def test_the_same_hop_again_in_the_next_month_still_shows_the_same_code(both: World) -> None:
    both.clock.at = both.clock.at.replace(day=30, hour=16, minute=59)
    phone = Phone(both, echoes=False)
    complained(phone)
    both.clock.forward(minutes=5)
    both.stores.maker.turn(both.clock.now())
    phone.repeats(2)
    assert len(list(both.desk.complaints.every())) == 1


def test_who_hangs_up_half_way_left_nothing() -> None:
    world = a_memory_world()
    Phone(world).dials().types("4", "2", KAMRIENG, "1")
    assert world.database.tables["complaints"] == {}
    assert world.database.tables["talk"] == {}


def test_a_complaint_leaves_no_count_no_submit_and_causes_no_sms() -> None:
    world = a_memory_world()
    phone = Phone(world)
    code = complained(phone)
    phone.dials().types("4", "6", code).sees("Received, not read yet")
    phone.types("1", "It was on Monday.").ends("Your answer was sent")
    left = {name for name, rows in world.database.tables.items() if rows}
    assert left == {"keys", "catalogue", "tickets", "people", "users_month", "complaints"}
    assert world.desk.outbox.queue == type(world.desk.outbox.queue)()


def test_a_session_that_also_complained_is_not_counted_at_all() -> None:
    world = a_memory_world()
    phone = Phone(world).dials().types("1", "102", "2", "00", "4", "2", KAMRIENG, "1", WORDS)
    phone.ends()
    assert world.database.tables["counters"] == {}


@pytest.mark.parametrize("typed", ["4", "4*2*0212*1*words", "4*6*1234567894*1*more", "4*00*1*102"])
def test_the_word_that_such_a_session_is_over_leaves_nothing(typed: str) -> None:
    world = a_memory_world()
    world.ussd.ended(UssdEnd(a_party(), "ATUid_9", SERVICE_CODE, typed))
    left = {name for name, rows in world.database.tables.items() if rows}
    assert left == {"keys", "catalogue", "tickets", "users_month"}


@pytest.mark.parametrize("fault", [BEFORE, AFTER])
def test_A4_a_complaint_that_was_not_recorded_is_never_confirmed(fault: str) -> None:
    world = a_memory_world()
    phone = Phone(world).dials().types("8", "4", "2", KAMRIENG, "1")
    world.database.outage = lambda call: fault if call == "write" else FINE
    phone.types(WORDS).ends("Not recorded")
    world.database.outage = lambda _: FINE
    phone.again().ends("Received. Code")
    assert told(world) == [WORDS]


def test_who_wrote_too_much_is_told_that_the_end_was_cut() -> None:
    world = a_memory_world()
    phone = Phone(world).dials().types("8", "4", "2", KAMRIENG, "1")
    phone.types("x" * 500).ends("its end was cut. Code")
    code = CODE.findall(phone.screen)[0]
    phone.dials().types("4", "6", code, "1", "y" * 460).ends("its end was cut")
    assert told(world) == ["x" * 459, "y" * 459]


def test_every_text_is_as_long_and_numbers_in_it_are_masked() -> None:
    world = a_memory_world()
    complained(Phone(world), words=f"call {NUMBER}")
    complained(Phone(world), words="វ" * 201, office="0106")
    entries = [one.thread[0] for one in MemoryComplaints(world.database).every()]
    assert {len(one.sealed) for one in entries} == {WORDS_OCTETS + 48}
    assert told(world) == ["call ***"]


def test_scenario_18_the_reply_is_read_from_any_phone_by_either_channel() -> None:
    world = a_memory_world()
    phone, friend = Phone(world), Phone(world, OTHER)
    code = complained(phone)
    says(world, "answer", {"en": "The money is paid back."})
    phone.dials().types("4", "6", code).sees(
        "The Citizens' Office replies: The money is paid back."
    )
    friend.dials().types("8", "4", "6", f"{code[:5]} {code[5:]}").sees("The money is paid back.")
    friend.texts(f"COMPLAIN {code}").receives("replies: The money is paid back.")
    phone.texts(f"complain {code}").receives("The money is paid back.")


def test_the_ombudsperson_asks_and_is_answered_through_the_code() -> None:
    world = a_memory_world()
    code = complained(Phone(world))
    says(world, "ask", QUESTION)
    friend = Phone(world, OTHER).dials().types("8", "4", "6", code)
    friend.sees("The Citizens' Office asks: Which day was it?", "1 Write an answer")
    friend.types("1").sees("Do not write names").types("On Monday, call 012 000 001")
    friend.ends("Your answer was sent").repeats(2)
    assert told(world) == [WORDS, "On Monday, call ***"]
    assert the_one(world).state == "acknowledged"


def test_an_answer_by_sms_is_kept_once() -> None:
    world = a_memory_world()
    code = complained(Phone(world))
    says(world, "ask", QUESTION)
    phone = Phone(world, OTHER).texts(f"COMPLAIN {code}", "1", "On Monday")
    assert told(world) == [WORDS, "On Monday"]
    assert "sent" in phone.inbox()[-1]
    assert world.database.tables["talk"] == {}


@pytest.mark.parametrize("fault", [BEFORE, AFTER])
def test_A4_an_answer_that_was_not_recorded_is_never_confirmed(fault: str) -> None:
    world = a_memory_world()
    code = complained(Phone(world))
    phone = Phone(world, OTHER).dials().types("8", "4", "6", code, "1")
    world.database.outage = lambda call: fault if call == "write" else FINE
    phone.types("On Monday").ends("Not recorded")
    world.database.outage = lambda _: FINE
    phone.again().ends("Your answer was sent")
    assert told(world) == [WORDS, "On Monday"]


def test_the_reply_comes_in_the_readers_language() -> None:
    world = a_memory_world()
    code = complained(Phone(world))
    says(world, "ask", QUESTION)
    Phone(world, OTHER).dials().types("7", "4", "6", code).sees("ថ្ងៃណា?")


@pytest.mark.parametrize("move", ["close", "out-of-remit"])
def test_a_closed_one_is_read_and_takes_no_answer(move: str) -> None:
    world = a_memory_world()
    code = complained(Phone(world))
    says(world, move)
    phone = Phone(world, OTHER).dials().types("8", "4", "6", code).sees_no("1 Write")
    phone.types("1", "more").ends("This takes no more answers")
    assert told(world) == [WORDS]


def test_a_late_answer_shows_as_late() -> None:
    world = a_memory_world()
    code = complained(Phone(world))
    world.clock.forward(days=9)
    Phone(world).dials().types("4", "6", code).sees_no("is late")
    world.clock.forward(days=1)
    Phone(world).dials().types("4", "6", code).sees("The Citizens' Office is late.")


def later(world: World, *, weeks: int) -> None:
    """Let weeks pass, and the tally make the keys of the month."""
    world.clock.forward(weeks=weeks)
    world.stores.maker.turn(world.clock.now())


def screens_of(world: World, code: str, *, number: str = OTHER) -> tuple[str, bool]:
    """Type a code in English, a little later, and return the whole reply."""
    world.clock.forward(seconds=30)
    phone = Phone(world, number).dials().types("8", "4", "6", code)
    return phone.screen, phone.reply.end


def test_T4_wrong_unknown_and_expired_codes_get_equal_bytes(both: World) -> None:
    code = complained(Phone(both))
    wrong = code[:-1] + str((int(code[-1]) + 1) % 10)
    assert screens_of(both, code)[0].startswith("Received")
    both.clock.forward(weeks=27)
    both.stores.maker.turn(both.clock.now())
    replies = {screens_of(both, one) for one in (wrong, GUESSES[0], code)}
    assert len(replies) == 1
    assert "Code not found" in replies.pop()[0]


def test_T4_an_expired_code_costs_a_guess_as_any_other(both: World) -> None:
    code = complained(Phone(both))
    both.clock.forward(weeks=27)
    both.stores.maker.turn(both.clock.now())
    for one in (code, *GUESSES[:4]):
        assert "Code not found" in screens_of(both, one)[0]
    assert "Wait 1 hour" in screens_of(both, GUESSES[5])[0]
    # Another session cannot tell it from any other: it is one more guess, and paused.
    assert "Wait 1 hour" in screens_of(both, code)[0]


def test_the_mark_of_an_expired_code_cannot_be_made_again_from_a_number(both: World) -> None:
    code = complained(Phone(both))
    both.clock.forward(weeks=27)
    both.stores.maker.turn(both.clock.now())
    first, again, other = (
        both.desk.look_at_complaint(a_party(), code, session).mark for session in ("1", "1", "2")
    )
    assert first == again != other


@pytest.mark.parametrize("is_answered", [True, False])
@pytest.mark.parametrize(
    ("move", "state"), [("close", "Closed."), ("out-of-remit", "has no power over this")]
)
def test_a_question_is_no_reply_once_it_is_answered_or_the_matter_is_over(
    move: str, state: str, *, is_answered: bool
) -> None:
    world = a_memory_world()
    code = complained(Phone(world))
    says(world, "ask", QUESTION)
    phone = Phone(world, OTHER).dials().types("8", "4", "6", code)
    phone.sees("The Citizens' Office asks: Which day was it?")
    if is_answered:
        phone.types("1", "On Monday").ends("was sent")
        phone.dials().types("4", "6", code).sees("Read. Being looked into.").sees_no("Which day")
    says(world, move)
    phone.dials().types("4", "6", code).sees(state).sees_no("Which day", "replies", "asks")


def test_the_last_word_of_a_closed_one_is_still_read() -> None:
    world = a_memory_world()
    code = complained(Phone(world))
    says(world, "ask", QUESTION)
    says(world, "close", {"en": "Nobody answered."})
    phone = Phone(world, OTHER).dials().types("8", "4", "6", code)
    phone.sees("Closed.", "The Citizens' Office replies: Nobody answered.")


def test_a_complaint_is_not_late_because_the_citizen_took_long_to_answer() -> None:
    world = a_memory_world()
    code = complained(Phone(world))
    says(world, "ask", QUESTION)
    later(world, weeks=10)
    phone = Phone(world, OTHER).dials().types("8", "4", "6", code, "1", "On Monday")
    phone.dials().types("4", "6", code).sees("Being looked into").sees_no("is late")
    later(world, weeks=8)
    phone.dials().types("4", "6", code).sees("The Citizens' Office is late.")


def test_scenario_18_five_wrong_codes_or_tickets_pause_a_number(both: World) -> None:
    code = complained(Phone(both))
    phone = Phone(both, OTHER).dials().types("8", "4", "6", *GUESSES[:3])
    phone.types("00", "2", with_check_digit("0212269901"), with_check_digit("0212269902"))
    phone.dials().types("4", "6", GUESSES[4]).ends("Wait 1 hour")
    phone.dials().types("4", "6", code).ends("Wait 1 hour")
    phone.dials().types("4", "6", GUESSES[0]).sees("Code not found")
    both.clock.forward(hours=1)
    phone.dials().types("4", "6", code).sees("Received")


def test_a_right_code_is_never_stored_and_costs_no_guess(both: World) -> None:
    phone, code = Phone(both), complained(Phone(both))
    before = both.desk.look_at_complaint(a_party(), code, "1").tried
    for _ in range(9):
        both.clock.forward(seconds=30)
        phone.dials().types("4", "6", code).sees("Received")
    assert both.desk.look_at_complaint(a_party(), code, "1").tried == before


def test_a_mistyped_code_is_looked_up_nowhere(world: World) -> None:
    phone = Phone(world).dials().types("8", "4", "6")
    world.database.calls.clear()
    phone.types(*["1234567890"] * 8).sees("Code not found")
    assert world.database.calls == []


def a_context(world: World, number: str = NUMBER) -> Context:
    """Return the context of a hop in which a code is typed."""
    return Context(
        desk=world.desk,
        catalogue=a_catalogue(),
        settings=world.settings,
        party=a_party(number=number),
        channel="ussd",
        session="session",
        transcript="4*6",
        now=world.clock.now(),
        today=world.clock.now().date(),
        language="en",
        compose=lambda *_: "",
        profile=lambda: STRANGER,
    )


def test_T4_guesses_at_once_do_not_get_past_a_pause(both: World) -> None:
    """Every question reads before any is decided, as ten functions may; the right one is last."""
    code = complained(Phone(both))
    real = both.desk.look_at_complaint
    asked = [*GUESSES[:9], code]
    looks = [real(a_party(), one, "1") for one in asked]
    exits = []
    for one, look in zip(asked, looks, strict=True):
        first = iter([look])
        both.desk.look_at_complaint = lambda *args, first=first: next(first, None) or real(*args)
        exits.append(complaints.complaint(a_context(both), {"code": one}).exit)
    assert exits == ["none"] * 5 + ["limit"] * 5


class QuickDesk:
    """As much of a desk as a guess meets, without hashes: codes and what each number tried."""

    def __init__(self, codes: Iterable[str]) -> None:
        self.codes = {one: Complaint("", KAMRIENG, "", "", "2026-W48", b"") for one in codes}
        self.tries: dict[str, Tried] = {}

    def look_at_complaint(self, party: Party, code: str, _session: str) -> ComplaintLook:
        """Tell as a desk does."""
        return ComplaintLook(self.codes.get(code), self.tries.get(party.id, Tried()), code)

    def note_try(self, party: Party, mark: str, tried: Tried, *, missed: bool) -> bool:
        """Note one miss of this hour."""
        assert missed
        misses = {10: tried.misses.get(10, 0) + 1}
        self.tries[party.id] = Tried(tried.marks | {mark}, misses, tried.asked + 1)
        return True

    def heard(self, _code: str, _complaint: Complaint) -> dict[str, str]:
        """Hear nothing."""
        return {}

    def hour(self) -> int:
        """Say ten in the morning."""
        return 10


@pytest.mark.law
def test_T4_a_million_guesses_disclose_nothing(world: World) -> None:
    chance, exits = random.Random(9), Counter[str]()
    desk = QuickDesk(code_of(chance.randrange(10**9)) for _ in range(1000))
    for number in range(100):
        context = replace(a_context(world, f"+85512000{number:03}"), desk=desk)
        for _ in range(10_000):
            code = code_of(chance.randrange(10**9))
            exits[complaints.complaint(context, {"code": code}).exit] += 1
    assert exits == {"none": 500, "limit": 999_500}
    # The search would see a disclosure: who has a code is told.
    context = replace(a_context(world, OTHER.replace("2", "3")), desk=desk)
    assert complaints.complaint(context, {"code": next(iter(desk.codes))}).exit == "found"


def test_T4_the_desk_lets_no_more_through_than_the_quick_one() -> None:
    world = a_memory_world()
    complained(Phone(world))
    context = a_context(world, OTHER)
    exits = Counter(complaints.complaint(context, {"code": one}).exit for one in GUESSES)
    assert exits == {"none": 5, "limit": 25}


def test_T4_no_code_is_told_from_another_by_how_long_it_takes() -> None:
    world = a_memory_world(guesses_an_hour=10**6, guesses_a_day=10**6)
    code = complained(Phone(world))
    wrong = code[:-1] + str((int(code[-1]) + 1) % 10)
    guesses = (code_of(n) for n in count(1000))

    def took(codes: Sequence[str]) -> float:
        times = []
        for one in codes:
            began = perf_counter()
            screens_of(world, one)
            times.append(perf_counter() - began)
        return median(times)

    def medians() -> list[float]:
        return [took([wrong] * 40), took([next(guesses) for _ in range(40)]), took([code] * 40)]

    found = medians()
    world.clock.forward(weeks=27)
    world.stores.maker.turn(world.clock.now())
    found += medians()
    assert max(found) - min(found) < 0.020


@pytest.mark.law
@given(st.integers(0, 999), st.integers(0, 999), st.text("abc *1", min_size=1, max_size=20))
def test_the_code_never_depends_on_the_number(one: int, other: int, words: str) -> None:
    world = a_memory_world()
    screens = []
    for tail in (one, other):
        hop = a_hop(
            text=f"8*4*2*{KAMRIENG}*1*x{words}", party=a_party(number=f"+85512000{tail:03}")
        )
        screens.append(world.ussd.answer(hop).text)
    assert screens[0] == screens[1]
    assert CODE.search(screens[0])
    assert len(world.database.tables["complaints"]) == 1


def test_another_session_another_message_and_other_words_have_codes_of_their_own() -> None:
    world = a_memory_world()
    phone = Phone(world)
    codes = [complained(phone), complained(phone), complained(phone, words="other")]
    for name in ("sms-a", "sms-b"):
        world.clock.forward(minutes=1)
        phone.texts("COMPLAIN", "2", KAMRIENG, "1")
        world.sms.receive(an_sms(text=WORDS, id_=name, party=phone.party))
        codes.append(CODE.findall(phone.inbox()[-1])[0])
    assert len(set(codes)) == 5
    assert len(world.database.tables["complaints"]) == 5


def test_two_complaints_that_lead_to_one_code_get_two(monkeypatch: pytest.MonkeyPatch) -> None:
    world = a_memory_world()
    first, second = code_of(1), code_of(2)
    made = {0: [first], 1: [second]}
    monkeypatch.setattr(
        "chalicelib.storage.complaint_codes.codes_of", lambda _keys, _cause, at=0: made.get(at, [])
    )
    assert [complained(Phone(world)) for _ in range(2)] == [first, second]
    assert len(world.database.tables["complaints"]) == 2


def test_a_row_that_changes_under_an_answer_is_read_again(both: World) -> None:
    code = complained(Phone(both))
    real, store = both.desk.complaints.find, both.desk.complaints
    stale = iter([real])

    def find(ids: Sequence[str]) -> list[Complaint | None]:
        found = real(ids)
        if next(stale, None):
            store.change(found[0], replace(found[0], state="needs_information"))
        return list(found)

    store.find = find
    Phone(both, OTHER).dials().types("8", "4", "6", code, "1", "On Monday").ends("was sent")
    (one,) = store.every()
    assert (one.state, len(one.thread)) == ("acknowledged", 2)
