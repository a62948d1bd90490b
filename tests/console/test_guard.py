"""This file tests what stands before every page: roles, forms, headers, errors, files."""

import json
import re
import sys

import pytest

from chalicelib.capabilities.staff import ROLES
from chalicelib.console.roles import OPEN, PAGES, Unlisted, check
from chalicelib.console.web import MOST_BYTES
from chalicelib.console.words import LANGUAGES, words
from tests.console.conftest import HOST, Console
from tests.console.programs import a_program

MOST_OF_A_PAGE = 150_000
ADDRESSES = re.compile(r'(?:src|href)="(/static/[^"]+)"')


def is_page(endpoint: str) -> bool:
    """Whether something opens by a visit; the API's part of the matrix is in test_api.py."""
    return endpoint not in OPEN and not endpoint.startswith("api.")


def test_every_page_has_a_line_with_who_may_and_every_line_a_page(console: Console) -> None:
    there = {rule.endpoint for rule in console.app.url_map.iter_rules()}
    assert there == set(PAGES) | OPEN
    with pytest.raises(Unlisted, match="new\\.page"):
        check([*there, "new.page"])
    with pytest.raises(Unlisted, match=r"today\.show"):
        check(there - {"today.show"})


def test_each_role_opens_its_pages_and_no_other(console: Console) -> None:
    """The whole matrix: every page without arguments, for every role."""
    pages = [
        rule
        for rule in console.app.url_map.iter_rules()
        if is_page(rule.endpoint) and not rule.arguments and "GET" in (rule.methods or ())
    ]
    for role in ROLES:
        browser = console.enters(role)
        for rule in pages:
            browser.opens(rule.rule)
            is_open = browser.status != 404
            assert is_open == (role in PAGES[rule.endpoint]), (role, rule.rule, browser.status)


def test_a_page_with_an_argument_or_a_form_is_as_closed(console: Console) -> None:
    for role in ROLES:
        browser = console.enters(role)
        browser.opens("/")
        for rule in console.app.url_map.iter_rules():
            if not is_page(rule.endpoint) or role in PAGES[rule.endpoint]:
                continue
            path = re.sub(r"<[^>]+>", "x", rule.rule)
            for method in rule.methods or ():
                if method in {"HEAD", "OPTIONS"}:
                    continue
                answer = browser.client.open(path, method=method, base_url=HOST)
                assert answer.status_code == 404, (role, method, path)


def test_whoever_is_not_signed_in_sees_no_page(console: Console) -> None:
    client = console.app.test_client()
    for rule in console.app.url_map.iter_rules():
        if not is_page(rule.endpoint):
            continue
        path = re.sub(r"<[^>]+>", "x", rule.rule)
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            answer = client.open(path, method=method, base_url=HOST)
            assert answer.status_code == 303, (method, path)
            assert answer.headers["Location"].startswith("/sign-in")


def test_a_form_without_its_token_or_from_elsewhere_does_nothing(console: Console) -> None:
    browser = console.enters("organizer")
    browser.opens("/sending")
    token = re.search(r'name="csrf_token" value="([^"]+)"', browser.page.text)
    assert token is not None
    answers = [
        browser.client.post("/sending", data={"turn": "stop"}, base_url=HOST),
        browser.client.post(
            "/sending",
            data={"turn": "stop", "csrf_token": token[1]},
            base_url=HOST,
            headers={"Referer": "https://evil.example/"},
        ),
        console.enters("admin").client.post(
            "/sending",
            data={"turn": "stop", "csrf_token": token[1]},
            base_url=HOST,
            headers={"Referer": f"{HOST}/"},
        ),
    ]
    assert [one.status_code for one in answers] == [400, 400, 400]
    assert "The form is too old" in answers[0].text
    assert console.office.sweeper.ledger.control.switched()[0]


def test_no_form_of_any_page_is_taken_without_its_token(console: Console) -> None:
    """Each address that takes a form, generated from the list, by somebody who may send it."""
    browsers = {role: console.enters(role) for role in ROLES}
    taken = [
        rule
        for rule in console.app.url_map.iter_rules()
        if "POST" in (rule.methods or ()) and not rule.endpoint.startswith("api.")
    ]
    assert len(taken) > 25
    for rule in taken:
        role = next(one for one in ROLES if one in PAGES.get(rule.endpoint, ROLES))
        path = re.sub(r"<[^>]+>", "x", rule.rule)
        answer = browsers[role].client.post(path, base_url=HOST, headers={"Referer": f"{HOST}/"})
        assert answer.status_code == 400, (role, path)
        assert "The form is too old" in answer.text


def test_one_person_stops_sending_and_two_let_it_go_on(console: Console) -> None:
    one, other = console.enters("organizer"), console.enters("admin")
    one.opens("/sending")
    assert "Sending is stopped." in one.sends("/sending", turn="stop")
    assert "Sending is stopped: no notice" in other.opens("/")
    other.opens("/sending")
    assert "somebody else" in other.sends("/sending", turn="start")
    assert "You said so" in other.text
    one.opens("/sending")
    assert "Sending goes on." in one.sends("/sending", turn="start")


