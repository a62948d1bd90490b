"""This file keeps in a browser which names were in there, so that no stranger locks them out of it.

Whoever knows a name can use up its tries. Those of a browser in which the name came all the way in
are counted apart: see `Lockout`. The cookie opens nothing, and who steals it has five tries more.
"""

import hashlib
import secrets

from flask import request
from itsdangerous import BadSignature, URLSafeTimedSerializer
from werkzeug.wrappers import Response as Answer

from chalicelib.capabilities.staff import folded
from chalicelib.console.back import back

# After it a browser counts as a stranger's again.
LASTS = 90 * 86_400
# People who share one computer; the one who came first makes room.
MOST_NAMES, ID_BYTES = 8, 16


def here(name: str) -> str:
    """Return the id under which a name is known in this browser; empty where it is not."""
    return _read().get(_mark(name), "")


def kept(answer: Answer, name: str) -> Answer:
    """Return an answer by which the browser knows a name that came in."""
    names, mark = _read(), _mark(name)
    id_ = names.pop(mark, "") or secrets.token_urlsafe(ID_BYTES)
    value = _signer().dumps(dict([*names.items(), (mark, id_)][-MOST_NAMES:]))
    https = back().is_https
    answer.set_cookie(_name(), value, LASTS, httponly=True, samesite="Strict", secure=https)
    return answer


def _read() -> dict[str, str]:
    try:
        found: dict[str, str] = _signer().loads(request.cookies.get(_name(), ""), max_age=LASTS)
    except BadSignature:
        return {}
    return found


def _mark(name: str) -> str:
    return hashlib.sha256(folded(name).encode()).hexdigest()[:16]


def _name() -> str:
    # Browsers hold a name of this kind to this one host; over http they take none.
    return "__Host-owl-known" if back().is_https else "owl-known"


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(back().secret, salt="owl known")
