"""This file tests that a mapping file is read strictly, and that each of its faults is named."""

from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.cli.main import owl
from chalicelib.gateways import bodies, templates
from chalicelib.gateways.mapping import Where
from chalicelib.gateways.mapping_read import NotAMapping, looked, mapped, read

GOOD = """
name = "good"
about = "a test"
[settings]
key = "a key"
[ussd]
type = "json"
text = "last"
fields = { session = "s", party = "p", text = "t" }
markers = { continue = "C", end = "E" }
[ussd.answer]
type = "application/json"
body = '{"m":"${marker}","t":"${text}"}'
[send]
url = "https://gateway.example/send"
body = '{"to":"${party}","text":"${text}","key":"${key}"}'
[send.answer]
fields = { id = "id" }
"""

# what is changed in the good file, to what -> what is said of it
FAULTS = (
    ('name = "good"', 'name = "other"', "name: is 'other': it must be that of the file"),
    ('name = "good"', "", "name: is missing"),
    ('about = "a test"', "about = 7", "about: must be text in quotes"),
    ("[settings]", "[seetings]", "seetings: is not known here: choose of"),
    ('key = "a key"', 'text = "a key"', "settings.text: use another name"),
    ('party = "p", ', "", "ussd.fields.party: is missing"),
    ('text = "t" }', 'text = "t", colour = "c" }', "ussd.fields.colour: means nothing here"),
    ('type = "json"', 'type = "yaml"', "ussd.type: must be form, json, xml or query"),
    ('text = "last"', 'text = "some"', "ussd.text: must be whole or last"),
    ('continue = "C", ', "", "ussd.markers: must say what"),
    ("${marker}", "C", "ussd.answer.body: has no ${marker}"),
    ('"t":"${text}"', '"t":"x"', "ussd.answer.body: has no ${text}"),
    ('"t":"${text}"', '"t":${text}', "ussd.answer.body: filled in it is no json"),
    ("${key}", "${kye}", "send.body: ${kye} is not known here"),
    ("${party}", "someone", "send: carries no ${text} or no ${party}"),
    ("https://", "gopher://", "send.url: must begin with https://"),
    ('fields = { id = "id" }', "", "send.answer.fields: needs id or status"),
    ('{ id = "id" }', '{ id = "id", status = "s" }', "send.answer.values: no word at status"),
    ('{ id = "id" }', '{ id = "id" }\nhttp = { 503 = "deferred" }', "send.answer.http.503: only"),
    ('{ id = "id" }', '{ id = "id" }\nhttp = { 302 = "deferred" }', "send.answer.http.302: only"),
    ("[send]", "[limits]\nrecipients = 9\n[send]", "send: for several recipients body needs"),
    ("[send]", "[limits]\nrecipients = 900\n[send]", "limits.recipients: must be 1 to 100"),
    ("[send]", "[limits]\ndeadline = 2\n[send]", "limits.deadline: OWL may need 6 seconds"),
    ("[send]", '[limits]\nreserved = ["00"]\n[send]', "limits.reserved: the network keeps 00"),
    ("[send]", '[party]\nkind = "secret"\n[send]', "party.kind: must be number or masked"),
    (
        "[send]",
        '[signature]\nheader = "X"\nover = "${body}"\nkey = "fixed"\n[send]',
        "signature.key: stands in the file",
    ),
    (
        "[send]",
        '[signature]\nheader = "X"\nover = "${sorted_fields}"\nkey = "${key}"\n[send]',
        "ussd.type: sorted_fields signs forms only",
    ),
    ("[send]", "[send", "not TOML"),
)


@pytest.mark.parametrize(("old", "new", "said"), FAULTS, ids=[one[2][:40] for one in FAULTS])
def test_a_fault_is_named_with_its_place(old: str, new: str, said: str, tmp_path: Path) -> None:
    assert looked(GOOD, "good.toml")[1] == []
    assert old in GOOD
    file = tmp_path / "good.toml"
    file.write_text(GOOD.replace(old, new, 1))
    done = CliRunner().invoke(owl, ["gateway", "check", str(file)])
    assert done.exit_code == 1
    assert f"good.toml: {said}" in done.output


