"""This file tests how tables look: on screen, in a spreadsheet, for a program and drawn."""

import csv
import io
import json
import re
import xml.etree.ElementTree as ET
from datetime import date

import pytest

from chalicelib.capabilities.audit import Deed
from chalicelib.reports.charts import Bar, drawn
from chalicelib.reports.every import REPORTS, report
from chalicelib.reports.layout import Sheet, chart_of, csv_of, plain_of, text_of
from chalicelib.reports.meanings import meaning
from chalicelib.reports.periods import Period
from chalicelib.reports.tables import Query
from chalicelib.reports.words import LANGUAGES, NOTES, TITLES, WORDS
from tests.reports.a_source import Figures

KHMER = re.compile(r"[\u1780-\u17ff]")
CELLS = {"users#ussd#women#0212": 30, "users#sms#men#0106": 20}
SVG = "{http://www.w3.org/2000/svg}"


def a_sheet(name: str = "users", *by: str, language: str = "en", **values: object) -> Sheet:
    """Return a table laid out."""
    source = Figures(months={"2026-10": CELLS}, **values)  # type: ignore[arg-type]
    one = report(name)
    query = one.asked(Query(Period.read("2026-10"), by))
    table = one.make(query, source)
    return Sheet(one, query, table, language, source.catalogue, source.synthetic)


