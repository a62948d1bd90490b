"""This file tests the zip that AWS gets, by running its functions under Lambda's own client."""

import ast
import json
import platform
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from zipfile import ZipFile

import boto3
import pytest

from chalicelib import shipped
from chalicelib.capabilities.staff import Person
from chalicelib.settings import Settings
from chalicelib.storage.base import Database
from chalicelib.storage.catalogue import DynamoCatalogue
from chalicelib.storage.keys import KeyRow
from chalicelib.storage.user_pool import CognitoPool
from infra import build, bundle, stack
from infra.local.emulator import Emulator
from infra.local.state import State
from tests.builders import NUMBER, a_catalogue
from tests.gateways.callbacks import FORM, HOP, TEXT, TICK, an_event
from tests.gateways.stub import serving
from tests.infra.runtime import Function, client_alone, running

pytestmark = pytest.mark.stack
REGION = "ap-southeast-1"
UNCHECKED = 1
FIRST, NEXT = "First-password-1", "/console/sign-in/next"
ARCHITECTURE = {"x86_64": "x86_64", "aarch64": "arm64", "arm64": "arm64"}[platform.machine()]


@pytest.fixture(scope="module")
def packed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The zip, built for the processor of this machine."""
    out = tmp_path_factory.mktemp("build")
    assert build.main(["--out", str(out), "--architecture", ARCHITECTURE]) == 0
    return out / build.ZIP


def test_the_zip_holds_every_menu_and_gateway_and_no_test(packed: Path) -> None:
    with ZipFile(packed) as held:
        names = set(held.namelist())
    menus = {one for one in names if one.startswith("ussd_menus/") and "__pycache__" not in one}
    assert menus == {"ussd_menus/__init__.py", f"ussd_menus/{shipped.COMPILED}"}
    gateways = {str(path.relative_to(build.ROOT)) for path in build.GATEWAYS.glob("*.toml")}
    assert {one for one in names if one.startswith("infra/")} == gateways != set()
    assert [one for one in names if one.startswith(("tests/", "chalicelib/cli/"))] == []


def test_the_screens_of_the_zip_are_those_of_the_checkout_and_no_function_reads_toml(
    packed: Path, tmp_path: Path
) -> None:
    with ZipFile(packed) as held:
        held.extractall(tmp_path)
    code = (
        "import sys; sys.path.insert(0, ''); import app; screens = app.wiring.webhooks()\n"
        "from chalicelib import shipped; print('tomllib' in sys.modules)\n"
        "print(shipped.book().version, len(shipped.keywords().known), sorted(shipped.paths()))"
    )
    ran = subprocess.run(
        [sys.executable, "-I", "-S", "-B", "-c", code],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    words = (shipped.book().version, len(shipped.keywords().known), sorted(shipped.paths()))
    assert ran.stdout.splitlines() == ["False", " ".join(map(str, words))]


def imported(file: Path) -> Iterator[str]:
    """Give what a file imports, wherever in it, by the first part of its name."""
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            yield from (one.name.partition(".")[0] for one in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module.partition(".")[0]


def test_whatever_a_function_may_ever_import_is_in_the_zip(packed: Path, tmp_path: Path) -> None:
    with ZipFile(packed) as held:
        tops = {one.partition("/")[0].removesuffix(".py") for one in held.namelist()}
    project = build.stage(tmp_path)
    wanted = {name for file in project.rglob("*.py") for name in imported(file)}
    assert "phonenumbers" in wanted
    assert wanted - tops - sys.stdlib_module_names == set()


def test_every_file_may_be_read_by_everybody(packed: Path) -> None:
    with ZipFile(packed) as held:
        modes = {stat.S_IMODE(one.external_attr >> 16) for one in held.infolist()}
    assert modes == {0o644}


def test_every_module_is_compiled_and_never_checked_again(packed: Path) -> None:
    with ZipFile(packed) as held:
        compiled = [one for one in held.namelist() if one.endswith(".pyc")]
        flags = {int.from_bytes(held.read(one)[4:8], "little") for one in compiled}
        sources = [one for one in held.namelist() if one.endswith(".py")]
    assert len(compiled) == len(sources)
    assert flags == {UNCHECKED}


def test_what_a_zip_lacks_is_named(packed: Path, tmp_path: Path) -> None:
    cut = tmp_path / "cut.zip"
    lost = {f"ussd_menus/{shipped.COMPILED}", "chalicelib/__pycache__/desk.cpython-311.pyc"}
    with ZipFile(packed) as whole, ZipFile(cut, "w") as less:
        for one in whole.infolist():
            if one.filename not in lost:
                less.writestr(one, whole.read(one))
        less.writestr("tests/test_me.py", "")
    folder = tmp_path / "project"
    folder.mkdir()
    assert bundle.missing(cut, build.stage(folder)) == [
        f"ussd_menus/{shipped.COMPILED} is not in it",
        "chalicelib/desk.py is not compiled",
        "tests/test_me.py is not compiled",
        "tests/test_me.py is a test",
    ]


@dataclass(frozen=True)
class Deployed:
    """The unpacked zip, beside a database and queues."""

    task: Path
    client: Path
    url: str
    queues: dict[str, str]
    pool: tuple[str, str]

    def function(self, handler: str, **more: str) -> AbstractContextManager[Function]:
        """Run one of its functions."""
        environ = {
            "OWL_ENDPOINT": self.url,
            "OWL_QUEUE_OUTBOX": self.queues["OutboxQueue"],
            "OWL_QUEUE_REPORTS": self.queues["ReportsQueue"],
            "OWL_USER_POOL": self.pool[0],
            "OWL_USER_POOL_CLIENT": self.pool[1],
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_DEFAULT_REGION": REGION,
            **more,
        }
        return running(handler, self.task, self.client, environ)

    def waiting(self, queue: str) -> list[str]:
        """Take what waits in a queue."""
        sqs = boto3.client("sqs", endpoint_url=self.url, region_name=REGION)
        got = sqs.receive_message(QueueUrl=self.queues[queue], MaxNumberOfMessages=10)
        return [one["Body"] for one in got.get("Messages", [])]


@pytest.fixture(scope="module")
def deployed(packed: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployed]:
    """The zip unpacked, with an emulator that has its tables and queues, and nothing in them."""
    task, client = tmp_path_factory.mktemp("task"), tmp_path_factory.mktemp("client")
    with ZipFile(packed) as held:
        held.extractall(task)
    state = State(tmp_path_factory.mktemp("local"))
    state.prepare(fresh=False)
    emulator = Emulator(state, REGION)
    try:
        emulator.wait_ready()
        make = partial(boto3.client, endpoint_url=emulator.url, region_name=REGION)
        queues = stack.create(make("dynamodb"), make("sqs"), "local")
        pool = stack.user_pool(make("cognito-idp"), "local")
        yield Deployed(task, client_alone(client), emulator.url, queues, pool)
    finally:
        emulator.stop()
        if emulator.process.stdin:
            emulator.process.stdin.close()


def a_callback(secret: str, kind: str, fields: dict[str, str], **headers: str) -> dict[str, Any]:
    """Return the event that API Gateway makes of a callback."""
    route, told = "/gateways/{gateway}/{secret}/{kind}", ("africastalking", secret, kind)
    names = dict(zip(("gateway", "secret", "kind"), told, strict=True))
    return {
        "resource": route,
        "path": route.format(**names),
        "httpMethod": "POST",
        "headers": {**FORM, **headers},
        "multiValueHeaders": {name: [value] for name, value in {**FORM, **headers}.items()},
        "queryStringParameters": None,
        "multiValueQueryStringParameters": None,
        "pathParameters": names,
        "stageVariables": None,
        "requestContext": {"httpMethod": "POST", "resourcePath": route, "identity": {}},
        "body": urlencode(fields),
        "isBase64Encoded": False,
    }


def test_the_functions_of_the_zip_serve_a_citizen_from_the_first_deployment_on(
    deployed: Deployed, capfd: pytest.CaptureFixture[str]
) -> None:
    database = Database(Settings(endpoint=deployed.url))
    with deployed.function("app.tally") as tally:
        tally.invoke(TICK)
    DynamoCatalogue(database).publish(a_catalogue())
    (row,) = database.get([(database.bound(KeyRow), ("webhooks",))])
    secrets = dict(line.split(":") for line in row.value.decode().split("\n"))
    with deployed.function("app.app") as webhooks:
        first = webhooks.invoke(a_callback(secrets["ussd"], "ussd", HOP))
        assert first["body"].startswith("CON ")
        echo = first["headers"]["at-ussd-hop-metadata"]
        hop = HOP | {"text": "8*1*102"}
        event = a_callback(secrets["ussd"], "ussd", hop, **{"at-ussd-hop-metadata": echo})
        assert "Replace a plate" in webhooks.invoke(event)["body"]
        wrong = webhooks.invoke(a_callback("wrong", "ussd", HOP))
        assert (wrong["statusCode"], wrong["body"]) == (404, "")
        texted = webhooks.invoke(a_callback(secrets["sms"], "sms", TEXT | {"text": "INFO 102"}))
        assert texted["statusCode"] == 200
        report = {"id": "ATXid_1", "status": "Success", "phoneNumber": NUMBER}
        webhooks.invoke(a_callback(secrets["delivery-reports"], "delivery-reports", report))
    with (
        serving() as gateway,
        deployed.function(
            "app.send_outbox", OWL_GATEWAY_URL=gateway.url, OWL_GATEWAY_KEY="key"
        ) as sender,
    ):
        event = an_event(*deployed.waiting("OutboxQueue"), raw=True)
        assert sender.invoke(event) == {"batchItemFailures": []}
        (post,) = gateway.posts
    assert post["to"] == NUMBER
    assert "Replace a plate" in post["message"]
    with deployed.function("app.tick", OWL_QUEUE_CHUNKS=deployed.queues["ChunksQueue"]) as tick:
        assert tick.invoke(TICK) is None
    with deployed.function("app.settle_reports") as delivery:
        event = an_event(*deployed.waiting("ReportsQueue"), raw=True)
        assert len(event["Records"]) == 1
        assert delivery.invoke(event) == {"batchItemFailures": []}
    # Whole lines of JSON, as CloudWatch counts them, under the name that Lambda gave the call.
    told = [json.loads(line) for line in capfd.readouterr().out.splitlines() if line[:1] == "{"]
    counted = [
        (metric["Name"], one["trace"])
        for one in told
        for each in one.get("_aws", {}).get("CloudWatchMetrics", ())
        for metric in each["Metrics"]
    ]
    assert ("callbacks", "request-1") in counted
    assert {"sent", "reports"} <= dict(counted).keys()


def a_request(method: str, path: str, cookies: list[str], body: str = "") -> dict[str, Any]:
    """Return the event that a function URL makes of a browser's request."""
    host = "console.lambda-url.ap-southeast-1.on.aws"
    return {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": "",
        "cookies": cookies,
        "headers": {
            "host": host,
            "referer": f"https://{host}/",
            "x-forwarded-proto": "https",
            "content-type": "application/x-www-form-urlencoded",
        },
        "requestContext": {
            "domainName": host,
            "stage": "$default",
            "http": {
                "method": method,
                "path": path,
                "protocol": "HTTP/1.1",
                "sourceIp": "192.0.2.1",
            },
        },
        "body": body,
        "isBase64Encoded": False,
    }


