"""This file says who belongs to an audience, the same wherever people are kept."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence

from chalicelib.capabilities import catalogue_places
from chalicelib.capabilities.broadcasts import Audience
from chalicelib.capabilities.catalogue import Place
from chalicelib.capabilities.subscribers import Member

Places = Callable[[], Mapping[str, Place]]
# What the people who answered a forum said, by id: `yes` or `no`. Of all others it is silence.
SILENT = "silent"
Answers = Callable[[str], Mapping[str, str]]


def unanswered(_forum: str) -> Mapping[str, str]:
    """Say that nobody answered any forum."""
    return {}


class StoresAudience(ABC):
    """See `capabilities.broadcasts.AudienceReader`.

    The order is fixed: people named one by one by their ids, those of communes by commune and
    id. An audience that names neither place nor person is who answered its forum, or nobody.
    """

    def __init__(self, places: Places, answers: Answers, default_language: str) -> None:
        """Take what communes there are, and who answered a forum."""
        self.places, self.answers = places, answers
        self.default_language = default_language

    def members(self, audience: Audience) -> Iterator[Member]:
        """Give everyone of an audience, also who opted out or never consented, each once."""
        answered = self.answers(audience.forum) if audience.forum else {}
        for member in self._everyone(audience, answered):
            if self._belongs(member, audience, answered):
                yield member

    def _everyone(self, audience: Audience, answered: Mapping[str, str]) -> Iterator[Member]:
        if audience.people or not audience.communes:
            yield from self._of_people(sorted({*(audience.people or answered)}))
            return
        communes = self._communes(audience.communes)
        for commune in communes:
            yield from self._of_commune(commune)
        # Who answered a forum from elsewhere hears of it too.
        for member in self._of_people(sorted(answered)):
            if member.commune not in communes:
                yield member

    def _communes(self, codes: Sequence[str]) -> list[str]:
        if all(len(code) == catalogue_places.COMMUNE_DIGITS for code in codes):
            return sorted(set(codes))
        return catalogue_places.communes_of(self.places(), codes)

    def _belongs(self, member: Member, audience: Audience, answered: Mapping[str, str]) -> bool:
        if audience.answers and answered.get(member.id, SILENT) not in audience.answers:
            return False
        if audience.topics and member.topics and not member.topics & audience.topics:
            return False
        language = member.language or self.default_language
        return not audience.languages or language in audience.languages

    @abstractmethod
    def _of_commune(self, commune: str) -> Iterator[Member]:
        """Give the people of one commune, by id."""

    @abstractmethod
    def _of_people(self, ids: Sequence[str]) -> Iterator[Member]:
        """Give the people who are there, in the order asked for."""
