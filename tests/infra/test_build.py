"""This file tests what the build refuses, in a sentence that says what to do."""

from pathlib import Path

import pytest

from chalicelib.shipped import COMPILED
from infra import build, bundle


def test_another_python_than_the_functions_is_refused(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setattr(build, "RUNTIME", (3, 99))
    assert build.main(["--out", str(tmp_path)]) == 1
    said = capsys.readouterr().err
    assert said.startswith("not built: the functions run on Python 3.99, this is 3.")
    assert "build with Python 3.99" in said
    assert list(tmp_path.iterdir()) == []


def test_what_chalice_says_is_passed_on(tmp_path: Path) -> None:
    project = build.stage(tmp_path)
    (project / ".chalice" / "sender.json").unlink()
    with pytest.raises(build.NotBuilt, match=r"sender\.json"):
        build.package(project, tmp_path / "out")


def test_the_same_source_makes_the_same_zip(tmp_path: Path) -> None:
    made = []
    for name in ("one", "two"):
        project = tmp_path / name
        project.mkdir()
        build.package(build.stage(project), tmp_path / f"{name}-out")
        bundle.compile_into(tmp_path / f"{name}-out" / build.ZIP)
        made.append(bundle.fingerprint(tmp_path / f"{name}-out" / build.ZIP))
    assert made[0] == made[1]


def test_the_stage_holds_what_functions_run_and_no_more(tmp_path: Path) -> None:
    project = build.stage(tmp_path)
    assert {path.name for path in project.iterdir()} == {
        "app.py",
        "chalicelib",
        "vendor",
        ".chalice",
    }
    assert not (project / "chalicelib" / "cli").exists()
    menus = {one.name for one in (project / "vendor" / "ussd_menus").iterdir()}
    assert menus == {"__init__.py", COMPILED}
