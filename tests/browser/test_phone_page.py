"""This file tests the phone page in a real browser, on the real local run."""

import re
from typing import Any
from urllib.parse import parse_qsl

import pytest

from chalicelib.telecom import segments
from chalicelib.telecom.budget import Profile
from tests.end_to_end.stack import HOOKS

pytestmark = [pytest.mark.browser, pytest.mark.stack]

TICKET = "02122600428"
KEYS = ("1", "2 ABC", "3 DEF", "4 GHI", "5 JKL", "6 MNO", "7 PQRS", "8 TUV", "9 WXYZ")
CONTROLS = (
    'textbox "Number to call"',
    'button "Messages"',
    'button "Dial"',
    'button "Scroll up"',
    'button "Scroll down"',
    'button "Call"',
    'button "End call"',
    *(f'button "{key}"' for key in KEYS),
    'button "* star"',
    'button "0 +"',
    'button "# hash"',
)
TEXTS = [
    "",
    "One Window info\n1 Services",
    "a" * 156,
    "a" * 161,
    "a" * 152 + "€" + "a" * 10,
    "[price] {x} ~ ^ \\ | €",
    "ច្រកចេញចូលតែមួយ",
    "ស្ត្រី" * 12,
    "🙂" * 36,
    "a" * 66 + "🙂" + "ក" * 20,
]


def expect(locator: Any) -> Any:
    """Wait until a rule holds for what a person can see."""
    from playwright.sync_api import expect as waiting  # noqa: PLC0415 - may not be installed

    return waiting(locator)


def shown(number: str) -> str:
    """Return a number as the page writes it."""
    return f"{number[:4]} {number[4:6]} {number[6:9]} {number[9:]}"


def another_phone(page: Any, number: str) -> Any:
    """Add a phone and return its region."""
    page.get_by_label("Another phone").fill(number)
    page.get_by_role("button", name="Add phone").click()
    phone = page.get_by_role("region", name=f"Phone {shown(number)}")
    expect(phone).to_be_visible()
    return phone


def screen(phone: Any) -> Any:
    """Return the screen of a phone."""
    return phone.get_by_role("status", name="Screen")


def press(phone: Any, name: str) -> None:
    """Press the key with this accessible name."""
    phone.get_by_role("button", name=name, exact=True).click()


def answer(phone: Any, typed: str) -> None:
    """Type an answer, send it and wait for the next screen."""
    phone.get_by_role("textbox", name="Answer").fill(typed)
    press(phone, "Send")
    expect(screen(phone)).not_to_have_text("USSD code running…")


def dials(phone: Any, *answers: str) -> None:
    """Dial the service, then give the answers."""
    press(phone, "Call")
    expect(phone.get_by_role("textbox", name="Answer")).to_be_visible()
    for one in answers:
        answer(phone, one)


def posts(page: Any, kind: str) -> list[Any]:
    """Return a list that fills with the requests of one kind."""
    found: list[Any] = []
    page.on(
        "request",
        lambda one: found.append(one) if one.url.endswith(f"{HOOKS}/{kind}") else None,
    )
    return found


def fields(request: Any) -> dict[str, str]:
    """Return the form that a request carries, in its order."""
    return dict(parse_qsl(request.post_data, keep_blank_values=True))


def test_a_service_is_looked_up_in_khmer_with_the_keypad(page: Any, number: str) -> None:
    phone = another_phone(page, number)
    for key in ("* star", "3 DEF", "8 TUV", "4 GHI", "* star", "5 JKL", "5 JKL", "# hash", "Call"):
        press(phone, key)
    expect(screen(phone)).to_contain_text("7 Aksor Khmer")
    for keys in (("7 PQRS",), ("1",), ("3 DEF", "0 +", "3 DEF"), ("2 ABC",)):
        for key in keys:
            press(phone, key)
        press(phone, "Send")
        expect(screen(phone)).not_to_have_text("USSD code running…")
    expect(screen(phone)).to_contain_text("1,000 រៀល")
    expect(screen(phone)).to_have_attribute("lang", "km")