def test_every_fault_of_a_file_is_named_at_once() -> None:
    _, faults = looked('name = 1\nabout = "x"\n[limits]\nunits = "many"\n[who]\n', "x.toml")
    assert len(faults) == 3


def test_a_file_with_faults_is_never_used() -> None:
    with pytest.raises(NotAMapping, match=r"good\.toml: about"):
        read(GOOD.replace('"a test"', "7"), "good.toml")
    with pytest.raises(NotAMapping, match="there are ideamart, jasmin"):
        mapped("nobody")


@given(value=st.text(st.characters(codec="utf-8")))
def test_no_value_ends_the_place_it_stands_in(value: str) -> None:
    values = {"v": value}
    as_json = templates.filled('{"a":"${v}","b":["${v}"]}', values, "json")
    assert bodies.parsed(as_json.encode(), "json") == {"a": value, "b": [value]}
    as_form = templates.filled("a=${v}&b=1", values, "form")
    assert bodies.parsed(as_form.encode(), "form") == {"a": value, "b": "1"}
    as_xml = templates.filled("<r a='${v}'><t>${v}</t></r>", values, "xml")
    tree = bodies.parsed(as_xml.encode(), "xml")["r"]
    assert tree.keys() == {"@a", "t"}
    header = templates.filled("${v}", values, templates.HEADER)
    assert header.isascii()
    assert header.isprintable() or not header
    address = templates.filled("https://h/${v}?q=${v}", values, templates.URL)
    assert not set(" \n\r#") & set(address)
    assert address.count("?") == 1


BOMB = (
    b'<!DOCTYPE r [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><r>&b;</r>',
    b'<!DOCTYPE r SYSTEM "file:///etc/passwd"><r/>',
    b"<r>" * 50 + b"</r>" * 50,
    b"<r>" + b"<a/>" * 600 + b"</r>",
    b"<r>\xff</r>",
    b"<r>",
    b"",
    b'<?xml version="1.0"?><?php x?><r/>',
    "<r>x</r>".encode("utf-16"),
)
NOT_JSON = (
    b"[" * 5_000,
    b'{"a":1,"a":2}',
    b"NaN",
    b"{",
    b"",
    b"\xff",
    b'{"a":' * 30 + b"1" + b"}" * 30,
)


@pytest.mark.parametrize("raw", BOMB)
def test_xml_that_is_a_burden_is_not_read(raw: bytes) -> None:
    with pytest.raises(bodies.NotReadable):
        bodies.parsed(raw, "xml")


@pytest.mark.parametrize("raw", NOT_JSON)
def test_json_that_is_a_burden_is_not_read(raw: bytes) -> None:
    with pytest.raises(bodies.NotReadable):
        bodies.parsed(raw, "json")


@given(raw=st.binary(max_size=400), kind=st.sampled_from(["xml", "json", "form"]))
def test_whatever_bytes_come_are_read_or_refused(raw: bytes, kind: str) -> None:
    try:
        tree = bodies.parsed(raw, kind)
    except bodies.NotAcceptable:
        return
    assert bodies.found(tree, (Where("a.b.0.c"),)) == ""


def test_a_path_finds_what_is_there_and_text_alone() -> None:
    tree = {"a": [{"b": "x"}, {"@id": "1", "#text": "y"}], "n": {"b": ""}}
    paths = {"a.0.b": "x", "a.1": "y", "a.1.@id": "1", "a": "", "a.7.b": "", "n.b": "", "a.b": ""}
    assert {path: bodies.at(tree, path) for path in paths} == paths


def test_numbers_of_json_stay_as_they_are_written() -> None:
    tree = bodies.parsed(b'{"to":85512000001,"n":1.50,"yes":true,"no":null}', "json")
    assert tree == {"to": "85512000001", "n": "1.50", "yes": "true", "no": ""}
