"""This file reads what staff type into a form in each language that phones speak."""

from collections.abc import Mapping

from flask import request

# By the end of a field's name; Khmer first, as most write it first.
LANGUAGES: Mapping[str, str] = {"km": "km", "latn": "km-Latn", "en": "en"}


def texts_typed(name: str) -> dict[str, str]:
    """Return a text of the form by language, without those that are empty."""
    typed = {
        language: request.form.get(f"{name}_{field}", "").strip()
        for field, language in LANGUAGES.items()
    }
    return {language: text for language, text in typed.items() if text}
