"""This file tests `owl settings`."""

import json
from dataclasses import fields

import pytest
from click.testing import CliRunner

from chalicelib.cli.main import owl
from chalicelib.errors import NotAcceptable
from chalicelib.settings import Settings, variable


def listed(**environ: str) -> dict[str, dict[str, str]]:
    """Return what the command lists, by variable."""
    done = CliRunner().invoke(owl, ["settings", "--json"], env=environ)
    assert done.exit_code == 0, done.output
    return {row["variable"]: row for row in json.loads(done.output)}


def test_every_setting_is_listed_with_a_meaning() -> None:
    rows = listed()
    assert set(rows) == {variable(one.name) for one in fields(Settings)}
    assert all(row["meaning"] for row in rows.values())


def test_a_value_of_the_environment_is_shown_beside_its_default() -> None:
    row = listed(OWL_SHORT_CODE="1294")["OWL_SHORT_CODE"]
    assert (row["value"], row["default"]) == ("1294", "38455")
    done = CliRunner().invoke(owl, ["settings"], env={"OWL_SHORT_CODE": "1294"})
    assert "OWL_SHORT_CODE=1294\n" in done.output
    assert "(default: 38455)" in done.output


def test_a_secret_is_never_printed() -> None:
    for arguments in (["settings"], ["settings", "--json"]):
        done = CliRunner().invoke(owl, arguments, env={"OWL_GATEWAY_KEY": "atsk_hush"})
        assert "atsk_hush" not in done.output
        assert "(set, not shown)" in done.output


def test_a_secret_that_is_not_set_is_told_to_be_empty() -> None:
    assert listed(OWL_GATEWAY_KEY="")["OWL_GATEWAY_KEY"]["value"] == ""


def test_the_name_of_a_secret_elsewhere_is_no_secret() -> None:
    row = listed(OWL_GATEWAY_KEY_SECRET="owl/at")["OWL_GATEWAY_KEY_SECRET"]
    assert row["value"] == "owl/at"


def test_a_wrong_value_is_named() -> None:
    with pytest.raises(NotAcceptable, match="OWL_USSD_UNITS"):
        CliRunner().invoke(
            owl, ["settings"], env={"OWL_USSD_UNITS": "many"}, catch_exceptions=False
        )


@pytest.mark.parametrize("name", ["OWL_REPLY_PRICE", "OWL_SPEND_A_DAY"])
@pytest.mark.parametrize("raw", ["five", "0,05", "-1", "NaN", ""])
def test_an_amount_of_money_is_a_plain_number(name: str, raw: str) -> None:
    with pytest.raises(NotAcceptable, match=f"{name} is '{raw}'"):
        Settings.of({name: raw})
