"""This file gives what stands for a text that somebody saw, so that they agree to no other."""

CODE_DIGITS = 8


def code_of(seen: str) -> str:
    """Return what stands for a text with its people and times where a person types it.

    The number of its edit stays whole: eight digits alone would let an author try out words until
    others have the same.
    """
    edit, _, digest = seen.partition("-")
    return f"{edit}-{digest[:CODE_DIGITS]}"
