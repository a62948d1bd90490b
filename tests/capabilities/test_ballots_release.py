"""This file tests what is published of ratings: never a number by which fewer than ten are told."""

import random
from collections import Counter, defaultdict
from collections.abc import Mapping
from itertools import product

import pytest

from chalicelib.capabilities.ballots import DIMENSIONS, FORM, SEXES
from chalicelib.capabilities.ballots_release import Group, K, Release, released

OFFICES = ("01", "0102", "0103", "0106", "02", "0203", "0212", "0403")
HISTORIES = 2_000


def cell(office: str, dimension: str, answer: int | str, sex: str = "women") -> str:
    """Return the name of a counter."""
    return f"rate#{FORM}#{office}#{dimension}#{answer}#{sex}#ussd#km"


def people_of(
    answers: Mapping[int, int], *, office: str = "0212", sex: str = "women"
) -> Counter[str]:
    """Return the counters of people who gave the same answer to every question."""
    return Counter(
        {cell(office, one, answer, sex): n for one in DIMENSIONS for answer, n in answers.items()}
    )


def a_history(chance: random.Random) -> Counter[str]:
    """Return the counters of a month in which some offices had few raters and some had many."""
    cells: Counter[str] = Counter()
    leanings = {one: chance.choices(range(1, 9), k=4) for one in DIMENSIONS}
    for office in OFFICES:
        for _ in range(chance.choice([0, 1, 3, 9, 10, 14, 25, 60, 150])):
            sex = chance.choices(SEXES, weights=(6, 5, 1))[0]
            for one in DIMENSIONS:
                answer = chance.choices((1, 2, 3, 4), weights=leanings[one])[0]
                cells[cell(office, one, answer, sex)] += 1
    return cells


def of(release: Release, dimension: str = "waiting") -> list[Group]:
    """Return the groups of one question."""
    return [one for one in release.groups if one.dimension == dimension]


def test_an_office_with_enough_people_of_each_answer_stands_by_itself() -> None:
    release = released(people_of({1: 10, 2: 12, 3: 30, 4: 11}), FORM)
    (group,) = of(release)
    assert (group.area, group.pooled, group.sex) == ("0212", False, "women")
    assert group.answers == {"1": 10, "2": 12, "3": 30, "4": 11}
    assert (group.people, group.satisfied) == (63, 41)


def test_an_answer_of_few_is_told_with_its_neighbour() -> None:
    (group,) = of(released(people_of({1: 9, 2: 12, 3: 30, 4: 11}), FORM))
    assert group.answers == {"1-2": 21, "3-4": 41}


def test_women_and_men_are_told_together_where_either_are_few() -> None:
    women, men = people_of({1: 10, 4: 10}), people_of({1: 9, 4: 30}, sex="men")
    (group,) = of(released(women + men, FORM))
    assert (group.sex, group.answers) == ("", {"1": 19, "4": 40})
    men = people_of({1: 10, 4: 30}, sex="men")
    assert [one.sex for one in of(released(women + men, FORM))] == ["men", "women"]


def test_small_offices_are_told_with_others_of_their_province() -> None:
    few = [people_of({2: 6, 3: 6}, office=one) for one in ("0203", "0212")]
    release = released(few[0] + few[1], FORM)
    (group,) = of(release)
    assert (group.area, group.pooled, group.answers) == ("02", True, {"2": 12, "3": 12})


def test_what_is_small_in_the_whole_country_is_in_no_number() -> None:
    big, few = people_of({2: 20, 3: 20}), people_of({3: 9}, office="0403")
    release = released(big + few, FORM)
    assert sum(one.people for one in of(release)) == 40
    assert release.withheld == 1


def test_an_office_that_is_all_alike_needs_twenty() -> None:
    assert of(released(people_of({3: 19}), FORM)) == []
    assert len(of(released(people_of({3: 20}), FORM))) == 1


def test_answers_to_another_form_are_not_added() -> None:
    cells = {name.replace(FORM, "scorecard-0"): n for name, n in people_of({3: 40}).items()}
    assert released(cells, FORM).groups == ()


@pytest.mark.law
def test_disclosure_no_hidden_cell_can_be_worked_out_over_random_histories() -> None:
    chance = random.Random(20261126)
    hidden = 0
    for _ in range(HISTORIES):
        history = a_history(chance)
        hidden += attacked(history, released(history, FORM))
    assert hidden > HISTORIES


def attacked(history: Mapping[str, int], release: Release) -> int:
    """Work out what can be of every cell that is not shown; return how many there are.

    Whoever reads the release knows its numbers, and that an office which stands by itself is in
    no pool. A leaf (office, question, answer, sex) is bounded by every number that it is part of.
    """
    for group in release.groups:
        assert all(n >= K for n in group.answers.values()), group
    people = of_leaves(history)
    hidden = 0
    for (office, dimension), leaves in people.items():
        groups = [one for one in of(release, dimension) if covers(release, one, office)]
        for (sex, answer), n in leaves.items():
            low, high = bounds(release, groups, office, sex, answer)
            assert low <= n <= high
            hidden += n < K
            assert n >= K or high - low >= K, (office, dimension, sex, answer, low, high)
    return hidden


def of_leaves(history: Mapping[str, int]) -> dict[tuple[str, str], dict[tuple[str, str], int]]:
    """Return every cell that some group of people could be in, also those that are empty."""
    found: dict[tuple[str, str], dict[tuple[str, str], int]] = defaultdict(dict)
    offices = {name.split("#")[2] for name in history}
    for office, dimension in product(offices, DIMENSIONS):
        for sex, answer in product(SEXES, "1234"):
            n = history.get(cell(office, dimension, answer, sex), 0)
            if n:
                found[office, dimension][sex, answer] = n
    return found


def covers(release: Release, group: Group, office: str) -> bool:
    """Whether the people of an office are in a group."""
    alone = {one.area for one in release.groups if not one.pooled}
    if not group.pooled:
        return group.area == office
    deeper = {
        one.area
        for one in release.groups
        if one.pooled and len(one.area) > len(group.area) and office.startswith(one.area)
    }
    return office not in alone and not deeper and office.startswith(group.area)


def bounds(
    release: Release, groups: list[Group], office: str, sex: str, answer: str
) -> tuple[int, int]:
    """Return the least and the most that a leaf can be, of all that is published."""
    mine = [one for one in groups if one.sex in {"", sex}]
    if not mine:
        return 0, 10**9
    (group,) = mine
    named = next((n for name, n in group.answers.items() if answer in name.split("-")), 0)
    if group.pooled:
        return 0, named
    exact = group.sex == sex and answer in group.answers
    if exact:
        return named, named
    of_sex = sum_of_sex(release, office, sex)
    if of_sex is None or answer not in group.answers:
        return 0, min(named, of_sex if of_sex is not None else named)
    return max(0, named + of_sex - group.people), min(named, of_sex)


def sum_of_sex(release: Release, office: str, sex: str) -> int | None:
    """Return how many of a sex rated an office, where any question tells it."""
    for one in release.groups:
        if one.area == office and not one.pooled and one.sex == sex:
            return one.people
    return None