def test_the_console_of_the_zip_signs_somebody_in(deployed: Deployed) -> None:
    make_keys_of(deployed)
    pool = CognitoPool(
        Database(
            Settings(
                endpoint=deployed.url, user_pool=deployed.pool[0], user_pool_client=deployed.pool[1]
            )
        )
    )
    pool.add(Person("vanna", frozenset({"officer"})), FIRST)
    with deployed.function("chalicelib.console.aws.handler") as console:
        page = console.invoke(a_request("GET", "/console/sign-in", []))
        assert page["statusCode"] == 200
        cookies = [one.partition(";")[0] for one in page["cookies"]]
        token = page["body"].partition('name="csrf_token" value="')[2].partition('"')[0]
        typed = urlencode({"csrf_token": token, "name": "vanna", "password": FIRST})
        answer = console.invoke(a_request("POST", "/console/sign-in", cookies, typed))
        assert (answer["statusCode"], answer["headers"]["location"]) == (
            303,
            "/console/sign-in/next",
        )
        (cookie,) = answer["cookies"]
        assert cookie.startswith("__Host-owl=v.")
        assert "Secure" in cookie
        font = page["body"].partition('rel="stylesheet" href="')[2].partition('"')[0]
        style = console.invoke(a_request("GET", font, []))
        assert style["statusCode"] == 200


def make_keys_of(deployed: Deployed) -> None:
    """Make the keys of the stage, as its first night does."""
    with deployed.function("app.tally") as tally:
        tally.invoke(TICK)
