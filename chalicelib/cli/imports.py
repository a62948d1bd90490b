"""This file is what every import command shares: its options, its progress, its report."""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import click
import msgspec

from chalicelib.cli.options import as_option
from chalicelib.errors import NotAcceptable
from chalicelib.operations.imports import Fault, Taken
from chalicelib.sheets.cells import Refused
from chalicelib.sheets.write import write

F = TypeVar("F", bound=Callable[..., Any])
NOTHING_GOOD = 1
# Under this many rows an import is over before a bar is read.
LONG = 2000

force_option = click.option("--force", is_flag=True, help="Replace a file that is there.")
file_argument = click.argument("file", type=click.Path(path_type=Path))


def options(command: F) -> F:
    """Add what every import takes."""
    for add in (
        as_option,
        click.option("--json", "as_json", is_flag=True, help="Print the report as JSON."),
        click.option("--dry-run", is_flag=True, help="Say what would happen; store nothing."),
        file_argument,
    ):
        command = add(command)
    return command


@contextmanager
def progress(rows: int, label: str) -> Iterator[Callable[[int], None]]:
    """Give a function to call with the rows done; a bar on a terminal, for long files."""
    if rows < LONG or not sys.stderr.isatty():
        yield lambda _rows: None
        return
    with click.progressbar(length=rows, label=label, file=sys.stderr) as bar:
        yield bar.update


def finish(report: Taken, *, as_json: bool) -> None:
    """Print a report; exit with 1 where no row was good, or none was there."""
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(report)).decode())
    else:
        click.echo("\n".join(lines(report)))
    if not report.taken and not report.unchanged:
        sys.exit(NOTHING_GOOD)


def lines(report: Taken) -> Iterator[str]:
    """Give a report as lines for a person."""
    yield f"{report.file}: {_rows(report.rows)}: {', '.join(_counts(report))}"
    if not report.rows:
        yield "There is no row under the column names: fill one in, save, and import it again."
    elif report.unchanged + report.replaced == report.rows:
        yield "Nothing changes: all of it is stored already."
    yield from (f"Note: {one}" for one in report.notices)
    yield from _listed("Refused:", report.refusals)
    yield from _listed("Replaced:", report.replacements)
    yield from _listed("Worth a look, but taken:", report.warnings)
    if report.dry_run:
        yield "Nothing was stored: this was a dry run."


def _counts(report: Taken) -> Iterator[str]:
    yield f"{report.taken} {'would be taken' if report.dry_run else 'taken'}"
    yield f"{report.unchanged} unchanged"
    if report.replaced:
        yield f"{report.replaced} replaced"
    yield f"{report.refused} refused"


def export(path: Path, columns: Sequence[str], rows: Iterator[list[str]], *, force: bool) -> None:
    """Write a file in the form that imports read, and say so.

    Raises:
        NotAcceptable: there is a file already, and it is not to be replaced.
    """
    _must_be_free(path, force=force)
    click.echo(f"{path}: {_rows(write(path, columns, rows))} written")


def template(path: Path, columns: Sequence[str], *, force: bool) -> None:
    """Write a file with nothing but its headers, and say so.

    Raises:
        NotAcceptable: there is a file already, and it is not to be replaced.
    """
    _must_be_free(path, force=force)
    write(path, columns, [])
    click.echo(f"{path}: an empty file with {len(columns)} columns; --help tells what they mean")


def _must_be_free(path: Path, *, force: bool) -> None:
    if path.exists() and not force:
        raise NotAcceptable(f"{path} is there already: choose another name, or add --force")


def _rows(count: int) -> str:
    return "1 row" if count == 1 else f"{count:,} rows"


def _listed(head: str, faults: Sequence[Fault]) -> Iterator[str]:
    if faults:
        yield head
        yield from (f"  {Refused(one.row, one.column, one.reason)}" for one in faults)
