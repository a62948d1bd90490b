"""This file tests ratings: asked for by both channels, counted once, told by nothing that stays."""

from collections import Counter
from typing import Any

import pytest

from chalicelib.capabilities.ballots import OCTETS, Ballot
from chalicelib.storage.keys import BOX
from chalicelib.storage.memory.base import AFTER, BEFORE, FINE
from chalicelib.storage.seals import opened_by
from chalicelib.telecom.messages import UssdEnd
from tests.builders import NUMBER, SERVICE_CODE, a_party
from tests.phone import Phone
from tests.world import World, a_memory_world

OTHER = "+85512000002"
ANSWERS = ("2", "1", "3", "2", "3")
KAMRIENG = "0212"


def ballots(world: World) -> list[Ballot]:
    """Open every ballot in the box, as the tally does."""
    private = world.database.tables["keys"][BOX]["value"]
    rows = world.database.tables["ballot_box"].values()
    return [Ballot.read(opened_by(private, row["sealed"])) for row in rows]


def rated(phone: Phone, *answers: str, office: str = KAMRIENG, comment: str = "0") -> Phone:
    """Rate an office in one call, some minutes after the last."""
    phone.world.clock.forward(minutes=5)
    return phone.dials().types("3", office, *(answers or ANSWERS), "1", comment)


def test_scenario_14_a_rating_is_kept_as_five_answers_with_the_sex_and_the_comment() -> None:
    world = a_memory_world()
    rated(Phone(world), comment="ចាំយូរណាស់").ends("Som orkun")
    (one,) = ballots(world)
    answers = dict(zip(one.answers, map(str, one.answers.values()), strict=True))
    assert tuple(answers.values()) == ANSWERS
    assert (one.office, one.sex, one.comment) == (KAMRIENG, "women", "ចាំយូរណាស់")
    assert (one.month, one.week, one.channel) == ("2026-11", "2026-W48", "ussd")


def test_what_the_phone_company_sees_is_said_before_the_first_question() -> None:
    phone = Phone(a_memory_world()).dials().types("3")
    phone.sees("Lek neak min tuk te", "Kromhun tourosap ach kheunh")
    phone.types("00", "8", "3").sees("Your number is not kept", "phone company can see")


@pytest.mark.parametrize("menu", ["3", "4"])
@pytest.mark.parametrize(
    ("language", "company"),
    [("8", "phone company can see"), ("6*1*3", "tourosap ach kheunh"), ("7", "ក្រុមហ៊ុនទូរសព្ទអាចឃើញ")],
)
def test_the_first_page_says_what_the_phone_company_sees_in_every_language(
    language: str, company: str, menu: str
) -> None:
    phone = Phone(a_memory_world()).dials(language)
    phone.dials(menu).sees(company)
    phone.texts("RATE" if menu == "3" else "COMPLAIN").receives(company)


def test_scenario_15_who_hangs_up_half_way_left_nothing() -> None:
    world = a_memory_world()
    Phone(world).dials().types("3", KAMRIENG, "2", "1", "3")
    assert ballots(world) == []
    Phone(world).dials().sees("3 Vay tamlai")
    assert not {"talk", "submits", "seen"} & {
        name for name, rows in world.database.tables.items() if rows
    }


def test_scenario_16_a_second_rating_gets_the_same_thanks_and_is_not_counted() -> None:
    world = a_memory_world()
    first = rated(Phone(world)).screen
    for _ in range(5):
        assert rated(Phone(world), "4", "4", "4", "4", "4").screen == first
    (one,) = ballots(world)
    assert one.answers["waiting"] == 2


def test_another_phone_another_office_and_another_month_are_ratings_of_their_own() -> None:
    world = a_memory_world()
    rated(Phone(world))
    rated(Phone(world, OTHER))
    rated(Phone(world), office="0106")
    world.clock.forward(days=31)
    rated(Phone(world))
    assert Counter(one.office for one in ballots(world)) == {KAMRIENG: 3, "0106": 1}
    assert len(world.database.tables["ballot_tokens"]) == 4


def test_the_same_hop_again_gets_the_same_bytes_and_casts_no_second_ballot() -> None:
    world = a_memory_world()
    rated(Phone(world)).repeats(3)
    assert len(ballots(world)) == 1


@pytest.mark.parametrize("fault", [BEFORE, AFTER])
def test_A4_a_rating_that_was_not_recorded_is_never_thanked_for(fault: str) -> None:
    world = a_memory_world()
    phone = Phone(world).dials().types("3", KAMRIENG, *ANSWERS, "1")
    world.database.outage = lambda call: fault if call == "commit" else FINE
    phone.types("0").ends("Min ban kot tuk te")
    world.database.outage = lambda _: FINE
    phone.again().ends("Som orkun")
    assert len(ballots(world)) == 1


