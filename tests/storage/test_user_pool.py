"""This file tests the staff of both twins: in memory as strict as AWS, on the emulator as it can.

What no emulator refuses, and AWS does, is asked of the twin alone; what AWS says of a fault is told
by botocore's stubber.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from inspect import getfile
from pathlib import Path
from typing import Any

import botocore.session
import pyotp
import pytest
from botocore.stub import Stubber

from chalicelib.capabilities.staff import (
    ADMIN,
    CLERK,
    OFFICER,
    OMBUDSPERSON,
    CodeRefused,
    Identity,
    PasswordTooWeak,
    Person,
    SignInRefused,
    SignInSpent,
    Step,
    checked,
    is_strong,
)
from chalicelib.errors import NotAcceptable, NotFound, Unavailable
from chalicelib.settings import Settings
from chalicelib.storage.base import Database
from chalicelib.storage.memory.user_pool import MemoryUserPool
from chalicelib.storage.user_pool import CognitoPool
from chalicelib.storage.user_pool_client import PoolClient
from infra import stack
from infra.local.emulator import Emulator
from infra.local.state import State
from tests.acts import allowed
from tests.world import StoppedClock

REGION = "ap-southeast-1"
FIRST, OWN = "First-password-1", "Own-password-22"
WRONG = "000000"
DARA = Person("dara", frozenset({CLERK}), office="0212")


@dataclass
class Staff:
    """The staff of a stage, and the moment by which codes are made."""

    pool: Any
    now: Callable[[], datetime]

    def code(self, secret: str) -> str:
        """Return the code of this moment."""
        return pyotp.TOTP(secret).at(self.now())

    def renews(self, name: str = "dara", own: str = OWN) -> Step:
        """Let somebody sign in for the first time, as far as the second factor."""
        return self.pool.answer(self.pool.start(name, FIRST), own)

    def enrols(self) -> str:
        """Add Dara with a second factor; return its key."""
        self.pool.add(DARA, FIRST)
        step = self.renews()
        assert self.pool.answer(step, self.code(step.secret)).person == DARA
        return step.secret


@pytest.fixture(scope="module")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of an emulator that runs for this file."""
    state = State(Path(tmp_path_factory.mktemp("emulator")))
    state.prepare(fresh=True)
    child = Emulator(state, REGION)
    with child.process:
        child.wait_ready()
        yield child.url
        child.stop()


@pytest.fixture
def emulated(emulator: str, request: pytest.FixtureRequest) -> CognitoPool:
    """A pool of its own on the emulator, made from the template."""
    client: Any = botocore.session.get_session().create_client(
        "cognito-idp", region_name=REGION, endpoint_url=emulator
    )
    stage = f"s{abs(hash(request.node.name)) % 10**8}"
    pool, app = stack.user_pool(client, stage)
    return CognitoPool(
        Database(Settings(stage=stage, endpoint=emulator, user_pool=pool, user_pool_client=app))
    )


@pytest.fixture(params=["memory", pytest.param("emulator", marks=pytest.mark.stack)])
def staff(request: pytest.FixtureRequest, clock: StoppedClock) -> Staff:
    """Nobody yet, on either twin."""
    if request.param == "memory":
        return Staff(MemoryUserPool(clock), clock.now)
    return Staff(request.getfixturevalue("emulated"), lambda: datetime.now(UTC))


@pytest.fixture
def strict(clock: StoppedClock) -> Staff:
    """Nobody yet, where every rule of AWS holds."""
    return Staff(MemoryUserPool(clock), clock.now)


def test_the_twins_are_the_same_port(clock: StoppedClock) -> None:
    pools: list[Identity] = [MemoryUserPool(clock), CognitoPool(Database(Settings()))]
    assert all(pools)


def test_who_was_added_changes_the_password_sets_up_a_code_and_is_asked_for_one(
    staff: Staff,
) -> None:
    staff.pool.add(DARA, FIRST)
    first = staff.pool.start("dara", FIRST)
    assert (first.kind, first.person) == ("new_password", None)
    enrol = staff.pool.answer(first, OWN)
    assert enrol.kind == "enrol"
    assert len(enrol.secret) == 32
    with pytest.raises(CodeRefused):
        staff.pool.answer(enrol, WRONG)
    done = staff.pool.answer(enrol, staff.code(enrol.secret))
    assert (done.kind, done.person, done.token, done.secret) == ("done", DARA, "", "")
    again = staff.pool.start("dara", OWN)
    assert (again.kind, again.secret) == ("code", "")
    with pytest.raises(CodeRefused):
        staff.pool.answer(again, WRONG)


