"""This file tests what a screen of each network and an SMS may hold."""

import pytest

from chalicelib.telecom.budget import Profile, SmsBudget

LOCAL = Profile()
AFRICAS_TALKING = Profile(unicode=False)
SPECIFIED = Profile(septets=182, units=80)


@pytest.mark.parametrize(
    ("profile", "text", "fits"),
    [
        (LOCAL, "a" * 156, True),
        (LOCAL, "a" * 157, False),
        (LOCAL, "€" * 78, True),
        (LOCAL, "€" * 79, False),
        (LOCAL, "ក" * 66, True),
        (LOCAL, "ក" * 67, False),
        (LOCAL, "😀" * 33, True),
        (LOCAL, "😀" * 34, False),
        (LOCAL, "a" * 66 + "ក", False),
        (AFRICAS_TALKING, "a" * 156, True),
        (AFRICAS_TALKING, "ក", False),
        (SPECIFIED, "a" * 178, True),
        (SPECIFIED, "a" * 179, False),
        (SPECIFIED, "ក" * 76, True),
        (SPECIFIED, "ក" * 77, False),
    ],
)
def test_the_prefix_counts_towards_a_screen(profile: Profile, text: str, *, fits: bool) -> None:
    assert profile.fits(text) is fits


@pytest.mark.parametrize(
    ("budget", "text", "fits"),
    [
        (SmsBudget(1), "a" * 160, True),
        (SmsBudget(1), "a" * 161, False),
        (SmsBudget(3), "a" * 459, True),
        (SmsBudget(3), "a" * 460, False),
        (SmsBudget(3), "ក" * 201, True),
        (SmsBudget(3), "ក" * 202, False),
    ],
)
def test_an_sms_answer_has_so_many_parts(budget: SmsBudget, text: str, *, fits: bool) -> None:
    assert budget.fits(text) is fits


@pytest.mark.parametrize(
    ("budget", "text", "meter"),
    [
        (LOCAL, "abc", (7, 160)),
        (LOCAL, "ក😀", (7, 70)),
        (AFRICAS_TALKING, "ក", (5, 0)),
        (SmsBudget(1), "abc", (3, 160)),
        (SmsBudget(1), "ក", (1, 70)),
        (SmsBudget(3), "abc", (3, 459)),
        (SmsBudget(3), "ក", (1, 201)),
    ],
)
def test_a_meter_tells_what_is_used_and_the_limit(
    budget: Profile | SmsBudget, text: str, meter: tuple[int, int]
) -> None:
    assert budget.meter(text) == meter
