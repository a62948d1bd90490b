"""This file is `owl phone`: a phone in the terminal, to try the menus or play a transcript."""

import os
from collections.abc import Callable, Sequence
from pathlib import Path

import click

from chalicelib.cli import stage
from chalicelib.cli.handset import Handset
from chalicelib.cli.player import Player
from chalicelib.cli.transcripts import Recorder, parse
from chalicelib.settings import Settings
from chalicelib.telecom import gsm7
from chalicelib.telecom.budget import Profile

HELP = """\
type what you would type on the phone, then Enter; besides that:
  /dial [keys]   dial again, also as /dial 1*102; or type the code, as {code}
  /hang          hang up
  /sms TEXT      send an SMS to the short code
  /inbox         read the SMS that came
  /quit          put the phone down"""
SEPTET_BITS, OCTET_BITS = 7, 8
NO_ANSWER = "no answer came; that something is not understood is said once a day to a number"
NO_SMS = "no new SMS"


@click.command()
@click.option("--url", help="Address of the server.  [default: of the running `make run`]")
@click.option("--secret", default="local-secret", show_default=True, help="Webhook secret.")
@click.option("--number", help="Number of the phone.  [default: an invented one]")
@click.option("--service-code", help="Code that is dialled.  [default: OWL_SERVICE_CODE]")
@click.option("--short-code", help="Code that is texted to.  [default: OWL_SHORT_CODE]")
@click.option(
    "--script",
    "scripts",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Play a transcript; exit code 1 at the first line that does not come true. Repeatable.",
)
@click.option(
    "--record",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write what is done and shown to a transcript, when the phone is put down.",
)
def phone(
    *,
    url: str | None,
    secret: str,
    number: str | None,
    service_code: str | None,
    short_code: str | None,
    scripts: tuple[Path, ...],
    record: Path | None,
) -> None:
    """Dial and text a running OWL from the terminal, as a phone does through Africa's Talking.

    Under each screen stands what it takes of the network's limit. Type /help for what else it
    can do.
    """
    codes = Settings.of(os.environ)
    handset = Handset(
        url or stage.url(),
        secret,
        service_code or codes.service_code.split(",")[0],
        short_code or codes.short_code.split(",")[0],
    )
    if scripts:
        _play(handset, scripts)
        return
    terminal = Terminal(handset, number)
    try:
        terminal.run()
    finally:
        if record is not None:
            title = f"{handset.service_code}, recorded with owl phone"
            record.write_text(terminal.recorder.written(title), encoding="utf-8")


def _play(handset: Handset, scripts: tuple[Path, ...]) -> None:
    for script in scripts:
        steps = parse(script.read_text(encoding="utf-8"), str(script))
        Player(handset, str(script)).play(steps)
        click.echo(f"{script}: as written")


class Terminal:
    """One phone and the person at it."""

    def __init__(self, handset: Handset, number: str | None) -> None:
        """Take the phone and its number; a fresh one where none is given."""
        self.handset, self.number = handset, number or handset.fresh()
        self.recorder = Recorder()
        self.inputs: list[str] = []
        self.open = False
        # What lies in the inbox of a number that was used before is old, as far as it is known.
        self.read: int | None = None if number else 0

    def run(self) -> None:
        """Dial, then do what is typed until the phone is put down."""
        click.echo(f"{self.number} dials {self.handset.service_code} (/help for help)")
        self.dial("")
        while True:
            try:
                line = click.prompt("", prompt_suffix="> ", default="", show_default=False)
            except click.Abort:
                click.echo()
                return
            word, _, rest = line.partition(" ")
            if word == "/quit":
                return
            if word.startswith("/"):
                COMMANDS.get(word, Terminal.help)(self, rest)
            elif (keys := self._dialled(line)) is not None:
                self.dial(keys)
            else:
                self.type(line)

    def dial(self, keys: str) -> None:
        """Open a session."""
        self.inputs = keys.split("*") if keys else []
        self.recorder.dialled(keys)
        self._show(self.handset.dial(self.number, keys))

    def _dialled(self, line: str) -> str | None:
        """Return the keys behind our code where it is that, as in `*384*55*1#`; else None."""
        code, typed = self.handset.service_code.removesuffix("#"), line.strip()
        if not typed.endswith("#") or not f"{typed[:-1]}*".startswith(f"{code}*"):
            return None
        return typed[len(code) + 1 : -1]

    def type(self, keys: str) -> None:
        """Send one input."""
        if not self.open:
            click.echo(f"no session is open: type {self.handset.service_code} to dial")
            return
        self.inputs.append(keys)
        self.recorder.typed(keys)
        self._show(self.handset.hop(self.number, "*".join(self.inputs)))

    def hang(self, _rest: str) -> None:
        """Hang up."""
        self.open = False
        click.echo("you hung up")

    def sms(self, text: str) -> None:
        """Send an SMS, and show what is answered to it."""
        there = self.handset.inbox(self.number, 0)
        self._show_sms(there[len(there) if self.read is None else self.read :])
        self.read = len(there)
        self.recorder.texted(text)
        self.handset.text(self.number, text)
        came = self.handset.inbox(self.number, self.read + 1)[self.read :]
        self._received(came, NO_ANSWER)

    def inbox(self, _rest: str) -> None:
        """Show the SMS that came since the last look."""
        read = self.read or 0
        self._received(self.handset.inbox(self.number, read + 1, glance=True)[read:], NO_SMS)

    def _received(self, came: Sequence[str], nothing: str) -> None:
        self.read = (self.read or 0) + len(came)
        self._show_sms(came)
        if not came:
            click.echo(nothing)

    def _show_sms(self, came: Sequence[str]) -> None:
        for text in came:
            self.recorder.received(text)
            click.echo(_indented(text, "SMS "))

    def help(self, _rest: str) -> None:
        """Tell what can be typed."""
        click.echo(HELP.format(code=self.handset.service_code))

    def _show(self, reply: str) -> None:
        self.recorder.shown(reply)
        self.open, screen = reply.startswith("CON "), reply[4:]
        click.echo(_indented(screen, "    "))
        click.echo(f"    -- {meter(screen)}{'' if self.open else ', the session ended'}")


COMMANDS: dict[str, Callable[[Terminal, str], None]] = {
    "/dial": Terminal.dial,
    "/hang": Terminal.hang,
    "/sms": Terminal.sms,
    "/inbox": Terminal.inbox,
}


def meter(screen: str) -> str:
    """Return what a screen takes of the strictest network's limit, `CON ` counted."""
    used, limit = Profile().meter(screen)
    if gsm7.is_gsm7(screen):
        return f"{used} of {limit} septets, {-(-used * SEPTET_BITS // OCTET_BITS)} octets"
    return f"{used} of {limit} units, {used * 2} octets"


def _indented(text: str, mark: str) -> str:
    return "\n".join(f"{mark}{line}" for line in text.split("\n"))
