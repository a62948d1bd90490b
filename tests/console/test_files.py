"""This file tests files that staff load: too large, swollen, of too many rows, of many faults."""

import base64
import json
import tracemalloc
import zipfile
from html import unescape
from io import BytesIO
from pathlib import Path
from time import process_time
from typing import Any
from urllib.parse import urlsplit

import pytest
from apig_wsgi import make_lambda_handler
from openpyxl import Workbook

from chalicelib.console.web import MOST_BYTES
from tests.console.conftest import COOKIE, HOST, TOKEN, Browser, Console
from tests.console.test_tickets import HEAD, chosen, rows

MEGABYTE = 1 << 20
# Larger ones AWS refuses itself, before anything of ours runs.
MOST_OF_A_FUNCTION_URL, ROOM_FOR_HEADERS = 6 * MEGABYTE, 32 * 1024
# What a function with 512 MB has to spare, and when it ends; here each octet is counted too.
SPARE_BYTES, SPARE_SECONDS = 150 * MEGABYTE, 29
SHEET, STRINGS = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"
ENTITIES = (
    b'<!DOCTYPE a [<!ENTITY a "owlowlowl">'
    + b"".join(
        b'<!ENTITY %c "%s">' % (n, b"&%c;" % (n - 1) * 10) for n in range(ord("b"), ord("l"))
    )
    + b"]>"
)


def workbook(**parts: tuple[bytes, bytes]) -> bytes:
    """Return a workbook of tickets some of whose parts have something put before something."""
    book, out = Workbook(), BytesIO()
    book.active.append(HEAD.split(","))
    book.save(out)
    swollen = BytesIO()
    with zipfile.ZipFile(out) as old, zipfile.ZipFile(swollen, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            before, more = parts.get(Path(name).stem, (b"", b""))
            content = old.read(name)
            new.writestr(name, content.replace(before, more + before, 1) if before else content)
    return swollen.getvalue()


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (workbook(sheet1=(b"</sheetData>", b"<row><c/></row>" * 4_000_000)), "unpacks to more"),
        (workbook(sheet1=(b"</sheetData>", b" " * (60 * MEGABYTE))), "unpacks to more than 50 MB"),
        (workbook(sheet1=(b"</sheetData>", b"<row><c/></row>" * 400_000)), "more than 10,000 rows"),
        (workbook(sheet1=(b"<worksheet", ENTITIES)), "is damaged"),
    ],
    ids=["cells", "air", "rows", "entities"],
)
def test_a_small_file_that_swells_is_told_so_at_once(
    console: Console, content: bytes, why: str
) -> None:
    browser = console.enters("clerk")
    assert len(content) < MOST_BYTES
    with spared():
        assert why in chosen(browser, content, "tickets.xlsx")
    assert browser.status == 422


@pytest.mark.parametrize("line", ["", ",,,,,,", "1,2,3,4,5,6,7"])
def test_a_file_of_too_many_rows_is_told_so(console: Console, line: str) -> None:
    browser = console.enters("clerk")
    with spared():
        text = chosen(browser, rows(*[line] * 25_000))
    assert "has more than 10,000 rows: split it" in text
    assert browser.status == 422


def test_a_file_that_is_wrong_in_every_row_comes_back_as_a_page_that_can_be_read(
    console: Console,
) -> None:
    browser = console.enters("clerk")
    with spared():
        text = chosen(browser, rows(*["1,2,3,4,5,6,7"] * 10_000))
    assert "Refused 10,000" in text
    assert "more." in text
    assert len(browser.page.data) < 500_000


class Upload:
    """Fifty megabytes as a browser sends them, which count how much of them was read."""

    def __init__(self, browser: Browser) -> None:
        found = TOKEN.search(browser.page.text)
        assert found is not None
        self.head = (
            '--x\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n'
            f"{found[1]}\r\n--x\r\nContent-Disposition: form-data; "
            'name="file"; filename="tickets.csv"\r\n\r\n'
        ).encode()
        self.left, self.given = 50 * MEGABYTE, 0

    def read(self, size: int = -1) -> bytes:
        """Give the next part."""
        size = min(size if size >= 0 else self.left, self.left)
        part, self.head = (self.head + b"1" * size)[:size], self.head[size:]
        self.left, self.given = self.left - size, self.given + size
        return part

    readline = read


@pytest.mark.parametrize("says_how_long", [True, False])
def test_fifty_megabytes_are_refused_in_words_without_being_taken_in(
    console: Console, *, says_how_long: bool
) -> None:
    browser = console.enters("clerk")
    browser.opens("/tickets/file")
    upload = Upload(browser)
    length = {"CONTENT_LENGTH": str(50 * MEGABYTE)} if says_how_long else {}
    with spared():
        answer = browser.client.post(
            "/tickets/file",
            content_type="multipart/form-data; boundary=x",
            base_url=HOST,
            headers={"Referer": f"{HOST}/"},
            environ_overrides={**length, "wsgi.input": upload, "wsgi.input_terminated": True},
        )
    assert answer.status_code == 413
    assert "The file is too large" in answer.text
    assert "up to 4 MB" in answer.text
    assert upload.given <= MOST_BYTES + MEGABYTE


def by_function_url(browser: Browser, size: int) -> dict[str, Any]:
    """Return how a function URL hands on a file of so many octets, as AWS documents it."""
    cookie = browser.client.get_cookie(COOKIE, domain=urlsplit(HOST).netloc)
    body = Upload(browser).head + b"1" * size + b"\r\n--x--\r\n"
    return {
        "version": "2.0",
        "rawPath": "/tickets/file",
        "rawQueryString": "",
        "cookies": [f"{COOKIE}={cookie.value}"],
        "headers": {
            "host": urlsplit(HOST).netloc,
            "referer": f"{HOST}/tickets/file",
            "x-forwarded-proto": "https",
            "content-type": "multipart/form-data; boundary=x",
            "content-length": str(len(body)),
        },
        "requestContext": {
            "http": {"method": "POST", "protocol": "HTTP/1.1", "sourceIp": "192.0.2.1"}
        },
        "body": base64.b64encode(body).decode(),
        "isBase64Encoded": True,
    }


@pytest.mark.parametrize(
    ("size", "status", "told"),
    [(4 * MEGABYTE, 422, "tickets.csv"), (MOST_BYTES, 413, "up to 4 MB")],
)
def test_whatever_a_function_url_carries_is_answered_in_words(
    console: Console, size: int, status: int, told: str
) -> None:
    browser = console.enters("clerk")
    browser.opens("/tickets/file")
    event = by_function_url(browser, size)
    assert len(json.dumps(event)) < MOST_OF_A_FUNCTION_URL - ROOM_FOR_HEADERS
    answer = make_lambda_handler(console.app, binary_support=True)(event, None)
    assert answer["statusCode"] == status
    assert told in unescape(answer["body"])


class spared:  # noqa: N801 - it reads as a word
    """Holds what is done within it to little memory and time."""

    def __enter__(self) -> None:
        tracemalloc.start()
        self.begin = process_time()

    def __exit__(self, *_: object) -> None:
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert peak < SPARE_BYTES, f"{peak:,} octets"
        seconds = process_time() - self.begin
        assert seconds < SPARE_SECONDS, seconds
