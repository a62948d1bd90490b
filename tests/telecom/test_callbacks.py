"""This file tests the strict reading of posted forms."""

import string
from collections.abc import Mapping
from urllib.parse import parse_qsl

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from chalicelib.telecom.callbacks import (
    FORM_TYPE,
    Call,
    NotAForm,
    TooLarge,
    WrongMethod,
    WrongType,
    fields,
)

KNOWN = frozenset({"text", "from"})
FORM = {"content-type": FORM_TYPE}


def a_call(raw: bytes, headers: Mapping[str, str] = FORM) -> Call:
    """Return a callback as it is posted."""
    return Call("", raw, headers)


@pytest.mark.parametrize(
    ("raw", "read"),
    [
        (b"", {}),
        (b"text=", {"text": ""}),
        (b"text", {"text": ""}),
        (b"text=1*2&from=%2B1", {"text": "1*2", "from": "+1"}),
        (b"text=a+b%20c", {"text": "a b c"}),
        (b"text=100%", {"text": "100%"}),
        (b"text=%zz", {"text": "%zz"}),
        (b"text=a;from=b", {"text": "a;from=b"}),
        (b"text=a%00b", {"text": "a\x00b"}),
        (b"stray=1&text=a&stray=2", {"text": "a"}),
        ("text=សួស្តី".encode(), {"text": "សួស្តី"}),
        (b"text=%E1%9E%9F", {"text": "ស"}),
    ],
)
def test_a_form_is_read_with_blanks_and_without_strangers(raw: bytes, read: dict[str, str]) -> None:
    assert fields(a_call(raw), KNOWN) == read


# What a form is made of, and what breaks one.
PIECES = ("text", "from", "&", "=", "+", "%", "%2", "%2B", "%2b", "%2A", "%23", "%20", "%E1%9E%9F")
any_piece = st.sampled_from(PIECES)
any_form = st.lists(st.one_of(any_piece, st.text(string.printable + "ស", max_size=4)), max_size=12)


@pytest.mark.law
@given(any_form.map("".join))
@example("%74ext=1")
@example("&&text&=x&")
@example("text=%%2A%2%23%252A%2A2+%2B")
def test_a_form_is_read_as_the_standard_library_reads_it(text: str) -> None:
    given_ = [pair for pair in parse_qsl(text, keep_blank_values=True) if pair[0] in KNOWN]
    try:
        read = fields(a_call(text.encode()), KNOWN)
    except NotAForm:
        assert "�" in str(given_) + str(parse_qsl(text)) or len(dict(given_)) < len(given_)
    else:
        assert read == dict(given_)


@pytest.mark.parametrize("raw", [b"text=%ff", b"text=caf%E9", b"text=\xe9", b"text=%ED%A0%80"])
def test_what_is_not_utf8_is_refused_and_not_shown(raw: bytes) -> None:
    with pytest.raises(NotAForm) as refused:
        fields(a_call(raw), KNOWN)
    assert refused.value.__cause__ is None


def test_a_known_field_may_not_come_twice() -> None:
    with pytest.raises(NotAForm):
        fields(a_call(b"text=1&text=2"), KNOWN)


def test_a_form_of_very_many_fields_is_refused() -> None:
    with pytest.raises(NotAForm):
        fields(a_call(b"&".join(b"f%d=" % n for n in range(65))), KNOWN)


@pytest.mark.parametrize(("length", "taken"), [(8192, True), (8193, False)])
def test_a_form_may_have_8_kilobytes(*, length: int, taken: bool) -> None:
    raw = b"text=".ljust(length, b"a")
    if taken:
        assert len(fields(a_call(raw), KNOWN)["text"]) == length - 5
    else:
        with pytest.raises(TooLarge):
            fields(a_call(raw), KNOWN)


@pytest.mark.parametrize("kind", [FORM_TYPE, f"{FORM_TYPE}; charset=UTF-8", FORM_TYPE.upper()])
def test_the_type_of_a_form_may_be_written_as_http_allows(kind: str) -> None:
    assert fields(a_call(b"text=1", {"content-type": kind}), KNOWN) == {"text": "1"}


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"content-type": "application/json"},
        {"content-type": "multipart/form-data; boundary=x"},
        {"content-type": "*/*"},
        {"content-type": f"text/plain, {FORM_TYPE}"},
        {"content-type": FORM_TYPE, "content-encoding": "gzip"},
    ],
)
def test_another_type_is_refused(headers: dict[str, str]) -> None:
    with pytest.raises(WrongType):
        fields(a_call(b"text=1", headers), KNOWN)


def test_a_form_is_posted_and_nothing_else() -> None:
    with pytest.raises(WrongMethod):
        fields(Call("", b"text=1", FORM, method="GET"), KNOWN)
