"""This file tests `owl keys` on a stage under moto."""

import json

import pytest

from chalicelib.storage.key_maker import ensure_keys
from chalicelib.storage.webhook_secrets import WebhookSecrets
from tests.cli.conftest import Staff


@pytest.fixture(autouse=True)
def running(bare: Staff, monkeypatch: pytest.MonkeyPatch) -> None:
    """The stage of this laptop has an address."""
    monkeypatch.setattr("chalicelib.cli.stage.url", lambda: "http://127.0.0.1:8000")


def test_callbacks_have_the_newest_secret_each(bare: Staff) -> None:
    done = bare.runs("keys", "renew", "--as", "Lina")
    assert done.exit_code == 0, done.output
    newest = dict(WebhookSecrets(bare.office.database).valid())
    rows = json.loads(bare.runs("keys", "callbacks", "--json").output)
    assert [one["kind"] for one in rows] == [*newest][: len(rows)]
    for one in rows:
        secret = newest[one["kind"]]
        assert one["url"] == f"http://127.0.0.1:8000/gateways/africastalking/{secret}/{one['kind']}"
    assert newest["sms"] not in done.output


def test_who_renewed_and_retired_is_noted_and_no_secret(bare: Staff) -> None:
    bare.runs("keys", "renew", "--as", "Lina")
    secrets = [secret for _, secret in WebhookSecrets(bare.office.database).valid()]
    assert bare.runs("keys", "retire", "--as", "Dara").exit_code == 0
    told = str(bare.office.database.wire.call("Scan", TableName="owl-local-audit")["Items"])
    assert "renew callbacks" in told
    assert "retire callbacks" in told
    assert "Dara" in told
    assert not [one for one in secrets if one in told]


def test_the_callbacks_of_a_gateway_that_is_a_file_are_those_it_makes(
    bare: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OWL_GATEWAYS", "africastalking,twilio")
    now = bare.office.clock.now()
    ensure_keys(bare.office.database, now, gateways=["twilio"])
    done = bare.runs("keys", "callbacks", "--gateway", "twilio", "--json")
    assert done.exit_code == 0, done.output
    rows = json.loads(done.output)
    assert [one["kind"] for one in rows] == ["sms", "delivery-reports"]
    assert all("/gateways/twilio/" in one["url"] for one in rows)
    assert bare.runs("keys", "callbacks", "--gateway", "jasmin").exit_code != 0
    kept = bare.runs("keys", "sign", "auth_token", "--gateway", "twilio", "--as", "Lina")
    assert kept.exit_code == 0, kept.output
    assert bare.runs("keys", "sign", "password", "--gateway", "twilio").exit_code != 0