def test_every_ballot_is_as_long_and_holds_no_number() -> None:
    world = a_memory_world()
    rated(Phone(world))
    rated(Phone(world, OTHER), comment=f"call {NUMBER} " + "វ" * 400)
    sizes = {len(row["sealed"]) for row in world.database.tables["ballot_box"].values()}
    assert sizes == {OCTETS + 48}
    assert not any(NUMBER in one.comment for one in ballots(world))


def test_a_rating_leaves_no_count_no_submit_and_causes_no_sms() -> None:
    world = a_memory_world()
    rated(Phone(world))
    left = {name for name, rows in world.database.tables.items() if rows}
    assert left == {"keys", "catalogue", "tickets", "users_month", "ballot_tokens", "ballot_box"}
    assert world.desk.outbox.queue == type(world.desk.outbox.queue)()


def test_a_session_that_also_rated_is_not_counted_at_all() -> None:
    world = a_memory_world()
    phone = Phone(world).dials().types("1", "102", "2", "00", "3", KAMRIENG, *ANSWERS, "1", "0")
    phone.ends()
    assert world.database.tables["counters"] == {}
    Phone(world).dials().types("1", "102", "2", "1").ends()
    assert world.database.tables["counters"]


@pytest.mark.parametrize("typed", ["3", "3*0212*2*1", "3*0212*2*1*3*2*3*1*0", "3*00*1*102*2"])
def test_the_word_that_a_session_with_a_rating_is_over_leaves_nothing(typed: str) -> None:
    world = a_memory_world()
    world.ussd.ended(UssdEnd(a_party(), "ATUid_9", SERVICE_CODE, typed))
    left = {name for name, rows in world.database.tables.items() if rows}
    assert left == {"keys", "catalogue", "tickets", "users_month"}


def test_a_rating_by_sms_is_cast_once_and_its_answers_are_gone_with_the_last_screen() -> None:
    world = a_memory_world()
    phone = Phone(world)
    phone.texts("RATE", KAMRIENG, *ANSWERS, "1", "very slow, call 012 000 001")
    (one,) = ballots(world)
    assert one.comment == "very slow, call ***"
    assert (one.channel, one.office) == ("sms", KAMRIENG)
    assert world.database.tables["talk"] == {}
    assert world.database.tables["counters"] == {}
    assert "One rating" in phone.inbox()[-1]


def test_the_own_office_stands_first_where_the_commune_is_known() -> None:
    world = a_memory_world()
    phone = Phone(world)
    phone.texts("JOIN 021201")
    phone.dials().types("3").sees("0212 ")
    Phone(world, OTHER).dials().types("3").sees("01 ").sees_no("0212 ")


def test_a_province_leads_to_its_offices_and_is_one_itself() -> None:
    world = a_memory_world()
    phone = Phone(world).dials().types("3", "02").sees("02 ", "0212 ")
    phone.types("02", *ANSWERS, "3", "0").ends()
    assert [one.office for one in ballots(world)] == ["02"]


def watched(world: World) -> list[str]:
    """Return the list to which every call that reaches a database adds its kind from now on."""
    if not hasattr(world.database, "wire"):
        world.database.calls.clear()
        return world.database.calls  # type: ignore[no-any-return]  # a world has either twin
    calls: list[str] = []
    kinds = {"BatchGetItem": "get", "TransactWriteItems": "commit", "PutItem": "write"}

    def count(operation: str, **_: Any) -> None:
        calls.append(kinds[operation])

    world.database.wire.events.register("before-send.dynamodb", count)
    return calls


@pytest.mark.parametrize("echoes", [True, False])
@pytest.mark.parametrize("keys", [("3",), ("4", "2"), ("3", "0", "4", "2"), ("4", "2", "0", "3")])
def test_the_profile_is_read_once_a_hop_however_often_the_way_meets_the_offices(
    both: World, keys: tuple[str, ...], *, echoes: bool
) -> None:
    phone = Phone(both, echoes=echoes).dials().types(*keys[:-1])
    both.clock.forward(minutes=1)
    calls = watched(both)
    phone.types(keys[-1]).sees("ariyalay")
    assert calls == ["get"]
    assert Phone(both).dials("*".join(keys)).screen
    assert calls == ["get", "get"]


def test_an_sms_to_rate_or_complain_reads_everything_at_once(both: World) -> None:
    Phone(both).texts("HELP")
    calls = watched(both)
    Phone(both).texts("RATE", "MENU", "COMPLAIN", "2")
    assert [one for one in calls if one != "queue"] == ["get", "commit"] * 4
