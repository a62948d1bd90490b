"""This file runs one hop: it plays the transcript, runs what the fold asks for, and draws."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
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
        """
        now, reads = self.clock.now(), 0
        # Whatever of a hop asks for it, the profile is read once.
        profile = cache(lambda: asker.profile or self.desk.profile(asker.party))
        for _ in range(MAX_EFFECTS):
            step = play(self.book, inputs, start)
            if isinstance(step, Show):
                return step
            reads += step.kind == "read"
            if replaying and reads > MAX_READS_TO_COUNT:
                raise TooMuchRead("too many reads for a count")
            context = self._context(asker, step, catalogue, now, profile)
            outcome = self._performed(asker, step, replace(context, replaying=replaying))
            start = start.knowing(step.call, outcome)
        raise CivicError("the menu asks for more than one hop may do")

    def invited_on(self, profile: Profile) -> str:
        """Return the day of the forum that waits for the party's answer, as `30/11`, or nothing."""
        asked = profile.invitation
        if asked is None or not asked.waits(self.clock.now()):
            return ""
        return f"{asked.at.astimezone(self.zone):%d/%m}"

    def _performed(self, asker: Asker, effect: Effect, context: Context) -> Outcome:
        action, args = ACTIONS[effect.call.action], dict(effect.call.args)
        if context.replaying and action.private:
            raise Private("a rating or a complaint is not counted")
        if context.replaying and effect.kind != "read":
            return Outcome("done")
        try:
            done = action.run(context, args)
            return done if isinstance(done, Outcome) else self._submitted(asker, done)
        except Unavailable:
            return COULD_NOT
        except Refused as refused:
            if refused.what not in OVER_BUDGET:
                raise
            return LIMITED

    def _submitted(self, asker: Asker, submit: Submit) -> Outcome:
        """Do a submit once; the same hop again gets the same answer and wakes the sender again."""
        if not submit.writes:
            return submit.outcome
        answer = json.dumps([submit.outcome.exit, dict(submit.outcome.facts)])
        answer = self.desk.submit(
            asker.party, asker.session, asker.transcript, answer, submit.writes
        )
        if submit.nudge:
            self.desk.outbox.nudge(submit.nudge)
        exit_, facts = json.loads(answer)
        return Outcome(exit_, facts)

    def _context(
        self,
        asker: Asker,
        effect: Effect,
        catalogue: Catalogue,
        now: datetime,
        profile: Callable[[], Profile],
    ) -> Context:
        return Context(
            desk=self.desk,
            catalogue=catalogue,
            settings=self.settings,
            party=asker.party,
            channel=asker.channel,
            session=asker.session,
            transcript=asker.transcript,
            now=now,
            today=now.astimezone(self.zone).date(),
            language=effect.language,
            compose=lambda screen, facts: self.composer.composed(screen, facts, effect.language),
            profile=profile,
            can_tell=asker.can_tell,
        )
