"""This file runs one hop: it plays the transcript, runs what the fold asks for, and draws."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from chalicelib.acting import Context, Submit, always
from chalicelib.actions import ACTIONS
from chalicelib.capabilities.catalogue import Catalogue
from chalicelib.capabilities.subscribers import Profile
from chalicelib.composer import Composer
from chalicelib.desk import Desk
from chalicelib.dialog.book import FAILED, Book, Outcome
from chalicelib.dialog.engine import play
from chalicelib.dialog.fold import MAX_INPUTS
from chalicelib.dialog.steps import Effect, Show, Start
from chalicelib.errors import CivicError, Unavailable
from chalicelib.ports import Clock, Refused
from chalicelib.settings import Settings
from chalicelib.telecom.messages import Party

COULD_NOT, LIMITED = Outcome(FAILED), Outcome("limit")
OVER_BUDGET = frozenset({"budget", "block", "watchers", "questions"})
# An input leads to a list, the thing chosen from it and one call more at most.
MAX_EFFECTS = 3 * MAX_INPUTS
# Nobody waits for a count, and whoever forges the end of a session must not buy many reads.
MAX_READS_TO_COUNT = 20


class TooMuchRead(CivicError):
    """A session that is only counted asks for more reads than a count is worth."""


class Private(CivicError):
    """A session that is only counted did what nobody may count."""


@dataclass(frozen=True, slots=True, repr=False)
class Asker:
    """Who types, where, and what all of it is: the subject of one hop.

    `profile` is theirs where it was read for this hop; `can_tell` sees to it that the answer
    reaches them.
    """

    party: Party
    channel: str
    session: str
    transcript: str
    profile: Profile | None = None
    can_tell: Callable[[], bool] = always


class Conversation:
    """The same conversation for every channel; holds what does not change between hops."""

    def __init__(self, book: Book, desk: Desk, settings: Settings, clock: Clock) -> None:
        """Take what a stage has one of."""
        self.book, self.desk, self.settings, self.clock = book, desk, settings, clock
        self.zone = ZoneInfo(settings.timezone)
        self.composer = Composer(book, settings)

    def run(
        self,
        asker: Asker,
        inputs: Sequence[str],
        start: Start,
        catalogue: Catalogue,
        *,
        replaying: bool = False,
    ) -> Show:
        """Fold the inputs, running reads, notes and submits as they come up.

        A read that fails ends in the busy screen, a submit that fails in `not recorded`, a
        note that fails in nothing (engine rules E6 and E7).

        Raises:
            TooMuchRead: it is `replaying`, and asks for more than 20 reads.
            Private: it is `replaying`, and met something private.
            Unavailable: it is `replaying`, and a read failed.
        """
        return self.hop(asker, catalogue, replaying=replaying).run(inputs, start)

    def hop(self, asker: Asker, catalogue: Catalogue, *, replaying: bool = False) -> "Hop":
        """Return one hop of an asker, to be run once."""
        return Hop(self, asker, catalogue, replaying=replaying)

    def invited_on(self, profile: Profile) -> str:
        """Return the day of the forum that waits for the party's answer, as `30/11`, or nothing."""
        asked = profile.invitation
        if asked is None or not asked.waits(self.clock.now()):
            return ""
        return f"{asked.at.astimezone(self.zone):%d/%m}"


class Hop:
    """What one hop asks for, performed for its asker as the fold comes to it.

    `is_common` until something is asked for that another asker could be told otherwise.
    """

    def __init__(
        self, talk: Conversation, asker: Asker, catalogue: Catalogue, *, replaying: bool
    ) -> None:
        self.talk, self.asker, self.catalogue, self.replaying = talk, asker, catalogue, replaying
        self.done = self.reads = 0
        self.is_common = True
        self.now = talk.clock.now()
        self.contexts: dict[str, Context] = {}
        self.met = asker.profile

    def profile(self) -> Profile:
        """Return the asker's profile; whatever of a hop asks for it, it is read once."""
        if self.met is None:
            self.met = self.talk.desk.profile(self.asker.party)
        return self.met

    def run(self, inputs: Sequence[str], start: Start) -> Show:
        """Fold the inputs; see `Conversation.run`."""
        step = play(self.talk.book, inputs, start, self.perform)
        if not isinstance(step, Show):
            raise CivicError("a call of the menu was not performed")
        return step

    def perform(self, effect: Effect) -> Outcome:
        """Run one call of the book, in the order in which the inputs lead to it."""
        self.done += 1
        if self.done > MAX_EFFECTS:
            raise CivicError("the menu asks for more than one hop may do")
        self.reads += effect.kind == "read"
        if self.replaying and self.reads > MAX_READS_TO_COUNT:
            raise TooMuchRead("too many reads for a count")
        action = ACTIONS[effect.call.action]
        self.is_common &= action.common
        if self.replaying and action.private:
            raise Private("a rating or a complaint is not counted")
        if self.replaying and effect.kind != "read":
            return Outcome("done")
        try:
            done = action.run(self._context(effect.language), dict(effect.call.args))
            return done if isinstance(done, Outcome) else self._submitted(done)
        except Unavailable:
            # A count that knows too little is made again, or lost, and is never a wrong one.
            if self.replaying:
                raise
            self.is_common = False
            return COULD_NOT
        except Refused as refused:
            if refused.what not in OVER_BUDGET:
                raise
            return LIMITED

    def _submitted(self, submit: Submit) -> Outcome:
        """Do a submit once; the same hop again gets the same answer and wakes the sender again."""
        if not submit.writes:
            return submit.outcome
        desk, asker = self.talk.desk, self.asker
        answer = json.dumps([submit.outcome.exit, dict(submit.outcome.facts)])
        answer = desk.submit(asker.party, asker.session, asker.transcript, answer, submit.writes)
        if submit.nudge:
            desk.outbox.nudge(submit.nudge)
        exit_, facts = json.loads(answer)
        return Outcome(exit_, facts)

    def _context(self, language: str) -> Context:
        """Return what the actions of one language of this hop may use."""
        made = self.contexts.get(language)
        if made is None:
            made = self.contexts[language] = self._made(language)
        return made

    def _made(self, language: str) -> Context:
        talk, asker = self.talk, self.asker
        return Context(
            desk=talk.desk,
            catalogue=self.catalogue,
            settings=talk.settings,
            party=asker.party,
            channel=asker.channel,
            session=asker.session,
            transcript=asker.transcript,
            now=self.now,
            today=self.now.astimezone(talk.zone).date(),
            language=language,
            compose=lambda screen, facts: talk.composer.composed(screen, facts, language),
            profile=self.profile,
            replaying=self.replaying,
            can_tell=asker.can_tell,
        )
