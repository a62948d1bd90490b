"""This file keeps staff in memory, as strictly as the user pool of AWS, which no emulator is.

A sign-in is carried on by a token that lasts three minutes and is used once; a code of the second
factor is taken once; who is unknown, disabled or wrong is told alike.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import pyotp

from chalicelib.capabilities.staff import (
    REFUSED,
    CodeRefused,
    Kind,
    PasswordTooWeak,
    Person,
    SignInRefused,
    SignInSpent,
    Step,
    code_in,
    folded,
    is_strong,
    strong,
)
from chalicelib.errors import NotAcceptable, NotFound
from chalicelib.ports import Clock

LIVES = timedelta(minutes=3)
# Codes of the half minute before and after are taken, as clocks differ.
DRIFT = (-1, 0, 1)


@dataclass
class _Account:
    person: Person
    password: str
    is_first: bool = True
    secret: str = ""
    # The half minute of the last code that was taken: it and all before it are used up.
    last: int = 0


@dataclass(frozen=True, slots=True)
class _Pending:
    """A sign-in that waits: the token that stands for it is good for this and nothing else."""

    name: str
    kind: Kind
    until: datetime
    secret: str = ""


class MemoryUserPool:
    """See `capabilities.staff.Identity`; `needs_code` asks everybody for a second factor."""

    def __init__(self, clock: Clock, *, needs_code: bool = True) -> None:
        """Begin with nobody."""
        self.clock, self.needs_code = clock, needs_code
        self.accounts: dict[str, _Account] = {}
        self.pending: dict[str, _Pending] = {}

    def start(self, name: str, password: str) -> Step:
        """Begin a sign-in by a password."""
        account = self.accounts.get(folded(name))
        if account is None or account.person.is_disabled:
            raise SignInRefused(REFUSED)
        if not secrets.compare_digest(account.password.encode(), password.encode()):
            raise SignInRefused(REFUSED)
        if account.is_first:
            return self._waits(account, "new_password")
        return self._second(account)

    def answer(self, step: Step, said: str) -> Step:
        """Carry a sign-in on."""
        now = self.clock.now()
        waits = self.pending.pop(step.token, None)
        if waits is None or now >= waits.until or waits.kind != step.kind:
            raise SignInSpent("the sign-in took too long: begin again")
        account = self.accounts[waits.name]
        if account.person.is_disabled:
            raise SignInSpent("the sign-in took too long: begin again")
        try:
            if waits.kind == "new_password":
                return self._renewed(account, said)
            return self._coded(account, waits, said)
        except (PasswordTooWeak, CodeRefused):
            self.pending[step.token] = waits
            raise

    def look(self, name: str) -> Person | None:
        """Return somebody as they are now."""
        account = self.accounts.get(folded(name))
        return account.person if account else None

    def add(self, person: Person, password: str) -> None:
        """Add one of the staff."""
        name = folded(person.name)
        if name in self.accounts:
            raise NotAcceptable(f"there is somebody called {name} already")
        self.accounts[name] = _Account(replace(person, name=name), strong(password))

    def renew(self, name: str, password: str) -> None:
        """Give somebody a first password again, and take the second factor."""
        account = self._known(name)
        account.password, account.is_first, account.secret = strong(password), True, ""

    def disable(self, name: str) -> None:
        """Let somebody sign in no more."""
        account = self._known(name)
        account.person = replace(account.person, is_disabled=True)

    def everybody(self) -> Sequence[Person]:
        """Return all of the staff, by name."""
        return [self.accounts[name].person for name in sorted(self.accounts)]

    def _known(self, name: str) -> _Account:
        account = self.accounts.get(folded(name))
        if account is None:
            raise NotFound(f"nobody is called {name}")
        return account

    def _renewed(self, account: _Account, said: str) -> Step:
        if not is_strong(said) or said == account.password:
            raise PasswordTooWeak("the password is too weak, or the old one")
        account.password, account.is_first = said, False
        return self._second(account)

    def _coded(self, account: _Account, waits: _Pending, said: str) -> Step:
        secret = waits.secret or account.secret
        at = _half_minute(pyotp.TOTP(secret), code_in(said), self.clock.now())
        if at <= account.last:
            raise CodeRefused("the code is wrong")
        account.secret, account.last = secret, at
        return self._done(account)

    def _second(self, account: _Account) -> Step:
        if account.secret:
            return self._waits(account, "code")
        if self.needs_code:
            return self._waits(account, "enrol", pyotp.random_base32())
        return self._done(account)

    def _done(self, account: _Account) -> Step:
        return Step("done", account.person.name, person=account.person)

    def _waits(self, account: _Account, kind: Kind, secret: str = "") -> Step:
        name, token = account.person.name, secrets.token_urlsafe(24)
        self.pending[token] = _Pending(name, kind, self.clock.now() + LIVES, secret)
        return Step(kind, name, token, secret)


def _half_minute(codes: pyotp.TOTP, code: str, now: datetime) -> int:
    """Return which half minute a code is of, counted from 1970; 0 for a wrong one."""
    about = codes.timecode(now)
    right = [about + by for by in DRIFT if codes.generate_otp(about + by) == code]
    return max(right, default=0)
