"""This file tests the environment of a local run: whose settings count, and for what."""

from pathlib import Path

from chalicelib.settings import Settings
from infra.local import environment
from infra.local.state import State

URL = "http://127.0.0.1:8000"


def of(tmp_path: Path, **environ: str) -> Settings:
    return Settings.of(environment.local(environ, State(tmp_path), URL))


def test_a_script_may_type_faster_than_any_phone(tmp_path: Path) -> None:
    assert of(tmp_path).hops_a_number > 10 * Settings().hops_a_number


def test_what_a_person_sets_counts_before_what_a_local_run_would_set(tmp_path: Path) -> None:
    assert of(tmp_path, OWL_HOPS_A_NUMBER="7").hops_a_number == 7
    assert of(tmp_path, OWL_STAGE="production").stage == "local"
