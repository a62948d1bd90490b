"""This file is `owl settings`: every variable a deployer may set, its value and its meaning."""

import json
import os

import click

from chalicelib.cli import stage
from chalicelib.settings import LOCAL, Settings, described

MASKED = "(set, not shown)"
HIDDEN_ENDING = "_KEY"


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print a JSON list for programs.")
def settings(*, as_json: bool) -> None:
    """List every OWL_ variable: its value in this shell, its default, and what it means.

    A stage that runs already has the values it was started with; `--stage` tells those of a
    deployed one. A secret is never printed, only whether it is set.
    """
    if os.environ.get("OWL_STAGE", LOCAL) != LOCAL:
        stage.whole_settings()
    # Read strictly first, so that a wrong value is named here too.
    Settings.of(os.environ)
    rows = [_row(*one) for one in described()]
    click.echo(json.dumps(rows, ensure_ascii=False) if as_json else _table(rows))


def _row(variable: str, default: str, meaning: str) -> dict[str, str]:
    value = os.environ.get(variable, default)
    if value and variable.endswith(HIDDEN_ENDING):
        value = MASKED
    return {"variable": variable, "value": value, "default": default, "meaning": meaning}


def _table(rows: list[dict[str, str]]) -> str:
    return "\n".join(
        f"{row['variable']}={row['value']}\n    {row['meaning']}{_default(row)}" for row in rows
    )


def _default(row: dict[str, str]) -> str:
    if row["value"] == row["default"]:
        return ""
    return f" (default: {row['default'] or 'empty'})"
