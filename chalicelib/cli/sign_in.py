"""This file is `owl sign-in` and `owl sign-out`: a key to a deployed stage, kept here."""

import click

from chalicelib.cli import remote
from chalicelib.cli.remote import Remote
from chalicelib.errors import NotAcceptable
from chalicelib.operations import me
from chalicelib.operations.catalogue import Nothing
from chalicelib.settings import LOCAL


@click.command("sign-in")
@click.argument("url")
@click.option("--key", prompt="Key", hide_input=True, envvar="OWL_KEY", help="Asked for, hidden.")
def sign_in(url: str, key: str) -> None:
    """Keep a key to a deployed stage, so that `owl` works there as you.

    URL is the console's address. Make the key on its page of keys; it says who you are, so two
    people are two keys. From then on `owl --stage NAME ...` goes to that stage.
    """
    there = Remote(remote.address(url), key.strip())
    told = there.ask(me.show, Nothing())
    stage = told.answer.stage
    if stage == LOCAL:
        raise NotAcceptable("that is a laptop's own stage: `owl` works there without a key")
    path = remote.keep(stage, there)
    click.echo(told.lines[0])
    click.echo(f"The key is kept in {path}. Next: owl --stage {stage} forum list")


@click.command("sign-out")
@click.argument("stage")
def sign_out(stage: str) -> None:
    """Forget the key to a stage here; end it for good on the console's page of keys."""
    remote.forget(stage)
    click.echo(f"Stage {stage} is forgotten here.")
