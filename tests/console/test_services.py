"""This file tests the pages of services and staff: figures with sources, screens, who may what."""

from io import BytesIO

import pytest
from flask import g

from chalicelib.console.pages_services import label_of
from chalicelib.console.words import LANGUAGES
from chalicelib.duties.catalogue import SERVICES, row_of
from chalicelib.reports.layout import BOM
from tests.console.conftest import HOST, OWN, TOKEN, Console


def code_of(console: Console) -> str:
    """Return the code of some service."""
    known = console.office.catalogue.load()
    assert known is not None
    return min(known.services)


def test_each_figure_stands_with_its_source_beside_the_screens_of_a_phone(
    console: Console,
) -> None:
    browser = console.enters("clerk")
    code = code_of(console)
    assert code in browser.opens("/services/")
    text = browser.opens(f"/services/{code}")
    assert "Checked by" in text
    assert 9 <= browser.page.text.count('class="screen"') <= 20
    assert "Wrong choice" not in text
    assert "riel" in text
    browser.opens("/services/999")
    assert browser.status == 404


def test_an_edit_is_seen_on_the_screens_before_it_is_published(console: Console) -> None:
    browser, code = console.enters("clerk"), code_of(console)
    known = console.office.catalogue.load()
    assert known is not None
    row = {**row_of(known.services[code]), "documents_en": "ID card;a green form;photo"}
    browser.opens(f"/services/{code}/edit")
    assert "a green form" in browser.sends(f"/services/{code}/edit", **row, keep="")
    assert console.office.catalogue.load() == known
    token = TOKEN.search(browser.page.text)
    assert token is not None
    part = browser.client.post(
        f"/services/{code}/look",
        data={**row, "csrf_token": token[1]},
        base_url=HOST,
        headers={"Referer": f"{HOST}/"},
    )
    assert "a green form" in part.text
    assert "<html" not in part.text
    assert "is published" in browser.sends(f"/services/{code}/edit", **row, keep="yes")
    new = console.office.catalogue.load()
    assert new is not None
    assert new.services[code].documents.items[1]["en"] == "a green form"
    (deed,) = console.office.audit.of_day(console.office.today())
    assert (deed.what, deed.details["columns"]) == ("edit service", ["documents_en"])


def test_what_is_wrong_in_an_edit_is_told_with_its_column_and_kept(console: Console) -> None:
    browser, code = console.enters("clerk"), code_of(console)
    known = console.office.catalogue.load()
    assert known is not None
    row = {**row_of(known.services[code]), "days_max": "soon", "sector": "<i>x</i>"}
    browser.opens(f"/services/{code}/edit")
    text = browser.sends(f"/services/{code}/edit", **row, keep="yes")
    assert browser.status == 422
    assert "Working days, at most (days_max):" in text
    assert 'value="soon" aria-invalid="true"' in browser.page.text
    assert "<i>x</i>" not in browser.page.text
    assert console.office.catalogue.load() == known


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_field_of_a_service_has_words_in_each_language(
    console: Console, language: str
) -> None:
    browser, code = console.enters("clerk"), code_of(console)
    browser.sends("/language", language=language, next="/")
    text = browser.opens(f"/services/{code}/edit")
    with console.app.test_request_context("/"):
        g.language = language
        labels = {one: label_of(one) for one in SERVICES.columns if one != "code"}
    assert [one for one, label in labels.items() if label == one] == []
    assert [one for one, label in labels.items() if f"{label} {one}" not in text] == []


def test_what_is_exported_is_loaded_again_and_changes_nothing(console: Console) -> None:
    browser = console.enters("clerk")
    browser.opens("/services/services.csv")
    content = browser.page.data
    assert content.decode().startswith(BOM)
    browser.opens("/services/file")
    text = browser.sends("/services/file", file=(BytesIO(content), "services.csv"))
    assert "Would be taken 0" in text
    assert "Refused 0" in text


def test_staff_are_added_with_a_password_shown_once_and_disabled_at_once(
    console: Console,
) -> None:
    admin = console.enters("admin")
    admin.opens("/staff")
    assert "No office has this code" in admin.sends("/staff", name="srey", role="clerk", place="9")
    admin.opens("/staff")
    text = admin.sends("/staff", name="srey", role="clerk", place="0212")
    password = admin.page.text.partition('class="key">')[2].partition("<")[0]
    assert "srey is added" in text
    browser = console.browser()
    browser.opens("/sign-in")
    browser.sends("/sign-in", name="srey", password=password)
    assert "Good day, srey" in browser.sends("/sign-in/next", said=OWN)
    assert password not in admin.opens("/staff")
    assert "cannot sign in any more" in admin.opens("/staff/disable?name=srey")
    admin.sends("/staff/disable", name="srey")
    assert "Password" in browser.opens("/")
    admin.opens("/staff")
    assert "cannot disable yourself" in admin.sends("/staff/disable", name="admin")
    deeds = {one.what for one in console.office.audit.of_day(console.office.today())}
    assert deeds == {"add staff", "disable staff"}


def test_settings_and_deeds_are_read_and_no_secret_is_among_them(console: Console) -> None:
    admin = console.enters("admin")
    text = admin.opens("/settings")
    assert "OWL_RATE_CARD" in text
    assert "OWL_GATEWAY_KEY " not in text
    admin.opens("/sending")
    admin.sends("/sending", turn="stop")
    assert "stop sending" in admin.opens("/log")
    assert admin.opens("/log?until=nonsense")