def test_asking_for_the_head_of_a_page_does_nothing(console: Console) -> None:
    """HEAD is let to every page that GET is, and no form's token is asked of it."""
    key = a_program(console, "clerk")
    admin, clerk, organizer = (console.enters(one) for one in ("admin", "clerk", "organizer"))
    for browser, path in (
        (admin, "/staff/disable?name=clerk"),
        (admin, "/staff/renew?name=clerk"),
        (clerk, f"/keys/{key.id}/revoke"),
        (clerk, "/tickets/file"),
        (clerk, "/services/101/edit"),
        (organizer, "/broadcast/cancel"),
    ):
        assert browser.client.head(path, base_url=HOST).status_code in {200, 303}, path
    assert key.gets("/me")["name"] == "clerk"
    assert "Good day, clerk" in console.enters("clerk").text
    assert list(console.office.audit.of_day(console.office.today())) == []


def test_every_answer_carries_what_holds_browsers_back(console: Console) -> None:
    browser = console.enters("officer")
    for path in ("/", "/nothing", "/sign-in"):
        browser.opens(path)
        policy = browser.page.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert browser.page.headers["Referrer-Policy"] == "same-origin"
        assert browser.page.headers["X-Content-Type-Options"] == "nosniff"
        assert browser.page.headers["Cache-Control"] == "no-store"
        assert "max-age" in browser.page.headers["Strict-Transport-Security"]
        assert "<script>" not in browser.page.text
        assert " style=" not in browser.page.text


def test_a_first_page_is_light(console: Console) -> None:
    browser = console.browser()
    browser.opens("/sign-in", headers={"Accept-Language": "km"})
    total = len(browser.page.data)
    addresses = ADDRESSES.findall(browser.page.text)
    style = next(one for one in addresses if one.endswith("owl.css"))
    raw = browser.client.get(style, base_url=HOST).text
    addresses += re.findall(r'url\("\.\.(/[^"]+)"\)', raw)
    assert len(set(addresses)) == 4
    for one in set(addresses):
        path = one if one.startswith("/static") else f"/static{one}"
        answer = browser.client.get(path, base_url=HOST, headers={"Accept-Encoding": "gzip"})
        assert answer.status_code == 200, path
        assert "immutable" in answer.headers["Cache-Control"]
        total += len(answer.data)
    assert total < MOST_OF_A_PAGE
    sys.stdout.write(f"a first page: {total:,} octets\n")


def test_a_file_is_served_under_the_digest_of_what_is_in_it_alone(console: Console) -> None:
    client = console.app.test_client()
    for path in ("/static/000000000000/owl.css", "/static/x/../../settings.py", "/static/x/no.css"):
        assert client.get(path, base_url=HOST).status_code == 404


def test_the_language_is_the_one_asked_for_until_another_is_chosen(console: Console) -> None:
    browser = console.browser()
    assert "ចូលប្រើ" in browser.opens("/sign-in", headers={"Accept-Language": "km,en;q=0.5"})
    assert "Sign in" in browser.sends("/language", language="en", next="/sign-in")
    assert "Sign in" in browser.opens("/sign-in", headers={"Accept-Language": "km"})
    assert 'lang="en"' in browser.page.text
    kept = browser.client.get_cookie("owl-language", domain="console.example")
    assert (kept.secure, kept.http_only, kept.same_site) == (True, True, "Lax")
    browser.sends("/language", language="xx", next="https://evil.example/")
    assert browser.page.request.path == "/sign-in"


def test_both_languages_say_the_same_things() -> None:
    first, *others = (words(one) for one in LANGUAGES)
    for other in others:
        assert set(first) == set(other)
        for key, text in first.items():
            fields = re.compile(r"\{[^}]*\}")
            assert sorted(fields.findall(text)) == sorted(fields.findall(other[key])), key
            assert text.strip()
            assert other[key].strip()


def test_a_body_that_is_too_large_is_told_so(console: Console) -> None:
    browser = console.enters("organizer")
    answer = browser.client.post(
        "/sending",
        data=b"x" * (MOST_BYTES + 1),
        base_url=HOST,
        content_type="application/x-www-form-urlencoded",
        headers={"Referer": f"{HOST}/"},
    )
    assert answer.status_code == 413
    assert "too large" in answer.text


def test_a_fault_of_ours_is_told_and_logged_without_what_was_on_the_page(
    console: Console, caplog: pytest.LogCaptureFixture
) -> None:
    browser = console.enters("officer")
    console.app.config["PROPAGATE_EXCEPTIONS"] = False
    console.office.sweeper = None  # type: ignore[assignment]  # so that the page breaks
    caplog.set_level("DEBUG")
    assert "Something broke on our side" in browser.opens("/?secret=12345")
    assert "NoneType" not in browser.page.text
    assert [json.loads(one.message) for one in caplog.records if one.name == "owl"] == [
        {"event": "console", "outcome": "error", "route": "today.show", "error": "AttributeError"}
    ]
    assert "12345" not in caplog.text
