"""This file tests what is counted of a session: things done, each once, never who did them."""

from chalicelib.capabilities.usage import Count, counts_of

VISITED = [
    ("information.fee", {"service": "102", "outcome": "found", "name": "never counted"}),
    ("information.fee", {"service": "102", "outcome": "found"}),
    ("information.fee", {"service": "303", "outcome": "found"}),
    (
        "tracking",
        {"outcome": "found", "standing": "ready", "district": "0212", "ticket": "02122600428"},
    ),
    ("", {"service": "102"}),
]


def test_each_thing_looked_at_counts_once() -> None:
    counts = counts_of(VISITED, channel="ussd", language="km", asker_district="0102")
    common = {"channel": "ussd", "language": "km", "outcome": "found", "asker_district": "0102"}
    assert counts == [
        Count(kind="information", service="102", question="fee", **common),
        Count(kind="information", service="303", question="fee", **common),
        Count(kind="tracking", office_district="0212", **common | {"outcome": "ready"}),
    ]


def test_a_count_has_no_place_for_a_person_or_a_ticket() -> None:
    assert set(Count._fields) == {
        "channel",
        "language",
        "kind",
        "service",
        "question",
        "outcome",
        "office_district",
        "asker_district",
    }


def test_cells_differ_where_any_field_does() -> None:
    one = Count("ussd", "km", "information", service="102")
    other = Count("ussd", "km", "information", question="102")
    assert one.cell != other.cell
    assert one.cell == "ussd#km#information#102####"
