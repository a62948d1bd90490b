"""This file tests what a function that answers phones loads at its start, and what it does not."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
# Each costs a cold start tens of milliseconds, and is for the sender, for staff or for tests.
NOT_FOR_PHONES = {
    *("africastalking", "requests", "nacl", "click", "yaml", "boto3", "holidays", "moto"),
    *("flask", "werkzeug", "jinja2", "wtforms", "itsdangerous", "apig_wsgi", "openpyxl"),
    *("phonenumbers", "stdnum"),
}


# The same, of our own: an ending says whatever of that name.
NOT_OF_PHONES = (
    *("announcer", "cli", "console", "duties", "operations", "reports", "sheets", "staff"),
    *("capabilities.ledger", "capabilities.broadcasts", "capabilities.forums_plan"),
    *("capabilities.ballots_tally", "capabilities.ticket_news"),
    *("channels.broadcaster", "channels.delivery", "channels.sender", "channels.sweeper"),
    *("dialog.lint", "storage.audience", "storage.census", "storage.key_maker", "storage.vault"),
    *("wiring.ballots", "wiring.messages", "wiring.sending"),
)
OF_STAFF = ("_sheet", "_import", "_count")


def loaded(code: str) -> set[str]:
    """Return the packages a fresh Python has loaded after some code."""
    tell = "import json, sys; print(json.dumps(sorted({n.split('.')[0] for n in sys.modules})))"
    ran = subprocess.run(
        [sys.executable, "-c", f"{code}\n{tell}"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return set(json.loads(ran.stdout.splitlines()[-1]))


def test_the_webhooks_load_no_sdk_no_cipher_and_no_tool_of_staff() -> None:
    there = loaded("import app; app.wiring.webhooks()")
    assert {"chalice", "chalicelib", "pynamodb", "ussd_menus"} <= there
    assert there & NOT_FOR_PHONES == set()


def test_the_webhooks_load_nothing_of_ours_that_is_for_other_functions() -> None:
    there = ours("app.wiring.webhooks()")
    assert {"conversation", "wiring.phones", "storage.desk", "actions"} <= there
    strays = {one for one in there if f"{one}.".startswith(NOT_OF_PHONES) or one.endswith(OF_STAFF)}
    assert strays == set()


def test_each_name_on_that_list_is_a_module() -> None:
    folder = ROOT / "chalicelib"
    names = {
        ".".join(one.relative_to(folder).with_suffix("").parts) for one in folder.rglob("*.py")
    }
    assert [one for one in NOT_OF_PHONES if not any(n.startswith(one) for n in names)] == []


@pytest.mark.parametrize("function", ["sender", "broadcaster", "sweeper", "delivery"])
def test_no_other_function_loads_what_answers_phones(function: str) -> None:
    there = ours(f"app.wiring.{function}()")
    assert there & {"wiring.phones", "conversation", "edges", "channels.ussd"} == set()


def ours(code: str) -> set[str]:
    """Return the modules of `chalicelib` that a fresh Python has loaded after some code."""
    tell = (
        "import os; os.environ['OWL_GATEWAY_KEY'] = 'key'\n"
        "import app, json, sys; {}; print(json.dumps(sorted(sys.modules)))"
    )
    ran = subprocess.run(
        [sys.executable, "-c", tell.format(code)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    there = json.loads(ran.stdout.splitlines()[-1])
    return {one.removeprefix("chalicelib.") for one in there if one.startswith("chalicelib.")}


def test_a_function_looks_for_no_garbage_while_it_starts_and_never_in_what_it_began_with() -> None:
    looks = "gc.get_stats()[0]['collections']"
    code = f"import gc; before = {looks}; import app; print({looks} - before < 3, gc.isenabled())\n"
    ran = subprocess.run(
        [sys.executable, "-c", f"{code}print(gc.get_freeze_count() > 10_000)"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert ran.stdout.split() == ["True"] * 3


OF_FILES = {"mapping", "mapping_read", "mapping_faults", "bodies", "templates", "mapped"}


@pytest.mark.parametrize(("gateways", "needed"), [("", set()), ("africastalking,jasmin", OF_FILES)])
def test_a_stage_loads_what_reads_files_of_gateways_where_it_has_one(
    gateways: str, needed: set[str]
) -> None:
    setting = f"import os; os.environ['OWL_GATEWAYS'] = '{gateways}'\n" if gateways else ""
    tell = "print(*(n.split('.')[-1] for n in sys.modules if n.startswith('chalicelib.gateways.')))"
    code = f"{setting}import app, sys; app.wiring.webhooks()\n{tell}"
    ran = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    there = set(ran.stdout.split())
    assert there & OF_FILES == needed
    assert there & {"one_post", "lines", "mapped_sender", "africastalking_sender"} == set()


@pytest.mark.parametrize("name", sorted(NOT_FOR_PHONES))
def test_this_test_would_see_it(name: str) -> None:
    assert name in loaded(f"import {name}")


def test_the_sender_loads_the_sdk() -> None:
    code = (
        "import os; os.environ['OWL_GATEWAY_KEY'] = 'key'\n"
        "from chalicelib import wiring; wiring.sender()"
    )
    assert {"africastalking", "requests"} <= loaded(code)
