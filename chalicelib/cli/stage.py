"""This file tells a command which stage it works on, and who works."""

import getpass
import json
import os
from collections.abc import Mapping, MutableMapping
from pathlib import Path
from typing import Any

from chalicelib.cli.cloud import Cloud
from chalicelib.errors import NotAcceptable, NotFound
from chalicelib.settings import LOCAL, Settings
from chalicelib.staff import Office

PROFILES = ("AWS_PROFILE", "AWS_DEFAULT_PROFILE")
# Whoever set one of these told the rest of a stage too.
SET_BY_HAND = frozenset({"OWL_ENDPOINT", "OWL_USER_POOL"})
NOT_RUNNING = "no local stage is running: start it with `make run`"


def settings(environ: MutableMapping[str, str] = os.environ) -> Settings:
    """Return the settings of the stage named by `OWL_STAGE`, else of the running local one.

    Raises:
        NotFound: no stage is named and none is running here.
    """
    if "OWL_STAGE" not in environ:
        # The emulator takes any credentials, and only its own may be used against it.
        environ.update(_running(environ)["environ"])
        for profile in PROFILES:
            environ.pop(profile, None)
    return Settings.of(environ)


def url(environ: Mapping[str, str] = os.environ) -> str:
    """Return the address of the running local stage.

    Raises:
        NotFound: none is running here.
    """
    return str(_running(environ)["url"])


def whole_settings(environ: MutableMapping[str, str] = os.environ) -> Settings:
    """Return the settings as `settings` does, those of a deployed stage as its functions have them.

    Raises:
        NotFound: the stage is not where the shell looks for it.
    """
    named = settings(environ)
    if named.stage == LOCAL or not environ.keys().isdisjoint(SET_BY_HAND):
        return named
    environ.update(Cloud(named.stage, environ).variables())
    return Settings.of(environ)


def staff_side() -> Office:
    """Return the staff side of the stage."""
    return Office(whole_settings())


def somebody() -> str:
    """Return the name under which deeds are noted unless another is given."""
    return getpass.getuser()


def who(side: Office, name: str | None) -> str:
    """Return who does something: `--as NAME` on a local stage, else the caller's identity.

    Raises:
        NotAcceptable: a name was given where the caller is known.
    """
    if side.settings.stage == LOCAL:
        return name or somebody()
    if name:
        raise NotAcceptable("--as is for a local stage: on this one you are who AWS says you are")
    return str(side.database.client_of("sts").get_caller_identity()["Arn"])


def _running(environ: Mapping[str, str]) -> dict[str, Any]:
    folder = Path(environ.get("OWL_LOCAL_DIR", ".local"))
    try:
        run: dict[str, Any] = json.loads((folder / "run.json").read_text(encoding="utf-8"))
        os.kill(run["pid"], 0)
    except (FileNotFoundError, ProcessLookupError):
        raise NotFound(NOT_RUNNING) from None
    except PermissionError:
        pass  # it runs, as somebody else
    return run
