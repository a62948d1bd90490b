"""This file tests that every row of the fault matrix has a test whose name carries its id."""

import re
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
# What a phone, a gateway or a stranger may send: U over USSD, S by SMS and delivery report,
# T at tickets and codes, D at the webhooks themselves.
ROWS = (
    *(f"U{n}" for n in range(1, 13)),
    *(f"S{n}" for n in range(1, 13)),
    *(f"T{n}" for n in range(1, 5)),
    *(f"D{n}" for n in (*range(1, 7), 8)),
    # What machines, networks and people do to a message to many; F2 was taken out of the matrix.
    *(f"F{n}" for n in (1, *range(3, 22))),
)
NAMED = re.compile(r"def test_([FUSTD]\d{1,2})_\w+")


# These play a row through every gateway's shape that has its channel.
ON_EVERY_SHAPE = "gateways/test_hostile_*.py"


def named(files: str = "test_*.py") -> set[str]:
    """Return the ids that stand in the names of tests."""
    texts = (path.read_text() for path in TESTS.rglob(files))
    return {row for text in texts for row in NAMED.findall(text)}


@pytest.mark.parametrize("row", ROWS)
def test_every_row_of_the_fault_matrix_has_a_test(row: str) -> None:
    assert row in named()


def test_no_test_names_a_row_that_is_not_in_the_matrix() -> None:
    assert named() <= set(ROWS)


def test_every_row_of_ussd_and_sms_is_played_on_every_shape() -> None:
    assert named(ON_EVERY_SHAPE) == {row for row in ROWS if row[0] in "US"}
