"""This file gives what stands for a text that somebody saw, so that they agree to no other."""

CODE_DIGITS = 8


def code_of(digest: str) -> str:
    """Return what stands for a text with its people and times where a person types it."""
    return digest[:CODE_DIGITS]
