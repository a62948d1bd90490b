"""This file keeps staff in memory, as strictly as the user pool of AWS, which no emulator is.

A sign-in is carried on by a token that lasts three minutes and is used once; a code of the second
factor is taken once; who is unknown, disabled or wrong is told alike.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pyotp

from chalicelib.capabilities.staff import (
    CodeRefused,
    PasswordTooWeak,
    Person,
    SignInRefused,
    SignInSpent,
    Step,
    is_strong,
)
from chalicelib.errors import NotAcceptable, NotFound
from chalicelib.ports import Clock

REFUSED = "the name or the password is wrong"
LIVES = timedelta(minutes=3)
# Codes of the half minute before and after are taken, as clocks differ.
DRIFT = 1


@dataclass
class _Account:
    person: Person
    password: str
    is_first: bool = True
    secret: str = ""
    used: set[str] = field(default_factory=set)


class MemoryUserPool:
    """See `capabilities.staff.Identity`; `needs_code` asks everybody for a second factor."""

    def __init__(self, clock: Clock, *, needs_code: bool = True) -> None:
        """Begin with nobody."""
        self.clock, self.needs_code = clock, needs_code
        self.accounts: dict[str, _Account] = {}
        self.tokens: dict[str, tuple[str, datetime]] = {}

    def start(self, name: str, password: str) -> Step:
        """Begin a sign-in by a password."""
        account = self.accounts.get(name)
        if account is None or account.person.is_disabled:
            raise SignInRefused(REFUSED)
        if not secrets.compare_digest(account.password.encode(), password.encode()):
            raise SignInRefused(REFUSED)
        if account.is_first:
            return Step("new_password", name, self._token(name))
        return self._second(account)

    def answer(self, step: Step, said: str) -> Step:
        """Carry a sign-in on."""
        name, until = self.tokens.pop(step.token, ("", self.clock.now()))
        account = self.accounts.get(name)
        if account is None or self.clock.now() >= until or account.person.is_disabled:
            raise SignInSpent("the sign-in took too long: begin again")
        if step.kind == "new_password":
            return self._renewed(account, step, said, until)
        return self._coded(account, step, said, until)

    def look(self, name: str) -> Person | None:
        """Return somebody as they are now."""
        account = self.accounts.get(name)
        return account.person if account else None

    def add(self, person: Person, password: str) -> None:
        """Add one of the staff."""
        if person.name in self.accounts:
            raise NotAcceptable(f"there is somebody called {person.name} already")
        if not is_strong(password):
            raise NotAcceptable("the password is too weak: take 12 signs or more of all kinds")
        self.accounts[person.name] = _Account(person, password)

    def disable(self, name: str) -> None:
        """Let somebody sign in no more."""
        if name not in self.accounts:
            raise NotFound(f"nobody is called {name}")
        account = self.accounts[name]
        account.person = replace(account.person, is_disabled=True)

    def everybody(self) -> Sequence[Person]:
        """Return all of the staff, by name."""
        return [self.accounts[name].person for name in sorted(self.accounts)]

    def _renewed(self, account: _Account, step: Step, said: str, until: datetime) -> Step:
        if not is_strong(said) or said == account.password:
            self.tokens[step.token] = (step.name, until)
            raise PasswordTooWeak("the password is too weak, or the old one")
        account.password, account.is_first = said, False
        return self._second(account)

    def _coded(self, account: _Account, step: Step, said: str, until: datetime) -> Step:
        secret = step.secret if step.kind == "enrol" else account.secret
        code = said.strip()
        good = pyotp.TOTP(secret).verify(code, for_time=self.clock.now(), valid_window=DRIFT)
        if not good or code in account.used:
            self.tokens[step.token] = (step.name, until)
            raise CodeRefused("the code is wrong")
        account.secret = secret
        account.used.add(code)
        return self._done(account)

    def _second(self, account: _Account) -> Step:
        name = account.person.name
        if account.secret:
            return Step("code", name, self._token(name))
        if self.needs_code:
            return Step("enrol", name, self._token(name), pyotp.random_base32())
        return self._done(account)

    def _done(self, account: _Account) -> Step:
        return Step("done", account.person.name, person=account.person)

    def _token(self, name: str) -> str:
        token = secrets.token_urlsafe(24)
        self.tokens[token] = (name, self.clock.now() + LIVES)
        return token
