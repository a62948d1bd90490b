"""This file serves the phone page: the files of `infra/local/web`, and what they must be told."""

from collections.abc import Callable
from pathlib import Path

from chalicelib.settings import Settings
from infra.local.exchange import Answer, Request, shown

WEB = Path(__file__).parent / "web"
START, FOLDER, FIRST = "/", "/phone", "phone.html"
CONFIG = f"{FOLDER}/config.json"
TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
}


def config(settings: Settings) -> Callable[[Request], Answer | None]:
    """Return the part that tells the page the stage's codes and the network's limits."""
    told = {
        "serviceCode": settings.service_code,
        "shortCode": settings.short_code,
        "septets": settings.ussd_septets,
        "units": settings.ussd_units,
    }
    return lambda request: shown(200, told) if request.path == CONFIG else None


def page(request: Request) -> Answer | None:
    """Return a file of the phone page; None where the path is not the page's."""
    if request.method != "GET":
        return None
    if request.path == START:
        return Answer(302, b"", {"Location": FOLDER})
    if request.path == FOLDER:
        return _file(FIRST)
    if request.path.startswith(f"{FOLDER}/"):
        return _file(request.path.removeprefix(f"{FOLDER}/"))
    return None


def _file(name: str) -> Answer | None:
    known = {one.name: one for one in WEB.iterdir() if one.suffix in TYPES}
    if name not in known:
        return None
    file = known[name]
    return Answer(
        200, file.read_bytes(), {"Content-Type": TYPES[file.suffix], "Cache-Control": "no-store"}
    )
