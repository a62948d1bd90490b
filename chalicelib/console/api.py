"""This file is the API: the operations of staff for programs, by a key, under /api/v1.

A request is let in by its key alone, never by a cookie; it does what the key's scopes and its
holder's roles both allow, for the holder's own office and district. Every fault is
`application/problem+json` (RFC 9457).
"""

import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import msgspec
from flask import Blueprint, Response, g, request
from werkzeug.exceptions import HTTPException

from chalicelib.capabilities.repeats import Kept, OtherRequest, StillAtWork
from chalicelib.capabilities.staff_keys import ApiKey
from chalicelib.console import api_document
from chalicelib.console.api_document import PROBLEM, TOLD, TYPES
from chalicelib.console.back import back
from chalicelib.console.guard import LOOKED_EVERY
from chalicelib.console.roles import may
from chalicelib.errors import CivicError, NotFound, Unavailable
from chalicelib.observe import observed
from chalicelib.operations import broadcasts, me
from chalicelib.operations.base import Desk, Operation, Told
from chalicelib.operations.broadcast_types import Draft, Drafted
from chalicelib.operations.every import OPERATIONS, PERSONAL
from chalicelib.operations.whose import Elsewhere

VERSION = "v1"
BEARER = re.compile(r"Bearer ([!-~]{1,200})")
REQUEST_ID = re.compile(r"[!-~]{1,120}")
REPEATED = "Idempotent-Replayed"
FAULT = 500
api = Blueprint("api", __name__, url_prefix=f"/api/{VERSION}")
Answer = tuple[int, str]


class Refusal(Exception):
    """An answer other than the one asked for."""

    def __init__(self, status: int, detail: str, *, wait: int = 0) -> None:
        """Take the HTTP status, what to say, and after how many seconds to ask again."""
        super().__init__(detail)
        self.status, self.detail, self.wait = status, detail, wait


@api.get("/openapi.json")
def document() -> Response:
    """Give the document of this API; anybody may read it."""
    text = json.dumps(api_document.document(f"{request.script_root}{api.url_prefix}"))
    return Response(text, content_type="application/json")


def answered(operation: Operation[Any, Any], path: dict[str, str]) -> Response:
    """Answer one request."""
    try:
        key = _let_in(operation)
        asked = _asked(operation, path)
        status, body = _once(operation, key, asked)
    except Refusal as refusal:
        return problem(refusal.status, refusal.detail, wait=refusal.wait)
    except CivicError as fault:
        return problem(*_told_as(fault))
    answer = Response(body, status, content_type=_type())
    answer.headers["Vary"] = "Accept"
    if g.get("is_repeated"):
        answer.headers[REPEATED] = "true"
    return answer


def problem(status: int, detail: str, *, wait: int = 0) -> Response:
    """Return what went wrong, for a program and for who reads its log."""
    body = {"type": "about:blank", "title": TYPES[status], "status": status, "detail": detail}
    answer = Response(json.dumps(body), status, content_type=PROBLEM)
    if wait:
        answer.headers["Retry-After"] = str(wait)
    if status == api_document.NO_KEY:
        answer.headers["WWW-Authenticate"] = 'Bearer realm="owl"'
    return answer


def is_api() -> bool:
    """Whether a request is the API's, also one for an address that it has not."""
    return request.path.startswith(f"{api.url_prefix}/")


def http_problem(fault: HTTPException) -> Response:
    """Return what Flask itself refuses, as a problem."""
    status = fault.code if fault.code is not None and fault.code in TYPES else FAULT
    return problem(status, TYPES[status])


def _let_in(operation: Operation[Any, Any]) -> ApiKey:
    """Return the key that a request is made with, its holder as they are now."""
    sent = BEARER.fullmatch(request.headers.get("Authorization", ""))
    key = back().keys.opened(sent[1]) if sent else None
    if key is None:
        raise Refusal(401, "send a key that is good: Authorization: Bearer owl_...")
    wait = back().pace.wait(key.holder.name)
    if wait:
        raise Refusal(429, f"too many requests: ask again in {wait} seconds", wait=wait)
    key = _looked_at(key)
    holds = operation.scope in {*key.scopes, me.SCOPE}
    # Also a key that was made before a scope became personal.
    holds = holds and not (key.is_system and operation.scope in PERSONAL)
    if not holds or not may(key.holder.roles, f"api.{operation.name}"):
        raise Refusal(403, f"this key does not hold {operation.scope}, or its holder no more")
    return key


def _looked_at(key: ApiKey) -> ApiKey:
    """Return a key with its holder's roles of a quarter of an hour ago at most."""
    now = int(back().office.clock.now().timestamp())
    if key.is_system or now - key.looked < LOOKED_EVERY:
        return key
    person = back().identity.look(key.holder.name)
    if person is None or person.is_disabled:
        back().keys.revoke(key.id)
        raise Refusal(401, "the holder of this key may not come in any more")
    return back().keys.noted(key, person)


