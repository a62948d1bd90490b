"""This file is the staff in a Cognito user pool, by its calls for administrators.

Passwords go through AdminInitiateAuth, which only our role may call: the public InitiateAuth would
let anybody who learns the client's id guess past our own count of tries. No token is kept once
somebody is in: who they are is read from the pool itself.
"""

import base64
import hashlib
import hmac
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.capabilities.staff import (
    ROLES,
    CodeRefused,
    PasswordTooWeak,
    Person,
    SignInRefused,
    SignInSpent,
    Step,
    is_strong,
)
from chalicelib.errors import CivicError, NotAcceptable, NotFound, Unavailable
from chalicelib.storage.base import Database

OFFICE, DISTRICT = "custom:office", "custom:district"
# The challenges that we answer, and what each asks of a person.
CHALLENGES: Mapping[str, Any] = {
    "NEW_PASSWORD_REQUIRED": "new_password",
    "SOFTWARE_TOKEN_MFA": "code",
}
ANSWERS = {"new_password": ("NEW_PASSWORD_REQUIRED", "NEW_PASSWORD")}
ANSWERS |= {"code": ("SOFTWARE_TOKEN_MFA", "SOFTWARE_TOKEN_MFA_CODE")}
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
WRONG_CODE = frozenset(
    {"CodeMismatchException", "EnableSoftwareTokenMFAException", "ExpiredCodeException"}
)
REFUSED = "the name or the password is wrong"


