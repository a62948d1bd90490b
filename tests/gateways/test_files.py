"""This file holds one table for each mapping file: callbacks, and answers to a post."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from chalicelib.cli.main import owl
from chalicelib.gateways.mapped import MappedGateway
from chalicelib.gateways.mapped_sender import MappedSender, beside, rendered, understood
from chalicelib.gateways.mapping_read import FOLDER, mapped
from chalicelib.settings import Settings
from chalicelib.telecom.callbacks import FORM_TYPE, Call
from chalicelib.telecom.messages import NUMBERS, DeliveryReport, Party, Sms
from tests.builders import NUMBER

SAMPLES = Path(__file__).parent / "samples"
NAMES = sorted(path.stem for path in FOLDER.glob("*.toml"))
ME = {NUMBER: NUMBER}
FORM = {"content-type": FORM_TYPE}
# An address of each gateway, and it as the gateway writes it.
ADDRESS = {"ideamart": ("ideamart:AZ110vq", "tel:AZ110vq"), "twilio": (NUMBER, NUMBER)}
BARE = (NUMBER, NUMBER[1:])

# gateway, kind, body -> what it means. Bodies are as the vendors' pages and witnesses show them.
REPORTS = (
    ("twilio", "MessageSid=SM1&MessageStatus=delivered&To=%2B85512000001", "delivered", ""),
    ("twilio", "MessageSid=SM1&MessageStatus=read&To=%2B85512000001", "delivered", ""),
    ("twilio", "MessageSid=SM1&MessageStatus=Queued", "accepted", ""),
    (
        "twilio",
        "MessageSid=SM1&MessageStatus=undelivered&ErrorCode=21610",
        "failed",
        "user_in_blacklist",
    ),
    ("twilio", "MessageSid=SM1&MessageStatus=failed&ErrorCode=99", "failed", "unknown"),
    ("twilio", "MessageSid=SM1&MessageStatus=teleported", "unknown", ""),
    ("jasmin", "id=a-1&message_status=ESME_ROK&level=1", "accepted", ""),
    ("jasmin", "id=a-1&message_status=DELIVRD&dlvrd=001&err=000", "delivered", ""),
    ("jasmin", "id=a-1&message_status=REJECTD", "failed", ""),
    ("jasmin", "id=a-1&message_status=", "unknown", ""),
)

# gateway, status, body -> outcome, id or reason.
ANSWERS: tuple[tuple[str, int, str, str, str], ...] = (
    ("twilio", 201, '{"sid":"SM1","status":"queued","price":null}', "accepted", "SM1"),
    ("twilio", 201, '{"sid":"SM1","status":"failed"}', "rejected", "refused"),
    ("twilio", 201, '{"sid":"SM1","status":"teleported"}', "unknown", "gateway_error"),
    ("twilio", 201, "<html>", "unknown", "unreadable"),
    ("twilio", 201, "", "unknown", "unreadable"),
    ("twilio", 400, '{"code":21610,"status":400}', "rejected", "user_in_blacklist"),
    ("twilio", 400, '{"code":21211}', "rejected", "invalid_phone_number"),
    ("twilio", 400, '{"code":1}', "rejected", "http_400"),
    ("twilio", 401, '{"code":20003}', "deferred", "credentials"),
    ("twilio", 429, "", "deferred", "throttled"),
    ("twilio", 500, '{"code":20500}', "unknown", "http_500"),
    ("twilio", 302, "", "unknown", "http_302"),
    ("jasmin", 200, 'Success "07033084-5cfd-4812-90a4-e4d24ffb6e3d"', "accepted", "07033084"),
    ("jasmin", 200, 'Error "No route found"', "unknown", "unreadable"),
    ("jasmin", 412, 'Error "No route found"', "unknown", "http_412"),
    ("jasmin", 400, 'Error "Mandatory argument"', "rejected", "http_400"),
    ("jasmin", 403, 'Error "Authentication failure"', "deferred", "credentials"),
    ("plasgate", 200, '{"message_count":1,"queue_id":"8d6f"}', "accepted", "8d6f"),
    ("plasgate", 200, '{"data":{}}', "unknown", "gateway_error"),
    ("plasgate", 403, '{"message":"Forbidden"}', "deferred", "credentials"),
    (
        "ideamart",
        200,
        '{"destinationResponses":[{"address":"tel:AZ110vq","messageId":"M1","statusCode":"S1000"}]}',
        "accepted",
        "M1",
    ),
    (
        "ideamart",
        200,
        '{"destinationResponses":[{"address":"tel:AZ110vq","statusCode":"E1342"}]}',
        "rejected",
        "user_in_blacklist",
    ),
    ("ideamart", 200, '{"statusCode":"E1313"}', "unknown", "no_recipient"),
)


@pytest.mark.parametrize("name", NAMES)
def test_a_shipped_file_has_no_fault_and_says_what_is_known(name: str) -> None:
    done = CliRunner().invoke(owl, ["gateway", "check", str(FOLDER / f"{name}.toml")])
    assert done.exit_code == 0, done.output
    assert "\nverified: " in done.output
    assert "\nnot verified: " in done.output


@pytest.mark.parametrize("name", NAMES)
def test_a_shipped_file_comes_with_a_sample_that_is_understood(name: str) -> None:
    file, sample = FOLDER / f"{name}.toml", SAMPLES / f"{name}.txt"
    done = CliRunner().invoke(owl, ["gateway", "try", str(file), "--sample", str(sample)])
    assert done.exit_code == 0, done.output
    assert "refused" not in done.output
    assert "is understood as" in done.output or "accepted" in done.output
    assert NUMBER[4:-2] not in done.output.partition("then OWL calls")[0]


@pytest.mark.parametrize(("name", "body", "status", "reason"), REPORTS)
def test_a_report_is_understood(name: str, body: str, status: str, reason: str) -> None:
    gateway = an_unsigned(name)
    (fields,) = gateway.read("delivery-reports", Call("", body.encode(), FORM))
    report = gateway.parse_report(fields, Settings())
    assert (report.gateway, report.status, report.reason) == (name, status, reason)


@pytest.mark.parametrize(("name", "status", "body", "outcome", "told"), ANSWERS)
def test_an_answer_to_a_post_is_understood(
    name: str, status: int, body: str, outcome: str, told: str
) -> None:
    address, written = ADDRESS.get(name, BARE)
    how = mapped(name).send
    assert how is not None
    found = understood(how.answer, status, body.encode(), {address: written})
    one: Any = found.by_number.get(address, found)
    assert one.outcome == outcome
    assert told in (getattr(one, "message_id", "") or one.reason)


def test_a_text_of_an_smpp_bridge_is_read_from_its_hexadecimal() -> None:
    gateway = an_unsigned("jasmin")
    told = b"id=1&from=85512000001&to=38455&content=x&coding="
    for coding, text in (("0", "x"), ("8", "ជួយ")):
        call = Call("", told + f"{coding}&binary=178717BD1799".encode(), FORM)
        (fields,) = gateway.read("sms", call)
        party = Party(NUMBERS, NUMBER, NUMBER, via="jasmin")
        assert gateway.parse_sms(fields, Settings()) == Sms(party, "jasmin/1", "38455", text)
    assert gateway.done("sms", fields)[:2] == (200, "ACK/Jasmin")


def test_a_khmer_text_goes_to_an_smpp_bridge_as_hexadecimal() -> None:
    sender = a_sender("jasmin")
    for text, held in (
        ("Hello & bye", "content=Hello+%26+bye&coding=0"),
        ("ជួយ", "hex-content=178717bd1799&coding=8"),
    ):
        how = sender.mapping.send
        assert how is not None
        values = {**sender.settings, **beside({"text": text, "party": NUMBER[1:]})}
        _, _, body = rendered(how, values, {NUMBER: NUMBER[1:]})
        assert held in body.decode()
        assert "to=85512000001" in body.decode()


def test_a_masked_id_is_never_sent_to_a_gateway_that_does_not_know_it() -> None:
    for name in ("twilio", "jasmin", "plasgate"):
        assert a_sender(name).written("ideamart:AZ110vq") == ""
    ideamart = a_sender("ideamart")
    assert ideamart.written("ideamart:AZ110vq") == "tel:AZ110vq"
    assert ideamart.written(NUMBER) == ideamart.written("naga:AZ110vq") == ""


def test_a_report_of_a_masked_person_names_the_person() -> None:
    gateway = an_unsigned("ideamart")
    told = b'{"requestId":"M1","deliveryStatus":"DELIVERED","destinationAddress":"tel:AZ1"}'
    (fields,) = gateway.read("delivery-reports", Call("", told, {"content-type": "text/json"}))
    report = gateway.parse_report(fields, Settings())
    party = Party("ideamart", "AZ1")
    assert report == DeliveryReport("ideamart", "M1", "delivered", "", party)


def an_unsigned(name: str) -> MappedGateway:
    """Return a gateway whose signature, if it makes one, is another test's matter."""
    return MappedGateway(replace(mapped(name), signature=None), dict, "")


def a_sender(name: str) -> MappedSender:
    """Return a sender whose settings have values."""
    mapping = mapped(name)
    return MappedSender(mapping, {one: f"https://{one}.example" for one in mapping.settings}, "OWL")
