"""This file tests how staff come in: password, a new one, second factor, lock-out, expiry."""

from dataclasses import replace
from html import unescape
from urllib.parse import quote

import pyotp
import pytest

from chalicelib.capabilities.staff import Person
from chalicelib.console.web import made
from tests.builders import TICKETS
from tests.console.conftest import FIRST, HOST, OFFICE, OWN, TOKEN, Browser, Console, hired

KNOWN = "__Host-owl-known"
REFUSED = "The name or the password is wrong"


def test_who_is_not_signed_in_is_asked_to_and_then_gets_the_page_they_wanted(
    console: Console,
) -> None:
    browser = console.browser()
    assert "Password" in browser.opens("/sending")
    browser.sends(browser.page.request.full_path, name="admin", password=OWN)
    assert browser.page.request.path == "/sending"


@pytest.mark.parametrize(
    ("name", "password"), [("nobody", OWN), ("admin", "Not-the-one-44"), ("gone", OWN), ("", "")]
)
def test_every_refusal_reads_the_same(console: Console, name: str, password: str) -> None:
    hired(console.pool, Person("gone", frozenset({"admin"})))
    console.pool.disable("gone")
    browser = console.browser()
    browser.opens("/sign-in")
    assert REFUSED in browser.sends("/sign-in", name=name, password=password)
    assert browser.status == 422
    assert f'value="{name}"' in browser.page.text
    assert password not in browser.page.text or not password


def test_the_first_password_is_changed_and_a_weak_one_is_refused(console: Console) -> None:
    console.pool.add(Person("new", frozenset({"officer"})), FIRST)
    browser = console.browser()
    browser.opens("/sign-in")
    assert "Choose your own password" in browser.sends("/sign-in", name="new", password=FIRST)
    for weak in ("short", "onlysmallletters1", FIRST):
        assert "too weak" in browser.sends("/sign-in/next", said=weak)
        assert browser.status == 422
    assert "Good day, new" in browser.sends("/sign-in/next", said=OWN)


def test_a_second_factor_is_set_up_and_then_asked_for_and_a_code_is_taken_once(
    console: Console,
) -> None:
    console.pool.needs_code = True
    browser = console.browser()
    browser.opens("/sign-in")
    asked = browser.sends("/sign-in", name="officer", password=OWN)
    assert "Protect your account" in asked
    secret = browser.page.text.partition('class="key">')[2].partition("<")[0]
    now = console.clock.now()
    assert "wrong" in browser.sends("/sign-in/next", said="000000")
    assert "Good day" in browser.sends("/sign-in/next", said=pyotp.TOTP(secret).at(now))
    again = console.browser()
    again.opens("/sign-in")
    assert "Six digits from your phone" in again.sends("/sign-in", name="officer", password=OWN)
    assert "wrong or was used" in again.sends("/sign-in/next", said=pyotp.TOTP(secret).at(now))
    console.clock.forward(seconds=60)
    code = pyotp.TOTP(secret).at(console.clock.now())
    assert "Good day" in again.sends("/sign-in/next", said=code)


def test_a_step_that_took_too_long_begins_again(console: Console) -> None:
    console.pool.needs_code = True
    browser = console.browser()
    browser.opens("/sign-in")
    browser.sends("/sign-in", name="officer", password=OWN)
    console.clock.forward(minutes=4)
    assert "Begin again" in browser.sends("/sign-in/next", said="123456")
    assert "Sign in" in browser.opens("/sign-in/next")


def test_after_five_wrong_passwords_the_right_one_is_refused_for_a_quarter_of_an_hour(
    console: Console,
) -> None:
    browser = console.browser()
    browser.opens("/sign-in")
    for _ in range(5):
        browser.sends("/sign-in", name="admin", password="wrong")
    assert REFUSED in browser.sends("/sign-in", name="ADMIN", password=OWN)
    assert REFUSED in browser.sends("/sign-in", name="admin", password=OWN)
    console.clock.forward(minutes=16)
    assert "Good day" in browser.sends("/sign-in", name="admin", password=OWN)


