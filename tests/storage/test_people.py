"""This file tests what is kept about people: language, opting out, and never a number in clear."""

from chalicelib.capabilities.subscribers import STRANGER, Profile
from tests.builders import a_party
from tests.world import World


def test_who_was_never_met_is_a_stranger(both: World) -> None:
    assert both.desk.profile(a_party()) == STRANGER
    assert both.desk.look(a_party(), "ussd").profile == STRANGER


def test_a_language_is_kept_and_the_last_one_counts(both: World) -> None:
    for language in ("km", "en", "en"):
        both.desk.set_language(a_party(), language)
    assert both.desk.profile(a_party()) == Profile("en")


def test_opting_keeps_the_language_and_can_be_taken_back(both: World) -> None:
    both.desk.set_language(a_party(), "km")
    both.desk.commit([both.desk.opting(a_party(), out=True, channel="sms")])
    assert both.desk.look(a_party(), "sms").profile == Profile("km", opted_out=True)
    both.desk.commit([both.desk.opting(a_party(), out=False, channel="ussd")])
    assert both.desk.profile(a_party()) == Profile("km")


def test_two_parties_never_share_a_row(both: World) -> None:
    both.desk.set_language(a_party(), "km")
    for other in (
        a_party(number="+85512000002"),
        a_party(gateway="other"),
        a_party(number=None, id_="masked-1"),
    ):
        assert both.desk.profile(other) == STRANGER


def test_a_masked_party_is_known_by_its_id(both: World) -> None:
    both.desk.set_language(a_party(number=None), "en")
    assert both.desk.profile(a_party(number=None)).language == "en"


def test_a_person_is_found_again_in_another_month(both: World) -> None:
    both.desk.set_language(a_party(), "en")
    both.clock.forward(days=40)
    both.stores.maker.turn(both.clock.now())
    assert both.desk.profile(a_party()).language == "en"
