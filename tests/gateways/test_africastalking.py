"""This file tests what is read from Africa's Talking's callbacks, as captured and as feared."""

from collections.abc import Mapping

import pytest

from chalicelib.capabilities.delivery import RANKS
from chalicelib.errors import NotAcceptable
from chalicelib.gateways import africastalking as gateway
from chalicelib.settings import Settings
from chalicelib.telecom.messages import OptOut, Party, Reply, Sms, UssdEnd, UssdHop
from chalicelib.telecom.msisdn import NotANumber
from tests.builders import NUMBER, a_party

STAGE = Settings()
HOP = {
    "phoneNumber": NUMBER,
    "serviceCode": "*384*55#",
    "text": "1*102",
    "sessionId": "ATUid_0123456789abcdef0123456789abcdef",
    "networkCode": "99999",
}
EVENT = HOP | {
    "date": "2026-11-25 08:00:00",
    "status": "Success",
    "cost": "KES 0.0",
    "durationInMillis": "12000",
    "hopsCount": "3",
    "hopsMetadata": "a|b",
    "input": "1*102",
    "lastAppResponse": "END Thank you",
}
TEXT = {
    "date": "2026-11-25T08:00:00Z",
    "from": NUMBER,
    "id": "6f9a1d0e-0000-4000-8000-000000000001",
    "linkId": "SampleLinkId123",
    "text": "INFO 102",
    "to": "38455",
    "cost": "None",
    "networkCode": "99999",
}
# Names, short codes, lost plusses, other digits, other countries: nobody that can be answered.
NOT_NUMBERS = (
    "",
    "anonymous",
    "MTN",
    "+",
    "38455",
    "012000001",
    "85512000001",
    " 85512000001",
    "+855 12 000 001",
    "+85512000001\x00",
    "+85512000001\n",
    "+٨٥٥١٢٠٠٠٠٠١",
    "+៨៥៥១២០០០០០១",
    "+" + "8" * 40,
    "+855",
    "+8551",
    "+855012000001",
    "+855900",
    "+33600000001",
)


def without(fields: Mapping[str, str], *names: str) -> dict[str, str]:
    """Return fields without some."""
    return {name: value for name, value in fields.items() if name not in names}


def test_a_hop_is_read_whole() -> None:
    assert gateway.parse_hop(HOP, "echo", STAGE) == UssdHop(
        a_party(), HOP["sessionId"], "*384*55#", "1*102", "echo"
    )


def test_a_hop_may_lack_its_text_and_its_network() -> None:
    assert gateway.parse_hop(without(HOP, "text", "networkCode"), "", STAGE).text == ""


@pytest.mark.parametrize("name", ["sessionId", "phoneNumber", "serviceCode"])
@pytest.mark.parametrize("value", [None, "", "  "])
def test_a_hop_without_session_caller_or_code_is_refused(name: str, value: str | None) -> None:
    fields = without(HOP, name) | ({} if value is None else {name: value})
    with pytest.raises(gateway.FieldMissing, match=name):
        gateway.parse_hop(fields, "", STAGE)


@pytest.mark.parametrize("number", NOT_NUMBERS[1:])
def test_a_caller_that_is_no_number_is_refused_and_not_told(number: str) -> None:
    with pytest.raises(NotAcceptable) as refused:
        gateway.parse_hop(HOP | {"phoneNumber": number}, "", STAGE)
    assert len(number) < 6 or number not in str(refused.value)


@pytest.mark.parametrize("status", ["Success", "Incomplete"])
def test_the_end_of_a_session_holds_all_that_was_typed(status: str) -> None:
    end = gateway.parse_end(EVENT | {"status": status}, STAGE)
    assert end == UssdEnd(a_party(), EVENT["sessionId"], "*384*55#", "1*102")


def test_a_text_is_read_whole() -> None:
    assert gateway.parse_sms(TEXT, STAGE) == Sms(a_party(), TEXT["id"], "38455", "INFO 102")


def test_a_text_may_lack_its_id_and_its_words() -> None:
    sms = gateway.parse_sms({"from": NUMBER}, STAGE)
    assert (sms.id, sms.text, sms.short_code) == ("", "", "")