def test_the_code_of_the_next_half_minute_lets_in(strict: Staff, clock: StoppedClock) -> None:
    secret = strict.enrols()
    clock.forward(seconds=30)
    step = strict.pool.start("dara", OWN)
    assert strict.pool.answer(step, strict.code(secret)).person == DARA


@pytest.mark.stack
def test_on_the_emulator_a_code_lets_in(emulated: CognitoPool) -> None:
    staff = Staff(emulated, lambda: datetime.now(UTC))
    secret = staff.enrols()
    code = staff.code(secret)
    typed = f" {code[:3]} {code[3:]} "
    assert emulated.answer(emulated.start("DARA ", OWN), typed).person == DARA


def test_one_sentence_is_told_of_unknown_wrong_and_disabled(staff: Staff) -> None:
    staff.pool.add(DARA, FIRST)
    staff.pool.add(Person("gone", frozenset({ADMIN})), FIRST)
    staff.pool.disable("gone")
    told = set()
    tries = [("dara", OWN), ("nobody", FIRST), ("gone", FIRST), ("gone", OWN), ("", FIRST)]
    for name, password in [*tries, ("dara", ""), ("x" * 200, FIRST)]:
        with pytest.raises(SignInRefused) as refused:
            staff.pool.start(name, password)
        assert type(refused.value) is SignInRefused
        told.add(str(refused.value))
    assert len(told) == 1


@pytest.mark.parametrize("weak", ["Short-1", FIRST, "only-small-22", f" {OWN}", "NoSigns12345", ""])
def test_a_weak_password_and_the_first_one_are_refused_and_another_may_be_tried(
    weak: str, staff: Staff
) -> None:
    staff.pool.add(DARA, FIRST)
    step = staff.pool.start("dara", FIRST)
    with pytest.raises(PasswordTooWeak):
        staff.pool.answer(step, weak)
    assert staff.pool.answer(step, OWN).kind == "enrol"


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef", "១២៣៤៥៦"])
def test_what_is_no_code_is_refused_as_a_wrong_one(typed: str, staff: Staff) -> None:
    staff.pool.add(DARA, FIRST)
    step = staff.renews()
    with pytest.raises(CodeRefused):
        staff.pool.answer(step, typed)
    assert staff.pool.answer(step, staff.code(step.secret)).person == DARA


def test_who_is_added_is_looked_up_and_listed_by_name_and_is_once(staff: Staff) -> None:
    sok = Person("sok", frozenset({OMBUDSPERSON, OFFICER}), district="0212")
    staff.pool.add(sok, FIRST)
    staff.pool.add(DARA, FIRST)
    assert staff.pool.look("Sok ") == sok
    assert staff.pool.look("nobody") is None
    assert list(staff.pool.everybody()) == [DARA, sok]
    with pytest.raises(NotAcceptable, match="somebody called dara already"):
        staff.pool.add(Person("Dara", frozenset({ADMIN})), FIRST)
    with pytest.raises(NotAcceptable, match="too weak"):
        staff.pool.add(Person("new", frozenset({ADMIN})), "weak")
    assert staff.pool.look("new") is None


def test_who_is_disabled_is_told_as_such_and_nobody_else(staff: Staff) -> None:
    staff.pool.add(DARA, FIRST)
    staff.pool.disable("Dara")
    assert staff.pool.look("dara").is_disabled
    assert [one.is_disabled for one in staff.pool.everybody()] == [True]
    with pytest.raises(NotFound, match="nobody is called nobody"):
        staff.pool.disable("nobody")


def test_who_lost_password_or_phone_begins_again(staff: Staff) -> None:
    before = staff.enrols()
    with pytest.raises(NotAcceptable, match="too weak"):
        staff.pool.renew("dara", "weak")
    staff.pool.renew("Dara", "First-password-2")
    with pytest.raises(SignInRefused):
        staff.pool.start("dara", OWN)
    step = staff.pool.start("dara", "First-password-2")
    assert step.kind == "new_password"
    enrol = staff.pool.answer(step, "Own-password-33")
    assert enrol.kind == "enrol"
    assert enrol.secret not in {"", before}
    with pytest.raises(NotFound, match="nobody is called nobody"):
        staff.pool.renew("nobody", FIRST)


