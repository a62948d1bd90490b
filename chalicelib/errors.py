"""This file names every failure OWL expects, and what it means for the caller."""


class CivicError(Exception):
    """A failure with a sentence a person can act on.

    `retry` says whether the same call may succeed later without anyone changing anything.
    """

    retry = False


class Unavailable(CivicError):
    """A service we depend on did not answer in time; nothing is known to have changed."""

    retry = True


class NotAcceptable(CivicError):
    """The input breaks a rule; the message says which, where and what to do."""


class NotFound(CivicError):
    """What was asked for does not exist here."""
