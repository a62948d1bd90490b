"""This file says what a comment is about, by words that may be in it; a draft."""

from collections.abc import Mapping

from chalicelib.capabilities.ballots import DIMENSIONS

OTHER = "other"
WORDS: Mapping[str, tuple[str, ...]] = {
    "waiting": ("wait", "slow", "queue", "late", "yu ", "yuot", "rong cham", "យូរ", "រង់ចាំ", "យឺត"),
    "hours": ("hour", "closed", "open", "lunch", "maong", "bet tvea", "ម៉ោង", "បិទ", "បើក"),
    "fees": ("fee", "money", "price", "cost", "pay", "luy", "tlai", "លុយ", "ថ្លៃ", "តម្លៃ", "បង់"),
    "attitude": ("rude", "polite", "kind", "attitude", "eriyabot", "ឥរិយាបថ", "សុភាព", "គំរោះ"),
    "information": ("inform", "explain", "sign", "pordamean", "ព័ត៌មាន", "ពន្យល់"),
}
TOPICS = (*DIMENSIONS, OTHER)


def topic_of(comment: str) -> str:
    """Return the topic whose word comes first in a comment; `other` where none does."""
    said = f"{comment.casefold()} "
    places = [
        (said.find(word), topic) for topic, words in WORDS.items() for word in words if word in said
    ]
    return min(places, default=(0, OTHER))[1]
