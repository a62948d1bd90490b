"""This file tests what the build refuses, in a sentence that says what to do."""

from pathlib import Path

import pytest

from infra import build


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


def test_the_stage_holds_what_functions_run_and_no_more(tmp_path: Path) -> None:
    project = build.stage(tmp_path)
    assert {path.name for path in project.iterdir()} == {
        "app.py",
        "chalicelib",
        "vendor",
        ".chalice",
    }
    assert not (project / "chalicelib" / "cli").exists()
    assert (project / "vendor" / "ussd_menus" / "locales" / "km.toml").is_file()
