"""This file tests that the guide of infra tells the truth: sums, commands, targets and names."""

import re
from pathlib import Path

import click
import pytest

from chalicelib.cli.main import owl
from infra import stack

ROOT = Path(__file__).parent.parent.parent
GUIDE = (ROOT / "infra" / "README.md").read_text()
SPANS = re.findall(r"`([^`\n]+)`", GUIDE)
OWL = sorted({one.split("owl ", 1)[1] for one in SPANS if re.match(r"(\.venv/bin/)?owl ", one)})


def section(title: str) -> str:
    """Return the text under a heading, up to the next."""
    found = re.split(rf"^#+ {re.escape(title)}.*$", GUIDE, flags=re.MULTILINE)[1]
    return re.split(r"^#+ ", found, flags=re.MULTILINE)[0]


def sums(table: str) -> tuple[list[float], float]:
    """Return the last cells of a table: all but the last row, and that row's."""
    rows = re.findall(r"\| \**([\d.]+)\** \|$", table, re.MULTILINE)
    *parts, whole = (float(one) for one in rows)
    return parts, whole


def test_the_cost_of_a_month_adds_up() -> None:
    idle, busy, _ = re.split(
        r"^\| (?:10 million sessions|sessions a month) .*$",
        section("Cost of a month"),
        flags=re.MULTILINE,
    )
    for table in (idle, busy):
        parts, whole = sums(table)
        assert len(parts) >= 4
        assert sum(parts) == pytest.approx(whole)
    per_thousand = re.findall(r"([\d.]+) for 1,000", section("Cost of a month"))
    assert float(per_thousand[0]) == round(sums(busy)[1] / 10_000, 3)


def test_what_is_counted_in_the_cost_is_in_the_template() -> None:
    kinds = [one.get("Type") for one in stack.template()["Resources"].values()]
    told = section("Cost of a month")
    assert f"{kinds.count('AWS::CloudWatch::Alarm')} alarms" in told
    assert kinds.count("AWS::KMS::Key") == 2
    assert kinds.count("AWS::SecretsManager::Secret") == 1
    triggers = {"OutboxQueue", "ChunksQueue", "ReportsQueue"}
    assert triggers <= set(stack.template()["Resources"])


@pytest.mark.parametrize("command", OWL)
def test_every_owl_command_it_gives_is_there(command: str) -> None:
    words = re.sub(r"--stage \S+ ?", "", command).split()
    found: click.Command = owl
    while isinstance(found, click.Group) and words and re.fullmatch(r"[a-z-]+", words[0]):
        under = found.get_command(click.Context(found), words.pop(0))
        assert under is not None, command
        found = under


@pytest.mark.parametrize("target", sorted(set(re.findall(r"`make ([a-z0-9]+)", GUIDE))))
def test_every_make_target_it_gives_is_there(target: str) -> None:
    assert f"\n{target}: " in (ROOT / "Makefile").read_text()


def test_every_heading_that_code_sends_to_is_there() -> None:
    files = [*ROOT.glob("chalicelib/cli/doctor*.py"), ROOT / "infra" / "deploy.py"]
    text = " ".join(one.read_text() for one in files)
    sent = {
        one.strip() for one in re.findall(r"(?:infra/README\.md|\{README\}), ([A-Z][a-z ]+)", text)
    }
    assert len(sent) >= 3
    headings = {one.partition(",")[0] for one in re.findall(r"^#+ (.+)$", GUIDE, re.MULTILINE)}
    assert sent <= headings
