"""This file tests that a callback's secret changes without one callback being refused."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from moto import mock_aws

from chalicelib.errors import NotAcceptable, NotFound
from chalicelib.settings import Settings
from chalicelib.storage.base import Database
from chalicelib.storage.key_maker import WEBHOOK_KINDS, KeyMaker
from chalicelib.storage.keys import WEBHOOKS, Keys, secrets_row
from chalicelib.storage.webhook_secrets import WebhookSecrets
from infra import stack

BEFORE = "\n".join(f"{kind}:old-{kind}" for kind in WEBHOOK_KINDS)


@pytest.fixture
def database() -> Iterator[Database]:
    """A stage with a table of keys, and nothing in it."""
    with mock_aws():
        made = Database(Settings())
        (table,) = (one for one in stack.tables("local") if one["TableName"] == "owl-local-keys")
        made.wire.call("CreateTable", **table)
        yield made


def admits(secrets: WebhookSecrets, kind: str, secret: str) -> bool:
    """Whether the phone side lets a callback in."""
    value = "\n".join(f"{one}:{other}" for one, other in secrets.valid()).encode()
    return Keys({WEBHOOKS: value}, (), "", datetime(2026, 11, 23, tzinfo=UTC)).is_webhook_secret(
        kind, secret
    )


def test_two_are_valid_until_the_older_is_retired(database: Database) -> None:
    KeyMaker(database).ensure(WEBHOOKS, BEFORE.encode)
    secrets = WebhookSecrets(database)
    new = dict(secrets.begin())
    assert set(new) == set(WEBHOOK_KINDS)
    for kind in WEBHOOK_KINDS:
        assert admits(secrets, kind, f"old-{kind}")
        assert admits(secrets, kind, new[kind])
        assert len(new[kind]) == 64
    assert not admits(secrets, "sms", new["ussd"])
    assert secrets.retire() == len(WEBHOOK_KINDS)
    assert not admits(secrets, "sms", "old-sms")
    assert dict(secrets.valid()) == new


def test_a_third_is_refused_and_so_is_retiring_the_only_one(database: Database) -> None:
    KeyMaker(database).ensure(WEBHOOKS, BEFORE.encode)
    secrets = WebhookSecrets(database)
    with pytest.raises(NotAcceptable, match="no older secret"):
        secrets.retire()
    secrets.begin()
    before = secrets.valid()
    with pytest.raises(NotAcceptable, match="two secrets of a kind are valid already"):
        secrets.begin()
    assert secrets.valid() == before


def test_a_stage_without_keys_says_what_to_run(database: Database) -> None:
    with pytest.raises(NotFound, match="run its function tally once"):
        WebhookSecrets(database).begin()


def test_the_keys_of_signatures_stay_when_secrets_change(database: Database) -> None:
    row = secrets_row("twilio")
    KeyMaker(database).ensure(row, BEFORE.encode)
    secrets = WebhookSecrets(database, row)
    for value in ("first", "token:with a colon"):
        secrets.keep("auth_token", value)
    secrets.begin()
    secrets.retire()
    values = {row: database.get([(secrets.rows, (row,))])[0].value}
    keys = Keys(values, (), "", datetime(2026, 11, 23, tzinfo=UTC))
    assert keys.settings(row)["auth_token"] == "token:with a colon"
    assert not keys.is_webhook_secret("auth_token", "", row)
    assert {kind for kind, _ in secrets.valid()} == set(WEBHOOK_KINDS)
