"""This file is the list of the rows, and how large each is played."""

from collections.abc import Iterator
from dataclasses import dataclass

from tests.faults import (
    rows_database,
    rows_gateway,
    rows_people,
    rows_queues,
    rows_reports,
    rows_steering,
    rows_workers,
)
from tests.faults.case import Play


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its fault, and how it is played with processes; else where the model plays it."""

    id: str
    fault: str
    play: Play | None
    model: str = ""


@dataclass(frozen=True, slots=True)
class Size:
    """How large rows are played: people, kills in all, and kills at each step."""

    people: int
    kills: int
    each_step: int
    seeds: tuple[int, ...]


SMALL = Size(500, 10, 0, (1,))
MEDIUM = Size(2_000, 100, 5, (1,))
LARGE = Size(10_000, 200, 5, (1, 2, 3))
# What is played large too.
TWICE = ("F1", "F3", "F12")
ROWS = (
    Row("F1", "kill -9 at each step and at random", rows_workers.f1_killed),
    Row("F3", "replies lost: 2 %, 50 %, 100 %", rows_gateway.f3_replies_lost),
    Row("F4", "5xx, accepted or not", rows_gateway.f4_server_errors),
    Row("F5", "no connection, name or TLS for 10 min", rows_gateway.f5_not_there),
    Row("F6", "429, with and without Retry-After", rows_gateway.f6_throttled),
    Row("F7", "answers cut, empty, wrong, rewritten", rows_gateway.f7_bad_answers),
    Row("F8", "queue repeats, reorders, delays, is lost", rows_queues.f8_queue_disturbed),
    Row("F9", "ticks fire 1 to 5 times, or not for 2 h", rows_queues.f9_ticks_disturbed),
    Row("F10", "database throttles, fails, lies", rows_database.f10_database_fails),
    Row("F11", "clocks wrong; frozen for 10 min", rows_workers.f11_clocks_and_freezes),
    Row("F12", "cancel, pause, kill switch at random", rows_steering.f12_stopped),
    Row("F13", "reports repeated, early, late, forged", rows_reports.f13_reports),
    Row("F14", "20 clicks at once, other words", rows_people.f14_clicked_twenty_times),
    Row("F15", "numbers 1 to 5 times in 6 spellings", rows_people.f15_listed_often),
    Row("F16", "STOP during the send", rows_people.f16_stopped_meanwhile),
    Row("F17", "planner killed", rows_workers.f17_planner_killed),
    Row("F18", "two at once under the cap", rows_people.f18_two_at_once),
    Row("F19", "one poisoned chunk", rows_queues.f19_poison),
    Row("F20", "two versions at once, killed", rows_workers.f20_two_versions),
    Row("F21", "tables restored to 5 min ago", rows_steering.f21_restored),
)


def chosen(names: tuple[str, ...], sizes: tuple[Size, ...]) -> Iterator[tuple[Row, Size]]:
    """Give what is played: all rows at the first size, those of `TWICE` at the others too."""
    for size in sizes:
        for row in ROWS:
            if (not names or row.id in names) and (size is sizes[0] or row.id in TWICE):
                yield row, size
