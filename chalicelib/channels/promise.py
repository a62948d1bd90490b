"""This file takes the reply of an SMS from its budgets before something is kept that needs it."""

from collections.abc import Callable, Sequence
from typing import Any

from chalicelib.ports import Commits, Refused


class Promise:
    """The one reply of a message. Once it is `taken` no budget can swallow it."""

    def __init__(self, desk: Commits, writes: Callable[[], Sequence[Any]], *, is_on: bool) -> None:
        """Take what takes a reply from the budgets; `is_on` is off where no reply is sent."""
        self.desk, self.writes, self.is_on = desk, writes, is_on
        self.taken = self.refused = False

    def made(self) -> bool:
        """Take the reply; False where none is left to take.

        Raises:
            Unavailable: nobody knows whether it was taken.
        """
        if not self.is_on:
            self.refused = True
        elif not self.taken:
            try:
                self.desk.commit(self.writes())
            except Refused:
                self.refused = True
            else:
                self.taken = True
        return self.taken
