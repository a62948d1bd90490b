"""This file tests that the list of mutants fits the code, so that `make mutants` can run."""

import pytest

from tests.mutants import MUTANTS, ROOT, Mutant


def test_no_two_mutants_have_a_name() -> None:
    assert len({one.name for one in MUTANTS}) == len(MUTANTS) == 33


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda one: one.name)
def test_a_mutant_edits_what_is_there_once_and_is_tested(mutant: Mutant) -> None:
    assert (ROOT / mutant.file).read_text(encoding="utf-8").count(mutant.old) == 1
    assert all((ROOT / test).exists() for test in mutant.tests)
