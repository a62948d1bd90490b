"""This file tests which phone numbers are served, and how little of them is shown."""

import pytest
from hypothesis import given

from chalicelib.telecom import msisdn
from chalicelib.telecom.msisdn import NotANumber, block, masked, network, parse
from tests.strategies import any_msisdn

COUNTRIES = ("855", "254")
REFUSED = [
    "anonymous",
    "",
    "+",
    "012000001",
    "0712000001",
    "85512000001",
    "+254 700 000 001",
    "+" + "8551200000" * 4,
    "+85512٠٠٠٠٠١",
    "+៨៥៥១២០០០០០១",
    "+254700000%00",
    "+85512000001\n",
    "+855-12-000-001",
    "+14155550100",
    "38455",
    "+85538455",
    "+25421000",
    "+254900000001",
    "+8551900000001",
    "+855012000001",
    "+0855120000011",
]


@pytest.mark.parametrize("raw", REFUSED)
def test_U2_what_is_no_number_we_serve_is_refused_and_never_repeated(raw: str) -> None:
    with pytest.raises(NotANumber) as refused:
        parse(raw, COUNTRIES)
    assert len(raw) < 3 or raw not in str(refused.value)


@pytest.mark.law
@given(any_msisdn)
def test_a_number_of_a_country_we_serve_is_taken_as_it_is(number: str) -> None:
    assert parse(number, COUNTRIES) == number


def test_a_country_we_know_no_plan_of_is_served_when_listed() -> None:
    assert parse("+66800000001", ("66",)) == "+66800000001"


def test_a_country_that_is_not_listed_is_refused_whatever_its_plan() -> None:
    with pytest.raises(NotANumber, match="OWL_COUNTRIES"):
        parse("+254700000001", ("855",))


@pytest.mark.parametrize(
    ("number", "name"),
    [
        ("+85512000001", "cellcard"),
        ("+85510000001", "smart"),
        ("+855970000001", "metfone"),
        ("+85518000001", "seatel"),
        ("+85513000001", "cadcomms"),
        ("+85523000001", "other"),
        ("+254700000001", "other"),
    ],
)
def test_a_network_is_told_by_its_prefix(number: str, name: str) -> None:
    assert network(number) == name


def test_no_prefix_belongs_to_two_networks() -> None:
    prefixes = [one for listed in msisdn._PREFIXES.values() for one in listed.split()]
    assert len(prefixes) == len(set(prefixes))


def test_a_block_is_a_thousand_numbers() -> None:
    assert block("+85512000001") == block("+85512000999") == "+85512000"
    assert block("+85512001000") != block("+85512000999")


def test_staff_see_the_country_and_two_digits() -> None:
    assert masked("+85512000001") == "+855…01"
