"""This file tests the pages of staff: names, and who lost a password or a phone."""

from datetime import timedelta

import pytest

from tests.builders import a_catalogue
from tests.console.conftest import OWN, Console


def test_who_lost_the_phone_begins_again_with_a_password_shown_once(console: Console) -> None:
    officer, admin = console.enters("officer"), console.enters("admin")
    assert "New first password" in admin.opens("/staff")
    assert "Make sure that it is them" in admin.opens("/staff/renew?name=officer")
    assert "officer begins again" in admin.sends("/staff/renew", name="officer")
    password = admin.page.text.partition('class="key">')[2].partition("<")[0]
    assert "Password" in officer.opens("/")
    browser = console.browser()
    browser.opens("/sign-in")
    assert "wrong" in browser.sends("/sign-in", name="officer", password=OWN)
    assert "Choose your own" in browser.sends("/sign-in", name="officer", password=password)
    assert "Good day, officer" in browser.sends("/sign-in/next", said="Another-password-3")
    (deed,) = console.office.audit.of_day(console.office.today())
    assert (deed.who, deed.what, deed.details) == ("admin", "renew staff", {"name": "officer"})


@pytest.mark.parametrize("name", ["", "x", "a b", "ដារ៉ា", "a" * 41, "<b>"])
def test_a_name_that_is_none_is_refused_in_the_language_of_the_page(
    name: str, console: Console
) -> None:
    admin = console.enters("admin")
    admin.opens("/staff")
    assert "a letter first" in admin.sends("/staff", name=name, role="officer")
    assert admin.status == 422


def test_the_settings_page_tells_prices_caps_hours_and_holidays(console: Console) -> None:
    today = console.office.today()
    console.office.catalogue.publish(a_catalogue(holidays=[today + timedelta(days=3)]))
    text = console.enters("admin").opens("/settings")
    assert "smart 0.02 0.04" in text
    assert "broadcast 1 1 broadcast 4 30" in text
    assert "from 8:00 to 18:00" in text
    assert f"{today + timedelta(days=3):%d/%m/%Y}" in text
    assert "OWL_RATE_CARD" in text
    assert "OWL_GATEWAY_KEY " not in text
