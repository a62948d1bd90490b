"""This file warns of texts that make an answer about a service too long for an SMS."""

from collections.abc import Iterable, Iterator, Mapping

from chalicelib import facts
from chalicelib.capabilities.catalogue import Service
from chalicelib.dialog.book import LANGUAGES, Book
from chalicelib.dialog.words import filled
from chalicelib.telecom.segments import measure

# The answer to one question each; everything at once is paged, and is long in Khmer anyway.
ANSWERS: Mapping[str, str] = {
    "documents": "service_documents",
    "fees": "service_fee",
    "time": "service_time",
}


def too_long(services: Iterable[Service], book: Book, most: int) -> Iterator[str]:
    """Give a sentence for each answer that takes over `most` parts in a language."""
    for service in services:
        told = facts.of_service(service)
        for what, screen in ANSWERS.items():
            for language in LANGUAGES:
                parts = measure(filled(book, book.screens[screen].sms, told, language)).segments
                if parts > most:
                    yield (
                        f"service {service.code}: its {what} take {parts} parts of an SMS in "
                        f"{language}, {most} is the most one answer has: shorten them"
                    )