class CognitoPool:
    """See `capabilities.staff.Identity`."""

    def __init__(self, database: Database, *, needs_code: bool = True) -> None:
        """Open a client; no call is made. `needs_code` sends everybody to a second factor."""
        stage = database.settings
        self.pool, self.app, self.needs_code = stage.user_pool, stage.user_pool_client, needs_code
        self.client: Any = database.connection.session.create_client(
            "cognito-idp", region_name=stage.region, endpoint_url=stage.endpoint or None
        )

    @cached_property
    def secret(self) -> str:
        """What signs our calls for the app client, and what the console derives its own from."""
        answer = self._call("describe_user_pool_client", ClientId=self.app)
        return str(answer["UserPoolClient"].get("ClientSecret", ""))

    def start(self, name: str, password: str) -> Step:
        """Begin a sign-in by a password."""
        try:
            answer = self._call(
                "admin_initiate_auth",
                ClientId=self.app,
                AuthFlow="ADMIN_USER_PASSWORD_AUTH",
                AuthParameters={"USERNAME": name, "PASSWORD": password, **self._hash(name)},
            )
        except _Told as told:
            if told.code in NOBODY or told.code == "InvalidParameterException":
                raise SignInRefused(REFUSED) from None
            raise
        return self._stepped(name, answer)

    def answer(self, step: Step, said: str) -> Step:
        """Carry a sign-in on."""
        if step.kind == "new_password" and not is_strong(said):
            raise PasswordTooWeak("the password is too weak")
        try:
            if step.kind == "enrol":
                return self._enrolled(step, said.strip())
            challenge, field = ANSWERS[step.kind]
            return self._stepped(step.name, self._respond(step, challenge, {field: said.strip()}))
        except _Told as told:
            raise _refusal(told) from None

    def look(self, name: str) -> Person | None:
        """Return somebody as they are now."""
        try:
            found = self._call("admin_get_user", Username=name)
            groups = self._call("admin_list_groups_for_user", Username=name)["Groups"]
        except _Told as told:
            if told.code == "UserNotFoundException":
                return None
            raise
        roles = frozenset(one["GroupName"] for one in groups) & frozenset(ROLES)
        return _person(found["Username"], found["UserAttributes"], roles, found["Enabled"])

    def add(self, person: Person, password: str) -> None:
        """Add one of the staff; no mail is sent, the password is handed over by who adds them."""
        if not is_strong(password):
            raise NotAcceptable("the password is too weak: take 12 signs or more of all kinds")
        places = {OFFICE: person.office, DISTRICT: person.district}
        attributes = [{"Name": one, "Value": value} for one, value in places.items() if value]
        try:
            self._call(
                "admin_create_user",
                Username=person.name,
                TemporaryPassword=password,
                MessageAction="SUPPRESS",
                UserAttributes=attributes,
            )
        except _Told as told:
            if told.code == "UsernameExistsException":
                raise NotAcceptable(f"there is somebody called {person.name} already") from None
            raise
        for role in sorted(person.roles):
            self._call("admin_add_user_to_group", Username=person.name, GroupName=role)

    def disable(self, name: str) -> None:
        """Let somebody sign in no more."""
        try:
            self._call("admin_disable_user", Username=name)
        except _Told as told:
            if told.code == "UserNotFoundException":
                raise NotFound(f"nobody is called {name}") from None
            raise

    def everybody(self) -> Sequence[Person]:
        """Return all of the staff, by name."""
        roles: defaultdict[str, set[str]] = defaultdict(set)
        for role in ROLES:
            for one in self._pages("list_users_in_group", "Users", GroupName=role):
                roles[one["Username"]].add(role)
        users = self._pages("list_users", "Users")
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

    def _stepped(self, name: str, answer: Mapping[str, Any]) -> Step:
        """Return how far an answer of the pool brings somebody."""
        challenge = str(answer.get("ChallengeName") or "")
        if challenge == SETUP:
            made = self._call("associate_software_token", pool=False, Session=answer["Session"])
            return Step("enrol", name, made["Session"], made["SecretCode"])
        if challenge in CHALLENGES:
            return Step(CHALLENGES[challenge], name, answer["Session"])
        if challenge:
            raise SignInRefused("the pool asks for what this console cannot do")
        access = answer["AuthenticationResult"]["AccessToken"]
        # Whoever has a second factor was asked for it above.
        if self.needs_code and not answer.get("had_code"):
            made = self._call("associate_software_token", pool=False, AccessToken=access)
            return Step("enrol", name, f"{IN}{access}", made["SecretCode"])
        return self._done(name)

    def _enrolled(self, step: Step, code: str) -> Step:
        """Set up the second factor with a first code of it."""
        is_in = step.token.startswith(IN)
        token = {"AccessToken": step.token.removeprefix(IN)} if is_in else {"Session": step.token}
        made = self._call("verify_software_token", pool=False, UserCode=code, **token)
        if made["Status"] != "SUCCESS":
            raise CodeRefused("the code is wrong")
        self._call(
            "admin_set_user_mfa_preference",
            Username=step.name,
            SoftwareTokenMfaSettings={"Enabled": True, "PreferredMfa": True},
        )
        if is_in:
            return self._done(step.name)
        again = Step(step.kind, step.name, made["Session"])
        return self._stepped(step.name, self._respond(again, SETUP, {}))

    def _respond(self, step: Step, challenge: str, said: Mapping[str, str]) -> dict[str, Any]:
        answer = self._call(
            "admin_respond_to_auth_challenge",
            ClientId=self.app,
            ChallengeName=challenge,
            Session=step.token,
            ChallengeResponses={"USERNAME": step.name, **said, **self._hash(step.name)},
        )
        return {**answer, "had_code": challenge != "NEW_PASSWORD_REQUIRED"}

    def _done(self, name: str) -> Step:
        person = self.look(name)
        if person is None or person.is_disabled:
            raise SignInRefused(REFUSED)
        return Step("done", name, person=person)

    def _hash(self, name: str) -> dict[str, str]:
        """Return what proves that a call comes from the app client; nothing where it has no secret.

        https://docs.aws.amazon.com/cognito/latest/developerguide/signing-up-users-in-your-app.html
        """
        if not self.secret:
            return {}
        words = f"{name}{self.app}".encode()
        digest = hmac.new(self.secret.encode(), words, hashlib.sha256).digest()
        return {"SECRET_HASH": base64.b64encode(digest).decode()}

    def _pages(self, call: str, what: str, **arguments: Any) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        more: dict[str, Any] = {}
        while True:
            answer = self._call(call, **arguments, **more)
            found += answer[what]
            # One of the two calls has its own word for where the next page begins.
            name = "NextToken" if "NextToken" in answer else "PaginationToken"
            if not answer.get(name):
                return found
            more = {name: answer[name]}

    def _call(self, call: str, *, pool: bool = True, **arguments: Any) -> dict[str, Any]:
        named = {"UserPoolId": self.pool} if pool else {}
        try:
            answer: dict[str, Any] = getattr(self.client, call)(**named, **arguments)
        except ClientError as fault:
            raise _Told(str(fault.response["Error"]["Code"])) from None
        except BotoCoreError:
            raise Unavailable("the user pool did not answer") from None
        return answer


class _Told(Unavailable):
    """The pool refused a call; only some reasons are somebody's doing."""

    def __init__(self, code: str) -> None:
        """Keep the reason's code, which names nobody."""
        super().__init__(f"the user pool refused: {code}")
        self.code = code


def _refusal(told: _Told) -> CivicError:
    if told.code in WRONG_CODE:
        return CodeRefused("the code is wrong")
    if told.code == "InvalidPasswordException":
        return PasswordTooWeak("the password is too weak")
    # A sign-in that took too long is told as not authorized.
    return SignInSpent("the sign-in took too long: begin again") if told.code in NOBODY else told


def _person(
    name: str, attributes: Sequence[Mapping[str, str]], roles: frozenset[str], enabled: object
) -> Person:
    known = {one["Name"]: one["Value"] for one in attributes}
    places = known.get(OFFICE, ""), known.get(DISTRICT, "")
    return Person(name, roles, *places, is_disabled=not enabled)
