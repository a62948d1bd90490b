"""This file tests that rows come in by the API with the rights that its function has on AWS."""

from tests.builders import TRANG
from tests.console.conftest import OFFICE, Console
from tests.console.people import People
from tests.console.programs import a_program

NUMBER = "+85512345678"


def test_people_come_in_and_a_row_is_refused_without_its_number(console: Console) -> None:
    People(console)
    program = a_program(console, "organizer")
    row = {"number": NUMBER, "commune": TRANG.code, "language": "km", "consent_on": "2026-11-01"}
    done = program.posts("/people", {"rows": [row, {**row, "number": f"{NUMBER}99"}]})
    assert (done["taken"], done["refused"]) == (1, 1)
    assert NUMBER[4:] not in str(done)
    assert program.posts("/people", {"rows": [row]})["unchanged"] == 1
    counted = program.gets("/people/count", communes=[TRANG.code])
    assert (counted["people"], counted["reachable"]) == (1, 1)


def test_scorecards_come_in(console: Console) -> None:
    officer = a_program(console, "officer")
    card = {"office": OFFICE, "held_on": "2026-11-10", "dimension": "waiting", "answer": "3"}
    rows = [{**card, "women": "12", "men": "9"}]
    assert officer.posts("/scorecards", {"rows": rows})["taken"] == 1
    assert officer.posts("/scorecards", {"rows": rows})["unchanged"] == 1


def test_offices_and_places_come_in(console: Console) -> None:
    admin = a_program(console, "admin")
    office = next(one for one in admin.gets("/offices") if one["code"] == OFFICE)
    names = {"name_en": "Kampong Cham", "name_km": "កំពង់ចាម", "name_km_latn": "Kampong Cham"}
    for path, row in (
        ("/offices", {**office, "phone": "012 000 001"}),
        ("/places", {"code": "03", "kind": "province", **names, "aliases": ""}),
    ):
        assert admin.posts(path, {"rows": [row]})["taken"] == 1
        assert row in admin.gets(path)
