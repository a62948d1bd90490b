"""This file finishes the words of a broadcast: placeholders, who it is from, how to stop it."""

import re
from collections.abc import Mapping

from chalicelib.errors import NotAcceptable
from chalicelib.telecom.segments import measure

PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
# Drafts for a native speaker to review, but for the English one.
ENDINGS: Mapping[str, str] = {
    "en": "{sender}. STOP to {short_code}",
    "km": "{sender}។ ឈប់: ផ្ញើ STOP ទៅ {short_code}",
    "km-Latn": "{sender}. Chhop: phnhae STOP tov {short_code}",
}
MOST_PARTS = 6


def finished(texts: Mapping[str, str], values: Mapping[str, str]) -> dict[str, str]:
    """Return the words by language as they will be sent.

    Raises:
        NotAcceptable: naming the language, what is wrong with its text, and what to do.
    """
    if not texts:
        raise NotAcceptable("no text: write one with --text, --text-km or --text-latn")
    return {language: _finished(language, text, values) for language, text in texts.items()}


def _finished(language: str, text: str, values: Mapping[str, str]) -> str:
    whole = f"{text.strip()}\n{ENDINGS[language]}"
    for name in PLACEHOLDER.findall(whole):
        if name not in values:
            known = ", ".join(f"{{{one}}}" for one in sorted(values))
            raise NotAcceptable(f"{language}: {{{name}}} is no placeholder: there are {known}")
    filled = PLACEHOLDER.sub(lambda match: values[match[1]], whole)
    if "{" in filled or "}" in filled:
        raise NotAcceptable(f"{language}: a brace stands alone: write {{name}} or take it out")
    parts = measure(filled).segments
    if not text.strip() or parts > MOST_PARTS:
        raise NotAcceptable(f"{language}: {parts} parts: write something, up to {MOST_PARTS} parts")
    return filled
