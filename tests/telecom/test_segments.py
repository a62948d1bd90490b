"""This file tests how SMS are counted and cut, against two independent calculators."""

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
import smsutil
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.telecom import gsm7, segments
from chalicelib.telecom.segments import Measure, dearest, measure, split
from tests.strategies import BASES, any_plain_text, any_text

# The second calculator never cuts a letter with its marks; phones join the parts again, so
# networks do. It is asked about texts in which every character stands alone.
any_unjoined_text = st.lists(
    st.sampled_from([*"abc 123\n{€]áâçΔ—", *BASES[:5], "😀", "🛑"]), min_size=1, max_size=400
).map("".join)
ORACLES = Path(__file__).parents[2] / "build" / "oracles"
BORDERS = [
    ("", "gsm7", 0, 0),
    ("a" * 160, "gsm7", 160, 1),
    ("a" * 161, "gsm7", 161, 2),
    ("a" * 306, "gsm7", 306, 2),
    ("a" * 307, "gsm7", 307, 3),
    ("€" * 80, "gsm7", 160, 1),
    ("a" * 152 + "€" * 77, "gsm7", 306, 3),
    ("ក" * 70, "ucs2", 70, 1),
    ("ក" * 71, "ucs2", 71, 2),
    ("ក" * 134, "ucs2", 134, 2),
    ("ក" * 135, "ucs2", 135, 3),
    ("😀" * 35, "ucs2", 70, 1),
    ("😀" * 36, "ucs2", 72, 2),
    ("ក" * 66 + "😀" * 34, "ucs2", 134, 3),
]


@pytest.mark.parametrize(("text", "encoding", "units", "parts"), BORDERS)
def test_a_text_takes_the_parts_it_is_billed_as(
    text: str, encoding: segments.Encoding, units: int, parts: int
) -> None:
    assert measure(text) == Measure(encoding, units, parts)
    assert len(split(text)) == parts


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("a" * 152 + "€" + "a" * 10, "a" * 152),
        ("ក" * 66 + "😀" + "ក" * 10, "ក" * 66),
        ("a" * 151 + "€" + "a" * 10, "a" * 151 + "€"),
    ],
)
def test_an_escape_or_surrogate_pair_is_never_cut(text: str, first: str) -> None:
    assert split(text)[0] == first


@pytest.mark.parametrize(
    ("text", "character"),
    [("plain", None), ("a{b", "{"), ("a{ក", "ក"), ("", None), ("tea “time”", "“")],
)
def test_the_dearest_character_is_named(text: str, character: str | None) -> None:
    assert dearest(text) == character


@pytest.mark.law
@given(any_text)
def test_the_parts_joined_are_the_text(text: str) -> None:
    parts = split(text)
    assert "".join(parts) == text
    assert all(parts)
    assert measure(text).segments == len(parts)


@pytest.mark.law
@given(any_text)
def test_no_part_is_longer_than_an_sms(text: str) -> None:
    parts = split(text)
    encoding = measure(text).encoding
    limit = segments.ALONE[encoding] if len(parts) < 2 else segments.JOINED[encoding]
    assert all(sum(units(one, encoding) for one in part) <= limit for part in parts)


def units(character: str, encoding: segments.Encoding) -> int:
    """Return what one character costs, told by its bytes."""
    if encoding == "gsm7":
        return gsm7.SEPTETS[character]
    return len(character.encode("utf-16-be", "surrogatepass")) // 2


@pytest.mark.law
@given(any_plain_text)
def test_parts_are_those_of_smsutil(text: str) -> None:
    assert [part.content for part in smsutil.split(text).parts] == (split(text) or [""])


@pytest.fixture(scope="module")
def calculator() -> Callable[[list[str]], list[int]]:
    """Return Twilio's calculator, which `.ci/run` installs; it needs node."""
    node = shutil.which("node")
    if node is None or not (ORACLES / "node_modules" / "sms-segments-calculator").is_dir():
        missing = "node or build/oracles is missing: .ci/run installs both"
        if os.environ.get("OWL_NO_SKIPS"):
            pytest.fail(missing)
        pytest.skip(missing)
    script = """
      const { SegmentedMessage } = require('sms-segments-calculator');
      const texts = JSON.parse(require('fs').readFileSync(0, 'utf8'));
      console.log(JSON.stringify(texts.map((one) => new SegmentedMessage(one).segmentsCount)));
    """

    def counts(texts: list[str]) -> list[int]:
        done = subprocess.run(
            [node, "-e", script],
            cwd=ORACLES,
            input=json.dumps(texts),
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
        )
        return json.loads(done.stdout)

    return counts


def test_borders_are_those_of_a_second_calculator(
    calculator: Callable[[list[str]], list[int]],
) -> None:
    texts = [text for text, *_ in BORDERS if text]
    assert calculator(texts) == [measure(text).segments for text in texts]


@pytest.mark.law
def test_parts_are_as_many_as_a_second_calculator_counts(
    calculator: Callable[[list[str]], list[int]],
) -> None:
    drawn: list[str] = []

    @given(any_unjoined_text)
    @settings(max_examples=300, database=None)
    def draw(text: str) -> None:
        drawn.append(text)

    draw()
    assert calculator(drawn) == [measure(text).segments for text in drawn]
    assert len(set(drawn)) > 100
