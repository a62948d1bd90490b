"""This file tests what is seen of the gateways of a stage without posting anything."""

import socket

import pytest

from chalicelib.gateways import mapping_read
from chalicelib.gateways.health import healths, line_fault
from chalicelib.settings import Settings
from tests.gateways.stub import serving


def test_each_gateway_of_a_stage_is_looked_at_by_its_host_alone() -> None:
    asked: list[str] = []

    def opens(address: str) -> str:
        asked.append(address)
        return "ConnectTimeout" if "twilio" in address else ""

    stage = Settings(gateways="africastalking,twilio,jasmin,xml-ussd,plasgate")
    found = {name: (state, said) for name, state, said in healths(stage, opens)}
    assert found == {
        "africastalking": ("ok", "api.africastalking.com answers"),
        "jasmin": ("unknown", "its address is in the secret, which is not read"),
        "plasgate": ("ok", "cloudapi.plasgate.com answers"),
        "twilio": ("wrong", "api.twilio.com cannot be reached: ConnectTimeout"),
        "xml-ussd": ("ok", "it only calls, nothing is posted to it"),
    }
    assert len(asked) == 3


def test_a_file_with_faults_is_told(tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mapping_read, "FOLDER", tmp_path)
    mapping_read.mapped.cache_clear()
    ((_, state, said),) = healths(Settings(gateways="twilio"), str)
    mapping_read.mapped.cache_clear()
    assert state == "wrong"
    assert "no gateway 'twilio'" in said


def test_a_line_is_opened_and_nothing_is_posted() -> None:
    with serving() as stub:
        assert line_fault(stub.url) == ""
        assert line_fault(stub.url.replace("http:", "https:")) != ""
        assert stub.bodies == []
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        assert line_fault(f"http://127.0.0.1:{taken.getsockname()[1]}") == "ConnectionRefusedError"
