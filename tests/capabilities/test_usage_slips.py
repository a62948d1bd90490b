"""This file tests which words that were not understood are told, and how many others."""

from chalicelib.capabilities.usage import Count
from chalicelib.capabilities.usage_slips import MOST_SHOWN, Slip, is_missed, missed

JION, HLEP, RTAE = Slip("jion", "JOIN"), Slip("hlep", "HELP"), Slip("rtae", "RATE")
MONTH = "2026-11"


def test_a_word_is_told_from_three_times_on_the_most_often_first() -> None:
    found = missed(MONTH, {HLEP: 3, JION: 7, RTAE: 2}, 30)
    assert found.slips == ((JION, 7), (HLEP, 3))


def test_what_is_not_told_word_by_word_is_among_the_others() -> None:
    assert missed(MONTH, {HLEP: 3, JION: 7, RTAE: 2}, 30).others == 20
    assert missed(MONTH, {RTAE: 2}, 30).others == 30
    assert missed(MONTH, {}, 0).others == 0


def test_others_are_not_told_where_the_tables_tell_nothing_of_the_month() -> None:
    assert missed(MONTH, {HLEP: 3}, 9).others is None
    assert missed(MONTH, {HLEP: 3}, 3).others is None
    assert missed(MONTH, {HLEP: 3}, 10).others == 7


def test_a_message_counted_twice_as_a_word_makes_no_number_below_nothing() -> None:
    assert missed(MONTH, {HLEP: 12}, 11).others == 0


def test_very_many_words_are_told_up_to_a_limit_and_the_rest_as_others() -> None:
    many = {Slip("jion" + "n" * n, "JOIN"): 3 for n in range(MOST_SHOWN + 5)}
    found = missed(MONTH, many, 3 * len(many) + 1)
    assert len(found.slips) == MOST_SHOWN
    assert found.others == 16


def test_only_messages_that_were_not_understood_are_missed() -> None:
    assert is_missed(Count("sms", "km", "information", question="not_understood"))
    assert not is_missed(Count("sms", "km", "information", question="fee"))
    assert not is_missed(Count("sms", "km", "forum", question="not_understood"))
