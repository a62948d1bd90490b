"""This file tests the API against its own document, by requests that schemathesis makes up."""

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis import Case
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from chalicelib.capabilities.staff import ROLES
from chalicelib.console.api_document import document
from chalicelib.operations.every import OPERATIONS, SCOPES
from tests.console.conftest import HOST, Console
from tests.console.people import People
from tests.console.programs import ROOT, Program, a_program

CHECKS = (
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
)
DOCUMENT = document(ROOT)
schema = schemathesis.openapi.from_dict(DOCUMENT)


@pytest.fixture
def everybody(console: Console) -> dict[str, Program]:
    """A key of each role, on a stage where there is something of everything."""
    People(console).join(3)
    console.app.config["PROPAGATE_EXCEPTIONS"] = False
    console.back.pace.most = 1_000_000
    programs = {role: a_program(console, role, *SCOPES) for role in ROLES}
    at = {"commune": "021204", "at": "2027-01-05 08:30"}
    plan = {**at, "venue": {"en": "Trang"}, "agenda": {"en": "Fees"}}
    programs["organizer"].posts("/forums", plan)
    draft = {"name": "fees", "text": "Fees", "communes": ["021204"]}
    programs["organizer"].posts("/broadcasts", draft)
    return programs


def test_the_document_is_served_to_anybody_and_names_every_operation(console: Console) -> None:
    told = Program(console).gets("/openapi.json")
    named = {item["operationId"] for path in told["paths"].values() for item in path.values()}
    assert named == set(OPERATIONS)
    assert told["servers"] == [{"url": ROOT}]
    assert all(
        item["summary"].endswith(".") for path in told["paths"].values() for item in path.values()
    )


@schema.parametrize()
@settings(
    max_examples=12,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_no_request_breaks_it_and_no_answer_is_another_than_it_says(
    case: Case, everybody: dict[str, Program]
) -> None:
    """No 500, no status, type or body that the document does not have."""
    operation = OPERATIONS[case.operation.definition.raw["operationId"]]
    role = min(SCOPES[operation.scope])
    answered(case, everybody[role])


def answered(case: Case, program: Program) -> None:
    """Send a request as a program does, and hold the answer to the document."""
    headers = {**(case.headers or {}), "Authorization": f"Bearer {program.key}"}
    case.call_and_validate(
        app=program.console.app,
        base_url=f"{HOST}{ROOT}",
        headers=headers,
        checks=CHECKS,
    )
