"""This file is `owl segments`: what a text costs as an SMS, and which character makes it dear."""

import json
import sys
import unicodedata
from typing import Any

import click

from chalicelib.telecom import gsm7
from chalicelib.telecom.segments import ALONE, JOINED, dearest, measure

ALPHABETS = {"gsm7": "GSM-7", "ucs2": "UCS-2"}
UNITS = {"gsm7": "septets", "ucs2": "UTF-16 units"}
NO_PLAIN_FORM = "?"
EXTENSION = "it stands in the extension table, so it takes two septets"
FOREIGN = "it is not in GSM-7, so the whole text is sent as UCS-2: 70 units in one part, not 160"


@click.command()
@click.argument("text")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object for programs.")
def segments(text: str, *, as_json: bool) -> None:
    """Tell how TEXT is billed as an SMS, and which character costs most and why.

    Give - to read the text from standard input.
    """
    if text == "-":
        text = sys.stdin.read().removesuffix("\n")
    costs = explained(text)
    click.echo(json.dumps(costs, ensure_ascii=False) if as_json else _sentences(costs))


def explained(text: str) -> dict[str, Any]:
    """Return everything the command tells of a text."""
    measured = measure(text)
    costs: dict[str, Any] = {
        "encoding": measured.encoding,
        "units": measured.units,
        "segments": measured.segments,
        "alone": ALONE[measured.encoding],
        "joined": JOINED[measured.encoding],
    }
    character = dearest(text)
    return costs | _of_dearest(character, text) if character else costs


def _of_dearest(character: str, text: str) -> dict[str, Any]:
    costs: dict[str, Any] = {
        "dearest": character,
        "name": unicodedata.name(character, f"U+{ord(character):04X}"),
        "times": text.count(character),
        "why": EXTENSION if character in gsm7.SEPTETS else FOREIGN,
    }
    instead = gsm7.downgraded(character)
    if instead in (character, NO_PLAIN_FORM):
        return costs
    return costs | {"instead": instead} | _plain(text)


def _plain(text: str) -> dict[str, Any]:
    """Return the whole text in GSM-7, where every character of it has a plain form."""
    plain = gsm7.downgraded(text)
    if plain.count(NO_PLAIN_FORM) > text.count(NO_PLAIN_FORM):
        return {}
    measured = measure(plain)
    return {"plain": {"text": plain, "units": measured.units, "segments": measured.segments}}


def _sentences(costs: dict[str, Any]) -> str:
    encoding = costs["encoding"]
    used = f"{ALPHABETS[encoding]}, {costs['units']} {UNITS[encoding]}"
    room = f"one alone holds {costs['alone']}, one of several {costs['joined']}"
    lines = [f"{used}, {_parts(costs['segments'])} ({room})"]
    if "dearest" in costs:
        lines.append(f"{costs['dearest']!r} costs most ({costs['name']}): {costs['why']}")
    if "instead" in costs:
        instead = costs["instead"]
        lines.append(f"write {instead!r} instead of it" if instead else "leave it out")
    if "plain" in costs:
        plain = costs["plain"]
        lines.append(
            f"all plain: {plain['units']} septets, {_parts(plain['segments'])}: {plain['text']}"
        )
    return "\n".join(lines)


def _parts(count: int) -> str:
    return "1 part" if count == 1 else f"{count} parts"
