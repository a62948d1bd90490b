"""This file tests who waits for news of a ticket: sealed, found again, ended, never too many."""

from chalicelib.capabilities.tickets import MOST_WATCHERS
from chalicelib.ports import Refused
from chalicelib.storage.memory.base import MemoryDatabase
from chalicelib.storage.watchers import numbers_of
from chalicelib.telecom.messages import Party
from tests.builders import a_party, a_ticket
from tests.world import World

NUMBER = a_ticket().number


def person(world: World, party: Party) -> str:
    return world.keys.now().person(party)


def stored(world: World, id_: str) -> tuple[set[str], set[str]]:
    """Return what stands at the ticket and at the person, as it is stored."""
    if isinstance(world.database, MemoryDatabase):
        rows = world.database.tables
        return set(rows["tickets"][f"watch#{NUMBER}"]["who"]), set(rows["people"][id_]["watches"])
    desk = world.desk
    at_ticket = desk.watchers.rows.get(f"watch#{NUMBER}").who
    return at_ticket, desk.people.rows.get(id_).watches


def watch(world: World, party: Party, number: str = NUMBER) -> str:
    """Have a party wait for a ticket; return what refused it, or nothing."""
    try:
        world.desk.commit(world.desk.watching(party, number, "en"))
    except Refused as refused:
        return refused.what
    return ""


def test_whoever_asks_is_found_at_the_ticket_and_the_same_again_changes_nothing(
    both: World,
) -> None:
    for _ in range(2):
        assert watch(both, a_party()) == ""
    assert both.desk.watchers.of([NUMBER, "other"]) == {NUMBER: [person(both, a_party())]}


def test_several_wait_for_one_ticket_and_one_for_several(both: World) -> None:
    brother = a_party(number="+85512000009")
    for party, number in ((a_party(), NUMBER), (brother, NUMBER), (brother, "A-1")):
        watch(both, party, number)
    assert both.desk.watchers.of([NUMBER, "A-1"]) == {
        NUMBER: sorted([person(both, a_party()), person(both, brother)]),
        "A-1": [person(both, brother)],
    }


def test_whoever_ends_it_is_gone_by_an_alias_too_and_others_stay(both: World) -> None:
    both.desk.tickets.save_many([a_ticket(aliases=("OLD77",))])
    brother = a_party(number="+85512000009")
    watch(both, a_party())
    watch(both, brother)
    for _ in range(2):
        both.desk.commit(both.desk.unwatching(a_party(), "OLD77"))
    assert both.desk.watchers.of([NUMBER]) == {NUMBER: [person(both, brother)]}


def test_to_end_what_was_never_asked_for_keeps_nothing_of_the_person(both: World) -> None:
    both.desk.commit(both.desk.unwatching(a_party(), NUMBER))
    assert both.desk.watchers.of([NUMBER]) == {}
    assert both.desk.profile(a_party()).language is None


def test_the_language_asked_in_is_kept_unless_one_was_chosen(both: World) -> None:
    watch(both, a_party())
    assert both.desk.profile(a_party()).language == "en"
    brother = a_party(number="+85512000009")
    both.desk.set_language(brother, "km")
    watch(both, brother)
    assert both.desk.profile(brother).language == "km"


def test_too_many_phones_at_one_ticket_are_refused(both: World) -> None:
    crowd = [a_party(number=f"+855120001{n:02}") for n in range(MOST_WATCHERS + 1)]
    assert [watch(both, one) for one in crowd] == [*[""] * MOST_WATCHERS, "watchers"]
    assert both.desk.profile(crowd[-1]).language is None


def test_a_ticket_that_is_over_has_nobody_waiting(both: World) -> None:
    watch(both, a_party())
    both.desk.watchers.close([NUMBER, "other"])
    assert both.desk.watchers.of([NUMBER]) == {}


def test_a_new_status_of_a_ticket_leaves_those_who_wait(both: World) -> None:
    watch(both, a_party())
    both.desk.tickets.save_many([a_ticket(status="ready")])
    assert both.desk.watchers.of([NUMBER]) == {NUMBER: [person(both, a_party())]}


def test_neither_end_shows_the_other_without_the_contacts_key(both: World) -> None:
    watch(both, a_party())
    keys, id_ = both.keys.now(), person(both, a_party())
    at_ticket, at_person = stored(both, id_)
    assert id_ not in str(at_ticket)
    assert NUMBER not in str(at_person)
    assert numbers_of(keys, id_, at_person) == [NUMBER]
