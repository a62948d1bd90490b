"""This file tests complaints as they are kept: once, by key, the same on both twins."""

import re
from dataclasses import replace

import pytest

from chalicelib.capabilities.complaints import Cause, Complaint, Entry, Report
from chalicelib.errors import NotAcceptable
from chalicelib.storage.complaint_codes import SAID_OCTETS, row_of, said
from chalicelib.storage.complaint_review import Review, ref_of
from chalicelib.storage.keys import PEPPER
from tests.builders import a_party
from tests.world import World

CAUSE = Cause("africastalking", "session", "4*2")
REPORT = Report("0212", "extra_fee", "this_week", "2026-W48", "They asked 50000 riel more.")
WHOLE = Complaint(
    id="row",
    office="0212",
    kind="refused",
    when="earlier",
    week="2026-W48",
    public=bytes(range(32)),
    state="answered",
    tags=frozenset({"a", "b"}),
    thread=(Entry("citizen", "2026-W48", b"\x00\xff"), Entry("ombudsperson", "2026-W49", b"x")),
    acknowledged="2026-W48",
    answered="2026-W49",
    released=(b"\x01",),
)


def test_a_complaint_is_read_as_it_was_kept(both: World) -> None:
    store = both.desk.complaints
    assert store.add(WHOLE)
    assert store.find(["row", "another"]) == [WHOLE, None]
    assert list(store.every()) == [WHOLE]


def test_a_row_that_is_taken_is_not_kept_over(both: World) -> None:
    store = both.desk.complaints
    assert [store.add(one) for one in (WHOLE, replace(WHOLE, kind="other"))] == [True, False]
    assert store.find(["row"]) == [WHOLE]


def test_of_two_changes_of_one_edition_one_is_kept(both: World) -> None:
    store = both.desk.complaints
    store.add(WHOLE)
    first, second = (replace(WHOLE, state=one) for one in ("closed", "received"))
    assert [store.change(WHOLE, one) for one in (first, second)] == [True, False]
    assert store.find(["row"]) == [replace(first, edition=2)]
    assert not store.change(replace(WHOLE, id="another"), first)


def test_a_row_holds_no_code_and_leads_to_none_without_the_pepper(both: World) -> None:
    code = both.desk.complain(CAUSE, REPORT)
    (one,) = both.desk.complaints.every()
    keys = both.keys.now()
    assert one.id == row_of(keys, code)
    other = replace(keys, values={**keys.values, PEPPER: b"another"})
    assert one.id != row_of(other, code)
    assert code not in repr([one.id, one.public, one.tags, [entry.sealed for entry in one.thread]])


def test_the_finest_time_of_a_row_is_a_week(both: World) -> None:
    both.desk.complain(CAUSE, REPORT)
    before = next(iter(both.desk.complaints.every()))
    both.clock.forward(hours=1)
    both.desk.complain(replace(CAUSE, session="another"), REPORT)
    one, other = both.desk.complaints.every()
    plain = [replace(each, id="", public=b"", tags=frozenset(), thread=()) for each in (one, other)]
    assert plain[0] == plain[1]
    assert before.week == "2026-W48"


def test_a_repeat_gets_its_code_and_adds_nothing(both: World) -> None:
    codes = {both.desk.complain(CAUSE, REPORT) for _ in range(3)}
    assert len(codes) == len(list(both.desk.complaints.every())) == 1


def test_words_are_added_once_for_a_cause(both: World) -> None:
    code = both.desk.complain(CAUSE, REPORT)
    more = replace(CAUSE, transcript="4*6")
    for cause in (more, more, CAUSE):
        assert both.desk.add_to_complaint(cause, code, "2026-W49", "more")
    (one,) = both.desk.complaints.every()
    assert [entry.week for entry in one.thread] == ["2026-W48", "2026-W49"]


def test_words_for_a_code_that_nobody_has_are_added_nowhere(both: World) -> None:
    assert not both.desk.add_to_complaint(CAUSE, "1234567894", "2026-W48", "more")
    assert list(both.desk.complaints.every()) == []


def test_only_the_code_opens_what_was_said_to_it(both: World) -> None:
    code = both.desk.complain(CAUSE, REPORT)
    (one,) = both.desk.complaints.every()
    assert both.desk.heard(code, one) == {}
    answered = replace(one, thread=(*one.thread, said(one, {"km": "បាទ"}, "2026-W49")))
    assert both.desk.heard(code, answered) == {"km": "បាទ"}
    assert len(answered.thread[-1].sealed) == SAID_OCTETS + 48
    with pytest.raises(Exception, match="decrypt"):
        both.desk.heard("1234567894", answered)


def test_what_is_too_long_to_be_sealed_is_refused() -> None:
    with pytest.raises(NotAcceptable, match="shorten"):
        said(WHOLE, {"km": "វ" * 700}, "2026-W49")


def test_a_look_reads_the_tries_beside_the_complaint(both: World) -> None:
    code = both.desk.complain(CAUSE, REPORT)
    look = both.desk.look_at_complaint(a_party(), code, "1")
    assert look.complaint is not None
    assert look.tried.asked == 0
    assert both.desk.look_at_complaint(a_party(), "1234567894", "1").complaint is None


def test_a_reference_is_typed_at_a_shell_as_it_stands() -> None:
    refs = {ref_of(replace(WHOLE, id=f"{one}abcdefghijk")) for one in "-_AZaz09"}
    assert len(refs) == 8
    assert all(re.fullmatch("[0-9a-f]{8}", one) for one in refs)


def test_a_review_that_met_a_change_is_refused(both: World) -> None:
    both.desk.complain(CAUSE, REPORT)
    side = Review(both.desk.complaints, both.keys)
    (one,) = side.of_district("0212")
    side.does(one, "acknowledge", "2026-W48", {})
    with pytest.raises(NotAcceptable, match="changed a moment ago"):
        side.does(one, "close", "2026-W48", {})
    assert side.known("0212", ref_of(one)).state == "acknowledged"
