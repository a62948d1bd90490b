"""This file tests the callbacks through the real entry points: who gets in, what comes back."""

import gzip
import json
import logging
import time
from datetime import timedelta

import pytest

from chalicelib import shipped, wiring
from chalicelib.errors import Unavailable
from chalicelib.storage.key_maker import WEBHOOK_KINDS
from tests.builders import KAMRIENG, NUMBER
from tests.gateways.callbacks import FORM, HOP, TEXT, Functions, set_webhook_secrets

EVENT = HOP | {"status": "Success", "input": "8*1*102", "lastAppResponse": "END x"}
REPORT = {"id": "ATXid_1", "status": "Success", "phoneNumber": NUMBER}
OPT_OUT = {"senderId": "OWL", "phoneNumber": NUMBER}
CALLBACKS = {
    "ussd": HOP,
    "ussd-events": EVENT,
    "sms": TEXT,
    "delivery-reports": REPORT,
    "opt-outs": OPT_OUT,
}
NOT_NUMBERS = (
    *("anonymous", "", "+", "012000001", "+254 7", "+" + "8" * 40, "+٢٥٤٧١٢٣٤٥٦٧٨"),
    *("+254712345678\x00", "+33612345678", "38455", "+855900"),
)


def test_every_kind_of_callback_has_its_own_secret(functions: Functions) -> None:
    assert set(functions.secrets) == set(WEBHOOK_KINDS) == set(CALLBACKS)
    assert len(set(functions.secrets.values())) == len(WEBHOOK_KINDS)
    assert all(len(secret) == 64 for secret in functions.secrets.values())


@pytest.mark.parametrize("kind", CALLBACKS)
def test_D1_a_wrong_secret_finds_nothing_and_costs_nothing(kind: str, functions: Functions) -> None:
    others = [secret for name, secret in functions.secrets.items() if name != kind]
    for secret in (*others, "wrong", "*", "កូនសោ", functions.secrets[kind][:-1]):
        began = time.thread_time()
        answer = functions.post(kind, CALLBACKS[kind], secret=secret)
        assert (answer.status_code, answer.body, functions.calls) == (404, b"", [])
        assert time.thread_time() - began < 0.05
    assert functions.queued("OutboxQueue") == functions.queued("ReportsQueue") == []


@pytest.mark.parametrize("kind", CALLBACKS)
def test_the_right_secret_is_answered(kind: str, functions: Functions) -> None:
    assert functions.post(kind, CALLBACKS[kind]).status_code == 200


def test_D1_two_secrets_are_valid_while_one_is_changed(functions: Functions) -> None:
    old, new = functions.secrets["ussd"], "n" * 64
    set_webhook_secrets(functions, f"ussd:{old}", f"ussd:{new}")
    clock = functions.webhooks.clock
    clock.offset += timedelta(minutes=11)
    assert functions.post("ussd", HOP, secret=new).status_code == 200
    assert functions.post("ussd", HOP, secret=old).status_code == 200
    set_webhook_secrets(functions, f"ussd:{new}")
    clock.offset += timedelta(minutes=11)
    assert functions.post("ussd", HOP, secret=new).status_code == 200
    assert functions.post("ussd", HOP, secret=old).status_code == 404


