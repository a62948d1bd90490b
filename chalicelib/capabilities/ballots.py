"""This file holds ballots: what a citizen answers about an office, written the same size always."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any, Self

from chalicelib.telecom import clusters
from chalicelib.telecom.segments import measure

# The version of the questions and of their answers: another wording is another form, and answers
# to two forms are never added up.
FORM = "scorecard-1"
DIMENSIONS = ("waiting", "hours", "fees", "attitude", "information")
ANSWERS = (1, 2, 3, 4)
SEXES = ("women", "men", "unsaid")
# Every ballot is padded to as many octets, so that its length tells nothing; three parts of an
# SMS fit beside the answers.
OCTETS, COMMENT_OCTETS, COMMENT_PARTS = 900, 640, 3
# Phones that began to rate before the month's end have ended long before.
LINGER = timedelta(hours=48)


@dataclass(frozen=True, slots=True, repr=False)
class Ballot:
    """One rating. `answers` are 1 to 4 by dimension; `month` is `2026-11`, `week` `2026-W48`."""

    office: str
    answers: Mapping[str, int]
    sex: str
    comment: str
    channel: str
    language: str
    month: str
    week: str
    form: str = FORM

    @property
    def written(self) -> bytes:
        """The ballot as it is sealed: JSON, filled up with spaces."""
        plain = json.dumps(asdict(self), ensure_ascii=False, separators=(",", ":"))
        return plain.encode().ljust(OCTETS)

    @classmethod
    def read(cls, written: bytes) -> Self:
        """Return the ballot that was written."""
        plain: dict[str, Any] = json.loads(written)
        return cls(**plain)


def kept_of(comment: str) -> str:
    """Return as much of a comment as a ballot holds, cut where a reader would."""
    return clusters.head(comment, _fits)[0]


def month_of(day: date) -> str:
    """Return the month of a day, as `2026-11`."""
    return f"{day:%Y-%m}"


def week_of(day: date) -> str:
    """Return the ISO week of a day, as `2026-W48`: nothing finer is kept of feedback."""
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02}"


def _fits(part: str) -> bool:
    octets = len(json.dumps(part, ensure_ascii=False).encode())
    return octets <= COMMENT_OCTETS and measure(part).segments <= COMMENT_PARTS
