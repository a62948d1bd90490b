"""This file gives each message of a recorded chunk its row, where delivery reports will find it."""

from dataclasses import dataclass

from chalicelib.capabilities.delivery import RecipientStore
from chalicelib.capabilities.ledger import Batch, Chunk
from chalicelib.capabilities.ledger_cells import Cell
from chalicelib.capabilities.ledger_chunks import Chunks, Name
from chalicelib.capabilities.ledger_control import Control


@dataclass(frozen=True, slots=True)
class Filing:
    """May be done again at any time: rows that are there stay as they are."""

    chunks: Chunks
    control: Control
    recipients: RecipientStore

    def file(self, name: Name, cell: Cell, batch: Batch, *, again: bool = False) -> None:
        """Write the rows of a chunk, then say that it is done; `again` writes those that lack.

        Raises:
            Unavailable: the database did not take all of it; the sweeper will do the rest.
        """
        chunk = Chunk.of(cell.value)
        sent = {one: int(at) for at, one in chunk.results["sent"].items() if one}
        there = self.recipients.statuses(chunk.gateway, list(sent)) if again else {}
        marks = {one: batch.people[at] for one, at in sent.items() if one not in there}
        self.recipients.follow(chunk.gateway, marks, str(name))
        in_doubt = [at for at in chunk.results["unknown"] if str(at) not in chunk.found]
        self.control.doubt(name, {at: batch.people[at] for at in in_doubt})
        self.chunks.filed(cell)
