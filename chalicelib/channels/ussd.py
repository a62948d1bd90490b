"""This file answers USSD: one hop in, one screen out, whatever fails behind it."""

from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

from chalicelib.capabilities.catalogue import Catalogue
from chalicelib.capabilities.subscribers import STRANGER, Profile
from chalicelib.capabilities.usage import counts_of
from chalicelib.channels import echo as echoes
from chalicelib.channels.common import CommonScreens, Place
from chalicelib.channels.echo import Echo
from chalicelib.channels.flood import Flood
from chalicelib.channels.shelf import Shelf
from chalicelib.conversation import Asker, Conversation, Private, TooMuchRead
from chalicelib.desk import Look
from chalicelib.dialog.book import BUSY, HOME, LANGUAGES, Say
from chalicelib.dialog.engine import inputs_of
from chalicelib.dialog.render import Medium
from chalicelib.dialog.steps import Show, Start
from chalicelib.errors import Unavailable
from chalicelib.observe import Observer
from chalicelib.telecom import hygiene
from chalicelib.telecom.messages import Reply, UssdEnd, UssdHop

CHANNEL = "ussd"


class _Met(NamedTuple):
    """How a session is to be folded, as the fields of its echo tell.

    `echo` is what the gateway handed back of all this, where it did: it goes out again as it is.
    `sure` is False where the profile could not be read: nothing is echoed then, so that the
    next hop tries again.
    """

    fields: str
    renewed: bool = False
    sure: bool = True
    profile: Profile | None = None
    echo: str = ""

    @property
    def district(self) -> str:
        """Where the party lives, as far as this hop read it."""
        return self.profile.district if self.profile else ""


