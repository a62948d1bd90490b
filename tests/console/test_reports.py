"""This file tests the pages of reports: every table in both languages, its file, the print view."""

import pytest

from chalicelib.reports.every import REPORTS
from chalicelib.reports.layout import BOM
from tests.console.conftest import Console


@pytest.mark.parametrize("language", ["en", "km"])
def test_every_table_is_shown_with_what_it_counts_and_misses(
    console: Console, language: str
) -> None:
    browser = console.enters("officer")
    browser.opens("/")
    browser.sends("/language", language=language, next="/")
    for name, one in REPORTS.items():
        text = browser.opens(f"/reports/?name={name}&period=2026-Q3")
        assert browser.status == 200, name
        assert f"{one.number}. " in text
        assert ("រាប់អ្វី" if language == "km" else "What it counts") in text


def test_a_table_is_divided_and_chosen_from_and_given_as_a_file(console: Console) -> None:
    browser = console.enters("officer")
    text = browser.opens("/reports/?name=standard&period=2026&by=office&office=0212")
    assert browser.status == 200
    assert "office" in text
    browser.opens("/reports/table.csv?name=standard&period=2026")
    assert browser.page.text.startswith(BOM)
    assert 'filename="owl-standard-2026.csv"' in browser.page.headers["Content-Disposition"]


def test_a_period_that_is_none_is_told_and_kept(console: Console) -> None:
    browser = console.enters("officer")
    assert "is no period" in browser.opens("/reports/?name=users&period=autumn")
    assert browser.status == 422
    assert 'value="autumn"' in browser.page.text


def test_one_quarter_is_printed_whole_but_for_who_did_what(console: Console) -> None:
    browser = console.enters("officer")
    text = browser.opens("/reports/print?period=2026-Q3")
    assert all(f"{one.number}. " in text for one in REPORTS.values() if one.name != "audit")
    assert browser.page.text.count("<section") == len(REPORTS) - 1


def test_who_did_what_is_not_for_clerks(console: Console) -> None:
    browser = console.enters("clerk")
    browser.opens("/reports/?name=audit&period=2026")
    assert browser.status == 404
    assert "Log of deeds" not in browser.opens("/reports/")
    assert "Log of deeds" in console.enters("officer").opens("/reports/")
