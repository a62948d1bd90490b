"""This file makes codes of complaints, and the ids, tags and seals that hang on them.

A code comes from what was sent and never from who sent it: the same hop again leads to the same
code with nothing kept for that, and to no number. Without the pepper no code leads to its row.
"""

import json
from base64 import urlsafe_b64encode
from collections.abc import Mapping

from chalicelib.capabilities.complaints import Cause, Complaint, Entry, Report, code_of
from chalicelib.errors import NotAcceptable
from chalicelib.storage.keys import REVIEWERS_PUBLIC, Keys
from chalicelib.storage.seals import opened_by, sealed_to

# All words of one side are as long when they are sealed: three parts of an SMS, in one language
# of the citizen and in three of the ombudsperson.
WORDS_OCTETS, SAID_OCTETS = 640, 2048
# How often a code is made anew where another complaint has it already.
TRIES = 4


def codes_of(keys: Keys, cause: Cause, at: int = 0) -> list[str]:
    """Return the code that a cause leads to; during the overlap also last month's.

    `at` counts the collisions before it.
    """
    made = keys.sealing("code", *cause.parts, *([str(at)] if at else []))
    return [code_of(int.from_bytes(one, "big")) for one in made]


def tags_of(keys: Keys, cause: Cause) -> list[str]:
    """Return what says that the words of a cause are in a complaint, as `codes_of`."""
    return keys.monthly("entry", *cause.parts)


def row_of(keys: Keys, code: str) -> str:
    """Return the id of the row of a code."""
    return urlsafe_b64encode(keys.peppered("complaint", code)).decode().rstrip("=")


def made(keys: Keys, code: str, tag: str, report: Report) -> Complaint:
    """Return the complaint of a report as it is first kept."""
    return Complaint(
        id=row_of(keys, code),
        office=report.office,
        kind=report.kind,
        when=report.when,
        week=report.week,
        public=_public_of(keys, code),
        tags=frozenset({tag}),
        thread=(told(keys, report.text, report.week),),
    )


def told(keys: Keys, text: str, week: str) -> Entry:
    """Return a citizen's words, sealed to the reviewers."""
    return Entry("citizen", week, sealed_words(keys, text))


def sealed_words(keys: Keys, text: str) -> bytes:
    """Seal words to the reviewers."""
    written = text.encode().ljust(WORDS_OCTETS)
    return sealed_to(keys.values[REVIEWERS_PUBLIC], written)


def opened_words(private: bytes, sealed: bytes) -> str:
    """Open words that were sealed to the reviewers."""
    return opened_by(private, sealed).decode().rstrip()


def said(complaint: Complaint, words: Mapping[str, str], week: str) -> Entry:
    """Return the ombudsperson's words by language, sealed to who has the code.

    Raises:
        NotAcceptable: they are too long.
    """
    plain = json.dumps(dict(words), ensure_ascii=False).encode()
    if len(plain) > SAID_OCTETS:
        raise NotAcceptable("these words are too long: shorten them")
    return Entry("ombudsperson", week, sealed_to(complaint.public, plain.ljust(SAID_OCTETS)))


def heard(keys: Keys, code: str, entry: Entry) -> Mapping[str, str]:
    """Open the ombudsperson's words, with the code that they were sealed to."""
    words: Mapping[str, str] = json.loads(opened_by(_seed_of(keys, code), entry.sealed))
    return words


def _seed_of(keys: Keys, code: str) -> bytes:
    return keys.peppered("pair", code)


def _public_of(keys: Keys, code: str) -> bytes:
    from nacl.public import PrivateKey  # noqa: PLC0415 - only who complains pays for it

    return bytes(PrivateKey(_seed_of(keys, code)).public_key)