def _asked(operation: Operation[Any, Any], path: dict[str, str]) -> Any:
    """Return what is asked for: the address first, then the query or the body."""
    if operation.is_quiet:
        return _converted(operation, {**_query(operation), **path}, is_strict=False)
    if request.mimetype != "application/json":
        raise Refusal(415, "send JSON: Content-Type: application/json")
    try:
        body = msgspec.json.decode(request.get_data() or b"{}")
    except msgspec.DecodeError as fault:
        raise Refusal(400, f"the body is no JSON: {fault}") from None
    if not isinstance(body, dict):
        raise Refusal(400, "the body is no JSON object")
    stray = sorted(set(body) & set(path))
    if stray:
        raise Refusal(400, f"{stray[0]} stands in the address: leave it out of the body")
    return _converted(operation, {**body, **path}, is_strict=True)


def _converted(operation: Operation[Any, Any], fields: dict[str, Any], *, is_strict: bool) -> Any:
    try:
        return msgspec.convert(fields, operation.asked, strict=is_strict)
    except msgspec.ValidationError as fault:
        # It says where, and which type was wanted, never what was sent.
        raise Refusal(400, str(fault)) from None


def _query(operation: Operation[Any, Any]) -> dict[str, Any]:
    """Return the query's fields; one that takes a list has all of its values."""
    lists = api_document.list_fields(operation.asked)
    return {
        name: request.args.getlist(name) if name in lists else values[-1]
        for name, values in request.args.lists()
    }


def _once(operation: Operation[Any, Any], key: ApiKey, asked: Any) -> Answer:
    """Do an operation, once for all requests of one id."""
    id_ = request.headers.get("Idempotency-Key", "")
    if operation.is_quiet or not id_:
        return 200, _done(operation, key, asked)
    if not REQUEST_ID.fullmatch(id_):
        raise Refusal(400, "Idempotency-Key: 1 to 120 letters, digits and signs of ASCII")
    who = key.holder.name
    told = json.dumps([operation.name, _type(), msgspec.to_builtins(asked)], sort_keys=True)
    try:
        kept = back().repeats.begin(who, id_, told)
    except OtherRequest:
        raise Refusal(422, "another request had this Idempotency-Key: take a new one") from None
    except StillAtWork:
        raise Refusal(409, "this request is being answered: ask again", wait=5) from None
    if kept is not None:
        g.is_repeated = True
        return _again(kept)
    try:
        body = _done(_by_name(operation, f"{who}\n{id_}"), key, asked)
    except Unavailable:
        raise
    except CivicError:
        back().repeats.drop(who, id_)
        raise
    back().repeats.end(who, id_, Kept(200, body))
    return 200, body


def _by_name(operation: Operation[Any, Any], request_id: str) -> Operation[Any, Any]:
    """Return an operation that finds again what it made for a request before it died.

    Only a draft without a name needs that: all others do once what is asked of them twice.
    """
    if operation is not broadcasts.draft:
        return operation
    name = f"b-{hashlib.sha256(request_id.encode()).hexdigest()[:12]}"

    def do(desk: Desk, asked: Draft) -> Told[Drafted]:
        if asked.name:
            return broadcasts.draft.do(desk, asked)
        there = broadcasts.drafted_before(desk, name)
        return there or broadcasts.draft.do(desk, msgspec.structs.replace(asked, name=name))

    return replace(operation, do=do)


def _again(kept: Kept) -> Answer:
    if not kept.body:
        raise Refusal(409, "it was done at the first request; its answer was too long to be kept")
    return kept.status, kept.body


def _done(operation: Operation[Any, Any], key: ApiKey, asked: Any) -> str:
    desk = Desk(back().office, key.holder)
    told: Told[Any] = operation.do(desk, asked)
    observed("api", route=operation.name, outcome="ok")
    if _type() == TOLD:
        whole = {"answer": told.answer, "lines": list(told.lines), "notes": list(told.notes)}
        return msgspec.json.encode(whole).decode()
    return msgspec.json.encode(told.answer).decode()


def _told_as(fault: CivicError) -> tuple[int, str]:
    if isinstance(fault, Elsewhere):
        return 404, "there is nothing of this name here"
    if isinstance(fault, Unavailable):
        return 503, "a service we depend on does not answer: ask again"
    return (404 if isinstance(fault, NotFound) else 422), str(fault)


def _type() -> str:
    wanted = request.accept_mimetypes.best_match(["application/json", TOLD], "application/json")
    return wanted or "application/json"


def _view(operation: Operation[Any, Any]) -> Callable[..., Response]:
    return lambda **path: answered(operation, path)


def _rule(path: str) -> str:
    """Return an operation's address as Flask reads it; an id may have a slash in it."""
    return re.sub(r"\{(\w+)\}", lambda found: f"<path:{found[1]}>", path)


for _one in OPERATIONS.values():
    api.add_url_rule(_rule(_one.path), _one.name, _view(_one), methods=[_one.method])
