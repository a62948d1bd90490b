"""This file keeps the published catalogue in memory."""

from chalicelib.capabilities.catalogue import Catalogue
from chalicelib.capabilities.catalogue_plain import versioned
from chalicelib.storage.memory.base import MemoryDatabase

TABLE, HEAD = "catalogue", "head"


class MemoryCatalogue:
    """See `capabilities.catalogue.CatalogueStore`."""

    def __init__(self, database: MemoryDatabase) -> None:
        """Take the tables."""
        self.database = database

    def version(self) -> str | None:
        """Return the version that is published, as part of a call."""
        row = self.database.row(TABLE, HEAD)
        return row["catalogue"].version if row is not None else None

    def head(self) -> str | None:
        """Return the version that is published; one call."""
        with self.database.calling("get"):
            return self.version()

    def load(self) -> Catalogue | None:
        """Return the snapshot that is published; one call."""
        with self.database.calling("get"):
            row = self.database.row(TABLE, HEAD)
        return row["catalogue"] if row is not None else None

    def publish(self, catalogue: Catalogue) -> bool:
        """Publish a snapshot; False where the same one stands already."""
        new = versioned(catalogue)
        if self.head() == new.version:
            return False
        with self.database.calling("batch"):
            self.database.tables[TABLE][HEAD] = {"catalogue": new}
        return True
