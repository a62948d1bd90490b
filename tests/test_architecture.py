"""This file tests the shape of the project: layers, sizes, what stands at the top, what is said."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import pytest

ROOT = Path(__file__).parent.parent
CODE = ("app.py", "chalicelib", "infra", "ussd_menus")
FILE_CEILING, FUNCTION_CEILING, FILE_MEDIAN, FUNCTION_MEDIAN = 300, 40, 110, 9
TOP_LEVEL = {
    "app.py",
    "chalicelib",
    "ussd_menus",
    "infra",
    "tests",
    "requirements.txt",
    "README.md",
    "pyproject.toml",
    "Makefile",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "LICENSE",
}
CORE = (
    "telecom",
    "dialog",
    "capabilities",
    "reports",
    "ports.py",
    "acts",
    "acting.py",
    "actions.py",
    "facts.py",
    "desk.py",
)
NOT_IN_CORE = {"os", "time", "random", "socket", "boto3", "botocore", "pynamodb", "africastalking"}
ONLY_IN = {"pynamodb": "storage", "africastalking": "gateways"}
# A calendar, a digit, what a person and a message to many are: every capability may say these.
COMMON_WORDS = {
    "working_days",
    "check_digit",
    "subscribers",
    "broadcasts",
    "masking",
    "ledger_cells",
}
SPOKEN_OF = (
    ("a host of a package registry", r"https?://[\w.-]*(pypi|npmjs|pythonhosted|debian)[\w.-]*/"),
    ("a path of one machine", r"(?<![\w.])/(home|Users|root|work)/"),
    ("work left undone", r"\b(TO" + r"DO|FIX" + r"ME|XXX)\b|NotImplemented" + r"Error"),
    ("a silenced check without a reason", r"# type: ignore(?!\[)|# noqa(?!:)"),
)


def tracked() -> list[Path]:
    """List the files git knows."""
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split("\n")
    return [Path(name) for name in listed if name and (ROOT / name).is_file()]


def python_files() -> list[Path]:
    """List the project's own Python files, without its tests."""
    return [p for p in tracked() if p.suffix == ".py" and p.parts[0] in CODE]


def imports(path: Path) -> Iterator[str]:
    """Give every module a file imports, wherever it does."""
    for node in ast.walk(ast.parse((ROOT / path).read_text())):
        if isinstance(node, ast.Import):
            yield from (one.name for one in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def functions(path: Path) -> Iterator[tuple[str, int]]:
    """Give every function of a file with its length in lines."""
    for node in ast.walk(ast.parse((ROOT / path).read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno:
            yield f"{path}:{node.lineno} {node.name}", node.end_lineno - node.lineno + 1


def test_nothing_stands_at_the_top_that_was_not_agreed() -> None:
    tops = {path.parts[0] for path in tracked()}
    assert {top for top in tops if not top.startswith(".")} <= TOP_LEVEL


def test_no_file_is_longer_than_its_ceiling() -> None:
    lengths = {str(p): len((ROOT / p).read_text().splitlines()) for p in python_files()}
    assert {name: n for name, n in lengths.items() if n > FILE_CEILING} == {}
    assert median(lengths.values()) <= FILE_MEDIAN


def test_no_function_is_longer_than_its_ceiling() -> None:
    lengths = dict(one for path in python_files() for one in functions(path))
    assert {name: n for name, n in lengths.items() if n > FUNCTION_CEILING} == {}
    assert median(lengths.values()) <= FUNCTION_MEDIAN


def test_layers_import_downward_only() -> None:
    linted = subprocess.run(
        [Path(sys.executable).parent / "lint-imports"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert linted.returncode == 0, linted.stdout + linted.stderr


@pytest.mark.parametrize("layer", CORE)
def test_the_core_takes_time_chance_and_storage_as_arguments(layer: str) -> None:
    files = [p for p in python_files() if p.parts[:2] == ("chalicelib", layer)]
    assert files
    met = {(str(p), name) for p in files for name in imports(p)}
    assert {one for one in met if one[1].split(".")[0] in NOT_IN_CORE} == set()


@pytest.mark.parametrize(("library", "layer"), ONLY_IN.items())
def test_a_library_is_known_to_one_layer_only(library: str, layer: str) -> None:
    users = {
        p.parts[1] for p in python_files() for one in imports(p) if one.split(".")[0] == library
    }
    assert users <= {layer}


def test_capabilities_do_not_know_each_other() -> None:
    """`catalogue_sheet` belongs to `catalogue`; some words are everybody's."""
    folder = "chalicelib.capabilities."
    met = [
        (path.stem, one.removeprefix(folder))
        for path in python_files()
        if path.parent == Path("chalicelib/capabilities")
        for one in imports(path)
        if one.startswith(folder)
    ]
    strangers = [
        (a, b) for a, b in met if a.split("_")[0].rstrip("s") != b.split("_")[0].rstrip("s")
    ]
    assert [(a, b) for a, b in strangers if b not in COMMON_WORDS] == []


def test_nothing_of_ours_imports_infra_or_tests() -> None:
    users = [
        str(p)
        for p in python_files()
        if p.parts[0] != "infra"
        and any(one.split(".")[0] in {"infra", "tests"} for one in imports(p))
    ]
    assert users == []


@pytest.mark.parametrize(("what", "pattern"), SPOKEN_OF, ids=[one[0] for one in SPOKEN_OF])
def test_no_file_speaks_of(what: str, pattern: str) -> None:
    texts = [p for p in tracked() if p.suffix in {".py", ".toml", ".md", ".yaml", ".json", ".html"}]
    mine = Path(__file__).relative_to(ROOT)
    found = [
        f"{path}:{number}"
        for path in texts
        if path != mine
        for number, line in enumerate((ROOT / path).read_text().splitlines(), 1)
        if re.search(pattern, line)
    ]
    assert found == [], what


def test_no_folder_is_empty_for_later() -> None:
    packages = {p.parent for p in python_files() if p.name == "__init__.py"}
    lonely = [
        str(folder)
        for folder in packages
        if {p.name for p in tracked() if folder in p.parents} == {"__init__.py"}
    ]
    assert lonely == []


def test_requirements_pin_every_library() -> None:
    lines = (ROOT / "requirements.txt").read_text().splitlines()
    assert all("==" in line for line in lines if line and not line.startswith("#"))
