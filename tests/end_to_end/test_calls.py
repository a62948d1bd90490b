"""This file tests a running stage with requests as Africa's Talking sends them."""

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import botocore.session
import pytest

from tests.end_to_end.stack import ECHO, FORM, HOOKS, ROOT, VENDOR, Local, encoded, until

pytestmark = pytest.mark.stack
DIALLED = {
    "phoneNumber": "+85512000010",
    "serviceCode": "*384*55#",
    "text": "",
    "sessionId": "ATUid_0123456789abcdef0123456789abcdef",
    "networkCode": "99999",
}
CODES = ("101", "102", "103", "104", "105", "201", "202", "203", "301", "303", "401", "501")
COUNTS = ("ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible")
CHARSETS = ("", "; charset=UTF-8", ";charset=utf-8")


def waiting(local: Local, queue: str) -> int:
    """Return how many messages a queue of the stage holds, seen or not."""
    environ = json.loads((local.folder / "run.json").read_text())["environ"]
    sqs = botocore.session.get_session().create_client(
        "sqs", region_name=environ["AWS_DEFAULT_REGION"], endpoint_url=environ["OWL_ENDPOINT"]
    )
    with closing(sqs):
        counted = sqs.get_queue_attributes(QueueUrl=environ[queue], AttributeNames=list(COUNTS))
    return sum(int(counted["Attributes"][name]) for name in COUNTS)


@pytest.mark.parametrize("charset", CHARSETS)
def test_a_dialled_code_is_answered_with_a_menu(local: Local, charset: str) -> None:
    headers = VENDOR | {"Content-Type": FORM + charset}
    answer = local.calls("POST", f"{HOOKS}/ussd", encoded(DIALLED), headers)
    assert answer.status == 200
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.text.startswith("CON ")
    assert "|" not in answer.headers[ECHO]
    assert len(answer.headers[ECHO]) <= 99


def test_a_call_walks_on_with_and_without_the_echo(local: Local) -> None:
    first = local.hops("+85512000011", session="a")
    with_echo = local.hops("+85512000011", "1", "a", first.headers[ECHO])
    assert with_echo.text.startswith("CON ")
    assert with_echo.text != first.text
    assert local.hops("+85512000011", "1", "a").text == with_echo.text


def test_khmer_leaves_and_comes_as_utf_8(local: Local) -> None:
    local.hops("+85512000012", "7", "b")
    answer = local.hops("+85512000012", "", "c")
    assert any("\u1780" <= one <= "\u17ff" for one in answer.text)


def test_the_end_of_a_session_is_taken(local: Local) -> None:
    fields = {
        "date": "2026-11-25 06:04:45",
        "sessionId": DIALLED["sessionId"],
        "serviceCode": DIALLED["serviceCode"],
        "networkCode": "99999",
        "phoneNumber": DIALLED["phoneNumber"],
        "status": "Incomplete",
        "cost": "KES 0.0000",
        "durationInMillis": "12000",
        "hopsCount": "1",
        "input": "",
        "lastAppResponse": "CON 1 Services",
    }
    assert local.calls("POST", f"{HOOKS}/ussd-events", encoded(fields)).status == 200


def test_a_texted_ticket_is_answered_through_queue_sdk_and_gateway(local: Local) -> None:
    assert local.texts("+85512000013", "TICKET 02122600428", "t-1").status == 200
    (message,) = local.receives("+85512000013")
    assert list(message) == ["id", "to", "from", "text", "encoding", "segments"]
    assert message["to"] == "+85512000013"
    assert message["from"] == "38455"
    assert message["text"].startswith("02122600428: ")
    assert (message["encoding"], message["segments"]) == ("gsm7", 1)
    assert message["id"].startswith("ATXid_")


def test_the_messages_of_a_number_come_oldest_first_and_are_its_own(local: Local) -> None:
    for nth, text in enumerate(("TICKET 02122600428", "TICKET 01062600077"), 1):
        local.texts("+85512000014", text, f"o-{nth}")
        local.receives("+85512000014", nth)
    first, second = local.messages("+85512000014")
    assert (first["text"][:11], second["text"][:11]) == ("02122600428", "01062600077")
    assert local.messages("%2B85512000014") == [first, second]
    assert local.messages("+85512000099") == []