def test_a_texted_ticket_is_answered_with_what_it_cost(page: Any, number: str) -> None:
    phone = another_phone(page, number)
    press(phone, "Messages")
    phone.get_by_role("textbox", name="Text to 38455").fill(f"TICKET {TICKET}")
    press(phone, "Send")
    reply = phone.get_by_role("log", name="Messages").get_by_role("listitem").nth(1)
    expect(reply).to_contain_text(TICKET)
    expect(reply).to_contain_text("From 38455")
    expect(reply).to_contain_text(re.compile(r"GSM-7, 1 part|GSM-7, 2 parts"))


def test_a_text_that_has_no_answer_is_told_with_the_rule(page: Any, number: str) -> None:
    phone = another_phone(page, number)
    press(phone, "Messages")
    messages = phone.get_by_role("log", name="Messages").get_by_role("listitem")
    for count in (2, 3):
        phone.get_by_role("textbox", name="Text to 38455").fill("asdf qwer")
        press(phone, "Send")
        expect(messages).to_have_count(count)
    expect(messages.nth(2)).to_contain_text("no answer (not understood is said once a day)")
    expect(messages.nth(0)).not_to_contain_text("no answer")
    phone.get_by_role("textbox", name="Text to 38455").fill("HELP")
    press(phone, "Send")
    expect(messages).to_have_count(5)
    expect(messages.nth(2)).to_contain_text("no answer")


def test_a_thing_to_try_brings_the_beginning_of_the_screen_into_sight(
    page: Any, number: str
) -> None:
    phone = another_phone(page, number)
    page.set_viewport_size({"width": 360, "height": 640})
    for name in ("*384*55#", "INFO 102"):
        page.get_by_role("button", name=name).first.click()
        expect(phone.locator(".lcd")).to_be_in_viewport(ratio=1)
        box = phone.locator(".lcd").bounding_box()
        assert box["y"] >= 0


def test_a_khmer_word_is_answered_in_khmer(page: Any, number: str) -> None:
    phone = another_phone(page, number)
    page.get_by_role("button", name="តម្លៃ ២០១").click()
    reply = phone.get_by_role("log", name="Messages").get_by_role("listitem").nth(1)
    expect(reply).to_contain_text("រៀល")
    expect(reply).to_contain_text("UCS-2")


def test_an_sms_that_comes_during_a_call_is_marked_unread_until_read(
    page: Any, number: str
) -> None:
    phone = another_phone(page, number)
    dials(phone, "8", "1", "102", "5")
    expect(screen(phone)).to_contain_text("you will get an SMS soon.")
    press(phone, "Messages (1)")
    expect(phone.get_by_role("log").get_by_text("New", exact=True)).to_be_visible()
    press(phone, "Back")
    expect(phone.get_by_role("button", name="Messages", exact=True)).to_be_visible()


def test_a_whole_call_needs_the_keyboard_alone(page: Any) -> None:
    phone = page.get_by_role("region", name="Phone +855 12 000 001")
    expect(phone.get_by_role("textbox", name="Number to call")).to_be_focused()
    for typed, then in (("*384*55#", "7 Aksor Khmer"), ("8", "1 Services"), ("1", "Transport")):
        page.keyboard.type(typed)
        page.keyboard.press("Enter")
        expect(screen(phone)).to_contain_text(then)
        expect(phone.get_by_role("textbox", name="Answer")).to_be_focused()
    page.keyboard.type("102")
    page.keyboard.press("Enter")
    expect(screen(phone)).to_contain_text("5 SMS me this")
    page.keyboard.type("5")
    page.keyboard.press("Enter")
    expect(phone.get_by_role("button", name="OK")).to_be_focused()
    expect(phone.get_by_role("button", name="Messages (1)")).to_be_visible()
    page.keyboard.press("Enter")
    expect(phone.get_by_role("textbox", name="Number to call")).to_be_focused()


def test_tab_reaches_every_control_by_its_name(page: Any) -> None:
    phone = page.get_by_role("region", name="Phone +855 12 000 001")
    phone.get_by_role("textbox", name="Number to call").focus()
    reached = []
    for _ in CONTROLS:
        reached.append(page.locator(":focus").aria_snapshot().removeprefix("- "))
        page.keyboard.press("Tab")
    assert sorted(reached) == sorted(CONTROLS)


