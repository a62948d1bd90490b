"""This file tests `owl gateway try` on requests of gateways that OWL never saw."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from twilio.request_validator import RequestValidator

from chalicelib.cli.main import owl

FILES = Path(__file__).parents[2] / "infra" / "gateways"
UNSEEN = Path(__file__).parents[1] / "gateways" / "unseen"
URL = "https://owl.example/api/gateways/twilio/s/sms"
FIELDS = {"From": "+85512000001", "To": "38455", "Body": "HELP", "MessageSid": "SM1"}


def tries(file: Path, sample: str, folder: Path, *more: str) -> Result:
    """Try a file on a sample."""
    kept = folder / "sample.txt"
    kept.write_text(sample, encoding="utf-8")
    return CliRunner().invoke(owl, ["gateway", "try", str(file), "--sample", str(kept), *more])


def test_a_query_is_understood_and_answered_with_the_first_screen(tmp_path: Path) -> None:
    sample = "GET /ussd?tid=7&msn=085512000001&txt=&sc=384%2F55 HTTP/1.1\nHost: owl.example\n\n"
    done = tries(UNSEEN / "mekhala.toml", sample, tmp_path)
    assert done.exit_code == 0, done.output
    assert "service_code  *384*55#" in done.output
    assert "OWL answers 200 text/html" in done.output
    assert "    FREE\n" in done.output
    assert "12000001" not in done.output


def test_a_screen_that_goes_out_by_itself_is_shown_as_it_would_be_posted(tmp_path: Path) -> None:
    body = '{"dialog":{"no":7001,"press":0},"user":{"alias":"abcdef"},"event":"OPEN","keys":""}'
    sample = f"POST /ussd HTTP/1.1\nContent-Type: application/json\n\n{body}\n"
    done = tries(UNSEEN / "naga.toml", sample, tmp_path)
    assert done.exit_code == 0, done.output
    assert "signature is not checked" in done.output
    assert "OWL answers 202" in done.output
    assert "POST <host>/push" in done.output
    assert "Authorization: Bearer <token>" in done.output
    assert "dlg=7001&who=sub%23abcdef&kind=ASK&hex=" in done.output


@pytest.mark.parametrize(("token", "said"), [("right", "understood as"), ("wrong", "NotSigned")])
def test_a_signature_is_checked_where_its_key_is_given(
    token: str, said: str, tmp_path: Path
) -> None:
    mark = RequestValidator("right").compute_signature(URL, FIELDS)
    body = "&".join(f"{name}={value.replace('+', '%2B')}" for name, value in FIELDS.items())
    sample = (
        "POST /gateways/twilio/s/sms HTTP/1.1\n"
        "Content-Type: application/x-www-form-urlencoded\n"
        f"X-Twilio-Signature: {mark}\n\n{body}"
    )
    more = ("--setting", f"auth_token={token}", "--url", URL)
    done = tries(FILES / "twilio.toml", sample, tmp_path, *more)
    assert said in done.output
    assert mark not in done.output


@pytest.mark.parametrize(
    ("sample", "said"),
    [
        ("POST /voice HTTP/1.1\n\nx", "the sample calls 'voice'"),
        ("", "the sample calls ''"),
        ("HTTP/1.1 many\n\n", "an answer begins as HTTP/1.1 200"),
        ("POST /sms HTTP/1.1\nContent-Type: text/plain\n\nx", "sms is refused: WrongType"),
    ],
)
def test_a_sample_that_is_none_is_told(sample: str, said: str, tmp_path: Path) -> None:
    done = tries(FILES / "jasmin.toml", sample, tmp_path)
    assert said in f"{done.output}{done.exception}"


def test_a_setting_that_the_file_does_not_have_is_told(tmp_path: Path) -> None:
    done = tries(FILES / "jasmin.toml", "POST /sms\n\n", tmp_path, "--setting", "colour=red")
    assert "has no setting colour" in str(done.exception)
