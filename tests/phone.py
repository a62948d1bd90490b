"""This file is a basic phone for tests: it dials and types, texts, and looks at what comes."""

from typing import Self

from chalicelib.telecom.messages import Reply
from tests.builders import NUMBER, SERVICE_CODE, a_hop, a_party, an_sms
from tests.world import World


class Phone:
    """One phone. It hands the echo back with the next hop, as the gateway does, unless told."""

    def __init__(self, world: World, number: str = NUMBER, *, echoes: bool = True) -> None:
        self.world, self.party, self.echoes = world, a_party(number=number), echoes
        self.session, self.text, self.echo = "", "", ""
        self.reply = Reply("", end=True)
        self.read = 0

    @property
    def screen(self) -> str:
        """What is on the screen now."""
        return self.reply.text

    def dials(self, text: str = "") -> Self:
        """Dial the service code, with what stands behind it in a deep dial."""
        self.session = f"ATUid_{next(self.world.ids)}"
        self.text, self.echo = text, ""
        return self._hops()

    def types(self, *keys: str) -> Self:
        """Type one input after the other, each sent on its own."""
        for key in keys:
            assert not self.reply.end, f"the session is over: {self.screen}"
            self.text = f"{self.text}*{key}" if self.text else key
            self._hops()
        return self

    def repeats(self, times: int = 1) -> Self:
        """Send the last hop again, as an operator does when no answer came; it gets the same."""
        for _ in range(times):
            before = self.reply
            self._hops(echo=self.sent_echo)
            assert self.reply == before
        return self

    def again(self) -> Self:
        """Send the last hop again, whatever it is answered."""
        return self._hops(echo=self.sent_echo)

    def sees(self, *parts: str) -> Self:
        """Find every part on the screen of a session that goes on."""
        assert not self.reply.end, f"the session ended: {self.screen}"
        return self._finds(parts)

    def sees_no(self, *parts: str) -> Self:
        """Find none of the parts on the screen."""
        assert [part for part in parts if part in self.screen] == [], self.screen
        return self

    def ends(self, *parts: str) -> Self:
        """Find every part on the last screen of a session that is over."""
        assert self.reply.end, f"the session goes on: {self.screen}"
        return self._finds(parts)

    def texts(self, *messages: str, id_: str | None = None) -> Self:
        """Text messages one after the other, each with an id of its own unless told."""
        for text in messages:
            name = f"sms-{next(self.world.ids)}" if id_ is None else id_
            self.world.sms.receive(an_sms(text=text, id_=name, party=self.party))
        return self

    def receives(self, *parts: str) -> Self:
        """Find every part in the next SMS, in a row: one SMS, no more."""
        news = self._news()
        assert len(news) == 1, f"{len(news)} messages came: {news}"
        missing = [part for part in parts if part not in news[0]]
        assert missing == [], f"{missing} is not in: {news[0]}"
        return self

    def receives_nothing(self) -> Self:
        """Find no new SMS."""
        news = self._news()
        assert news == []
        return self

    def inbox(self) -> list[str]:
        """Return every SMS that ever came."""
        self.world.deliver()
        return self.world.inbox(self.party.id)

    def _news(self) -> list[str]:
        inbox = self.inbox()
        news, self.read = inbox[self.read :], len(inbox)
        return news

    def _hops(self, echo: str | None = None) -> Self:
        self.sent_echo = self.echo if echo is None else echo
        hop = a_hop(
            text=self.text,
            party=self.party,
            session_id=self.session,
            service_code=SERVICE_CODE,
            echo=self.sent_echo,
        )
        self.reply = self.world.ussd.answer(hop)
        self.echo = self.reply.echo if self.echoes else ""
        return self

    def _finds(self, parts: tuple[str, ...]) -> Self:
        missing = [part for part in parts if part not in self.screen]
        assert missing == [], f"{missing} is not on the screen: {self.screen}"
        return self
