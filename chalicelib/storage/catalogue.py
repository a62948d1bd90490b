"""This file stores the catalogue as numbered parts of one version, and which version counts."""

import zlib

from pynamodb.attributes import BinaryAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.models import Model

from chalicelib.capabilities.catalogue import Catalogue
from chalicelib.capabilities.catalogue_plain import dumped, loaded, version_of
from chalicelib.storage.base import Database, answering

HEAD = "head"
# An item may hold 400 KB (DynamoDB's limit); what is over goes into the next part.
PART_BYTES = 350_000


class CatalogueRow(Model):
    """The head, which names a version and its parts, or one part `version#n`."""

    class Meta:
        """Bound by `Database.bound`."""

        table_name = "catalogue"

    id = UnicodeAttribute(hash_key=True)
    version = UnicodeAttribute(null=True)
    before = UnicodeAttribute(null=True)
    parts = NumberAttribute(null=True)
    body = BinaryAttribute(null=True, legacy_encoding=False)


class DynamoCatalogue:
    """See `capabilities.catalogue.CatalogueStore`."""

    def __init__(self, database: Database) -> None:
        """Bind the table."""
        self.database = database
        self.rows = database.bound(CatalogueRow)

    def head_key(self) -> tuple[type[Model], tuple[str, ...]]:
        """Return what `Database.get` needs to read which version counts."""
        return self.rows, (HEAD,)

    def version(self, row: CatalogueRow | None) -> str | None:
        """Return the version that a head row names."""
        return row.version if row is not None else None

    def head(self) -> str | None:
        """Return the version that is published."""
        return self.version(self._head())

    def load(self) -> Catalogue | None:
        """Return the snapshot that is published; two calls."""
        head = self._head()
        if head is None:
            return None
        wanted = [(self.rows, (f"{head.version}#{n}",)) for n in range(int(head.parts))]
        parts = self.database.get(wanted)
        return loaded(zlib.decompress(b"".join(part.body for part in parts)).decode())

    def publish(self, catalogue: Catalogue) -> bool:
        """Publish a snapshot, parts first, and forget the one before the last."""
        content = dumped(catalogue)
        version, head = version_of(content), self._head()
        if head is not None and head.version == version:
            return False
        body = zlib.compress(content.encode(), level=9)
        parts = [body[at : at + PART_BYTES] for at in range(0, len(body), PART_BYTES)]
        last = head.version if head is not None else None
        with answering():
            with self.rows.batch_write() as batch:
                for n, part in enumerate(parts):
                    batch.save(self.rows(f"{version}#{n}", body=part))
            self.rows(HEAD, version=version, parts=len(parts), before=last).save()
            self._forget(head, {version, last})
        return True

    def _forget(self, head: CatalogueRow | None, kept: set[str | None]) -> None:
        """Delete the parts of the version before last: functions may still read the last."""
        if head is None or head.before is None or head.before in kept:
            return
        # Counted up and deleted down, so that whoever is interrupted leaves none behind the others.
        there = 0
        while self.database.get([(self.rows, (f"{head.before}#{there}",))]) != [None]:
            there += 1
        with self.rows.batch_write() as batch:
            for n in reversed(range(there)):
                batch.delete(self.rows(f"{head.before}#{n}"))

    def _head(self) -> CatalogueRow | None:
        row: CatalogueRow | None
        (row,) = self.database.get([self.head_key()])
        return row
