"""This file tests the walk of one forum, moved once, through a fortnight: who got what."""

from pathlib import Path

import pytest

from tests.walk import PEOPLE, Walk, walked

STORY = Path(__file__).parent / "walks" / "forum_moved_once.txt"


@pytest.fixture(scope="module")
def walk() -> Walk:
    """The walk, walked once."""
    return walked()


def test_the_walk_is_the_one_that_is_written_down(walk: Walk) -> None:
    assert "\n".join(walk.lines) + "\n" == STORY.read_text("utf-8")


def test_every_message_of_the_walk_came_once_and_none_of_the_old_plan(walk: Walk) -> None:
    orders = sorted(one for one in walk.forums.fired(ids(walk)))
    assert orders == [
        "forum/001/invite/1",
        "forum/001/moved/2",
        "forum/001/remind-0/2",
        "forum/001/remind-1/2",
        "forum/001/remind-7/2",
    ]
    got = [(to, text) for to, text, _ in walk.stage.gateway.log]
    assert len(got) == len(set(got))


def ids(walk: Walk) -> list[str]:
    whats = ("invite", "moved", "cancelled", "remind-7", "remind-1", "remind-0")
    return [f"forum/001/{what}/{version}" for what in whats for version in (1, 2, 3)]


def test_only_who_comes_is_reminded_of_the_day(walk: Walk) -> None:
    vanna = PEOPLE["Vanna"][0]
    told = [text for to, text, _ in walk.stage.gateway.log if to == vanna]
    assert [text.split("\n")[0] for text in told] == [
        "Forum Trang 05/12/26 14:00. Come? 1 Yes 2 No",
        "Forum Trang moved to 07/12/26 15:00. Come? 1 Yes 2 No",
    ]