def test_digits_reach_the_phone_whatever_of_it_has_the_focus(page: Any) -> None:
    phone = page.get_by_role("region", name="Phone +855 12 000 001")
    phone.get_by_role("button", name="End call").focus()
    page.keyboard.type("*384*55#")
    expect(phone.get_by_role("textbox", name="Number to call")).to_have_value("*384*55#")


def test_escape_hangs_up_and_tells_the_gateway(page: Any, number: str) -> None:
    phone = another_phone(page, number)
    ends = posts(page, "ussd-events")
    dials(phone, "1")
    page.keyboard.press("Escape")
    expect(phone.get_by_role("textbox", name="Number to call")).to_be_focused()
    assert [fields(end)["status"] for end in ends] == ["Incomplete"]
    assert fields(ends[0])["input"] == "1"
    assert fields(ends[0])["hopsCount"] == "2"


def test_requests_are_those_of_the_gateway(page: Any, number: str) -> None:
    phone = another_phone(page, number)
    hops, ends = posts(page, "ussd"), posts(page, "ussd-events")
    dials(phone, "8", "1", "102", "5")
    assert re.fullmatch(
        r"phoneNumber=%2B\d+&serviceCode=%2A384%2A55%23&text=8%2A1&"
        r"sessionId=ATUid_[0-9a-f]{32}&networkCode=99999",
        hops[2].post_data,
    )
    assert [fields(hop)["text"] for hop in hops] == ["", "8", "8*1", "8*1*102", "8*1*102*5"]
    assert len({fields(hop)["sessionId"] for hop in hops}) == 1
    echoes = [hop.headers.get("at-ussd-hop-metadata") for hop in hops]
    assert echoes[0] is None
    assert echoes[1:] == [
        hop.response().headers["at-ussd-hop-metadata"] for hop in hops[:-1] if hop.response()
    ]
    assert [fields(end)["status"] for end in ends] == ["Success"]


def test_a_code_may_be_dialled_with_its_answers(page: Any, number: str) -> None:
    phone = another_phone(page, number)
    phone.get_by_role("textbox", name="Number to call").fill(f"*384*55*2*{TICKET}#")
    press(phone, "Call")
    expect(screen(phone)).to_contain_text(TICKET)


def test_a_code_of_nobody_is_refused_by_the_network(page: Any, number: str) -> None:
    phone = another_phone(page, number)
    hops = posts(page, "ussd")
    phone.get_by_role("textbox", name="Number to call").fill("*999#")
    press(phone, "Call")
    expect(screen(phone)).to_have_text("No service at *999#. Dial *384*55#")
    assert hops == []


def test_an_answer_that_is_no_screen_ends_the_call_as_failed(page: Any, number: str) -> None:
    phone = another_phone(page, number)
    ends = posts(page, "ussd-events")
    page.route(f"**{HOOKS}/ussd", lambda route: route.fulfill(body=" CON almost"))
    press(phone, "Call")
    expect(screen(phone)).to_contain_text("The service did not answer")
    expect(screen(phone)).to_contain_text("Please dial again.")
    assert [fields(end)["status"] for end in ends] == ["Failed"]


def test_two_phones_side_by_side_do_not_mix(page: Any, number: str) -> None:
    one = another_phone(page, number)
    other_number = f"+{int(number) + 50_000}"
    other = another_phone(page, other_number)
    hops = posts(page, "ussd")
    dials(one)
    dials(other)
    answer(one, "7")
    answer(other, "8")
    answer(one, "1")
    expect(screen(one)).to_contain_text("ប្រភេទសេវា")
    expect(screen(other)).to_contain_text("1 Services")
    sessions = {(fields(hop)["phoneNumber"], fields(hop)["sessionId"]) for hop in hops}
    assert {who for who, _ in sessions} == {number, other_number}
    assert len({session for _, session in sessions}) == len(sessions) == 2
    for hop in hops:
        echo = hop.headers.get("at-ussd-hop-metadata")
        given = {
            earlier.response().headers.get("at-ussd-hop-metadata")
            for earlier in hops
            if fields(earlier)["sessionId"] == fields(hop)["sessionId"]
        }
        assert echo is None or echo in given
    press(other, "Messages")
    other.get_by_role("textbox", name="Text to 38455").fill("INFO 102")
    press(other, "Send")
    expect(other.get_by_role("log").get_by_role("listitem")).to_have_count(2)
    press(one, "Messages")
    expect(one.get_by_role("log").get_by_role("listitem")).to_have_count(0)