def test_no_stranger_locks_anybody_out_of_a_browser_in_which_they_were_in(
    console: Console,
) -> None:
    own, stranger = console.enters("admin"), console.browser()
    own.opens("/")
    own.sends("/sign-out")
    for browser in (own, stranger):
        browser.opens("/sign-in")
    for _ in range(6):
        stranger.sends("/sign-in", name="admin", password="wrong")
    assert "Good day" in own.sends("/sign-in", name="Admin", password=OWN)
    assert REFUSED in stranger.sends("/sign-in", name="admin", password=OWN)
    own.sends("/sign-out")
    own.opens("/sign-in")
    for _ in range(5):
        own.sends("/sign-in", name="admin", password="wrong")
    assert REFUSED in own.sends("/sign-in", name="admin", password=OWN)


def test_a_browser_is_known_to_the_names_that_were_in_and_by_what_we_signed(
    console: Console,
) -> None:
    kept = console.enters("officer").client.get_cookie(KNOWN, domain="console.example")
    assert (kept.secure, kept.http_only, kept.same_site) == (True, True, "Strict")
    assert "officer" not in kept.value
    for name, value in (("admin", kept.value), ("officer", f"{kept.value}x"), ("officer", "")):
        browser = console.browser()
        browser.client.set_cookie(KNOWN, value, domain="console.example", secure=True)
        for _ in range(6):
            browser.opens("/sign-in")
            browser.sends("/sign-in", name=name, password="wrong")
        other = console.browser()
        other.opens("/sign-in")
        assert REFUSED in other.sends("/sign-in", name=name, password=OWN), value
        console.clock.forward(minutes=16)


def test_thirty_tries_of_one_address_are_all_it_has_whatever_the_names(console: Console) -> None:
    browser = console.browser()
    browser.opens("/sign-in")
    for n in range(30):
        browser.sends("/sign-in", name=f"name{n}", password="wrong")
    assert REFUSED in browser.sends("/sign-in", name="admin", password=OWN)


def test_an_address_that_had_too_many_tries_locks_no_name_out(console: Console) -> None:
    lockout = console.back.lockout
    for n in range(30):
        assert lockout.lets(f"name{n}", "192.0.2.1")
    for _ in range(10):
        assert not lockout.lets("admin", "192.0.2.1")
    assert lockout.lets("admin", "192.0.2.2")


def test_a_whole_office_behind_one_address_signs_in(console: Console) -> None:
    for _ in range(40):
        console.enters("officer")
    browser = console.browser()
    browser.opens("/sign-in")
    for n in range(29):
        browser.sends("/sign-in", name=f"name{n}", password="wrong")
    assert "Good day" in browser.sends("/sign-in", name="officer", password=OWN)
    browser.sends("/sign-out")
    browser.opens("/sign-in")
    browser.sends("/sign-in", name="name30", password="wrong")
    assert REFUSED in browser.sends("/sign-in", name="officer", password=OWN)


def test_wrong_codes_are_counted_as_wrong_passwords_are(console: Console) -> None:
    console.pool.needs_code = True
    browser = console.browser()
    browser.opens("/sign-in")
    browser.sends("/sign-in", name="officer", password=OWN)
    for _ in range(4):
        assert "wrong" in browser.sends("/sign-in/next", said="000000")
    assert "Begin again" in browser.sends("/sign-in/next", said="000000")
    browser.opens("/sign-in")
    assert REFUSED in browser.sends("/sign-in", name="officer", password=OWN)


def test_a_visit_ends_after_half_an_hour_of_nothing_and_after_eight_hours_of_work(
    console: Console,
) -> None:
    browser = console.enters("officer")
    console.clock.forward(minutes=31)
    assert "Password" in browser.opens("/")
    browser = console.enters("officer")
    for _ in range(24):
        console.clock.forward(minutes=20)
        text = browser.opens("/")
    assert "Password" in text
    assert console.clock.now().hour == 13


def test_roles_are_looked_at_again_and_who_is_disabled_is_out(console: Console) -> None:
    browser = console.enters("officer")
    console.pool.disable("officer")
    assert "Good day" in browser.opens("/")
    console.clock.forward(minutes=16)
    assert "Password" in browser.opens("/")


