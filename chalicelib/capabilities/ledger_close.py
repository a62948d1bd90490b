"""This file adds a message up by language when it is closed, so that its rows may go one day."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence

from chalicelib.capabilities.ledger import Batch, Chunk
from chalicelib.capabilities.ledger_sum import SEPARATOR, counts_of

# The states that people are told apart by in reports; what a language is followed by.
OUTCOMES = ("people", "sent", "delivered", "failed", "rejected", "unknown")
FINAL = ("delivered", "failed")
Statuses = Callable[[str, Sequence[str]], Mapping[str, str]]


def by_language(chunks: Iterable[tuple[Batch | None, Chunk]], statuses: Statuses) -> dict[str, int]:
    """Count people by language and outcome, as `km#delivered`; `statuses` reads reports by id."""
    found: Counter[str] = Counter()
    for batch, chunk in chunks:
        if batch is None:
            continue
        counts = {"people": len(batch.people), **counts_of(chunk), **_reported(chunk, statuses)}
        for name in OUTCOMES:
            found[f"{batch.language}{SEPARATOR}{name}"] += counts.get(name, 0)
    return {name: n for name, n in sorted(found.items()) if n}


def _reported(chunk: Chunk, statuses: Statuses) -> dict[str, int]:
    """Return how many the operators said something final of; the rest only went to the gateway."""
    ids = [*chunk.results.get("sent", {}).values(), *chunk.found.values()]
    named = [one for one in ids if one]
    words = list(statuses(chunk.gateway, named).values()) if named else []
    return {one: words.count(one) for one in FINAL}