@pytest.mark.stack
def test_more_people_than_a_page_holds_are_listed(emulated: CognitoPool) -> None:
    names = [f"person{n:02}" for n in range(63)]
    for name in names:
        emulated.add(Person(name, frozenset({OFFICER})), FIRST)
    assert [one.name for one in emulated.everybody()] == names
    assert {one.roles for one in emulated.everybody()} == {frozenset({OFFICER})}


def test_a_step_lasts_three_minutes_and_is_used_once(strict: Staff, clock: StoppedClock) -> None:
    strict.pool.add(DARA, FIRST)
    late = strict.pool.start("dara", FIRST)
    clock.forward(minutes=3)
    with pytest.raises(SignInSpent):
        strict.pool.answer(late, OWN)
    used = strict.pool.start("dara", FIRST)
    strict.pool.answer(used, OWN)
    with pytest.raises(SignInSpent):
        strict.pool.answer(used, "Another-password-3")
    with pytest.raises(SignInRefused):
        strict.pool.start("dara", FIRST)


def test_a_step_is_good_for_what_it_asks_and_a_made_up_one_for_nothing(strict: Staff) -> None:
    strict.enrols()
    step = strict.pool.start("dara", OWN)
    own = pyotp.random_base32()
    with pytest.raises(SignInSpent):
        strict.pool.answer(Step("enrol", "dara", step.token, own), strict.code(own))
    with pytest.raises(SignInSpent):
        strict.pool.answer(Step("code", "dara", "made up"), WRONG)


def test_the_key_of_a_second_factor_is_the_one_that_was_shown(strict: Staff) -> None:
    strict.pool.add(DARA, FIRST)
    step, own = strict.renews(), pyotp.random_base32()
    with pytest.raises(CodeRefused):
        strict.pool.answer(Step("enrol", "dara", step.token, own), strict.code(own))


def test_a_code_is_taken_once_and_none_before_it(strict: Staff, clock: StoppedClock) -> None:
    secret = strict.enrols()
    code = strict.code(secret)
    for _ in range(2):
        clock.forward(seconds=5)
        step = strict.pool.start("dara", OWN)
        with pytest.raises(CodeRefused):
            strict.pool.answer(step, code)
    earlier = pyotp.TOTP(secret).at(strict.now().timestamp() - 30)
    with pytest.raises(CodeRefused):
        strict.pool.answer(step, earlier)


def test_who_is_disabled_within_a_sign_in_comes_no_further(strict: Staff) -> None:
    strict.pool.add(DARA, FIRST)
    step = strict.pool.start("dara", FIRST)
    strict.pool.disable("dara")
    with pytest.raises(SignInSpent):
        strict.pool.answer(step, OWN)


def test_a_repr_of_a_step_shows_neither_its_token_nor_its_key() -> None:
    assert "hidden" not in repr(Step("enrol", "dara", "hidden", "hidden"))


@pytest.mark.parametrize(
    ("password", "strong"),
    [
        ("Twelve-signs", False),
        ("Twelve-sign1", True),
        ("Eleven-sig1", False),
        ("ពាក្យសម្ងាត់១២", False),
        ("Áé-123456789", False),
        (f"Aa1-{'a' * 196}", True),
        (f"Aa1-{'a' * 197}", False),
        ("Aa1-aaaaaaaa ", False),
    ],
)
def test_a_strong_password_has_twelve_signs_of_the_four_kinds_that_the_pool_counts(
    password: str, *, strong: bool
) -> None:
    assert is_strong(password) is strong


@pytest.mark.parametrize(
    "person",
    [
        Person("", frozenset({ADMIN})),
        Person("Dara", frozenset({ADMIN})),
        Person("-dara", frozenset({ADMIN})),
        Person("dara sok", frozenset({ADMIN})),
        Person("dara", frozenset()),
        Person("dara", frozenset({"king"})),
        Person("dara", frozenset({CLERK})),
        Person("dara", frozenset({CLERK}), district="0212"),
        Person("dara", frozenset({OMBUDSPERSON})),
        Person("dara", frozenset({ADMIN}), office="0212"),
        Person("dara", frozenset({ADMIN}), district="0212"),
    ],
)
def test_who_cannot_be_added_is_refused_with_a_reason(person: Person) -> None:
    with pytest.raises(NotAcceptable):
        checked(person)


@pytest.fixture
def aws() -> Iterator[tuple[CognitoPool, Stubber]]:
    """A pool whose answers are written by the test."""
    pool = CognitoPool(Database(Settings(user_pool="r_pool", user_pool_client="app")))
    with Stubber(pool.calls.client) as stub:
        client = {"UserPoolClient": {"ClientSecret": "the secret of the console's client"}}
        wanted = {"UserPoolId": "r_pool", "ClientId": "app"}
        stub.add_response("describe_user_pool_client", client, wanted)
        yield pool, stub