@pytest.mark.parametrize(
    ("key", "language"), [("7", "Khmer"), ("8", "English"), ("0", "Khmer in Latin letters")]
)
def test_the_meter_shows_the_octets_and_language_of_a_screen(
    page: Any, number: str, key: str, language: str
) -> None:
    phone = another_phone(page, number)
    dials(phone, key)
    text = screen(phone).text_content()
    used, limit = Profile().meter(text)
    unit = "units" if language == "Khmer" else "septets"
    panel = phone.get_by_role("group", name="What this screen takes")
    expect(panel.get_by_text(f"{used} of {limit} {unit}", exact=True)).to_be_visible()
    expect(panel.get_by_text(language, exact=True)).to_be_visible()
    expect(panel.get_by_role("meter")).to_have_attribute("aria-valuenow", str(used))


def test_the_page_counts_as_the_service_does(page: Any) -> None:
    counted = page.evaluate(
        """async (texts) => {
          const { smsParts, screenMeter } = await import("/phone/medium.js");
          return texts.map((text) => {
            const { encoding, units, parts } = smsParts(text);
            const { used, limit } = screenMeter(text, { gsm7: 160, ucs2: 70 });
            return [encoding, units, parts, used, limit];
          });
        }""",
        TEXTS,
    )
    measures = [segments.measure(text) for text in TEXTS]
    assert counted == [
        [one.encoding, one.units, one.segments, *Profile().meter(text)]
        for one, text in zip(measures, TEXTS, strict=True)
    ]


def test_what_went_over_the_wire_can_be_read(page: Any, number: str) -> None:
    phone = another_phone(page, number)
    dials(phone, "8")
    phone.get_by_text("On the wire").click()
    wire = phone.get_by_role("list", name="Requests and what came back")
    expect(wire).to_contain_text("text=8")
    expect(wire).to_contain_text("CON One Window info")
    expect(wire).to_contain_text("at-ussd-hop-metadata=")


def test_the_messages_of_a_phone_outlive_a_reload(page: Any, number: str) -> None:
    phone = another_phone(page, number)
    press(phone, "Messages")
    phone.get_by_role("textbox", name="Text to 38455").fill("seva")
    press(phone, "Send")
    expect(phone.get_by_role("log").get_by_role("listitem")).to_have_count(2)
    page.reload()
    press(phone, "Messages (1)")
    expect(phone.get_by_role("log").get_by_role("listitem").first).to_contain_text("seva")
    expect(phone.get_by_role("log").get_by_role("listitem")).to_have_count(2)


def test_letters_are_typed_on_the_keypad_as_on_a_phone(page: Any, number: str) -> None:
    phone = another_phone(page, number)
    press(phone, "Messages")
    for key in ("# hash", "7 PQRS", "7 PQRS", "7 PQRS", "7 PQRS", "3 DEF", "3 DEF", "8 TUV"):
        press(phone, key)
    expect(phone.get_by_role("textbox", name="Text to 38455")).to_have_value("set")
    press(phone, "Clear")
    expect(phone.get_by_role("textbox", name="Text to 38455")).to_have_value("se")


def test_a_number_that_is_none_is_refused_with_a_sentence(page: Any) -> None:
    for typed in ("12000002", "+0123", ""):
        page.get_by_label("Another phone").fill(typed)
        page.get_by_role("button", name="Add phone").click()
        expect(page.get_by_role("alert")).to_contain_text("Write + and the whole number")
        expect(page.get_by_label("Another phone")).to_have_attribute("aria-invalid", "true")


def test_nothing_runs_out_of_the_page(page: Any, number: str) -> None:
    another_phone(page, number)
    for width in (360, 768, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.title() == "OWL phone"
