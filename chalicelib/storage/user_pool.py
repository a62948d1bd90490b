"""This file is the staff in a Cognito user pool, by its calls for administrators.

Passwords go through AdminInitiateAuth, which only our role may call: the public InitiateAuth would
let anybody who learns the client's id guess past our own count of tries. No token is kept once
somebody is in: who they are is read from the pool itself.
"""

import hmac
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from chalicelib.capabilities.staff import (
    REFUSED,
    ROLES,
    CodeRefused,
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
from chalicelib.errors import CivicError, NotAcceptable, NotFound, Unavailable
from chalicelib.storage.base import Database
from chalicelib.storage.user_pool_client import PoolClient, Told

OFFICE, DISTRICT = "custom:office", "custom:district"
# The challenges that we answer, and what each asks of a person.
CHALLENGES: Mapping[str, Any] = {
    "NEW_PASSWORD_REQUIRED": "new_password",
    "SOFTWARE_TOKEN_MFA": "code",
}
SETUP = "MFA_SETUP"
# How a token of who sets the second factor up is told apart: they are in but for that.
IN = "in:"
# https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/CommonErrors.html
NOBODY = frozenset(
    {
        "NotAuthorizedException",
        "UserNotFoundException",
        "PasswordResetRequiredException",
        "UserNotConfirmedException",
    }
)
# A code that was used already is told as one that expired.
WRONG_CODE = frozenset(
    {"CodeMismatchException", "EnableSoftwareTokenMFAException", "ExpiredCodeException"}
)
WEAK = frozenset({"InvalidPasswordException", "PasswordHistoryPolicyViolationException"})
LONGEST_NAME = 128


class CognitoPool:
    """See `capabilities.staff.Identity`."""

    def __init__(self, database: Database, *, needs_code: bool = True) -> None:
        """Make no call yet. `needs_code` sends everybody to a second factor."""
        self.calls, self.needs_code = PoolClient(database), needs_code

    @property
    def secret(self) -> str:
        """What the console derives its own secret from: nobody else can read it."""
        return self.calls.secret

    def start(self, name: str, password: str) -> Step:
        """Begin a sign-in by a password."""
        name = folded(name)
        if not name or not password or len(name) > LONGEST_NAME:
            raise SignInRefused(REFUSED)
        try:
            answer = self.calls.call(
                "admin_initiate_auth",
                ClientId=self.calls.app,
                AuthFlow="ADMIN_USER_PASSWORD_AUTH",
                AuthParameters={"USERNAME": name, "PASSWORD": password, **self.calls.proof(name)},
            )
        except Told as told:
            if told.code in NOBODY or told.code == "InvalidParameterException":
                raise SignInRefused(REFUSED) from None
            raise
        step = self._stepped(name, answer)
        if step.kind == "new_password":
            return replace(step, token=f"{self.calls.mark(name, password)}:{step.token}")
        return step

    def answer(self, step: Step, said: str) -> Step:
        """Carry a sign-in on."""
        try:
            if step.kind == "new_password":
                return self._renewed(step, said)
            if step.kind == "enrol":
                return self._enrolled(step, code_in(said))
            answer = self._respond(
                step, "SOFTWARE_TOKEN_MFA", {"SOFTWARE_TOKEN_MFA_CODE": code_in(said)}
            )
        except Told as told:
            raise _refusal(told) from None
        return self._stepped(step.name, answer)

    def look(self, name: str) -> Person | None:
        """Return somebody as they are now."""
        try:
            found = self.calls.call("admin_get_user", Username=folded(name))
            groups = self.calls.call("admin_list_groups_for_user", Username=folded(name))["Groups"]
        except Told as told:
            if told.code == "UserNotFoundException":
                return None
            raise
        roles = frozenset(one["GroupName"] for one in groups) & frozenset(ROLES)
        return _person(found["Username"], found["UserAttributes"], roles, found["Enabled"])

    def add(self, person: Person, password: str) -> None:
        """Add one of the staff; no mail is sent, the password is handed over by who adds them."""
        name, password = folded(person.name), strong(password)
        places = {OFFICE: person.office, DISTRICT: person.district}
        attributes = [{"Name": one, "Value": value} for one, value in places.items() if value]
        try:
            self.calls.call(
                "admin_create_user",
                Username=name,
                TemporaryPassword=password,
                MessageAction="SUPPRESS",
                UserAttributes=attributes,
            )
        except Told as told:
            if told.code == "UsernameExistsException":
                raise NotAcceptable(f"there is somebody called {name} already") from None
            raise
        try:
            for role in sorted(person.roles):
                self.calls.call("admin_add_user_to_group", Username=name, GroupName=role)
        except Unavailable:
            # Somebody without a role could do nothing, and would be in the way of another try.
            self.calls.call("admin_delete_user", Username=name)
            raise

    def renew(self, name: str, password: str) -> None:
        """Give somebody a first password again, and take the second factor."""
        first = {"Password": strong(password), "Permanent": False}
        self._done_to("admin_set_user_password", name, **first)
        # Another is asked for before they are in.
        off = {"Enabled": False, "PreferredMfa": False}
        self._done_to("admin_set_user_mfa_preference", name, SoftwareTokenMfaSettings=off)

    def disable(self, name: str) -> None:
        """Let somebody sign in no more."""
        self._done_to("admin_disable_user", name)

    def everybody(self) -> Sequence[Person]:
        """Return all of the staff, by name."""
        roles: defaultdict[str, set[str]] = defaultdict(set)
        for role in ROLES:
            for one in self.calls.pages("list_users_in_group", "Users", GroupName=role):
                roles[one["Username"]].add(role)
        users = self.calls.pages("list_users", "Users")
        people = [
            _person(
                one["Username"],
                one["Attributes"],
                frozenset(roles[one["Username"]]),
                one["Enabled"],
            )
            for one in users
        ]
        return sorted(people, key=lambda one: one.name)

    def _done_to(self, call: str, name: str, **arguments: Any) -> None:
        try:
            self.calls.call(call, Username=folded(name), **arguments)
        except Told as told:
            if told.code == "UserNotFoundException":
                raise NotFound(f"nobody is called {name}") from None
            raise

    def _stepped(self, name: str, answer: Mapping[str, Any]) -> Step:
        """Return how far an answer of the pool brings somebody."""
        challenge = str(answer.get("ChallengeName") or "")
        if challenge == SETUP:
            made = self.calls.call(
                "associate_software_token", pool=False, Session=answer["Session"]
            )
            return Step("enrol", name, made["Session"], made["SecretCode"])
        if challenge in CHALLENGES:
            return Step(CHALLENGES[challenge], name, answer["Session"])
        if challenge:
            raise SignInRefused("the pool asks for what this console cannot do")
        access = answer["AuthenticationResult"]["AccessToken"]
        # Whoever has a second factor was asked for it above.
        if self.needs_code and not answer.get("had_code"):
            made = self.calls.call("associate_software_token", pool=False, AccessToken=access)
            return Step("enrol", name, f"{IN}{access}", made["SecretCode"])
        return self._done(name)

    def _renewed(self, step: Step, said: str) -> Step:
        """Set a new password: the pool itself would take the old one again."""
        mark, _, token = step.token.partition(":")
        if not is_strong(said) or hmac.compare_digest(mark, self.calls.mark(step.name, said)):
            raise PasswordTooWeak("the password is too weak, or the old one")
        same = replace(step, token=token)
        answer = self._respond(same, "NEW_PASSWORD_REQUIRED", {"NEW_PASSWORD": said})
        return self._stepped(step.name, answer)

    def _enrolled(self, step: Step, code: str) -> Step:
        """Set up the second factor with a first code of it."""
        is_in = step.token.startswith(IN)
        token = {"AccessToken": step.token.removeprefix(IN)} if is_in else {"Session": step.token}
        made = self.calls.call("verify_software_token", pool=False, UserCode=code, **token)
        if made["Status"] != "SUCCESS":
            raise CodeRefused("the code is wrong")
        self.calls.call(
            "admin_set_user_mfa_preference",
            Username=step.name,
            SoftwareTokenMfaSettings={"Enabled": True, "PreferredMfa": True},
        )
        if is_in:
            return self._done(step.name)
        again = Step(step.kind, step.name, made["Session"])
        return self._stepped(step.name, self._respond(again, SETUP, {}))

    def _respond(self, step: Step, challenge: str, said: Mapping[str, str]) -> dict[str, Any]:
        answer = self.calls.call(
            "admin_respond_to_auth_challenge",
            ClientId=self.calls.app,
            ChallengeName=challenge,
            Session=step.token,
            ChallengeResponses={"USERNAME": step.name, **said, **self.calls.proof(step.name)},
        )
        return {**answer, "had_code": challenge != "NEW_PASSWORD_REQUIRED"}

    def _done(self, name: str) -> Step:
        person = self.look(name)
        if person is None or person.is_disabled:
            raise SignInRefused(REFUSED)
        return Step("done", name, person=person)


def _refusal(told: Told) -> CivicError:
    if told.code in WRONG_CODE:
        return CodeRefused("the code is wrong")
    if told.code in WEAK:
        return PasswordTooWeak("the password is too weak")
    # A sign-in that took too long is told as not authorized.
    return SignInSpent("the sign-in took too long: begin again") if told.code in NOBODY else told


def _person(
    name: str, attributes: Sequence[Mapping[str, str]], roles: frozenset[str], enabled: object
) -> Person:
    known = {one["Name"]: one["Value"] for one in attributes}
    places = known.get(OFFICE, ""), known.get(DISTRICT, "")
    return Person(name, roles, *places, is_disabled=not enabled)