def test_a_client_without_a_secret_opens_no_console() -> None:
    """Else cookies would be signed with what anybody can work out."""
    pool = CognitoPool(Database(Settings(user_pool="r_pool", user_pool_client="app")))
    with Stubber(pool.calls.client) as stub:
        stub.add_response("describe_user_pool_client", {"UserPoolClient": {"ClientId": "app"}})
        with pytest.raises(NotAcceptable, match="GenerateSecret"):
            _ = pool.secret


def test_a_call_proves_that_it_is_our_client_s(aws: tuple[CognitoPool, Stubber]) -> None:
    pool, stub = aws
    # HMAC-SHA256 with the secret over name and client, as OpenSSL gives it.
    proof = "7enoP5xD+0JDz2vlCt8g4RStZ0Qbu6JU1QYp5+hfV4k="
    wanted = {
        "UserPoolId": "r_pool",
        "ClientId": "app",
        "AuthFlow": "ADMIN_USER_PASSWORD_AUTH",
        "AuthParameters": {"USERNAME": "dara", "PASSWORD": OWN, "SECRET_HASH": proof},
    }
    answer = {"ChallengeName": "SOFTWARE_TOKEN_MFA", "Session": "s" * 20}
    stub.add_response("admin_initiate_auth", answer, wanted)
    assert pool.start("Dara", OWN) == Step("code", "dara", "s" * 20)
    said = {"USERNAME": "dara", "SOFTWARE_TOKEN_MFA_CODE": "123456", "SECRET_HASH": proof}
    wanted = {
        "UserPoolId": "r_pool",
        "ClientId": "app",
        "ChallengeName": "SOFTWARE_TOKEN_MFA",
        "Session": "s" * 20,
        "ChallengeResponses": said,
    }
    stub.add_client_error(
        "admin_respond_to_auth_challenge", "CodeMismatchException", expected_params=wanted
    )
    with pytest.raises(CodeRefused):
        pool.answer(Step("code", "dara", "s" * 20), "123 456")
    stub.assert_no_pending_responses()


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("NotAuthorizedException", SignInRefused),
        ("UserNotFoundException", SignInRefused),
        ("PasswordResetRequiredException", SignInRefused),
        ("UserNotConfirmedException", SignInRefused),
        ("InvalidParameterException", SignInRefused),
        ("TooManyRequestsException", Unavailable),
        ("InternalErrorException", Unavailable),
        ("ResourceNotFoundException", Unavailable),
    ],
)
def test_what_the_pool_says_of_a_password(
    code: str, kind: type[Exception], aws: tuple[CognitoPool, Stubber]
) -> None:
    pool, stub = aws
    for _ in range(2):
        stub.add_client_error("admin_initiate_auth", code, "Password attempts exceeded")
    with pytest.raises(kind) as refused:
        pool.start("dara", OWN)
    assert "attempts" not in str(refused.value)


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("CodeMismatchException", CodeRefused),
        ("ExpiredCodeException", CodeRefused),
        ("NotAuthorizedException", SignInSpent),
        ("UserNotFoundException", SignInSpent),
        ("TooManyRequestsException", Unavailable),
    ],
)
def test_what_the_pool_says_of_a_code(
    code: str, kind: type[Exception], aws: tuple[CognitoPool, Stubber]
) -> None:
    pool, stub = aws
    for _ in range(2):
        stub.add_client_error("admin_respond_to_auth_challenge", code)
    with pytest.raises(kind) as refused:
        pool.answer(Step("code", "dara", "s" * 20), "123456")
    assert type(refused.value) is kind or kind is Unavailable


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("InvalidPasswordException", PasswordTooWeak),
        ("PasswordHistoryPolicyViolationException", PasswordTooWeak),
        ("NotAuthorizedException", SignInSpent),
    ],
)
def test_what_the_pool_says_of_a_new_password(
    code: str, kind: type[Exception], aws: tuple[CognitoPool, Stubber]
) -> None:
    pool, stub = aws
    stub.add_client_error("admin_respond_to_auth_challenge", code)
    with pytest.raises(kind):
        pool.answer(Step("new_password", "dara", f"mark:{'s' * 20}"), OWN)


