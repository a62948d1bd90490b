"""This file makes the staff of a local run: its user pool, and one person for each role."""

from collections.abc import Iterator
from typing import Any

import botocore.session

from chalicelib.capabilities.staff import ADMIN, CLERK, OFFICER, OMBUDSPERSON, ORGANIZER, Person
from infra import stack

PLACE = "0212"
# Names and passwords that a laptop alone ever sees; two organizers, for what takes two people.
DEMO = (
    Person("dara", frozenset({ORGANIZER})),
    Person("bopha", frozenset({ORGANIZER})),
    Person("chan", frozenset({CLERK}), office=PLACE),
    Person("sokha", frozenset({OMBUDSPERSON}), district=PLACE),
    Person("vanna", frozenset({OFFICER})),
    Person("admin", frozenset({ADMIN})),
)


def password(name: str) -> str:
    """Return the password of somebody of the demo."""
    return f"Laptop-{name}-1"


def make(endpoint: str, region: str) -> tuple[str, str]:
    """Make the user pool that is missing, and its people; return its id and its client's."""
    session = botocore.session.get_session()
    cognito: Any = session.create_client("cognito-idp", region_name=region, endpoint_url=endpoint)
    pool, app = stack.user_pool(cognito, "local")
    there = {one["Username"] for one in cognito.list_users(UserPoolId=pool)["Users"]}
    for person in DEMO:
        if person.name not in there:
            _add(cognito, pool, person)
    return pool, app


def lines() -> Iterator[str]:
    """Give who may sign in, for the terminal."""
    for person in DEMO:
        (role,) = person.roles
        of = person.office or person.district
        yield f"{person.name:6} {password(person.name):15} {role}{f' of {of}' * bool(of)}"


def _add(cognito: Any, pool: str, person: Person) -> None:
    attributes = [
        {"Name": f"custom:{name}", "Value": value}
        for name, value in (("office", person.office), ("district", person.district))
        if value
    ]
    cognito.admin_create_user(
        UserPoolId=pool,
        Username=person.name,
        MessageAction="SUPPRESS",
        UserAttributes=attributes,
    )
    cognito.admin_set_user_password(
        UserPoolId=pool, Username=person.name, Password=password(person.name), Permanent=True
    )
    for role in person.roles:
        cognito.admin_add_user_to_group(UserPoolId=pool, Username=person.name, GroupName=role)