def test_a_role_or_an_office_that_is_another_one_now_holds_after_a_quarter_of_an_hour(
    console: Console,
) -> None:
    browser = console.enters("clerk")
    other = next(one for one in TICKETS if one.office != OFFICE)
    account = console.pool.accounts["clerk"]
    account.person = Person("clerk", frozenset({"clerk"}), office=other.office)
    for minutes, status in ((14, 404), (2, 200)):
        console.clock.forward(minutes=minutes)
        browser.opens(f"/tickets/{other.number}")
        assert browser.status == status, minutes
    account.person = Person("clerk", frozenset({"officer"}))
    for minutes, status in ((14, 200), (2, 404)):
        console.clock.forward(minutes=minutes)
        browser.opens("/tickets/")
        assert browser.status == status, minutes


def test_whose_roles_were_all_taken_is_told_so_and_can_sign_out(console: Console) -> None:
    browser = console.enters("clerk")
    console.pool.accounts["clerk"].person = Person("clerk", frozenset())
    console.clock.forward(minutes=16)
    for path in ("/", "/tickets/"):
        assert "You have no role" in browser.opens(path)
        assert browser.status == 403
    assert "Password" in browser.sends("/sign-out")
    assert "Password" in browser.opens("/")


def test_signing_out_ends_the_visit_also_for_who_kept_its_cookie(console: Console) -> None:
    browser = console.enters("officer")
    kept = browser.client.get_cookie("__Host-owl", domain="console.example")
    browser.opens("/")
    browser.sends("/sign-out")
    thief = console.browser()
    thief.client.set_cookie("__Host-owl", kept.value, domain="console.example", secure=True)
    assert "Password" in thief.opens("/")


def test_all_visits_of_somebody_can_be_ended_at_once(console: Console) -> None:
    one, other, another = (console.enters(name) for name in ("officer", "officer", "admin"))
    console.back.visits.end_all("officer")
    assert "Password" in one.opens("/")
    assert "Password" in other.opens("/")
    assert "Good day" in another.opens("/")


def test_the_visit_has_another_id_once_somebody_is_in(console: Console) -> None:
    browser = console.browser()
    browser.opens("/sign-in")
    before = browser.client.get_cookie("__Host-owl", domain="console.example").value
    browser.sends("/sign-in", name="officer", password=OWN)
    after = browser.client.get_cookie("__Host-owl", domain="console.example").value
    assert before[:2] == "s."
    assert after[:2] == "v."


def test_a_form_of_before_the_sign_in_is_none_after_it(console: Console) -> None:
    browser = console.browser()
    browser.opens("/sign-in")
    old = TOKEN.search(browser.page.text)
    browser.sends("/sign-in", name="officer", password=OWN)
    browser.opens("/")
    assert "too old" in browser.sends("/sign-out", csrf_token=unescape(old[1]) if old else "")
    assert "Good day" in browser.opens("/")


def test_the_cookie_is_of_this_host_alone_and_no_script_reads_it(console: Console) -> None:
    browser = console.browser()
    browser.opens("/sign-in")
    browser.sends("/sign-in", follow=False, name="officer", password=OWN)
    (cookie,) = [
        one for one in browser.page.headers.getlist("Set-Cookie") if one.startswith("__Host-owl=v.")
    ]
    flags = {one.strip() for one in cookie.split(";")[1:]}
    assert flags == {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"}


def test_on_a_laptop_without_https_the_cookie_has_a_plain_name(console: Console) -> None:
    back = console.back
    plain = replace(back, is_https=False)
    browser = Browser(made(plain))
    browser.opens("/sign-in")
    assert browser.client.get_cookie("owl", domain="console.example") is not None
    assert "Strict-Transport-Security" not in browser.page.headers


@pytest.mark.parametrize(
    "where",
    [
        *("https://evil.example/", "//evil.example", "/\\evil.example"),
        *("/\t/evil.example", "/\r/evil.example", "/\n/evil.example", "/x\r\nSet-Cookie: a=b"),
    ],
)
def test_nobody_is_led_elsewhere_after_signing_in(console: Console, where: str) -> None:
    browser = console.browser()
    browser.opens("/sign-in")
    browser.sends(f"/sign-in?next={quote(where)}", follow=False, name="officer", password=OWN)
    assert browser.page.headers["Location"] == "/"


def test_no_row_holds_the_cookie_or_a_password(console: Console) -> None:
    browser = console.enters("officer")
    value = browser.client.get_cookie("__Host-owl", domain="console.example").value
    rows = str(console.back.visits.cells.database.tables)
    assert "officer" in rows
    assert value[2:] not in rows
    assert OWN not in rows
    assert HOST not in rows
