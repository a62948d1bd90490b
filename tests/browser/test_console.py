"""This file tests the console in a real browser: each role's day, every page, axe, keyboard."""

from pathlib import Path

import pytest

from chalicelib.capabilities.tickets import with_check_digit
from tests.browser.desk import NARROW, PAGES, Desk
from tests.end_to_end.stack import Local, until

pytestmark = [pytest.mark.browser, pytest.mark.stack]
AXE = Path(__file__).parents[2] / "build" / "oracles" / "node_modules" / "axe-core" / "axe.min.js"
LOOK = "axe.run(document, {resultTypes: ['violations']}).then(found => found.violations)"
SEVERE = frozenset({"serious", "critical"})


@pytest.mark.parametrize("language", ["en", "km"])
@pytest.mark.parametrize("name", PAGES)
def test_every_page_is_without_a_serious_fault_for_those_who_see_or_hear_little(
    desk: Desk, name: str, language: str
) -> None:
    if not AXE.exists():
        pytest.skip("build/oracles has no axe-core: .ci/run installs it")
    page, source = desk.enters(name, language=language), AXE.read_text()
    for path in PAGES[name]:
        desk.opens(page, path)
        page.evaluate(source)
        severe = [
            (one["id"], [node["html"][:160] for node in one["nodes"]][:3])
            for one in page.evaluate(LOOK)
            if one["impact"] in SEVERE
        ]
        assert severe == [], path


@pytest.mark.parametrize("language", ["en", "km"])
@pytest.mark.parametrize("name", PAGES)
def test_no_page_runs_out_of_a_small_screen(desk: Desk, name: str, language: str) -> None:
    page = desk.enters(name, language=language, width=NARROW)
    for path in PAGES[name]:
        desk.opens(page, path)
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= NARROW, (path, wide)


def test_every_task_of_a_page_works_without_scripts(desk: Desk) -> None:
    page = desk.enters("dara", java_script_enabled=False)
    desk.opens(page, "/broadcasts/new")
    page.fill("#text", "Fees are posted")
    page.fill("#communes", "0212")
    page.get_by_role("button", name="Look", exact=True).click()
    assert "Fees are posted" in page.locator("#seen").inner_text()


def test_what_a_broadcast_comes_to_follows_the_typing(desk: Desk) -> None:
    page = desk.enters("dara")
    desk.opens(page, "/broadcasts/new")
    page.fill("#communes", "0212")
    page.fill("#text_km", "តម្លៃសេវាបិទផ្សាយ")
    page.locator("#seen .screen").wait_for()
    assert "ucs2" in page.locator("#seen").inner_text()
    assert page.url.endswith("/broadcasts/new")


def test_an_organizer_plans_a_forum_and_phones_are_invited_and_answer(
    desk: Desk, stage: Local
) -> None:
    numbers = [f"+8551234510{n}" for n in range(3)]
    for n, number in enumerate(numbers):
        stage.texts(number, "JOIN 021201", f"join-{n}")
        stage.receives(number)
    page = desk.enters("dara")
    page.get_by_role("link", name="Forums", exact=True).click()
    page.get_by_role("button", name="Plan a forum").click()
    page.fill("#commune", "021201")
    page.fill("#at", "2031-03-05T14:00")
    page.fill("#venue_en", "Kamrieng pagoda")
    page.fill("#agenda_en", "Plates")
    page.get_by_role("button", name="Look what it would send").click()
    assert "to 3 people" in page.inner_text("main")
    page.get_by_role("button", name="Plan it").click()
    assert "is planned" in page.inner_text("main")
    code = page.url.rpartition("/")[2]
    for number in numbers:
        found = until(
            lambda number=number: stage.messages(number),
            lambda listed: any("Kamrieng pagoda" in one["text"] for one in listed),
            150,
        )
        assert sum("Kamrieng pagoda" in one["text"] for one in found) == 1
    stage.texts(numbers[0], "YES", "yes-0")
    stage.texts(numbers[1], "te", "no-1")
    stage.receives(numbers[1], 3)
    stage.receives(numbers[0], 3)
    desk.opens(page, f"/forums/{code}")
    assert "3 invited, 1 yes, 1 no" in page.inner_text("main")