def test_a_wrong_first_code_may_be_tried_again(aws: tuple[CognitoPool, Stubber]) -> None:
    pool, stub = aws
    stub.add_client_error("verify_software_token", "EnableSoftwareTokenMFAException")
    assert pool.secret
    with pytest.raises(CodeRefused):
        pool.answer(Step("enrol", "dara", "in:token"), "123456")


def test_who_must_set_up_a_code_by_the_pool_itself_does_and_is_in(
    aws: tuple[CognitoPool, Stubber],
) -> None:
    pool, stub = aws
    challenge = {"ChallengeName": "MFA_SETUP", "Session": "s" * 20}
    stub.add_response("admin_initiate_auth", challenge)
    made = {"SecretCode": "A" * 32, "Session": "t" * 20}
    stub.add_response("associate_software_token", made, {"Session": "s" * 20})
    step = pool.start("dara", OWN)
    assert step == Step("enrol", "dara", "t" * 20, "A" * 32)
    verified = {"Status": "SUCCESS", "Session": "u" * 20}
    wanted = {"UserCode": "123456", "Session": "t" * 20}
    stub.add_response("verify_software_token", verified, wanted)
    stub.add_response("admin_set_user_mfa_preference", {})
    result = {"AuthenticationResult": {"AccessToken": "token"}}
    stub.add_response("admin_respond_to_auth_challenge", result)
    user = {
        "Username": "dara",
        "Enabled": True,
        "UserAttributes": [{"Name": "custom:office", "Value": "0212"}],
    }
    stub.add_response("admin_get_user", user)
    groups = [{"GroupName": "clerk"}, {"GroupName": "somebody else's"}]
    stub.add_response("admin_list_groups_for_user", {"Groups": groups})
    assert pool.answer(step, "123456").person == DARA
    stub.assert_no_pending_responses()


@pytest.mark.parametrize("needs_code", [True, False])
def test_tokens_for_a_password_alone_are_not_enough_where_a_code_is_needed(
    aws: tuple[CognitoPool, Stubber], *, needs_code: bool
) -> None:
    pool, stub = aws
    pool.needs_code = needs_code
    result = {"AuthenticationResult": {"AccessToken": "token"}}
    stub.add_response("admin_initiate_auth", result)
    if needs_code:
        made = {"SecretCode": "A" * 32}
        stub.add_response("associate_software_token", made, {"AccessToken": "token"})
        step = pool.start("dara", OWN)
        assert (step.kind, step.person) == ("enrol", None)
        return
    stub.add_response("admin_get_user", {"Username": "dara", "Enabled": True, "UserAttributes": []})
    stub.add_response("admin_list_groups_for_user", {"Groups": []})
    assert pool.start("dara", OWN).kind == "done"


def test_a_challenge_that_nobody_here_can_answer_lets_nobody_in(
    aws: tuple[CognitoPool, Stubber],
) -> None:
    pool, stub = aws
    stub.add_response("admin_initiate_auth", {"ChallengeName": "SMS_MFA", "Session": "s" * 20})
    with pytest.raises(SignInRefused):
        pool.start("dara", OWN)


def test_who_got_no_role_is_not_there_so_that_it_can_be_tried_again(
    aws: tuple[CognitoPool, Stubber],
) -> None:
    pool, stub = aws
    stub.add_response("admin_create_user", {})
    for _ in range(2):
        stub.add_client_error("admin_add_user_to_group", "TooManyRequestsException")
    stub.add_response("admin_delete_user", {}, {"UserPoolId": "r_pool", "Username": "dara"})
    assert pool.secret
    with pytest.raises(Unavailable):
        pool.add(DARA, FIRST)


def test_the_console_may_make_the_calls_that_are_made_here_and_no_more() -> None:
    source = "".join(Path(str(getfile(one))).read_text() for one in (CognitoPool, PoolClient))
    made = set(re.findall(r"(?:call|pages|_done_to)\(\s*\"([a-z_]+)\"", source))
    # These two are for whoever shows a token of a sign-in: no role needs a right for them.
    made -= {"associate_software_token", "verify_software_token"}
    actions = {act.partition(":")[2] for act, name, _ in allowed("console") if name == "StaffPool"}
    assert {one.replace("_", "").casefold() for one in made} == {one.casefold() for one in actions}


def test_a_pool_that_does_not_answer_is_told_as_such_without_a_name() -> None:
    stage = Settings(endpoint="http://127.0.0.1:9", user_pool="r_pool", user_pool_client="app")
    with pytest.raises(Unavailable) as told:
        CognitoPool(Database(stage)).start("dara", OWN)
    assert "dara" not in str(told.value)
    assert OWN not in str(told.value)
