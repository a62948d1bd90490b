"""This file is the ombudsperson's side of complaints: one district's, opened one by one."""

from base64 import urlsafe_b64decode
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from chalicelib.capabilities.complaints import Complaint, moved
from chalicelib.errors import NotAcceptable, NotFound
from chalicelib.storage.complaint_codes import opened_words, said, sealed_words
from chalicelib.storage.keys import REVIEWERS, KeyRing

# As much of a row's id as tells it from the others, four octets; it leads to no code.
REF = 8


class Review:
    """The complaints of a stage for who holds the reviewers' key."""

    def __init__(self, store: Any, keys: KeyRing) -> None:
        """Take the store and a ring with both halves of the reviewers' pair."""
        self.store, self.keys = store, keys

    def of_district(self, district: str) -> list[Complaint]:
        """Return the complaints of one district, the oldest first."""
        found = [one for one in self.store.every() if one.district == district]
        return sorted(found, key=lambda one: (one.week, one.id))

    def known(self, district: str, ref: str) -> Complaint:
        """Return one complaint of a district by the reference that the list shows.

        Raises:
            NotFound: the district has none; another one's is not there either.
        """
        for one in self.of_district(district):
            if ref_of(one) == ref:
                return one
        raise NotFound(f"district {district} has no complaint '{ref}': see `owl complaints list`")

    def words(self, complaint: Complaint) -> list[str]:
        """Open what the citizen wrote, oldest first."""
        private = self.keys.now().values[REVIEWERS]
        return [
            opened_words(private, one.sealed) for one in complaint.thread if one.by == "citizen"
        ]

    def does(
        self, complaint: Complaint, move: str, week: str, words: Mapping[str, str]
    ) -> Complaint:
        """Do something with a complaint, and say something where there are words.

        Raises:
            NotAcceptable: its state does not allow it, or it changed since it was read.
        """
        entry = said(complaint, words, week) if words else None
        return self._kept(complaint, moved(complaint, move, week, entry))

    def release(self, complaint: Complaint, text: str) -> Complaint:
        """Let the office concerned read a text."""
        sealed = sealed_words(self.keys.now(), text)
        return self._kept(complaint, replace(complaint, released=(*complaint.released, sealed)))

    def released(self, office: str) -> Iterator[tuple[Complaint, list[str]]]:
        """Give what the office concerned may read: what was released, nothing else."""
        private = self.keys.now().values[REVIEWERS]
        for one in self.of_district(office):
            if one.office == office and one.released:
                yield one, [opened_words(private, sealed) for sealed in one.released]

    def _kept(self, old: Complaint, new: Complaint) -> Complaint:
        if not self.store.change(old, new):
            raise NotAcceptable("this complaint changed a moment ago: read it again, then repeat")
        return replace(new, edition=old.edition + 1)


def ref_of(complaint: Complaint) -> str:
    """Return the reference of a complaint among its district's.

    It is in hexadecimal: a letter of base64 may be a dash, at which a shell begins an option.
    """
    return urlsafe_b64decode(complaint.id[:REF])[: REF // 2].hex()