@pytest.mark.parametrize("sender", NOT_NUMBERS)
def test_a_sender_nobody_can_answer_is_refused(sender: str) -> None:
    with pytest.raises(NotANumber):
        gateway.parse_sms(TEXT | {"from": sender}, STAGE)


REPORTS = {
    "Sent": "accepted",
    "Submitted": "accepted",
    "Buffered": "accepted",
    "Success": "delivered",
    "Failed": "failed",
    "Rejected": "failed",
    "AbsentSubscriber": "failed",
    "Expired": "failed",
    "SUCCESS": "delivered",
    "absentsubscriber": "failed",
    "Teleported": "unknown",
    "": "unknown",
}


@pytest.mark.parametrize(("word", "status"), REPORTS.items())
def test_a_report_is_told_in_our_words(word: str, status: str) -> None:
    report = gateway.parse_report({"id": "ATXid_1", "status": word, "phoneNumber": NUMBER}, STAGE)
    assert (report.gateway, report.message_id, report.status) == (gateway.NAME, "ATXid_1", status)
    assert report.party == a_party()


def test_every_word_of_a_report_has_its_place_among_the_states() -> None:
    assert set(gateway.STATUSES.values()) <= RANKS.keys()
    assert gateway.UNKNOWN not in RANKS


@pytest.mark.parametrize(
    ("reason", "kept"),
    [
        ("", ""),
        ("UserInBlackList", "userinblacklist"),
        ("UserInBlacklist", "userinblacklist"),
        ("NotNetworkSubcriber", "notnetworksubcriber"),
        ("call +85512000001", "unknown"),
    ],
)
def test_a_reason_is_one_of_the_vendors_words_or_unknown(reason: str, kept: str) -> None:
    fields = {"id": "ATXid_1", "status": "Failed", "failureReason": reason}
    assert gateway.parse_report(fields, STAGE).reason == kept


@pytest.mark.parametrize("number", NOT_NUMBERS)
def test_a_report_may_name_no_number_we_know(number: str) -> None:
    assert gateway.parse_report({"id": "1", "phoneNumber": number}, STAGE).party is None


@pytest.mark.parametrize("id_", ["", "a b", "a" * 101, "+85512000001", "ATXid_1\n", "អក្សរ", "a#b"])
def test_a_report_of_no_message_is_refused(id_: str) -> None:
    with pytest.raises(gateway.NotAMessageId):
        gateway.parse_report({"id": id_, "status": "Success"}, STAGE)


def test_an_opt_out_names_its_party() -> None:
    assert gateway.parse_opt_out({"senderId": "OWL", "phoneNumber": NUMBER}, STAGE) == OptOut(
        a_party()
    )


def test_countries_may_be_listed_with_spaces_and_none_means_none() -> None:
    assert gateway.parse_sms(TEXT, Settings(countries="254, 855")).party == a_party()
    with pytest.raises(NotANumber):
        gateway.parse_sms(TEXT, Settings(countries=""))


@pytest.mark.parametrize(("end", "body"), [(False, "CON Menu\n1 Go"), (True, "END Menu\n1 Go")])
def test_a_screen_begins_with_its_prefix(*, end: bool, body: str) -> None:
    _, drawn, headers = gateway.reply(Reply("Menu\n1 Go", end), {})
    assert drawn == body
    assert headers == {"Content-Type": "text/plain; charset=utf-8"}


def test_an_echo_rides_in_the_vendors_header() -> None:
    assert (
        gateway.reply(Reply("Menu", end=False, echo="1.a"), {})[2]["at-ussd-hop-metadata"] == "1.a"
    )


def test_every_field_that_is_read_is_kept_by_the_form() -> None:
    read = {"phoneNumber", "serviceCode", "text", "sessionId", "input", "status"}
    assert read | {"id", "from", "to", "failureReason"} == gateway.FIELDS


def test_nothing_read_shows_a_number_in_its_repr() -> None:
    hop = gateway.parse_hop(HOP, "", STAGE)
    sms = gateway.parse_sms(TEXT, STAGE)
    shown = "".join(map(repr, (hop, sms, hop.party, Party("x", NUMBER, NUMBER))))
    assert "12000001" not in shown
