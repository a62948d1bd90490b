"""This file keeps the catalogue at hand: read whole at start, again only when it changed."""

from chalicelib.capabilities.catalogue import EMPTY, Catalogue, CatalogueStore
from chalicelib.errors import Unavailable


class Shelf:
    """The snapshot of one function instance.

    Its version rides with the profile on a first hop, so that a later hop reads nothing.
    """

    def __init__(self, store: CatalogueStore) -> None:
        """Read nothing yet."""
        self.store = store
        self.kept: Catalogue | None = None

    def catalogue(self) -> Catalogue:
        """Return the snapshot; an empty one while none can be read."""
        if self.kept is None:
            self._read()
        return self.kept or EMPTY

    def refresh(self, version: str | None) -> None:
        """Read the snapshot again when another version is published."""
        if version is not None and (self.kept is None or self.kept.version != version):
            self._read()

    def _read(self) -> None:
        try:
            self.kept = self.store.load() or self.kept
        except Unavailable:
            return
