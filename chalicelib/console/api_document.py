"""This file makes the API's document, as OpenAPI 3.1, of the operations themselves."""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import msgspec

from chalicelib.operations.base import Operation
from chalicelib.operations.every import OPERATIONS, SCOPES

TOLD = "application/vnd.owl.told+json"
PROBLEM = "application/problem+json"
NO_KEY = 401
TYPES: Mapping[int, str] = {
    400: "The request is not as the document says",
    401: "No key that is good",
    403: "The key does not hold this",
    404: "Nothing of this name",
    405: "The address takes another method",
    409: "The same request is being answered",
    413: "The body is too large",
    415: "The body is no JSON",
    422: "Refused: the reason says what to do",
    429: "Too many requests",
    500: "A fault of ours",
    503: "A service we depend on does not answer",
}
# Any operation may be answered so; what only requests with a body meet is apart.
ALWAYS, WITH_BODY = (400, 401, 403, 404, 422, 429, 503), (409, 413, 415)
REF = "#/components/schemas/{name}"
ABOUT = (
    "What staff of One Window Line do, for programs. Ask with a key, which people make for "
    "themselves and administrators for systems on the console's page of keys. Give each request "
    "that changes something an Idempotency-Key of your own: the same request again within 30 days "
    "is done once, and answered the same. With Accept: application/vnd.owl.told+json an answer "
    "comes with the lines that the command `owl` prints."
)


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """What went wrong, as RFC 9457 has it."""

    type: str
    title: str
    status: int
    detail: str


@cache
def document(address: str) -> dict[str, Any]:
    """Return the whole document; `address` is where the API is served."""
    types = [Problem, *dict.fromkeys(hint for one in OPERATIONS.values() for hint in _hints(one))]
    schemas, components = msgspec.json.schema_components(types, ref_template=REF)
    made = dict(zip(map(str, types), schemas, strict=True))
    paths: dict[str, dict[str, Any]] = {}
    for one in OPERATIONS.values():
        item = _item(one, made, components)
        paths.setdefault(one.path, {})[one.method.lower()] = item
    return {
        "openapi": "3.1.0",
        "info": {"title": "One Window Line", "version": "1", "description": ABOUT},
        "servers": [{"url": address}],
        "paths": paths,
        "components": {
            "schemas": _answers_only(components),
            "responses": {str(status): _problem(status, made) for status in TYPES},
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
        },
        "security": [{"key": []}],
    }


def list_fields(asked: Any) -> frozenset[str]:
    """Return the fields of a request that take several values."""
    info = msgspec.inspect.type_info(asked)
    fields = getattr(info, "fields", ())
    return frozenset(one.name for one in fields if isinstance(one.type, msgspec.inspect.ListType))


def _hints(one: Operation[Any, Any]) -> Iterator[Any]:
    yield one.asked
    yield one.answer


def _item(
    one: Operation[Any, Any], made: Mapping[str, Any], components: Mapping[str, Any]
) -> dict[str, Any]:
    whole = components[made[str(one.asked)]["$ref"].rpartition("/")[2]]
    in_path = [part[1:-1] for part in one.path.split("/") if part.startswith("{")]
    rest = {name: each for name, each in whole["properties"].items() if name not in in_path}
    needed = [name for name in whole["required"] if name not in in_path]
    parameters = [
        {"name": name, "in": "path", "required": True, "schema": whole["properties"][name]}
        for name in in_path
    ]
    item: dict[str, Any] = {
        "operationId": one.name,
        "summary": one.summary,
        "description": _about(one),
        "tags": [one.scope.partition(":")[0]],
        "parameters": parameters,
        "responses": _responses(one, made),
    }
    if one.is_quiet:
        parameters += [
            {"name": name, "in": "query", "required": name in needed, "schema": each}
            for name, each in rest.items()
        ]
        return item
    parameters.append(_request_id())
    body = {
        "type": "object",
        "title": whole["title"],
        "description": whole.get("description", ""),
        "properties": rest,
        "required": needed,
        "additionalProperties": False,
    }
    content = {"application/json": {"schema": body}}
    item["requestBody"] = {"required": bool(needed), "content": content}
    return item


def _about(one: Operation[Any, Any]) -> str:
    more = "\n".join(line.strip() for line in (one.do.__doc__ or "").split("\n")[1:]).strip()
    may = ", ".join(sorted(SCOPES[one.scope]))
    return f"{more}\n\nNeeds the scope `{one.scope}`, of the roles {may}.".strip()


def _responses(one: Operation[Any, Any], made: Mapping[str, Any]) -> dict[str, Any]:
    answer = made[str(one.answer)]
    lines = {"type": "array", "items": {"type": "string"}}
    told = {
        "type": "object",
        "properties": {"answer": answer, "lines": lines, "notes": lines},
        "required": ["answer", "lines", "notes"],
    }
    content = {"application/json": {"schema": answer}, TOLD: {"schema": told}}
    statuses = ALWAYS if one.is_quiet else (*ALWAYS, *WITH_BODY)
    return {
        "200": {"description": "It is so, or was done", "content": content},
        **{str(one): {"$ref": f"#/components/responses/{one}"} for one in sorted(statuses)},
    }


def _problem(status: int, made: Mapping[str, Any]) -> dict[str, Any]:
    content = {PROBLEM: {"schema": made[str(Problem)]}}
    return {"description": TYPES[status], "content": content}


def _request_id() -> dict[str, Any]:
    return {
        "name": "Idempotency-Key",
        "in": "header",
        "required": False,
        "description": "An id of this request, of your own making",
        "schema": {"type": "string", "minLength": 1, "maxLength": 120, "pattern": "^[!-~]+$"},
    }


def _answers_only(components: Mapping[str, Any]) -> dict[str, Any]:
    """Return the schemas that answers are made of; requests are told where they are made."""
    asked = {one.asked.__name__ for one in OPERATIONS.values()}
    return {name: each for name, each in components.items() if name not in asked}
