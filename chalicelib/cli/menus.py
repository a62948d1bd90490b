"""This file is `owl menus`: check every screen and text, draw them, list words they lack."""

import json
import sys
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import click

from chalicelib.actions import ACTIONS
from chalicelib.announcer import ANSWERED, FOOTER, NEW_PLACE, OTHER_DAY
from chalicelib.announcer import TEXTS as MESSAGES
from chalicelib.cli.desk import done
from chalicelib.cli.longest import examples
from chalicelib.cli.options import json_option
from chalicelib.dialog.book import LANGUAGES, Book
from chalicelib.dialog.graph import mermaid
from chalicelib.dialog.lint import lint
from chalicelib.dialog.lint_keywords import keyword_faults
from chalicelib.dialog.lint_rules import Rules
from chalicelib.dialog.overlays import TEXTS
from chalicelib.dialog.parse import parse, read
from chalicelib.forum_facts import home_label
from chalicelib.operations import menus as operations
from chalicelib.settings import Settings
from chalicelib.shipped import NOT_SCREENS, PATHS, menu_files, overlays
from chalicelib.telecom.budget import Profile, SmsBudget

KEYWORDS, SMS_PATHS = "keywords.toml", "sms.toml"
# What a message of a forum fills in.
MESSAGE = ("place", "venue", "date", "time", "days")
# What the code says by itself, with what it fills in.
SAID: Mapping[str, tuple[str, ...]] = {
    "back": (),
    "next": (),
    "err_choice": (),
    "menu_renewed": (),
    "help": (),
    "help2": (),
    "err_unknown": (),
    "lang_hint": (),
    "reply_cap": (),
    "stop_ok": (),
    "start_ok": (),
}

# The same, where there are forums.
FORUMS = "forums.toml"
SAID_OF_FORUMS: Mapping[str, tuple[str, ...]] = {
    "home_forums": (),
    "home_forum_invited": ("date",),
    **dict.fromkeys((*MESSAGES.values(), OTHER_DAY, NEW_PLACE), MESSAGE),
    ANSWERED: ("place", "date", "question", "answer"),
    FOOTER: ("org",),
}
# And where there are complaints.
COMPLAINTS = "complaints.toml"
SAID_OF_COMPLAINTS: Mapping[str, tuple[str, ...]] = {"complain_how": ("code",)}


@click.group()
def menus() -> None:
    """Check the menus in ussd_menus/, draw them, and see which words they lack."""


@menus.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object for programs.")
def check(*, as_json: bool) -> None:
    """Name every fault of the menus as `file: screen: sentence`; exit code 1 if there is one."""
    files, words = menu_files(), overlays()
    faults = check_menus(files, words)
    if as_json:
        click.echo(json.dumps({"faults": faults}, ensure_ascii=False))
    else:
        click.echo("\n".join(faults) or _praise(_book(files, words)))
    sys.exit(bool(faults))


@menus.command()
@click.option(
    "--language", type=click.Choice(LANGUAGES), default="en", help="Language of the labels."
)
def graph(language: str) -> None:
    """Print the menus as a Mermaid flowchart, for a page that draws one."""
    click.echo(mermaid(_book(menu_files(), overlays()), language), nl=False)


@menus.command()
@click.option("--month", default="", help="The month, as 2020-11; this one unless told.")
@json_option
def words(month: str, *, as_json: bool) -> None:
    """List the words texted in a month that nothing understood, and which keyword was meant.

    A good one goes under its keyword in ussd_menus/keywords.toml.
    """
    done(operations.words, operations.Month(month=month), as_json=as_json)


def check_menus(files: Mapping[str, str], words: Mapping[str, str]) -> list[str]:
    """Return every fault of menus given as TOML by file name, and translations by language."""
    return faults_under(rules(files), files, words)


def faults_under(held: Rules, files: Mapping[str, str], words: Mapping[str, str]) -> list[str]:
    """Return every fault that can be told under these rules; what a broken file hides is not."""
    reading = read(_screens(files), words, not_screens=PATHS)
    held = replace(held, languages=[one for one in LANGUAGES if one in reading.languages])
    found = lint(reading.book, held, whole=reading.whole, named=reading.named)
    return [*_keyword_faults(files), *_path_faults(files), *reading.faults, *found]


def _keyword_faults(files: Mapping[str, str]) -> Iterator[str]:
    try:
        yield from keyword_faults(tomllib.loads(files[KEYWORDS]))
    except tomllib.TOMLDecodeError as fault:
        yield f"{KEYWORDS}: not TOML: {fault}"


def _path_faults(files: Mapping[str, str]) -> Iterator[str]:
    tables = _table(files[SMS_PATHS])
    for name in PATHS if tables else ():
        paths = tables.get(name)
        if not isinstance(paths, dict) or not all(isinstance(one, str) for one in paths.values()):
            yield f'{SMS_PATHS}: {name}: must be a table of keys in quotes, as INFO = "1"'


def _table(text: str) -> dict[str, Any]:
    """Return a file as values; nothing where it is not TOML, which is told elsewhere."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return {}


def rules(files: Mapping[str, str]) -> Rules:
    """Return what the menus of these files are held to."""
    stage = Settings()
    tables = {name: _table(text) for name, text in files.items()}
    paths = {name: tables[SMS_PATHS].get(name) for name in PATHS if tables[KEYWORDS]}
    return Rules(
        actions=ACTIONS,
        facts=examples(),
        common={
            "ussd": stage.service_code,
            "short_code": stage.short_code,
            "forums": home_label("30/11"),
        },
        said={
            **SAID,
            **(SAID_OF_FORUMS if FORUMS in files else {}),
            **(SAID_OF_COMPLAINTS if COMPLAINTS in files else {}),
        },
        paths={name: keys for name, keys in paths.items() if isinstance(keys, dict)},
        keywords=tables[KEYWORDS].keys(),
        files=dict(_texts_of(tables)),
        screen=Profile(stage.ussd_septets, stage.ussd_units),
        sent=SmsBudget(stage.sms_parts_sent),
    )


def _texts_of(tables: Mapping[str, Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    for name, table in tables.items():
        yield from dict.fromkeys(table.get(TEXTS, ()), name).items()


def _screens(files: Mapping[str, str]) -> dict[str, str]:
    return {name: text for name, text in files.items() if name not in NOT_SCREENS}


def _book(files: Mapping[str, str], words: Mapping[str, str]) -> Book:
    return parse(_screens(files), words, not_screens=PATHS)


def _praise(book: Book) -> str:
    return (
        f"{len(book.screens)} screens, {len(book.texts)} texts, "
        f"{len(LANGUAGES)} languages: no fault"
    )
