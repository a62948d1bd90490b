"""This file tests `owl phone` and its transcripts on a server that answers as OWL does."""

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import pytest
from click.testing import CliRunner, Result

from chalicelib.cli import handset
from chalicelib.cli.handset import HOP_HEADER, NotAnswered
from chalicelib.cli.main import owl
from chalicelib.cli.phone import meter
from chalicelib.cli.player import Mismatch
from chalicelib.cli.transcripts import parse
from chalicelib.errors import NotAcceptable, NotFound, Unavailable

HOME, SERVICES = "CON Home\n1 Services", "CON Services\n0 Back"


@dataclass
class Server:
    """A server that keeps what it is sent and answers from a table of screens."""

    url: str
    screens: dict[str, str] = field(
        default_factory=lambda: {"": HOME, "1": SERVICES, "1*9": "END Bye 30/11/26"}
    )
    posts: list[tuple[str, list[tuple[str, str]], dict[str, str]]] = field(default_factory=list)
    messages: list[dict[str, str]] = field(default_factory=list)
    status: int = 200


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """A server on a free port of this machine."""
    monkeypatch.setattr(handset, "PATIENCE", 0.2)
    monkeypatch.setattr(handset, "GLANCE", 0.1)
    kept = Server("")

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            fields = parse_qsl(body, keep_blank_values=True)
            kept.posts.append((self.path, fields, dict(self.headers)))
            named = dict(fields)
            if self.path.endswith("/sms") and named["text"] != "asdf":
                kept.messages.append({"to": named["from"], "text": f"heard {named['text']}"})
            self.answer(kept.screens.get(named["text"], "nonsense"), f"echo-{len(kept.posts)}")

        def do_GET(self) -> None:
            to = parse_qs(urlsplit(self.path).query)["to"][0]
            self.answer(json.dumps([one for one in kept.messages if one["to"] == to]))

        def answer(self, text: str, echo: str = "") -> None:
            self.send_response(kept.status)
            self.send_header(HOP_HEADER, echo)
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *args: object) -> None:
            """Say nothing."""

    served = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    kept.url = f"http://127.0.0.1:{served.server_port}"
    thread = threading.Thread(target=served.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield kept
    served.shutdown()
    served.server_close()
    thread.join()


def run(server: Server, *arguments: str, typed: str = "") -> Result:
    """Run the phone on a server and type on it."""
    command = ["phone", "--url", server.url, *arguments]
    return CliRunner().invoke(owl, command, input=typed, catch_exceptions=False)


def play(server: Server, folder: Path, text: str) -> Result:
    """Play a transcript on a server."""
    script = folder / "script.txt"
    script.write_text(text, encoding="utf-8")
    return run(server, "--script", str(script))


def test_a_hop_is_posted_as_the_gateway_posts_it(server: Server) -> None:
    run(server, "--number", "+85512000001", typed="1\n/quit\n")
    (path, first, _), (_, second, headers) = server.posts
    assert path == "/gateways/africastalking/local-secret/ussd"
    names = ["phoneNumber", "serviceCode", "text", "sessionId", "networkCode"]
    assert [name for name, _ in first] == names
    assert dict(first)["text"] == ""
    assert dict(second) == {**dict(first), "text": "1"}
    assert dict(first)["phoneNumber"] == "+85512000001"
    assert dict(first)["serviceCode"] == "*384*55#"
    assert dict(first)["sessionId"].startswith("ATUid_")
    assert headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert headers["User-Agent"] == "at-ussd-api/1.0"


def test_everything_typed_in_a_session_is_sent_again(server: Server) -> None:
    done = run(server, typed="1\n9\n/quit\n")
    assert [dict(fields)["text"] for _, fields, _ in server.posts] == ["", "1", "1*9"]
    assert "Bye" in done.output
    assert "the session ended" in done.output


def test_the_echo_is_handed_back_and_forgotten_at_the_next_dial(server: Server) -> None:
    run(server, typed="1\n/dial\n/quit\n")
    sent = [headers.get(HOP_HEADER) for _, _, headers in server.posts]
    assert sent == [None, "echo-1", None]


def test_a_code_may_be_dialled_with_keys(server: Server) -> None:
    done = run(server, typed="/dial 1\n9\n/quit\n")
    assert [dict(fields)["text"] for _, fields, _ in server.posts] == ["", "1", "1*9"]
    assert "Bye" in done.output


def test_an_sms_is_posted_as_the_gateway_posts_it_and_its_answer_shown(server: Server) -> None:
    done = run(server, "--short-code", "1294", typed="/sms INFO 102\n/quit\n")
    path, fields, _ = server.posts[-1]
    assert path == "/gateways/africastalking/local-secret/sms"
    assert [name for name, _ in fields] == ["date", "from", "id", "text", "to", "networkCode"]
    assert dict(fields)["to"] == "1294"
    assert "SMS heard INFO 102" in done.output


def test_nothing_is_sent_in_a_session_that_is_over(server: Server) -> None:
    done = run(server, typed="/hang\n1\n/inbox\n/nonsense\n")
    assert len(server.posts) == 1
    assert "you hung up" in done.output
    assert "no session is open: type *384*55# to dial" in done.output
    assert "no new SMS" in done.output
    assert "/sms TEXT" in done.output


@pytest.mark.parametrize(("typed", "keys"), [("*384*55#", ""), (" *384*55*1*9# ", "1*9")])
def test_the_service_code_typed_at_the_prompt_dials_it(
    server: Server, typed: str, keys: str
) -> None:
    done = run(server, typed=f"/hang\n{typed}\n/quit\n")
    assert [dict(fields)["text"] for _, fields, _ in server.posts] == ["", keys]
    assert server.screens[keys][4:].split("\n")[0] in done.output


@pytest.mark.parametrize("typed", ["*384*5#", "*384*555#", "*384*55", "1#"])
def test_what_is_not_our_code_is_sent_in_the_session(server: Server, typed: str) -> None:
    server.screens[typed] = SERVICES
    run(server, typed=f"{typed}\n/quit\n")
    assert dict(server.posts[-1][1])["text"] == typed


def test_an_sms_that_is_not_answered_is_told_with_the_rule(server: Server) -> None:
    done = run(server, typed="/sms asdf\n/quit\n")
    assert "no answer came; that something is not understood is said once a day" in done.output


def test_an_sms_that_came_during_a_call_is_shown_before_the_next_is_sent(server: Server) -> None:
    server.messages.append({"to": "+85512000001", "text": "of yesterday"})
    used = run(server, "--number", "+85512000001", typed="/sms hi\n/quit\n")
    assert "of yesterday" not in used.output
    used = run(server, "--number", "+85512000001", typed="/inbox\n/inbox\n/quit\n")
    assert used.output.count("of yesterday") == 1
    assert used.output.index("of yesterday") < used.output.index("no new SMS")


def test_a_fresh_number_reads_what_came_before_it_texts(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(handset.Handset, "fresh", lambda _self: "+85512000002")
    server.messages.append({"to": "+85512000002", "text": "asked for by dialling"})
    done = run(server, typed="/sms hi\n/quit\n")
    assert done.output.index("asked for by dialling") < done.output.index("heard hi")


def test_the_meter_counts_the_prefix_in_the_unit_of_the_letters() -> None:
    assert meter("One") == "7 of 160 septets, 7 octets"
    assert meter("a" * 156) == "160 of 160 septets, 140 octets"
    assert meter("សេវា") == "8 of 70 units, 16 octets"
    assert meter("ស" * 67) == "71 of 70 units, 142 octets"


def test_what_is_recorded_can_be_played(server: Server, tmp_path: Path) -> None:
    file = tmp_path / "call.txt"
    run(server, "--record", str(file), typed="1\n9\n/sms hi\n/dial 1\n/quit\n")
    written = file.read_text("utf-8")
    assert "< END Bye …" in written
    assert "reply < heard hi" in written
    assert "dial caller 1" in written
    done = run(server, "--script", str(file))
    assert done.output == f"{file}: as written\n"


def test_a_recording_is_kept_when_the_server_goes(server: Server, tmp_path: Path) -> None:
    file = tmp_path / "call.txt"
    with pytest.raises(NotAnswered):
        run(server, "--record", str(file), typed="1\nx\n")
    assert "> x" in file.read_text("utf-8")


def test_a_name_is_a_phone_of_its_own_with_an_invented_number(
    server: Server, tmp_path: Path
) -> None:
    play(server, tmp_path, "dial Sokha\ndial Chan\ndial Sokha\ndial +85512000009\n")
    numbers = [dict(fields)["phoneNumber"] for _, fields, _ in server.posts]
    assert numbers[0] == numbers[2] != numbers[1]
    assert all(number.startswith("+8551200") for number in numbers)
    assert numbers[3] == "+85512000009"


@pytest.mark.parametrize(
    ("script", "fault"),
    [
        ("dial A\n< CON Away", r"script.txt:2: not as written:\nwritten  CON Away\nshown    CON H"),
        ("dial A\n< CON Home", "script.txt:2: not as written"),
        ("dial A\n~ Welcome", "script.txt:2: 'Welcome' is not there"),
        ("dial A\n!~ Home", "script.txt:2: 'Home' should not be there"),
        ("dial A\n> 1\n> 9\n> 1", "script.txt:4: no session is open here"),
        ("> 1", "script.txt:1: begin with dial or sms"),
        ("dial A\nreply ~ x", "script.txt:2: no SMS came"),
        ("sms A: hi\nno reply", "script.txt:2: an SMS came:\nheard hi"),
        ("sms A: hi\nreply < heard ho", "written  heard ho\nshown    heard hi"),
        ("sms A: hi\nreply ~ ho", "script.txt:2: 'ho' is not there"),
        ("sms A: hi\nreply !~ heard", "'heard' should not be there"),
        ("sms A: ស\nreply gsm7", "script.txt:2: the SMS is not all GSM-7"),
        (f"sms A: {'ស' * 80}\nreply parts 1", "the SMS takes 2 parts, not 1 at most"),
    ],
)
def test_a_transcript_fails_at_the_first_line_that_does_not_come_true(
    script: str, fault: str, server: Server, tmp_path: Path
) -> None:
    with pytest.raises(Mismatch, match=fault):
        play(server, tmp_path, script)


def test_a_repeated_hop_that_is_answered_otherwise_is_a_fault(
    server: Server, tmp_path: Path
) -> None:
    answers = iter([HOME, SERVICES])
    server.screens = Fleeting(answers)
    with pytest.raises(Mismatch, match=r"script.txt:2: not as written"):
        play(server, tmp_path, "dial A\nagain")


class Fleeting(dict[str, str]):
    """Screens of a server that never answers the same twice."""

    def __init__(self, answers: Iterator[str]) -> None:
        super().__init__()
        self.answers = answers

    def get(self, _key: object, _default: Any = None) -> str:  # type: ignore[override]
        """Return the next answer."""
        return next(self.answers)


def test_a_repeated_hop_is_sent_with_the_echo_it_was_sent_with(
    server: Server, tmp_path: Path
) -> None:
    play(server, tmp_path, "dial A\n> 1\nagain\n> 9\n")
    sent = [headers.get(HOP_HEADER) for _, _, headers in server.posts]
    assert sent == [None, "echo-1", "echo-1", "echo-3"]


def test_a_transcript_may_leave_open_what_changes(server: Server, tmp_path: Path) -> None:
    script = "# a call\n\ndial A 1\n> 9\n< END Bye …\n~ Bye …/26\n"
    script += "sms A: a\\nb\nreply < heard a\nreply < b\n"
    assert play(server, tmp_path, script).exit_code == 0


def test_an_empty_input_is_sent_as_one(server: Server, tmp_path: Path) -> None:
    server.screens["1*"] = SERVICES
    play(server, tmp_path, "dial A\n> 1\n>\n< CON Services\n< 0 Back\n")
    assert dict(server.posts[-1][1])["text"] == "1*"


def test_a_line_that_is_no_step_is_named() -> None:
    with pytest.raises(NotAcceptable, match=r"t\.txt:3: 'dail x' is no step: begin with dial"):
        parse("# a\n\ndail x\n", "t.txt")


@pytest.mark.parametrize(
    ("status", "sentence"),
    [(404, "check --secret and --url"), (503, "try again"), (500, "see the log of the server")],
)
def test_a_refusal_says_what_to_look_at(status: int, sentence: str, server: Server) -> None:
    server.status = status
    with pytest.raises(NotAnswered, match=f"the server answered {status}: .*{sentence}"):
        run(server)


def test_an_answer_that_is_no_screen_is_named(server: Server) -> None:
    server.screens = {}
    with pytest.raises(NotAnswered, match="neither CON nor END"):
        run(server)


def test_a_server_that_is_not_there_is_named() -> None:
    with pytest.raises(Unavailable, match=r"nothing answers at http://127\.0\.0\.1:1 .*running"):
        CliRunner().invoke(owl, ["phone", "--url", "http://127.0.0.1:1"], catch_exceptions=False)


def test_without_an_address_the_running_stage_is_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OWL_LOCAL_DIR", str(tmp_path))
    with pytest.raises(NotFound, match="no local stage is running: start it with `make run`"):
        CliRunner().invoke(owl, ["phone"], catch_exceptions=False)
