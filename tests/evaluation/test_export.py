import json
import shutil

import pytest

from parley.cli import main
from parley.evaluation import export as exporting
from parley.model.onnx_files import Setting


@pytest.fixture
def copied(run, tmp_path):
    shutil.copytree(run, tmp_path / "run")
    return tmp_path / "run"


def test_the_export_keeps_what_it_measured_and_leaves_nothing_else_behind(exported):
    record = json.loads((exported / "onnx" / "export.json").read_text())
    assert sorted(path.name for path in (exported / "onnx").iterdir()) == ["export.json", "fp32.onnx", "int8.onnx"]
    assert not (exported / "onnx.partial").exists()
    assert record["support"] == 12
    assert [trial["precision"] for trial in record["trials"]][:2] == ["fp32", "int8"]
    assert record["trials"][0]["flips"] == 0
    assert record["trials"][0]["max_difference"] < 1e-5
    assert set(record["trials"][1]["accuracy"]) == {"value", "interval", "p"}


def test_int8_that_changes_too_much_is_refused_and_the_next_setting_tried(copied, monkeypatch):
    monkeypatch.setattr(exporting, "MOST_FLIPS", -1)
    result = exporting.export(copied, settings=(Setting(7, 0), Setting(7, 1)))
    assert [trial.accepted for trial in result.trials] == [True, False, False]
    assert result.chosen == "fp32"
    assert not (copied / "onnx" / "int8.onnx").exists()


def test_the_command_prints_the_figures_and_replaces_an_earlier_export(copied, capsys):
    (copied / "onnx").mkdir()
    (copied / "onnx" / "old.onnx").touch()
    assert main(["export", str(copied)]) == 0
    printed = capsys.readouterr().out
    assert all(word in printed for word in ("fp32", "7 bits", "max |dp|", "used"))
    assert not (copied / "onnx" / "old.onnx").exists()


def test_a_file_that_is_not_there_is_an_error(copied, capsys):
    assert main(["export", str(copied), "--data", "none.jsonl"]) == 1
    assert "none.jsonl: no such file" in capsys.readouterr().err