@pytest.mark.parametrize("kind", CALLBACKS)
def test_D1_a_wrong_secret_finds_nothing_while_the_keys_cannot_be_read_again(
    kind: str, functions: Functions, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(*_: object) -> None:
        functions.calls.append("keys")
        raise Unavailable("the database did not answer")

    monkeypatch.setattr(functions.webhooks.keys, "_values", failing)
    functions.webhooks.clock.offset += timedelta(minutes=11)
    for calls in (["keys"], [], []):
        answer = functions.post(kind, CALLBACKS[kind], secret="wrong")
        assert (answer.status_code, answer.body, functions.calls) == (404, b"", calls)


def test_D1_while_no_keys_were_ever_read_nobody_is_told_that_a_secret_is_wrong(
    functions: Functions, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(*_: object) -> None:
        raise Unavailable("the database did not answer")

    monkeypatch.setattr(functions.webhooks.keys, "_values", failing)
    monkeypatch.setattr(functions.webhooks.keys, "kept", None)
    for secret in ("wrong", functions.secrets["sms"]):
        assert functions.post("ussd", HOP, secret=secret).body.startswith(b"END ")
        assert functions.post("sms", TEXT, secret=secret).status_code == 503


def test_D2_no_log_holds_a_secret_a_number_or_a_word(
    functions: Functions, caplog: pytest.LogCaptureFixture
) -> None:
    secret_word = "kompongspeu"
    with caplog.at_level(logging.DEBUG, logger="owl"):
        for kind, fields in CALLBACKS.items():
            functions.post(kind, {**fields, "text": secret_word, "input": secret_word})
            functions.post(kind, fields, secret="wrong" * 9)
            functions.post(kind, b"text=%ff" + secret_word.encode())
            functions.post(kind, {})
    told = caplog.text
    assert "webhook" in told
    unwanted = [NUMBER, NUMBER[1:], "12000001", secret_word, "wrongwrong", "ATUid_1", "sms-1"]
    unwanted += functions.secrets.values()
    assert [one for one in unwanted if one in told] == []


def test_D3_no_header_stands_in_for_the_secret(functions: Functions) -> None:
    forged = FORM | {"X-Forwarded-For": "134.213.151.223", "X-AfricasTalking-Signature": "x"}
    assert functions.post("ussd", HOP, secret="wrong", headers=forged).status_code == 404
    assert functions.post("ussd", HOP, headers=forged).status_code == 200


@pytest.mark.parametrize("kind", CALLBACKS)
def test_D4_only_a_small_form_is_read(kind: str, functions: Functions) -> None:
    stray = CALLBACKS[kind] | {"newField": "1"}
    assert functions.post(kind, stray).status_code == 200
    assert functions.post(kind, b"text=".ljust(8193, b"a")).status_code == 413
    for other in ("application/json", "multipart/form-data; boundary=x", "text/plain"):
        answer = functions.post(kind, b"{}", headers={"Content-Type": other})
        assert (answer.status_code, functions.calls) == (415, [])


def test_D5_a_flood_of_one_number_costs_no_calls(functions: Functions) -> None:
    functions.webhooks.ussd.flood.clock = lambda: 0.0
    for _ in range(wiring.settings().hops_a_number):
        assert functions.hop().startswith("CON ")
    for _ in range(10):
        assert functions.hop().startswith("END ")
        assert functions.calls == []
    assert functions.hop(phoneNumber="+85512000002").startswith("CON ")


def test_D6_a_callback_causes_at_most_one_message_to_who_wrote(functions: Functions) -> None:
    for kind, fields in CALLBACKS.items():
        functions.post(kind, fields)
        assert len(functions.queued("OutboxQueue")) == (kind == "sms")
    assert len(functions.stored("outbox")) == 1


@pytest.mark.parametrize("name", ["sessionId", "phoneNumber", "serviceCode"])
def test_U1_a_hop_that_lacks_or_repeats_a_field_ends(name: str, functions: Functions) -> None:
    lacking = {key: value for key, value in HOP.items() if key != name}
    for fields in (lacking, lacking | {name: ""}, lacking | {name: " "}):
        answer = functions.post("ussd", fields)
        assert (answer.status_code, answer.body[:4]) == (200, b"END ")
        assert functions.calls == []
    doubled = functions.post("ussd", f"{name}=1&{name}=2".encode())
    assert (doubled.status_code, doubled.body[:4], functions.calls) == (200, b"END ", [])


def test_U2_a_caller_that_is_no_number_of_ours_ends(functions: Functions) -> None:
    for number in NOT_NUMBERS:
        assert functions.hop(phoneNumber=number).startswith("END "), number
        assert functions.calls == []


def test_U8_another_service_code_ends_and_another_network_does_not(functions: Functions) -> None:
    for code in ("*384*56#", "*384*55", "384*55", "*384*55# ", "*120#"):
        assert functions.hop(serviceCode=code).startswith("END "), code
        assert functions.calls == []
        assert functions.hop(networkCode=code).startswith("CON "), code
    assert functions.hop(networkCode="").startswith("CON ")


HOSTILE = (
    "😀",
    "\u202e102",
    "1\u200b*\u200d2",
    "e" + "\u0301" * 200,
    "1\x00",
    "\x1b[2J",
    "100%",
    "%zz",
    "café",
    "ស្ត្រី",
    "=cmd|' /C calc'!A0",
    "${jndi:ldap://x}",
    "<script>",
    "2*'; DROP TABLE--",
    "\r\nSet-Cookie: a",
)


def test_U9_hostile_typing_gets_a_screen_and_is_never_played_back(functions: Functions) -> None:
    for text in HOSTILE:
        screen = functions.hop(
            text=f"8*2*{text}", phoneNumber=f"+855120001{HOSTILE.index(text):02}"
        )
        played = [one for one in ("\x00", "\x1b", "\u202e", "script", "jndi") if one in screen]
        assert played == [], text


def test_U9_what_is_no_form_is_refused_at_the_edge(functions: Functions) -> None:
    packed = gzip.compress(b"text=1")
    for headers, body, status in (
        (FORM | {"Content-Encoding": "gzip"}, packed, 415),
        ({"Content-Type": "application/json"}, json.dumps(HOP).encode(), 415),
        ({"Content-Type": "multipart/form-data; boundary=x"}, b"--x--", 415),
        (FORM, b"text=" + b"1" * 1_000_000, 413),
    ):
        answer = functions.post("ussd", body, headers=headers)
        assert (answer.status_code, functions.calls) == (status, [])
    for body in (b"text=%ff", b"text=caf%E9", packed):
        assert functions.post("ussd", body).body.startswith(b"END ")
        assert functions.calls == []


def test_U12_another_path_or_method_finds_nothing_and_reads_nothing(functions: Functions) -> None:
    secret, client = functions.secrets["ussd"], functions.client.http
    functions.calls.clear()
    for answer in (
        client.post(f"/gateways/africastalking/{secret}/voice", headers=FORM, body=b""),
        client.post(f"/gateways/africastalking/{secret}", headers=FORM, body=b""),
        client.get(f"/gateways/africastalking/{secret}/ussd"),
        client.put(f"/gateways/africastalking/{secret}/ussd", headers=FORM, body=b""),
        client.get("/"),
    ):
        assert 403 <= answer.status_code <= 405
        assert secret.encode() not in answer.body
    assert functions.calls == []
    assert functions.post("ussd", HOP, secret="wrong").body == b""


def test_S6_a_sender_nobody_can_answer_is_taken_and_left(functions: Functions) -> None:
    for sender in (*NOT_NUMBERS, "MTN", "OWL"):
        answer = functions.post("sms", TEXT | {"from": sender})
        assert (answer.status_code, answer.body, functions.calls) == (200, b"", []), sender
    assert functions.queued("OutboxQueue") == []


def test_S8_the_date_of_a_text_changes_nothing(functions: Functions) -> None:
    dates = ("2017-05-03T06:04:45Z", "2017-05-03 06:04:45", "1970-01-01 00:00:00", "2099-01-01", "")
    for number, date in enumerate(dates):
        fields = TEXT | {"id": f"sms-{number}", "date": date}
        assert functions.post("sms", fields).status_code == 200
        assert len(functions.queued("OutboxQueue")) == 1


def test_S9_an_unknown_word_of_a_report_is_kept_as_unknown(functions: Functions) -> None:
    for word in ("Teleported", "", "Success "):
        assert functions.post("delivery-reports", REPORT | {"status": word}).status_code == 200
        assert [one["status"] for one in functions.queued("ReportsQueue")] == ["unknown"]


def test_a_report_is_passed_on_without_its_number(functions: Functions) -> None:
    functions.post("delivery-reports", REPORT | {"failureReason": "call +85512000001"})
    (message,) = functions.queued("ReportsQueue")
    assert message.keys() == {"gateway", "id", "status", "reason", "mark"}
    assert "12000001" not in json.dumps(message)
    assert len(message["mark"]) == 43


def test_a_report_that_names_no_message_is_taken_and_left(functions: Functions) -> None:
    assert functions.post("delivery-reports", REPORT | {"id": ""}).status_code == 200
    assert functions.queued("ReportsQueue") == []


def test_an_opt_out_is_stored_as_stop_and_the_citizen_still_answered(functions: Functions) -> None:
    assert functions.post("opt-outs", OPT_OUT).status_code == 200
    (person,) = functions.stored("people")
    assert (person["opted_out"], person["opted_by"]) == ({"BOOL": True}, {"S": "gateway"})
    functions.post("sms", TEXT)
    assert len(functions.queued("OutboxQueue")) == 1


def test_an_opt_out_of_nobody_is_taken_and_left(functions: Functions) -> None:
    answer = functions.post("opt-outs", OPT_OUT | {"phoneNumber": "MTN"})
    assert (answer.status_code, functions.stored("people")) == (200, [])


def test_the_end_of_a_session_is_counted_once(functions: Functions) -> None:
    for _ in range(2):
        assert functions.post("ussd-events", EVENT).status_code == 200
    counted = functions.stored("counters")
    assert counted
    assert {one["n"]["N"] for one in counted} == {"1"}


def test_the_end_of_a_session_of_another_code_is_not_counted(functions: Functions) -> None:
    answer = functions.post("ussd-events", EVENT | {"serviceCode": "*1#"})
    assert (answer.status_code, functions.stored("counters")) == (200, [])


def test_a_hop_hands_back_its_echo_and_the_next_one_reads_nothing(functions: Functions) -> None:
    first = functions.post("ussd", HOP)
    assert functions.calls == ["BatchGetItem", "PutItem"]
    echo = first.headers["at-ussd-hop-metadata"]
    assert len(echo) < 99
    assert "|" not in echo
    headers = FORM | {"AT-USSD-Hop-Metadata": echo}
    second = functions.post("ussd", HOP | {"text": "1"}, headers=headers)
    assert functions.calls == []
    assert second.body.startswith(b"CON ")


def test_a_ticket_is_looked_up_over_the_webhook(functions: Functions) -> None:
    assert KAMRIENG in functions.hop(text=f"8*2*{KAMRIENG}")


@pytest.mark.parametrize("fault", [Unavailable("x"), KeyError("+85512000001"), RecursionError()])
def test_a_hop_is_answered_busy_whatever_fails_behind_it(
    fault: Exception,
    functions: Functions,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def failing(*_: object) -> None:
        raise fault

    monkeypatch.setattr(functions.webhooks.ussd, "answer", failing)
    with caplog.at_level(logging.INFO, logger="owl"):
        assert functions.hop().startswith("END ")
    assert type(fault).__name__ in caplog.text
    assert "12000001" not in caplog.text


@pytest.mark.parametrize("kind", [kind for kind in CALLBACKS if kind != "ussd"])
def test_our_own_failure_asks_the_gateway_to_repeat(
    kind: str, functions: Functions, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(*_: object, **__: object) -> None:
        raise Unavailable("the database did not answer")

    for target, name in (
        (functions.webhooks.sms, "receive"),
        (functions.webhooks.ussd, "ended"),
        (functions.webhooks.desk, "commit"),
        (functions.webhooks.edges.reports, "forward"),
    ):
        monkeypatch.setattr(target, name, failing)
    answer = functions.post(kind, CALLBACKS[kind])
    assert (answer.status_code, answer.body) == (503, b"")


def test_a_stage_without_keys_is_busy_and_asks_for_repeats(
    functions: Functions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(functions.webhooks.keys, "kept", None)
    for row in functions.stored("keys"):
        functions.webhooks.database.wire.call(
            "DeleteItem", TableName="owl-local-keys", Key={"id": row["id"]}
        )
    functions.webhooks.warm()
    assert functions.hop().startswith("END ")
    assert functions.post("sms", TEXT).status_code == 503


def test_health_says_which_menus_are_served(functions: Functions) -> None:
    answer = functions.client.http.get("/health")
    told = {"status": "ok", "menus": shipped.book().version}
    assert answer.json_body == told | {"keys": "there"}
    functions.aws.dynamodb.delete_item(TableName="owl-local-keys", Key={"id": {"S": "contacts"}})
    functions.webhooks.keys.kept = None
    assert functions.client.http.get("/health").json_body == told | {"keys": "missing"}
