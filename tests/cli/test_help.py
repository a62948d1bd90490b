"""This file tests that every command explains itself."""

from collections.abc import Iterator

import click
import pytest
from click.testing import CliRunner

from chalicelib.cli.main import COMMANDS, main, owl


def commands(group: click.Group, *path: str) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Give every command of a group, and of the groups in it."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        yield (*path, name), command
        if isinstance(command, click.Group):
            yield from commands(command, *path, name)


EVERY = list(commands(owl))


@pytest.mark.parametrize(("path", "command"), EVERY, ids=[" ".join(path) for path, _ in EVERY])
def test_a_command_and_each_option_of_it_has_help(
    path: tuple[str, ...], command: click.Command
) -> None:
    done = CliRunner().invoke(owl, [*path, "--help"])
    assert done.exit_code == 0, done.output
    assert command.help
    options = [one for one in command.params if isinstance(one, click.Option)]
    assert [one.name for one in options if not one.help] == []


def test_help_lists_every_command_with_a_sentence() -> None:
    done = CliRunner().invoke(owl, ["--help"])
    lines = dict(
        line.strip().split(maxsplit=1) for line in done.output.splitlines()[-len(COMMANDS) :]
    )
    assert lines.keys() == COMMANDS.keys()


def test_a_command_that_is_not_there_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["nonsense"])
    assert "No such command 'nonsense'" in capsys.readouterr().err


def test_a_fault_is_one_sentence_and_exit_code_one(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("OWL_USSD_UNITS", "many")
    with pytest.raises(SystemExit) as ended:
        main(["settings"])
    assert ended.value.code == 1
    assert capsys.readouterr().err.startswith("owl: OWL_USSD_UNITS is 'many'")


def test_who_does_it_is_said_by_one_option_everywhere() -> None:
    options = [one for _, command in EVERY for one in command.params]
    who = [one for one in options if getattr(one, "envvar", None) == "OWL_STAFF"]
    assert {(*one.opts, one.name) for one in who} == {("--as", "as_")}
    named = {" ".join(path) for path, one in EVERY for option in one.params if option in who}
    assert {f"{one} import" for one in ("people", "tickets", "scorecards")} <= named
    assert {"forget", "demo quarter"} <= named