def test_a_delivery_report_of_a_stranger_is_taken_and_the_queue_is_emptied(local: Local) -> None:
    fields = {
        "phoneNumber": "+85512000015",
        "failureReason": "UserInBlacklist",
        "retryCount": "0",
        "id": "ATXid_00000000000000000000000000000000",
        "status": "Failed",
        "networkCode": "99999",
    }
    assert local.calls("POST", f"{HOOKS}/delivery-reports", encoded(fields)).status == 200
    assert until(lambda: waiting(local, "OWL_QUEUE_REPORTS"), lambda count: count == 0) == 0


def test_forty_callers_at_once_each_get_their_own_answer(local: Local) -> None:
    calls = [(f"+855120001{n:02}", f"1*{CODES[n % len(CODES)]}", f"f{n}") for n in range(40)]
    alone = [local.hops(*call).text for call in calls]
    with ThreadPoolExecutor(len(calls)) as callers:
        together = list(callers.map(lambda call: local.hops(*call).text, calls))
    assert together == alone
    assert len(set(alone)) == len(CODES)


def test_a_path_that_is_nobodys_is_not_found(local: Local) -> None:
    for path in ("/nothing", "/phone/api.py", "/phone/../say.py", "/sandbox/other"):
        assert local.calls("GET", path).status == 404
    wrong = local.calls("POST", "/gateways/africastalking/wrong/ussd", encoded(DIALLED))
    assert (wrong.status, wrong.text) == (404, "")


def test_a_body_without_bounds_is_refused(local: Local) -> None:
    assert local.calls("POST", f"{HOOKS}/ussd", b"x" * 1_000_001).status == 413
    assert local.calls("POST", f"{HOOKS}/sms", b"x" * 20_000).status == 413
    chunked = {"Content-Type": FORM, "Transfer-Encoding": "chunked"}
    assert local.calls("POST", f"{HOOKS}/ussd", "", chunked).status == 411
    assert local.calls("POST", f"{HOOKS}/ussd", "", {"Content-Length": "-1"}).status == 400
    assert (
        local.calls("POST", f"{HOOKS}/ussd", "{}", {"Content-Type": "application/json"}).status
        == 415
    )


def test_the_phone_page_is_served_and_kept_by_nobody(local: Local) -> None:
    page = local.calls("GET", "/phone")
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    assert page.headers["Cache-Control"] == "no-store"
    script = local.calls("GET", "/phone/phone.js")
    assert script.headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert local.calls("GET", "/").headers["Location"] == "/phone"


def test_health_is_told(local: Local) -> None:
    assert local.calls("GET", "/health", headers={}).json()["status"] == "ok"


def test_owl_is_told_where_the_stack_is_and_nothing_of_the_users_account(local: Local) -> None:
    told = json.loads((local.folder / "run.json").read_text())
    assert told["pid"] == local.process.pid
    environ = told["environ"]
    assert environ["OWL_STAGE"] == "local"
    assert environ["OWL_ENDPOINT"].startswith("http://127.0.0.1:")
    assert environ["OWL_GATEWAY_URL"] == f"{local.url}/sandbox/version1"
    assert environ["AWS_ACCESS_KEY_ID"] == "test"
    assert not {"AWS_PROFILE", "AWS_ENDPOINT_URL"} & environ.keys()


def test_owl_finds_the_stage_whatever_account_the_user_has(local: Local) -> None:
    mine = {name: value for name, value in os.environ.items() if not name.startswith("OWL_")}
    told = subprocess.run(
        [sys.executable, "-c", "from chalicelib.cli.main import main; main()", "places", "0212"],
        cwd=ROOT,
        env=mine
        | {"AWS_PROFILE": "nobody", "HTTP_PROXY": "http://127.0.0.1:9"}
        | {"OWL_LOCAL_DIR": str(local.folder)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "Kamrieng" in told.stdout


def test_the_clock_moves_by_the_file_all_of_a_stage_share(local: Local) -> None:
    soon = local.texts("+85512000016", "TICKET 04032601154", "c-1")
    assert soon.status == 200
    before = local.receives("+85512000016")[0]["text"]
    (local.folder / "clock").write_text(str(86_400 * 12))
    try:
        local.texts("+85512000016", "TICKET 04032601154", "c-2")
        after = local.receives("+85512000016", 2)[1]["text"]
    finally:
        (local.folder / "clock").unlink()
    assert before != after


def test_the_ticker_ran_no_schedule_that_was_not_due(local: Local) -> None:
    assert until((local.folder / "ticked").exists, bool)
    assert not [line for line in local.lines if "failed" in line]
