"""This file tests who sends to whom: routes, another gateway in need, and never after a doubt."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from chalicelib.errors import NotAcceptable
from chalicelib.gateways.lines import GatewayLines
from chalicelib.gateways.made import carried, files_of, lines_of, secrets_of
from chalicelib.settings import Settings
from chalicelib.telecom.messages import BulkResult, SendResult
from chalicelib.telecom.routes import Routes, routes_of
from tests.builders import NUMBER

DOWN = BulkResult("deferred", reason="ConnectTimeout", posted=False)
THROTTLED = BulkResult("deferred", reason="throttled")
DOUBT = BulkResult("unknown", reason="ReadTimeout")
SMART, METFONE = "+85510000001", "+85588000001"


@dataclass
class One:
    """A gateway that answers as told, and notes whom it was asked to send to."""

    name: str
    answer: BulkResult | None = None
    asked: list[str] = field(default_factory=list)

    def send(self, msisdn: str, text: str) -> SendResult:
        """Post to one."""
        return self.send_many([msisdn], text).by_number[msisdn]

    def send_many(self, msisdns: Sequence[str], _text: str) -> BulkResult:
        """Post to many."""
        self.asked += msisdns
        taken = {one: SendResult("accepted", f"{self.name}-1") for one in msisdns}
        return self.answer or BulkResult("answered", taken)


def a_stage(routes: str, **answers: BulkResult | None) -> tuple[GatewayLines, dict[str, One]]:
    """Return the lines of a stage of these gateways, and the gateways."""
    made = {name: One(name, answer) for name, answer in answers.items()}
    lines = GatewayLines(
        made, routes_of(",".join(made), routes), lambda: 0.0, lambda *_, **__: None
    )
    return lines, made


def test_a_number_goes_by_the_route_of_its_network() -> None:
    lines, made = a_stage("smart=b, *=a", a=None, b=None)
    assert lines.reply(SMART, "x", "").message_id == "b-1"
    assert lines.reply(METFONE, "x", "").message_id == "a-1"
    assert (made["a"].asked, made["b"].asked) == ([METFONE], [SMART])


def test_a_reply_goes_by_the_gateway_its_question_came_through() -> None:
    lines, _ = a_stage("*=a", a=None, b=None)
    assert lines.reply(SMART, "x", "b").message_id == "b-1"
    assert lines.reply(SMART, "x", "gone").message_id == "a-1"


def test_a_masked_id_goes_to_its_own_gateway_whatever_the_routes_say() -> None:
    lines, made = a_stage("*=a>b", a=DOWN, b=None)
    assert lines.reply("b:masked", "x", "a").message_id == "b-1"
    assert made["a"].asked == []
    assert lines.routes.of("b") == "b"


@pytest.mark.parametrize("answer", [DOWN, THROTTLED], ids=["not there", "throttled"])
def test_F5_the_next_gateway_is_asked_where_the_first_took_surely_nothing(
    answer: BulkResult,
) -> None:
    lines, _ = a_stage("*=a>b", a=answer, b=None)
    found = lines.send_many([NUMBER], "x", "")
    assert (found.gateway, found.by_number[NUMBER].outcome) == ("b", "accepted")


@pytest.mark.parametrize(
    "answer",
    [
        DOUBT,
        BulkResult("unknown", reason="http_500"),
        BulkResult("rejected", reason="http_400"),
        BulkResult("answered", {NUMBER: SendResult("rejected", reason="user_in_blacklist")}),
        BulkResult("answered", {}),
    ],
    ids=["time-out", "5xx", "refused", "on a block list", "silence"],
)
def test_F3_no_other_gateway_is_asked_after_a_doubt_or_a_refusal(answer: BulkResult) -> None:
    lines, made = a_stage("*=a>b", a=answer, b=None)
    assert lines.send_many([NUMBER], "x", "").gateway == "a"
    assert made["b"].asked == []


def test_a_fault_of_a_gateways_own_code_is_a_doubt_of_that_gateway() -> None:
    lines, made = a_stage("*=a>b", a=None, b=None)
    made["a"].asked = None  # type: ignore[assignment]  # breaks it
    found = lines.send_many([NUMBER], "x", "")
    assert (found.outcome, found.gateway, made["b"].asked) == ("unknown", "a", [])


def test_a_gateway_that_was_slow_to_refuse_is_not_followed_by_another() -> None:
    """The function has 45 seconds: the chunk goes back and comes again."""
    ticks = iter((0.0, 4.0))
    lines, made = a_stage("*=a>b", a=DOWN, b=None)
    lines = GatewayLines(made, lines.routes, lambda: next(ticks), lambda *_, **__: None)
    assert lines.send_many([NUMBER], "x", "").outcome == "deferred"
    assert made["b"].asked == []


@pytest.mark.parametrize(
    ("gateways", "routes"),
    [("", ""), ("a", "smart=b"), ("a", "smart"), ("a", "=a"), ("a", "smart=a>"), (" , ", "")],
)
def test_a_route_to_nowhere_is_named(gateways: str, routes: str) -> None:
    with pytest.raises(NotAcceptable, match="OWL_"):
        routes_of(gateways, routes)


def test_without_routes_the_first_gateway_reaches_everybody() -> None:
    assert routes_of("a, b", "") == Routes({}, "a", frozenset({"a", "b"}))
    assert routes_of("a", "").of("smart") == ""


def test_one_post_is_for_as_many_as_every_gateway_of_the_routes_takes() -> None:
    assert carried(Settings()) == (50, 20)
    both = {"gateways": "africastalking,twilio,ideamart"}
    assert carried(Settings(**both)) == (50, 20)
    assert carried(Settings(**both, routes="smart=ideamart")) == (50, 10)
    assert carried(Settings(**both, routes="*=ideamart>twilio")) == (1, 2)
    assert files_of(Settings(**both)) == ["ideamart", "twilio"]


def test_a_route_by_a_gateway_that_sends_nothing_is_named_at_the_start() -> None:
    with pytest.raises(NotAcceptable, match="xml-ussd"):
        lines_of(Settings(gateways="xml-ussd"), lambda: "{}", lambda: 0.0, lambda *_, **__: None)


def test_a_gateway_whose_keys_are_missing_is_named_without_any_key() -> None:
    secret = '{"twilio": {"account_sid": "AC1", "from": "OWL"}}'
    with pytest.raises(NotAcceptable, match="twilio needs auth_token") as told:
        lines_of(Settings(gateways="twilio"), lambda: secret, lambda: 0.0, lambda *_, **__: None)
    assert "AC1" not in str(told.value)


def test_a_bare_key_is_that_of_the_gateway_that_is_code() -> None:
    assert secrets_of("key") == {"africastalking": "key"}
    with pytest.raises(NotAcceptable, match="JSON") as told:
        secrets_of('{"twilio": secret')
    assert "secret'" not in repr(told.value.__cause__)
