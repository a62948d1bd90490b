"""This file is `owl places`: provinces, districts and communes, to look up and to import."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path

import click

from chalicelib.capabilities import catalogue_places
from chalicelib.capabilities.catalogue import EMPTY, Place
from chalicelib.capabilities.catalogue_import import TABLES
from chalicelib.cli import catalogue, columns, imports, stage
from chalicelib.cli.options import json_option
from chalicelib.errors import NotFound
from chalicelib.sheets.cells import quoted

SHOW = "show"


class Lookup(click.Group):
    """A group in which what is no command is the place to look up."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put `show` before a code, a name, or nothing at all."""
        if not args or (args[0] not in self.commands and args[0] not in ctx.help_option_names):
            args = [SHOW, *args]
        return super().parse_args(ctx, args)


@click.group(cls=Lookup, subcommand_metavar="[CODE|NAME] | COMMAND ...")
def places() -> None:
    """Provinces, districts and communes: `owl places 0212`, `owl places kamrieng`."""


@places.command()
@click.argument("wanted", nargs=-1)
@json_option
def show(wanted: tuple[str, ...], *, as_json: bool) -> None:
    """Show a place by code or by name in any spelling, and what lies in it; all provinces alone."""
    known = (stage.staff_side().catalogue.load() or EMPTY).places
    text = " ".join(wanted)
    found = catalogue_places.find(known, text) if text else catalogue_places.inside(known, "")
    if not found:
        raise NotFound(_nothing(text))
    if as_json:
        click.echo(json.dumps([asdict(one) for one in found], ensure_ascii=False, indent=2))
    else:
        click.echo("\n".join(line for one in found for line in _lines(one, known)))


@places.command("import")
@imports.options
def import_(file: Path, *, dry_run: bool, as_json: bool, as_: str | None) -> None:
    """Take the places of a CSV or .xlsx file, each after the one it lies in."""
    catalogue.run(TABLES["places"], file, dry_run=dry_run, as_json=as_json, as_=as_)


@places.command()
@imports.force_option
@imports.file_argument
def export(file: Path, *, force: bool) -> None:
    """Write the places as a CSV or .xlsx file that `import` reads back."""
    stored = stage.staff_side().catalogue.load() or EMPTY
    rows = catalogue_places.rows(stored.places)
    imports.export(file, catalogue_places.COLUMNS, rows, force=force)


@places.command(epilog=columns.table(catalogue_places.MEANINGS, catalogue_places.REQUIRED))
@imports.force_option
@imports.file_argument
def template(file: Path, *, force: bool) -> None:
    """Write an empty CSV or .xlsx file with the columns of places."""
    imports.template(file, catalogue_places.COLUMNS, force=force)


def _nothing(text: str) -> str:
    if not text:
        return "no places are known yet: run `owl places import` first"
    return f"no place has the code or the name {quoted(text)}: try its code or another spelling"


def _lines(place: Place, known: Mapping[str, Place]) -> Iterator[str]:
    """Give a place, where it lies, and what lies in it."""
    above = known.get(place.code[:-2])
    yield _line(place) + (f", in {above.code} {above.names['en']}" if above else "")
    yield from (f"  {_line(one)}" for one in catalogue_places.inside(known, place.code))


def _line(place: Place) -> str:
    spellings = dict.fromkeys([*place.names.values(), *place.aliases])
    local = catalogue_places.LOCAL_NAMES[place.kind]
    kind = place.kind if local == place.kind else f"{place.kind}, {local}"
    return f"{place.code} {' / '.join(spellings)} ({kind})"
