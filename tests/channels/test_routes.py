"""This file tests messages to many over several gateways: each person by a route, each once."""

from collections import Counter

import pytest

from chalicelib.gateways.lines import GatewayLines
from chalicelib.telecom.routes import routes_of
from tests.channels.test_broadcaster import closed
from tests.sending import PretendGateway, Stage, an_order

NETWORKS = ("smart", "metfone", "b")
EACH = 4


class Lines:
    """The lines of two gateways, `a` and `b`, with one log for who judges."""

    def __init__(self, routes: str) -> None:
        self.a, self.b = PretendGateway("a"), PretendGateway("b", log=[])
        self.b.log, self.b.ids = self.a.log, self.a.ids
        made = {"a": self.a, "b": self.b}
        told = routes_of("a,b", routes)
        self.wired = GatewayLines(made, told, lambda: 0.0, lambda *_, **__: None)  # type: ignore[arg-type]  # no single send
        self.name, self.log = "a", self.a.log
        self.send_many, self.reply, self.show = (
            self.wired.send_many,
            self.wired.reply,
            self.wired.show,
        )

    @property
    def plan(self) -> object:
        """What the first gateway does."""
        return self.a.plan

    @plan.setter
    def plan(self, plan: object) -> None:
        self.a.plan = plan  # type: ignore[assignment]  # a test's own


def a_stage(routes: str) -> tuple[Stage, Lines]:
    """Return a stage with four people of each network, and a message let go to them."""
    stage, lines = Stage(size=3), Lines(routes)
    stage.gateway, stage.planner.route_of = lines, lines.wired.routes.of
    stage.people(EACH * len(NETWORKS))
    stage.reader.people = [
        one._replace(network=NETWORKS[n % len(NETWORKS)])
        for n, one in enumerate(stage.reader.people)
    ]
    stage.let_go(an_order(kind="forum"))
    return stage, lines


def test_a_chunk_holds_people_of_one_route_and_knows_who_took_it() -> None:
    stage, lines = a_stage("smart=b>a, *=a")
    stage.run("b1")
    head = stage.books.head("b1")
    batches = list(stage.chunks.batches(head, 0, head.chunks))
    assert Counter(one.route for one in batches if one) == {"": 2, "b>a": 2, "b": 2}
    takers = [cell.value["gateway"] for _, cell in stage.chunks.cells_of(head)]
    assert Counter(takers) == {"a": 2, "b": 4}
    assert (lines.a.posts, lines.b.posts) == (2, 4)
    assert closed(stage) == {"NO_REPORT": EACH * len(NETWORKS)}


@pytest.mark.parametrize("way", ["deferred", "come_later"])
def test_F5_where_the_first_took_nothing_the_next_is_asked_and_nobody_gets_two(way: str) -> None:
    stage, lines = a_stage("smart=a>b, *=a>b")
    lines.a.plan = lambda _: way
    stage.run("b1")
    assert stage.books.head("b1").ended_at
    assert set(Counter(to for to, _, _ in lines.log).values()) == {1}
    assert closed(stage) == {"NO_REPORT": EACH * len(NETWORKS)}
    head = stage.books.head("b1")
    assert {cell.value["gateway"] for _, cell in stage.chunks.cells_of(head)} == {"b"}


def test_F3_after_a_doubt_no_other_gateway_is_asked() -> None:
    stage, lines = a_stage("smart=a>b, *=a>b")
    lines.a.plan = lambda n: "lost" if n == 2 else "accept"
    stage.run("b1")
    before = lines.b.posts
    assert before == 2
    assert closed(stage)["UNCONFIRMED"] == 3


def test_a_report_is_looked_for_under_the_gateway_that_took_the_message() -> None:
    stage, lines = a_stage("smart=b, *=a")
    stage.run("b1")
    assert stage.gateway.name == "a"
    for to, _, message_id in list(lines.log):
        outcomes = set()
        for gateway in ("a", "b"):
            told = {"gateway": gateway, "id": message_id, "status": "delivered", "reason": ""}
            outcomes.add(stage.delivery.settle({**told, "mark": stage.id_of(to)}))
        assert outcomes == {"settled", "parked"}