def sheet_of_200() -> str:
    """Return the file of scenario 10: 194 good rows, 4 with a fault, 2 repeats."""
    dated = "២០២៦-១១-០២"
    good = [
        f"{with_check_digit(f'0212265{n:03}')},212,102,received,{dated},2026-11-20,{dated}"
        for n in range(194)
    ]
    unknown = [
        f"{with_check_digit(f'0212266{n:03}')},0212,102,gone,{dated},,{dated}" for n in range(3)
    ]
    bad = [f"02122650001,0212,102,received,{dated},,{dated}"]
    head = "ticket_no,office,service,status,received_on,due_on,updated_on"
    return "\ufeff" + "\n".join([head, *good, *unknown, *bad, *good[:2]]) + "\n"


def test_scenario_10_a_clerk_loads_200_rows_and_the_same_again_changes_nothing(
    desk: Desk, tmp_path: Path
) -> None:
    path = tmp_path / "tickets.csv"
    path.write_text(sheet_of_200(), encoding="utf-8")
    page = desk.enters("chan", language="km")
    for taken in (194, 0):
        desk.opens(page, "/tickets/file")
        page.set_input_files("#file", path)
        page.locator("main form button").last.click()
        facts = page.locator("dl.facts dd").all_inner_texts()
        assert facts[0] == "200"
        assert facts[1] == str(taken)
        assert facts[3] == "4"
        if taken:
            page.locator("main form button").first.click()
            assert page.locator("dl.facts dd").all_inner_texts()[1] == "194"
    desk.opens(page, f"/tickets/?number={with_check_digit('0212265000')}")
    assert "02/11/2026" in page.inner_text("main")


def test_a_file_that_is_too_large_is_told_before_it_is_sent(desk: Desk, tmp_path: Path) -> None:
    page = desk.enters("chan")
    desk.opens(page, "/tickets/file")
    for size, told in ((5_000_000, "up to 4 MB"), (5, "")):
        path = tmp_path / f"{size}.csv"
        path.write_bytes(b"1" * size)
        page.set_input_files("#file", path)
        assert told in page.evaluate("document.querySelector('#file').validationMessage")
        assert page.evaluate("document.querySelector('#file').checkValidity()") == (not told)


def test_an_ombudsperson_answers_and_who_has_the_code_reads_it(desk: Desk, stage: Local) -> None:
    number = "+85512345200"
    said = stage.hops(number, "8*4*2*0212*1*They asked 50000 riel more", "complaint-1").text
    code = "".join(one for one in said if one.isdigit())[:10]
    page = desk.enters("sokha")
    page.get_by_role("link", name="Complaints", exact=True).click()
    page.locator("tbody a").last.click()
    assert "They asked 50000 riel more" in page.inner_text("main")
    page.fill("#words_en", "We asked the office to post the fees.")
    page.get_by_role("button", name="Answer", exact=True).click()
    assert "Whoever has the code reads it now" in page.inner_text("main")
    read = stage.hops("+85512345201", f"8*4*6*{code}", "complaint-2").text
    assert "We asked the office to post the fees." in read, (said, read)


def test_an_officer_takes_the_quarter_home_as_files_and_on_paper(desk: Desk) -> None:
    page = desk.enters("vanna", language="km")
    desk.opens(page, "/reports/?name=standard&period=2026-Q4")
    with page.expect_download() as waiting:
        page.locator('a[href*="table.csv"]').click()
    written = Path(waiting.value.path()).read_text(encoding="utf-8")
    assert written.startswith("\ufeff")
    assert "ស្តង់ដារ" in written
    page.locator('a[href*="/print"]').click()
    page.emulate_media(media="print")
    assert page.locator("section.sheet").count() == 14
    assert not page.locator("nav.menu").is_visible()
