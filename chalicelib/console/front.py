"""This file serves what pages are made with: style, script, font, and the choice of language.

A file's address holds a digest of what is in it, so a browser may keep it for good. The files of a
zip all have one date, which Flask would tell files of the same size apart by.
"""

import gzip
import hashlib
from functools import cache
from pathlib import Path

from flask import Blueprint, Response, abort, g, redirect, request, url_for
from werkzeug.wrappers import Response as Answer

from chalicelib.console.back import back
from chalicelib.console.words import LANGUAGES

FOLDER = Path(__file__).parent / "static"
TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
}
# What is compressed already gains nothing from another time.
PACKED = frozenset({".woff2"})
YEAR = 365 * 86_400
COOKIE = "owl-language"
front = Blueprint("front", __name__)


@cache
def _read(name: str) -> tuple[bytes, bytes, str]:
    content = (FOLDER / name).read_bytes()
    if name.endswith(".css"):
        font = f"{_digest(FOLDER / 'noto-sans-khmer.woff2')}/noto-sans-khmer.woff2"
        content = content.replace(b"{font}", font.encode())
    return content, gzip.compress(content, mtime=0), hashlib.sha256(content).hexdigest()[:12]


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


def address(name: str) -> str:
    """Return where a file is served."""
    return url_for("front.static", digest=_read(name)[2], name=name)


@front.get("/static/<digest>/<name>")
def static(digest: str, name: str) -> Response:
    """Serve a file under the digest of what is in it."""
    if name not in _names() or digest != _read(name)[2]:
        abort(404)
    content, packed, _ = _read(name)
    suffix = Path(name).suffix
    is_packed = suffix not in PACKED and "gzip" in request.headers.get("Accept-Encoding", "")
    answer = Response(packed if is_packed else content, content_type=TYPES[suffix])
    if is_packed:
        answer.headers["Content-Encoding"] = "gzip"
    answer.headers["Vary"] = "Accept-Encoding"
    answer.headers["Cache-Control"] = f"public, max-age={YEAR}, immutable"
    return answer


@cache
def _names() -> frozenset[str]:
    return frozenset(one.name for one in FOLDER.iterdir() if one.suffix in TYPES)


@front.post("/language")
def language() -> Answer:
    """Take another language, and go back to where that was asked."""
    chosen = request.form.get("language", "")
    answer = redirect(local(request.form.get("next", "")), 303)
    if chosen in LANGUAGES:
        https = back().is_https
        answer.set_cookie(COOKIE, chosen, YEAR, httponly=True, samesite="Lax", secure=https)
    return answer


def spoken() -> str:
    """Return the language of the page: the one chosen, else what the browser asks for."""
    chosen = request.cookies.get(COOKIE, "")
    if chosen in LANGUAGES:
        return chosen
    return request.accept_languages.best_match(list(LANGUAGES), "en") or "en"


def local(path: str) -> str:
    """Return a path of our own to go to; the first page in place of any other address."""
    # Browsers pass over tabs and ends of lines, and take a backslash for a slash.
    is_plain = path.isprintable() and "\\" not in path and not path.startswith("//")
    is_ours = path.startswith(f"{request.script_root}/")
    return path if is_plain and is_ours else url_for("today.show")


def remember() -> None:
    """Keep, for the page that is being made, which language it is in."""
    g.language = spoken()
