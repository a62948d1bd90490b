"""This file is `owl doctor`: what is wrong with a deployed stage, and what to do about it."""

import sys
from base64 import b64encode
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import click

from chalicelib.cli import doctor_gateways, doctor_stage, doctor_watch, stage
from chalicelib.cli.cloud import Cloud
from chalicelib.cli.doctor_findings import OK, UNKNOWN, WRONG, Finding, Stage
from chalicelib.cli.options import json_option, printed
from chalicelib.errors import CivicError, NotAcceptable
from chalicelib.settings import LOCAL

SIGNS = {OK: "ok", WRONG: "WRONG", UNKNOWN: "?"}
HERE = (
    "owl doctor looks at a deployed stage: owl doctor --stage prod. The one of this laptop says "
    "what is wrong when `make run` starts it"
)


@click.command()
@click.option(
    "--gateway", "asks_gateway", is_flag=True, help="Also reach each, and ask for the balance."
)
@click.option(
    "--package",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Also see that the functions run this zip, as `make package` makes it of a commit.",
)
@json_option
def doctor(*, asks_gateway: bool, package: Path | None, as_json: bool) -> None:
    """Look at a deployed stage: is it reachable, as its template says, private, and watched?

    It changes nothing, reads no row and no secret, and needs rights to look at the stage's AWS
    account (ReadOnlyAccess has them). `--gateway` alone reads a secret, the gateway's API key, and
    the alarm on that rings. Exit code 1 if anything is wrong; `?` is what it cannot know.
    """
    settings = stage.settings()
    if settings.stage == LOCAL:
        raise NotAcceptable(HERE)
    code = b64encode(sha256(package.read_bytes()).digest()).decode() if package else ""
    there = Stage.of(Cloud(settings.stage), code)
    found = list(examined(there, datetime.now(UTC), asks_gateway=asks_gateway))
    lines = [line for one in found for line in _lines(one)]
    count = sum(one.state == WRONG for one in found)
    lines.append(f"{len(found)} looked at, {count} wrong")
    printed(lines, [asdict(one) for one in found], as_json=as_json)
    if count:
        sys.exit(1)


def examined(there: Stage, now: datetime, *, asks_gateway: bool = False) -> Iterator[Finding]:
    """Give what every check finds; one that is refused an answer hides no other."""
    money = doctor_watch.balance if asks_gateway else doctor_watch.no_balance
    lines = doctor_gateways.CHECKS if asks_gateway else {}
    checks = {**doctor_stage.CHECKS, **doctor_watch.CHECKS, **lines, "balance": money}
    for name, check in checks.items():
        try:
            found: Iterable[Finding] = list(check(there, now))
        except CivicError as fault:
            found = [Finding(name, UNKNOWN, str(fault), "ask with rights to look at the account")]
        yield from found


def _lines(one: Finding) -> Iterator[str]:
    yield f"{SIGNS[one.state]:<6}{one.check}: {one.said}"
    if one.do:
        yield f"      -> {one.do}"
