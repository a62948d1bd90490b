"""This file is `owl gateway`: check a mapping file, and try it on a request kept in a file."""

import sys
from pathlib import Path

import click

from chalicelib.cli.gateway_try import tried
from chalicelib.errors import NotAcceptable
from chalicelib.gateways.mapping import GatewayMap
from chalicelib.gateways.mapping_read import looked, read

A_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def gateway() -> None:
    """Check and try the file that describes a gateway, as those in infra/gateways."""


@gateway.command()
@click.argument("file", type=A_FILE)
def check(file: Path) -> None:
    """Name every fault of FILE as `file: where: sentence`; exit code 1 if there is one."""
    made, faults = looked(file.read_text(encoding="utf-8"), file.name)
    click.echo("\n".join(faults) or _praise(made))
    sys.exit(bool(faults))


@gateway.command("try")
@click.argument("file", type=A_FILE)
@click.option("--sample", type=A_FILE, required=True, help="A request, or an answer, as HTTP.")
@click.option(
    "--setting", "settings", multiple=True, help="A setting as NAME=VALUE; may come again."
)
@click.option("--url", default="", help="The address that a signed request was sent to.")
def try_(file: Path, sample: Path, settings: tuple[str, ...], url: str) -> None:
    """Show what OWL understands of a request that FILE's gateway made, and what it answers.

    The sample is as it goes over the wire: `POST /ussd`, headers, an empty line, the body. Its
    last word of the address is the kind of callback. One that begins with `HTTP/1.1 200` is an
    answer to an SMS that OWL sent. Nothing is sent and nothing is kept.
    """
    made = read(file.read_text(encoding="utf-8"), file.name)
    pairs = [one.partition("=") for one in settings]
    strange = [name for name, _, _ in pairs if name not in made.settings]
    if strange:
        raise NotAcceptable(f"{file.name} has no setting {strange[0]}: see its [settings]")
    values = {name: value for name, _, value in pairs}
    for line in tried(made, sample.read_bytes(), values, url):
        click.echo(line)


def _praise(made: GatewayMap | None) -> str:
    if made is None:
        return ""
    kinds = [*made.inbound, *(["send"] if made.send else []), *(["screen"] if made.screen else [])]
    lines = [f"{made.name}: {', '.join(kinds)}: no fault", made.about]
    lines += [f"verified: {one}" for one in made.verified]
    lines += [f"not verified: {one}" for one in made.unverified]
    return "\n".join(lines)
