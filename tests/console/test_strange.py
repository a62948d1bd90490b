"""This file tests that what nobody types by hand is refused in words, and breaks no page."""

import base64
import gzip
from io import BytesIO

import pytest

from tests.builders import a_forum
from tests.console.conftest import Console
from tests.console.people import People

FILE = b"ticket_no\nLAB-2020-7\n"
FORUM = {"commune": "021204", "venue_en": "Pagoda", "agenda_en": "Fees"}


@pytest.mark.parametrize(
    "name", ["..", ".", "/", "x/..", "a\0.csv", "😀" * 80 + ".csv", "\\..\\.."]
)
def test_a_file_is_read_whatever_it_is_called(console: Console, name: str) -> None:
    clerk = console.enters("clerk")
    carried = base64.b64encode(gzip.compress(FILE)).decode()
    for sent in ({"file": (BytesIO(FILE), name)}, {"carried": carried, "name": name}):
        clerk.opens("/tickets/file")
        assert "has no column" in clerk.sends("/tickets/file", **sent)
        assert clerk.status == 422


@pytest.mark.parametrize(
    ("path", "status"),
    [
        *(("/log?until=0001-01-01", 200), ("/log?until=9999-12-31", 200)),
        *(("/reports/?period=9999-12", 422), ("/reports/?period=0001", 200)),
        *(("/reports/table.csv?period=9999-Q4", 422), ("/reports/print?period=9999", 422)),
    ],
)
def test_days_at_the_ends_of_the_calendar_are_days_or_none(
    console: Console, path: str, status: int
) -> None:
    admin = console.enters("admin")
    admin.opens(path)
    assert admin.status == status


@pytest.mark.parametrize("at", ["0001-01-01T00:00", "1999-12-31T23:59", "9999-12-31T23:59"])
def test_no_message_and_no_forum_is_at_the_end_of_the_calendar(console: Console, at: str) -> None:
    People(console).join(1)
    one = console.enters("organizer")
    for name in ("begin", "until"):
        one.opens("/broadcasts/new")
        typed = {"text": "Hello", "communes": "021204", name: at, "keep": "yes"}
        assert "is no time" in one.sends("/broadcasts/new", **typed)
    one.opens("/forums/new")
    assert "is no day and time" in one.sends("/forums/new", **FORUM, at=at, sure="yes")
    assert console.office.forums.all() == []


@pytest.mark.parametrize("number", ["9" * 7, "9" * 5000, "-1", "1e3", "٣"])
def test_a_number_that_is_none_or_too_long_is_told(console: Console, number: str) -> None:
    forum = console.office.forums.add(a_forum())
    console.clock.forward(days=60)
    one = console.enters("organizer")
    one.opens(f"/forums/{forum.code}")
    path = f"/forums/{forum.code}/attendance"
    assert "Write a whole number" in one.sends(path, people=number, women="1")
    one.opens("/keys/")
    fields = {"label": "laptop", "days": number, "scopes": ["forums:read"]}
    assert "Write the days as a number" in one.sends("/keys/", **fields)