class Ussd:
    """The USSD channel of one stage."""

    def __init__(
        self,
        conversation: Conversation,
        shelf: Shelf,
        flood: Flood,
        echo_key: Callable[[], bytes],
        observe: Observer,
        *,
        medium: Medium | None = None,
    ) -> None:
        """Take what a stage has one of, and what its gateway carries beside the settings."""
        self.conversation, self.shelf, self.flood = conversation, shelf, flood
        self.echo_key, self.observe = echo_key, observe
        self.common = CommonScreens()
        self.settings, self.desk = conversation.settings, conversation.desk
        self.book = conversation.book.version
        self.ours = echoes.begins(self.book)
        self.medium = medium or conversation.composer.ussd

    def answer(self, hop: UssdHop) -> Reply:
        """Return the screen for one hop; never raises for what a phone or a database does."""
        refusal = self.refusal(hop)
        return refusal if refusal is not None else self.admitted(hop)

    def refusal(self, hop: UssdHop) -> Reply | None:
        """Return the screen of a hop that is not ours or one of a flood, before anything is read.

        It takes a token of the party's, so it is asked once a hop.
        """
        if hop.service_code not in self.settings.service_codes:
            return self.refused("not_our_code")
        return None if self.flood.lets(hop.party.id) else self.refused("flood")

    def admitted(self, hop: UssdHop) -> Reply:
        """Return the screen of a hop that was not refused."""
        met, catalogue = self._met(hop), self.shelf.catalogue()
        if met.renewed:
            return self._renewed(hop, met, catalogue)
        place = Place(hop.text, met.fields)
        words = self.common.find(place, catalogue)
        if words is not None:
            return Reply(words, end=False, echo=self._echo(hop, met))
        return self._made(hop, met, place, catalogue)

    def refused(self, why: str) -> Reply:
        """Return the screen for a request that is not answered otherwise."""
        self.observe("ussd_refused", outcome=why)
        language = self.settings.default_language
        show = Show(self.conversation.book.screens[BUSY], language, known=False, slots={}, facts={})
        return Reply(self._draw(show), end=True)

    def ended(self, end: UssdEnd) -> None:
        """Count a session that the gateway says is over, unless its last screen did.

        Raises:
            Unavailable: nothing is counted yet. Nobody waits for this, so it is said again.
        """
        if not self.flood.lets(end.party.id):
            self.observe("count_lost", outcome="flood")
            return
        hop = UssdHop(end.party, end.session_id, end.service_code, end.text)
        look = self.desk.look(hop.party, CHANNEL, _named(hop))
        if look.seen_until is None:
            profile = self._taken(hop, look)
            self._counted(hop, _Met(self._begun(profile).fields, profile=profile), None)

    def _met(self, hop: UssdHop) -> _Met:
        fields = self._echoed(hop) if hop.echo and hop.text else ""
        if fields.startswith(self.ours):
            return _Met(fields, echo=hop.echo)
        # What was typed on another menu must never be played on this one.
        renewed = bool(fields)
        skip = len(hop.text) if renewed else 0
        try:
            profile = self._profile(hop)
        except Unavailable:
            begun = echoes.read(fields) if renewed else self._begun(STRANGER)
            begun = begun._replace(book=self.book, skip=skip)
            return _Met(begun.fields, renewed, sure=renewed)
        return _Met(self._begun(profile, skip).fields, renewed, profile=profile)

    def _echoed(self, hop: UssdHop) -> str:
        try:
            return echoes.fields_of(hop, self.echo_key())
        except Unavailable:
            return ""

    def _profile(self, hop: UssdHop) -> Profile:
        return self._taken(hop, self.desk.look(hop.party, CHANNEL))

    def _taken(self, hop: UssdHop, look: Look) -> Profile:
        """Take from a look what it tells beside the profile."""
        self.shelf.refresh(look.catalogue)
        if not look.counted:
            self._count_user(hop, look.profile)
        return look.profile

    def _count_user(self, hop: UssdHop, profile: Profile) -> None:
        """Put the party into the month's set; where that fails, its screen is none the worse."""
        try:
            self.desk.count_user(hop.party, CHANNEL, profile)
        except Unavailable:
            self.observe("count_lost", outcome="unavailable")

    def _begun(self, profile: Profile, skip: int = 0) -> Echo:
        language = profile.language or self.settings.default_language
        language = language if language in LANGUAGES else "en"
        invited = self.conversation.invited_on(profile)
        return Echo(self.book, language, profile.known, skip, invited)

    def _made(self, hop: UssdHop, met: _Met, place: Place, catalogue: Catalogue) -> Reply:
        run = self.conversation.hop(_asker(hop, met.profile), catalogue)
        begun = echoes.read(met.fields)
        show = run.run(inputs_of(hop.text, begun.skip), _start(begun))
        if show.end:
            self._count(hop, met, show)
            return Reply(self._draw(show), end=True)
        words = self._draw(show)
        if run.is_common and not show.private:
            self.common.keep(place, catalogue, words)
        return Reply(words, end=False, echo=self._echo(hop, met))

    def _renewed(self, hop: UssdHop, met: _Met, catalogue: Catalogue) -> Reply:
        """Start a session over on a menu that was published while it ran."""
        start = _start(echoes.read(met.fields))
        home = self.conversation.run(_asker(hop), [], start, catalogue)
        show = Show(home.screen, home.language, home.known, {}, {}, Say("menu_renewed"))
        return Reply(self._draw(show), end=False, echo=self._echo(hop, met))

    def _draw(self, show: Show) -> str:
        return self.conversation.composer.draw(show, self.medium)

    def _echo(self, hop: UssdHop, met: _Met) -> str:
        if met.echo or not met.sure:
            return met.echo
        return echoes.signed(met.fields, hop, self.echo_key())

    def _count(self, hop: UssdHop, met: _Met, show: Show) -> None:
        """Add the session to the counters; a count that fails never costs a citizen a screen."""
        try:
            self._counted(hop, met, show)
        except Unavailable:
            self.observe("count_lost", outcome="unavailable")

    def _counted(self, hop: UssdHop, met: _Met, show: Show | None) -> None:
        """Add the session to the counters.

        Of a session that met a private screen nothing is kept, not even that it was.

        Raises:
            Unavailable: something could not be read or written; nothing is counted.
        """
        begun = echoes.read(met.fields)
        inputs = inputs_of(hop.text, begun.skip)
        asker = _asker(hop, met.profile)
        try:
            if show is None or HOME in hygiene.keys(inputs):
                start = replace(_start(begun), skip_past=False)
                show = self.conversation.run(
                    asker, inputs, start, self.shelf.catalogue(), replaying=True
                )
            if show.private:
                return
            counts = counts_of(
                show.counted,
                channel=CHANNEL,
                language=show.language,
                asker_district=met.district,
            )
            self.desk.count(_named(hop), counts)
        except Private:
            return
        except TooMuchRead:
            self.observe("count_lost", outcome="too_long")


def _start(echo: Echo) -> Start:
    return Start(echo.language, echo.known, invited=echo.invited)


def _named(hop: UssdHop) -> str:
    """Return what a session is counted by, once whoever reports it."""
    return f"{hop.party.gateway}/{hop.party.id}/{_asker(hop).session}"


def _asker(hop: UssdHop, profile: Profile | None = None) -> Asker:
    """Return the subject of a hop: a session is one only with its service code (engine E0)."""
    session = f"{hop.service_code}/{hop.session_id}"
    return Asker(hop.party, CHANNEL, session, hop.text, profile)