@pytest.mark.parametrize("name", REPORTS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_table_says_in_each_form_what_it_counts_and_misses(name: str, language: str) -> None:
    sheet = a_sheet(name, language=language)
    for written in (text_of(sheet), csv_of(sheet), json.dumps(plain_of(sheet))):
        for sentence in meaning(name, language):
            assert json.dumps(sentence)[1:-1] in written.replace('""', '"') or sentence in written


@pytest.mark.parametrize("name", REPORTS)
def test_every_heading_is_a_word_in_both_languages(name: str) -> None:
    assert {one.id for one in a_sheet(name).table.columns} <= set(WORDS)
    assert KHMER.search("".join(a_sheet(name, language="km").headings))


def test_every_text_is_there_in_english_and_khmer() -> None:
    for texts in (TITLES, NOTES):
        assert all(en and KHMER.search(km) for en, km in texts.values())
    assert set(TITLES) == set(REPORTS)
    assert all(KHMER.search("".join(meaning(name, "km"))) for name in REPORTS)
    assert sorted(one.number for one in REPORTS.values()) == list(range(1, 16))


def test_a_csv_opens_with_khmer_in_a_spreadsheet() -> None:
    written = csv_of(a_sheet(language="km")).encode()
    assert written.startswith(b"\xef\xbb\xbf")
    assert KHMER.search(written.decode())


@pytest.mark.parametrize("lead", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"])
def test_no_cell_of_a_csv_runs_as_a_formula(lead: str) -> None:
    deed = Deed(f"{lead}cmd|' /C calc'!A0", f"{lead}1+1", {"file": "a.csv"})
    source = Figures(done={date(2026, 10, 5): [deed]})
    one = report("audit")
    query = one.asked(Query(Period.read("2026-10")))
    written = csv_of(Sheet(one, query, one.make(query, source), "en", source.catalogue))
    cells = [cell for row in csv.reader(io.StringIO(written)) for cell in row]
    assert not [cell for cell in cells if re.match(r"\ufeff?\s*[=+@＝＋－＠]|[\t\r\n]", cell)]
    assert f"'{lead}1+1" in cells


def test_places_have_their_code_and_their_name() -> None:
    assert "0212 Kamrieng" in text_of(a_sheet("users", "district"))
    assert "0212 កំរៀង" in text_of(a_sheet("users", "district", language="km"))


def test_a_table_for_a_program_has_codes_and_numbers() -> None:
    plain = plain_of(a_sheet("users", "district"))
    assert plain["rows"][1] == {
        "district": "0212",
        "people": 30,
        "women": 30,
        "men": 0,
        "unsaid": 0,
        "women_of_said": 100.0,
    }
    assert plain["synthetic"] is False


def test_made_up_figures_say_so_in_every_form_and_every_row() -> None:
    sheet = a_sheet("users", synthetic=True)
    rows = list(csv.reader(io.StringIO(csv_of(sheet))))
    assert {row[-1] for row in rows[: len(sheet.rows) + 1]} == {"made up"}
    for written in (text_of(sheet), csv_of(sheet), chart_of(sheet) or ""):
        assert "MADE UP" in written
    assert plain_of(sheet)["synthetic"] is True


def test_no_row_of_real_figures_says_that_it_is_made_up() -> None:
    for written in (text_of(a_sheet()), csv_of(a_sheet()), chart_of(a_sheet()) or ""):
        assert "made up" not in written.lower()


@pytest.mark.parametrize("name", [name for name, one in REPORTS.items() if one.chart])
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_chart_is_valid_and_has_a_name_and_a_description(name: str, language: str) -> None:
    root = ET.fromstring(chart_of(a_sheet(name, language=language)) or "")
    assert root.get("role") == "img"
    ids = {root.find(f"{SVG}title").get("id"), root.find(f"{SVG}desc").get("id")}  # type: ignore[union-attr]
    assert set((root.get("aria-labelledby") or "").split()) == ids
    assert root.get("lang") == language


def test_two_charts_on_one_page_have_names_of_their_own() -> None:
    charts = [ET.fromstring(drawn(title, [Bar("a", [1])], ["x"])) for title in ("t", "u")]
    assert charts[0].get("aria-labelledby") != charts[1].get("aria-labelledby")


def test_a_chart_tells_every_number_in_words() -> None:
    root = ET.fromstring(chart_of(a_sheet()) or "")
    assert "USSD: people 30" in (root.findtext(f"{SVG}desc") or "")
    assert "30" in [one.text for one in root.iter(f"{SVG}text")]


def test_a_chart_takes_the_colours_of_its_page_and_no_style_or_script() -> None:
    root = ET.fromstring(drawn("t", [Bar("a", [1, 2])], ["x", "y"], stacked=True))
    colours = {one.get(name) for one in root.iter() for name in ("fill", "stroke")}
    assert colours <= {None, "currentColor", "Canvas"}
    assert {one.tag.removeprefix(SVG) for one in root.iter()} <= {
        "svg",
        "title",
        "desc",
        "rect",
        "text",
    }
    assert not [one for one in root.iter() if one.get("style")]


def test_bars_are_as_long_as_their_numbers_and_stay_in_the_picture() -> None:
    root = ET.fromstring(drawn("t", [Bar("a", [10]), Bar("b", [5]), Bar("c", [None])], ["x"]))
    widths = [float(one.get("width") or 0) for one in root.iter(f"{SVG}rect")]
    assert widths[0] == 2 * widths[1]
    assert widths[2] == 0
    assert widths[0] < float(root.get("width") or 0)


def test_a_chart_of_nothing_is_a_chart() -> None:
    assert ET.fromstring(drawn("t", [], ["x"])).findtext(f"{SVG}desc") == "-"


def test_a_narrow_chart_has_words_as_large_and_bars_within_it() -> None:
    chart = drawn("A", [Bar("one", [50]), Bar("two", [100])], ["people"], width=300)
    assert "viewBox='0 0 300 " in chart
    assert "font-size='13'" in chart
    reach = [float(one) + 12 for one in re.findall(r"<rect [^>]* width='([0-9.]+)'", chart)]
    assert reach == [114, 216]


def test_a_label_cannot_break_out_of_a_chart() -> None:
    label = "<script>&\"'"
    root = ET.fromstring(drawn(label, [Bar(label, [1])], [label, label][:1], warning=label))
    assert label in [one.text for one in root.iter(f"{SVG}text")]
