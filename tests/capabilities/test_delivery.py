"""This file tests the law of delivery states: forward only, and the first final word stands."""

from itertools import permutations, product

import pytest

from chalicelib.capabilities.delivery import RANKS, moves
from chalicelib.capabilities.subscribers import STRANGER, Profile


def test_S11_no_state_moves_back_or_to_itself() -> None:
    for old, new in product(RANKS, RANKS):
        assert not (moves(old, new) and moves(new, old))
        assert not moves(old, old)


@pytest.mark.parametrize("order", list(permutations(RANKS)))
def test_S11_the_first_final_word_stands_whatever_the_order(order: tuple[str, ...]) -> None:
    state = "sent"
    for status in order:
        state = status if moves(state, status) else state
    assert state == next(one for one in order if one in ("delivered", "failed"))


def test_a_party_is_known_once_it_chose_a_language() -> None:
    assert not STRANGER.known
    assert Profile("km").known
