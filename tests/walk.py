"""This file walks one forum, moved once, through a fortnight, as Lina and three citizens see it.

`python -m tests.walk` prints it. Everything is real but the stores, which are in memory, the
gateway, which only keeps what it is given, and the clock, which runs ten minutes at a time.
"""

from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from chalicelib import shipped
from chalicelib.announcer import Announcer
from chalicelib.capabilities.forums import Forum, agreed_by_few, held, moved
from chalicelib.capabilities.forums_plan import Rules, id_of, kinds
from chalicelib.forum_facts import place_of
from chalicelib.storage.memory.audience import MemoryAudience
from tests.builders import TRANG, a_catalogue, a_forum
from tests.phone import Phone
from tests.sending import Stage
from tests.world import World, a_memory_world

ZONE = ZoneInfo("Asia/Phnom_Penh")
PEOPLE = {
    "Sokha": ("+85512000001", "km-Latn"),
    "Vanna": ("+85512000002", "en"),
    "Chan": ("+85512000003", "km"),
}
LINA = "Lina"
STEP = timedelta(minutes=10)


class Walk:
    """A stage with one commune, one organizer and three citizens who joined."""

    def __init__(self) -> None:
        self.world: World = a_memory_world()
        self.clock, self.forums = self.world.clock, self.world.desk.forums
        self.lines: list[str] = []
        self.seen: Counter[str] = Counter()
        catalogue = a_catalogue()
        catalogue = catalogue._replace(places={**catalogue.places, TRANG.code: TRANG})
        self.world.desk.catalogue.publish(catalogue)
        self.stage = _sending(self.world)
        rules = Rules(self.stage.hours, ZONE)
        self.announcer = Announcer(
            self.forums, shipped.book(), rules, self.clock, lambda code: place_of(code, catalogue)
        )
        self.phones = {name: Phone(self.world, number) for name, (number, _) in PEOPLE.items()}
        for name, (_, language) in PEOPLE.items():
            party = self.phones[name].party
            self.world.desk.commit([self.world.desk.joining(party, TRANG.code, channel="sms")])
            self.world.desk.set_language(party, language)

    def says(self, who: str, what: str) -> None:
        """Write down one line of the story."""
        at = self.clock.now().astimezone(ZONE)
        self.lines.append(f"{at:%a %d/%m %H:%M}  {who:6}  {what}")

    def until(self, day: int, month: int, hour: int, minute: int = 0) -> None:
        """Let time pass, and write down what comes on the three phones."""
        end = datetime(2026, month, day, hour, minute, tzinfo=ZONE)
        while self.clock.now() < end:
            self.tick()
            self.clock.at = min(self.clock.now() + STEP, end)
        self.tick()

    def tick(self) -> None:
        """Do what the minute's tick does, then let the sender and the phones work."""
        self.announcer.fire(self.stage.books, self.clock.now())
        for _ in range(3):
            self.stage.sweeper.tick()
            self.stage.work()
        self.hear()

    def hear(self) -> None:
        """Write down every SMS that came, the answers of the conversation too."""
        self.world.deliver()
        for name, (number, _) in PEOPLE.items():
            came = [text for to, text, _ in self.stage.gateway.log if to == number]
            for text in came[self.seen[name] :]:
                self.says(name, "<- " + text.replace("\n", " / "))
            self.seen[name] = len(came)
            replies = self.world.inbox(number)
            for text in replies[self.seen[number] :]:
                self.says(name, "<- " + text.replace("\n", " / "))
            self.seen[number] = len(replies)

    def texts(self, name: str, text: str) -> None:
        """Let a citizen text something, and hear the answer."""
        self.says(name, f"-> {text}")
        self.phones[name].texts(text)
        self.hear()

    def plans(self) -> Forum:
        """Let Lina plan the forum."""
        made = self.forums.add(a_forum(people=3, now=self.clock.now()))
        self.says(LINA, f"plans forum {made.code}: Trang, {made.at:%d/%m/%y %H:%M}, 3 people")
        self.shows(made)
        return made

    def moves(self, code: str, at: datetime) -> None:
        """Let Lina move it, and take back what was not sent yet."""
        old, now = self.forums.known(code), self.clock.now()
        self.forums.change(old, agreed_by_few(moved(old, LINA, now, at=at), now, few=200))
        for one in self.forums.fired(
            [id_of(code, what, old.version) for what in kinds(self.announcer.rules)]
        ):
            self.stage.books.cancel(one, "the forum was changed")
        self.says(LINA, f"moves forum {code} to {at:%d/%m/%y %H:%M}")
        self.shows(self.forums.known(code))

    def shows(self, forum: Forum) -> None:
        """Write down the timeline as Lina sees it."""
        for one in self.announcer.plan(forum):
            first = one.not_before.astimezone(ZONE)
            last = one.not_after.astimezone(ZONE)
            how = f"left out: {one.skipped}" if one.skipped else "to come"
            self.lines.append(
                f"{'':24}{one.what}: {first:%d/%m %H:%M} to {last:%d/%m %H:%M}, {how}"
            )

    def answers(self, code: str, number: str, text: str) -> None:
        """Let Lina answer a question: an SMS to who asked, and for everybody to read."""
        asked = self.forums.question(code, number)
        done = replace(asked, state="published", answer={"en": text}, answered_by=LINA)
        self.forums.answer(done)
        self.stage.books.order(
            self.announcer.answer(self.forums.known(code), done, self.forums.asker(asked))
        )
        self.says(LINA, f"answers question {number}: {text}")

    def counts(self, code: str) -> None:
        """Write down what Lina sees of the answers."""
        said = Counter(self.forums.answers(code).values())
        silent = len(PEOPLE) - sum(said.values())
        self.says(LINA, f"sees yes {said['yes']}, no {said['no']}, silent {silent}")


def _sending(world: World) -> Stage:
    """Return the ledger on the tables of a world, its clock and its people."""
    stage = Stage(clock=world.clock, database=world.database)
    stage.planner.reader = MemoryAudience(world.database, world.desk.forums.said)
    return stage


def walked() -> Walk:
    """Walk the whole fortnight."""
    walk = Walk()
    code = walk.plans().code
    walk.until(23, 11, 10, 20)
    walk.texts("Sokha", "mok")
    walk.texts("Vanna", "min mok")
    walk.counts(code)
    walk.until(27, 11, 9)
    walk.moves(code, datetime(2026, 12, 7, 15, 0, tzinfo=ZONE))
    walk.until(27, 11, 11)
    walk.texts("Chan", "1")
    walk.texts("Vanna", "Ot tov te")
    walk.counts(code)
    walk.until(1, 12, 19)
    walk.texts("Chan", "ASK ប្តូរផ្លាកលេខអស់ប៉ុន្មាន?")
    walk.until(2, 12, 9)
    walk.answers(code, "101", "30,000 riel")
    walk.until(7, 12, 18)
    forum = walk.forums.known(code)
    walk.forums.change(forum, held(forum, 42, 20, walk.clock.now()))
    walk.says(LINA, "notes 42 people, 20 of them women")
    agreed = walk.forums.agree(code, "Post the fees at the hall", "2026-12-07")
    walk.says(LINA, f"notes action {agreed.number}: {agreed.text}")
    walk.until(8, 12, 9)
    return walk


if __name__ == "__main__":
    print("\n".join(walked().lines))  # noqa: T201 - it prints the walk
