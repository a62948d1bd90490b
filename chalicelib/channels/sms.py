"""This file answers SMS: one message in, at most one reply out, each message once."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

from chalicelib.capabilities.forums import nearest
from chalicelib.capabilities.subscribers import CONFIRM, REPLY, Profile
from chalicelib.capabilities.usage import CONSENT, INFORMATION, NOT_UNDERSTOOD, Count, counts_of
from chalicelib.capabilities.usage_slips import Slip
from chalicelib.channels.flood import Flood
from chalicelib.channels.occasion import Occasion, name_of, occasion_of
from chalicelib.channels.promise import Promise
from chalicelib.channels.shelf import Shelf
from chalicelib.channels.sms_words import Answer, readable
from chalicelib.channels.understanding import FREE, Asked, Plan, Understanding
from chalicelib.conversation import Asker, Conversation
from chalicelib.desk import Look
from chalicelib.dialog.slips import slip_of
from chalicelib.dialog.steps import Show, Start
from chalicelib.dialog.words import filled
from chalicelib.errors import Unavailable
from chalicelib.observe import Observer
from chalicelib.ports import Refused
from chalicelib.telecom.messages import Sms
from chalicelib.telecom.segments import measure

CHANNEL = "sms"
# The screens that confirm what was just asked for; all else that is shown is a reply.
CONFIRMED = frozenset({"joined", "stopped", "started", "unwatched"})
REPLY_LIVES = timedelta(minutes=30)
SPENT = frozenset({"budget", "block", "confirms"})
# A message that met another of its menu is looked at once more.
LOOKS = 2


class SmsChannel:
    """The SMS channel of one stage."""

    def __init__(
        self,
        conversation: Conversation,
        shelf: Shelf,
        flood: Flood,
        understanding: Understanding,
        observe: Observer,
    ) -> None:
        """Take what a stage has one of."""
        self.conversation, self.shelf, self.flood = conversation, shelf, flood
        self.understanding, self.observe = understanding, observe
        self.settings, self.desk = conversation.settings, conversation.desk
        self.book, self.composer = conversation.book, conversation.composer

    def receive(self, sms: Sms) -> None:
        """Answer one message.

        Raises:
            Unavailable: our own failure; nothing was done, and the gateway should repeat.
        """
        if not self._is_for_us(sms):
            return
        if not self.flood.lets(sms.party.id):
            self.observe("sms_refused", outcome="flood")
            raise Unavailable("too many messages of one number at once")
        sms = replace(sms, text=readable(sms.text))
        if not any(self._took(sms) for _ in range(LOOKS)):
            raise Unavailable("other messages write to the same menu")

    def _is_for_us(self, sms: Sms) -> bool:
        """Whether a message was sent to a code of ours, and by somebody else."""
        if sms.party.id.casefold() in self.settings.short_codes:
            return False
        if sms.short_code.strip().casefold() in self.settings.short_codes:
            return True
        self.observe("sms_refused", outcome="not_our_code")
        return False

    def _took(self, sms: Sms) -> bool:
        """Answer one message; False where another wrote to the menu since it was looked at."""
        try:
            self._take(sms)
        except Refused as refused:
            if refused.what != "talk":
                raise
            return False
        return True

    def _take(self, sms: Sms) -> None:
        look = self._of_this_book(self.desk.look_sms(sms.party, name_of(sms)))
        self.shelf.refresh(look.catalogue)
        occasion = occasion_of(sms, look, self.conversation.clock.now())
        cause = (sms.party.gateway, sms.party.id, occasion.cause)
        # The reply to a repeat may wait under last month's key.
        waiting, slip = self.desk.outbox.dedupe_ids("sms", *cause), None
        if not occasion.is_repeat:
            answer = self._answer(sms, occasion, look)
            is_put = self._commit(sms, occasion, look, answer, waiting[0])
            waiting = waiting[:1] if is_put else []
            slip = answer.slip if is_put else None
        if not look.counted:
            self._count(partial(self.desk.count_user, sms.party, CHANNEL, look.profile))
        for dedupe_id in waiting:
            self.desk.outbox.nudge(dedupe_id)
        if slip is not None:
            self._count(partial(self.desk.count_slip, slip))

    def _count(self, count: Callable[[], None]) -> None:
        """Count something; where that fails, the reply goes out all the same."""
        try:
            count()
        except Unavailable:
            self.observe("count_lost", outcome="unavailable")

    def _of_this_book(self, look: Look) -> Look:
        """Take a menu of another book as closed: its keys may mean something else by now."""
        if look.typed is None or look.typed[0] == self.book.version:
            return replace(look, typed=look.typed and look.typed[1:])
        return replace(look, typed=None)

    def _answer(self, sms: Sms, occasion: Occasion, look: Look) -> Answer:
        asked = self._asked(look)
        plan = self.understanding.plan(sms.text, look.profile, look.typed, asked)
        plan = self._located(sms, plan)
        if plan.opting is not None:
            return self._opted(sms, look.profile, plan)
        promise = self._promise(sms)
        show, inputs = self._played(sms, occasion, look, plan, promise)
        if show is None and plan.text:
            return self._said(plan, look)
        if show is None:
            return self._puzzled(sms, look, plan)
        mark = FREE if show.screen.free else ""
        typed = None if show.end else (f"{show.language}{mark}", *inputs)
        text = self.composer.draw(show, self.composer.sms)
        text = self._hinted(text, show.language, known=show.known)
        counts = counts_of(
            () if show.private else show.counted,
            channel=CHANNEL,
            language=show.language,
            asker_district=look.profile.district,
        )
        kind = CONFIRM if show.screen.id in CONFIRMED else REPLY
        return Answer(text, show.language, typed, kind, counts=counts, promise=promise)

    def _promise(self, sms: Sms) -> Promise:
        parts = self.settings.sms_parts
        return Promise(
            self.desk, lambda: self.desk.promising(sms.party, parts), is_on=self.settings.replies
        )

    def _asked(self, look: Look) -> Asked:
        """Return whose question is open; a digit goes to what came later, a menu or a question."""
        invited, now = look.profile.invitation, self.conversation.clock.now()
        if invited is None:
            return Asked()
        since = invited.asked if invited.waits(now) else None
        is_later = since is not None and (look.typed_at is None or since > look.typed_at)
        return Asked(
            words=invited.forum if invited.is_coming(now) else "",
            digits=invited.forum if since and (look.typed is None or is_later) else "",
            about=invited.forum,
        )

    def _located(self, sms: Sms, plan: Plan) -> Plan:
        """Return a plan whose question names a forum: the nearest one, or the list to choose."""
        if not any("" in way[:-1] for way in plan.ways):
            return plan
        look = self.desk.look_at_forums(sms.party)
        code = next((one.code for one in nearest(list(look.coming), look.commune)), "")
        near = tuple(tuple(one or code for one in way) for way in plan.ways)
        return replace(plan, ways=near if code else (("5",),))

    def _played(
        self, sms: Sms, occasion: Occasion, look: Look, plan: Plan, promise: Promise
    ) -> tuple[Show | None, tuple[str, ...]]:
        """Play the first way of reading the message that the menu takes."""
        for inputs in plan.ways:
            transcript = "*".join(inputs)
            known, can_tell = look.profile, promise.made
            asker = Asker(sms.party, CHANNEL, occasion.session, transcript, known, can_tell)
            start = Start(
                plan.language,
                look.profile.known,
                counted=_counted(look, inputs),
                invited=self.conversation.invited_on(look.profile),
            )
            show = self.conversation.run(asker, inputs, start, self.shelf.catalogue())
            if not show.wrong or (inputs == plan.ways[-1] and not plan.tentative):
                return show, inputs
        return None, ()

    def _opted(self, sms: Sms, profile: Profile, plan: Plan) -> Answer:
        out = bool(plan.opting)
        if out and profile.opted_out:
            return Answer("", plan.language, None)
        write = self.desk.opting(sms.party, out=out, channel=CHANNEL)
        text = self.book.words("stop_ok" if out else "start_ok", plan.language)
        changed = out != profile.opted_out
        said = Count(CHANNEL, plan.language, CONSENT, question="stop" if out else "start")
        kind, counts = (CONFIRM, (said,)) if changed else (REPLY, ())
        return Answer(text, plan.language, None, kind, (write,), counts=counts)

    def _said(self, plan: Plan, look: Look) -> Answer:
        text = filled(self.book, self.book.texts[plan.text], plan.told, plan.language)
        if plan.text == "help":
            text = f"{text}\n{self.book.words('help2', plan.language)}"
        text = self._hinted(text, plan.language, known=look.profile.known)
        return Answer(text, plan.language, look.typed)

    def _puzzled(self, sms: Sms, look: Look, plan: Plan) -> Answer:
        """Say once a day that a message was not understood; two machines must not talk."""
        text = self.book.words("err_unknown", plan.language)
        text = self._hinted(text, plan.language, known=look.profile.known)
        once = (self.desk.puzzling(sms.party),)
        lost = (Count(CHANNEL, plan.language, INFORMATION, question=NOT_UNDERSTOOD),)
        # What is texted into an open menu is an answer, and may be anything.
        found = slip_of(sms.text, self.understanding.keywords) if look.typed is None else None
        slip = Slip(*found) if found else None
        return Answer(text, plan.language, look.typed, with_reply=once, counts=lost, slip=slip)

    def _hinted(self, text: str, language: str, *, known: bool) -> str:
        """Add how to change the language for who never chose one, where it costs no part more."""
        if known:
            return text
        hinted = f"{text}\n{self.book.words('lang_hint', language)}"
        costs = measure(hinted).segments - measure(text).segments
        return text if costs else hinted

    def _commit(
        self, sms: Sms, occasion: Occasion, look: Look, answer: Answer, dedupe_id: str
    ) -> bool:
        """Store the reply, the open menu and that the message was seen, all at once.

        Returns whether a reply waits. A message that came twice at once is answered once; one
        over its budget is answered with that sentence, then with silence. A message that met
        another one of its menu is refused as `talk`.
        """
        typed = answer.typed and (self.book.version, *answer.typed)
        beside = [
            *self.desk.mark_seen(sms.party, name_of(sms), occasion.until, occasion.again),
            *self.desk.keep_typed(sms.party, typed, look.typed_at),
            *answer.writes,
            *self.desk.counting(answer.counts),
        ]
        # That something could not be kept is told by the last reply of the day, if it is left.
        is_last = answer.promise is not None and answer.promise.refused
        for text, last in ((answer.text, is_last), (self._cap_text(answer.language), True)):
            reply = partial(self._reply, sms, text, answer, dedupe_id, last=last)
            refused = self._refused([*beside, *answer.with_reply], reply)
            if refused == "puzzled":
                break
            if refused not in SPENT:
                return bool(answer.text or refused)
        return bool(self._refused(beside, list))

    def _refused(self, writes: Sequence[Any], reply: Callable[[], list[Any]]) -> str:
        """Do writes; return what refused them or the reply, or nothing where they were done."""
        try:
            self.desk.commit([*writes, *reply()])
        except Refused as refused:
            if refused.what == "talk":
                raise
            return refused.what
        return ""

    def _reply(
        self, sms: Sms, text: str, answer: Answer, dedupe_id: str, *, last: bool
    ) -> list[Any]:
        if not answer.text:
            return []
        return self.desk.outbox.put(
            answer.message_class,
            sms.party,
            text,
            dedupe_id=dedupe_id,
            not_after=self.conversation.clock.now() + REPLY_LIVES,
            last=last,
            paid=answer.promise is not None and answer.promise.taken,
        )

    def _cap_text(self, language: str) -> str:
        return self.book.words("reply_cap", language)


def _counted(look: Look, inputs: tuple[str, ...]) -> int:
    """Return how many of the inputs an earlier message of the open menu was counted for."""
    before = look.typed[1:] if look.typed else ()
    goes_on = len(inputs) > len(before) and inputs[: len(before)] == before
    return len(before) if goes_on else 0
