"""This file says what is asked of broadcasts, and what is answered."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from chalicelib.capabilities.subscribers import TOPICS
from chalicelib.dialog.book import LANGUAGES
from chalicelib.operations.base import Asked, Id, Line, Words

Moment = Annotated[str, Meta(max_length=30)]
Digest = Annotated[str, Meta(min_length=1, max_length=128)]


class Draft(Asked, frozen=True, kw_only=True):
    """A message as it is written. Times are the stage's, as `2026-12-05 08:00`.

    The audience is the people of `communes` (also districts and provinces, by code or name) or of
    a `forum`, of which `topics`, `languages` and `answers` leave only some. In the texts {ussd},
    {short_code} and {sender} are filled in.
    """

    name: Annotated[str, Meta(max_length=60, pattern=r"^([A-Za-z0-9][A-Za-z0-9._-]*)?\Z")] = ""
    text: Words = ""
    text_km: Words = ""
    text_latn: Words = ""
    communes: Annotated[list[Line], Meta(max_length=1000)] = []
    topics: list[Literal[tuple(TOPICS)]] = []  # type: ignore[valid-type]
    languages: list[Literal[tuple(LANGUAGES)]] = []  # type: ignore[valid-type]
    forum: Annotated[str, Meta(max_length=20, pattern=r"^[0-9A-Za-z-]*\Z")] = ""
    answers: list[Literal["yes", "no", "silent"]] = []
    begin: Moment = ""
    until: Moment = ""
    edit: bool = False


class Named(Asked, frozen=True, kw_only=True):
    """A message by its id."""

    name: Id


class Seen(Asked, frozen=True, kw_only=True):
    """A message, and the digest of what was seen of it: one that was edited since is refused."""

    name: Id
    seen: Digest


class Stopped(Asked, frozen=True, kw_only=True):
    """A message, and why it is stopped, for who asks later."""

    name: Id
    why: Line = "stopped by hand"


class Drafted(Struct, frozen=True, kw_only=True):
    """The id of a draft; `new` is false where the same stood there already."""

    id: str
    new: bool


class Again(Struct, frozen=True, kw_only=True):
    """The id of a second message."""

    id: str


class Message(Struct, frozen=True, kw_only=True):
    """How a message stands. `code` is the beginning of `digest`, short enough to be typed."""

    id: str
    kind: str
    state: str
    author: str
    signers: list[str]
    planned: int
    chunks: int
    digest: str
    code: str
    why: str


class InLanguage(Struct, frozen=True, kw_only=True):
    """How many people get a message in a language, and the parts of SMS of one copy."""

    people: int
    parts: int
    encoding: str


class OnNetwork(Struct, frozen=True, kw_only=True):
    """How many people of a network get a message, and at what price, lowest and highest."""

    people: int
    price: list[str]


class Foreseen(Message, frozen=True, kw_only=True):
    """What a message comes to, before it goes out. Prices are by the stage's rate card."""

    people: int
    audience: int
    left_out: dict[str, int]
    languages: dict[str, InLanguage]
    http_calls: int
    price: list[str]
    networks: dict[str, OnNetwork]
    first: str | None
    last: str | None
    after_cancel: int


class Summed(Message, frozen=True, kw_only=True):
    """What became of everybody: states add up to the audience."""

    audience: int
    states: dict[str, int]
    reasons: dict[str, int]
    adds_up: bool
    faults: list[str]


class Audited(Summed, frozen=True, kw_only=True):
    """The same person by person, with the parts of SMS that the gateway took."""

    parts: int


class Progress(Summed, frozen=True, kw_only=True):
    """How far a message is; `ended` once nothing is under way any more."""

    ended: bool


class ToApprove(Struct, frozen=True, kw_only=True):
    """What somebody would agree to; `shown` is false where there is nothing for them to."""

    shown: bool
    digest: str
