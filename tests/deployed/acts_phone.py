"""This file plays what citizens do: look up, text, rate, complain."""

import re

from chalicelib.capabilities.catalogue_import import TABLES
from chalicelib.sheets.read import opened
from infra.local.demo import places
from infra.local.demo.load import FOLDER
from tests.deployed.scene import ADMIN, OFFICE, PEOPLE, Scene, number
from tests.end_to_end.stack import ECHO
from tests.gateways.callbacks import FORM, TICK

CALLER, TEXTER, RATERS = number(1), number(2), 50
RATING = f"8*3*{OFFICE}*1*2*3*4*1*1*0"
WORDS = "They asked for 20 dollars more"
CODE = re.compile(r"Code (\d{10})")
DAY = 86_400.0


def an_administrator_signs_in(scene: Scene) -> None:
    """Let the first one in, whom the deployer added: password, new password, second factor."""
    scene.hire(ADMIN)


def staff_sign_in(scene: Scene) -> None:
    """Let the others in, who belong to an office or a district; each makes a key."""
    scene.hire(*(name for name in PEOPLE if name != ADMIN))
    me = scene.staff["chan"].asks("GET", "/me")
    assert (me["stage"], me["roles"], me["office"]) == (scene.stage.name, ["clerk"], OFFICE), me
    scene.note(f"{len(scene.staff)} people, each with a code of an authenticator")


def services_are_published(scene: Scene) -> None:
    """Load places, services and offices by the API, as an administrator does."""
    admin = scene.staff[ADMIN]
    columns = TABLES["places"].columns
    rows = {"places": [dict(zip(columns, row, strict=True)) for row in places.rows()]}
    for part in ("services", "offices"):
        table = TABLES[part]
        sheet = opened(FOLDER / f"{part}.csv", table.columns, table.required)
        rows[part] = [dict(one.cells) for one in sheet.rows()]
    for part, those in rows.items():
        told = admin.asks("POST", f"/{part}", rows=those)
        assert (told["refused"], told["taken"]) == (0, len(those)), told
    scene.note(", ".join(f"{len(those)} {part}" for part, those in rows.items()))


def a_citizen_dials(scene: Scene) -> None:
    """Look a service up by dialling, hop by hop, with the echo that the gateway brings back."""
    stage = scene.stage
    assert stage.calls("GET", "/health").json()["status"] == "ok"
    screen = stage.hops(CALLER, "8")
    assert "1 Services" in screen, screen
    fields = {"phoneNumber": CALLER, "serviceCode": "*384*55#", "networkCode": "99999"}
    first = stage.posts("ussd", {**fields, "sessionId": "ATUid_9", "text": ""})
    echo = first.headers[ECHO]
    second = stage.posts(
        "ussd", {**fields, "sessionId": "ATUid_9", "text": "1*102"}, **{ECHO: echo}
    )
    assert second.text.startswith("CON "), second
    assert "Replace" in second.text or "plate" in second.text, second
    wrong = stage.calls("POST", "/gateways/africastalking/wrong/ussd", "text=", dict(FORM))
    assert (wrong.status, wrong.text) == (404, ""), wrong


def a_citizen_texts(scene: Scene) -> None:
    """Text a keyword, and get the answer by the outbox, the sender and the gateway."""
    scene.stage.texts(TEXTER, "INFO 102", "sms-1")
    answer = scene.stage.receives(TEXTER, 1)
    assert answer.startswith("102"), answer
    # The vendor repeats what it is not sure of.
    scene.stage.texts(TEXTER, "INFO 102", "sms-1")
    scene.stage.texts(TEXTER, "DOCS 102", "sms-2")
    assert scene.stage.receives(TEXTER, 2) != answer


def ratings_are_counted(scene: Scene) -> None:
    """Let phones rate an office, and the night's tally count each once."""
    stage = scene.stage
    for n in range(RATERS):
        assert stage.hops(number(1000 + n), RATING, f"9{n}").startswith("END "), n
    assert stage.hops(number(1000), RATING, "777").startswith("END ")
    table = f"{stage.stack}-ballot-box"
    assert len(_rows(scene, table)) == RATERS
    # The night after the last one that was counted, an hour that needs no luck.
    stage.clock.forward(2 * DAY)
    stage.invoke("tally", TICK)
    left = [row for row in _rows(scene, table) if "box" in row]
    assert not left, len(left)
    counted = [
        int(row["n"]["N"])
        for row in _rows(scene, f"{stage.stack}-scores")
        if row["id"]["S"].startswith("rate#")
    ]
    # Five dimensions each.
    assert sum(counted) == 5 * RATERS, counted
    scene.note(f"{RATERS} ratings, one of them twice, {sum(counted)} answers counted")


def a_complaint_is_read_by_its_code(scene: Scene) -> None:
    """Complain by dialling; the ombudsperson answers; whoever has the code reads it."""
    stage, sokha = scene.stage, scene.staff["sokha"]
    end = stage.hops(CALLER, f"8*4*2*{OFFICE}*1*{WORDS}", "41")
    found = CODE.search(end)
    assert found, end
    (known,) = sokha.asks("GET", "/complaints")
    assert (known["office"], known["state"]) == (OFFICE, "received"), known
    told = sokha.asks("GET", f"/complaints/{known['ref']}")
    assert WORDS in str(told["thread"]), told
    answer = "The money goes back to you"
    sokha.asks("POST", f"/complaints/{known['ref']}/steps", move="answer", text=answer)
    screen = stage.hops(number(3), f"8*4*6*{found[1]}", "42")
    assert answer in screen, screen


def _rows(scene: Scene, table: str) -> list[dict[str, dict[str, str]]]:
    pages = scene.stage.cloud.client("dynamodb").get_paginator("scan").paginate(TableName=table)
    return [row for page in pages for row in page["Items"]]
