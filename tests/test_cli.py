import io
import json
import re

import pytest
from tests.conftest import make_rows, write_jsonl

from parley.cli import main
from parley.labels import LABELS


def test_train_evaluate_predict_run_one_after_the_other(tmp_path, files, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    recipe = tmp_path / "mini.yaml"
    recipe.write_text("encoder: tiny\ntraining: {max_steps: 4, per_device_train_batch_size: 4, disable_tqdm: true}\n")
    overrides = ["--set", f"data.train={files[0]}", "--set", f"data.validation={files[1]}"]
    assert main(["train", "--config", str(recipe), *overrides]) == 0
    assert "validation accuracy" in capsys.readouterr().out
    test = write_jsonl(tmp_path / "test.jsonl", [row | {"party": row["actor"]} for row in make_rows("t")])
    assert main(["evaluate", "runs/mini", str(test), "--min-support", "3"]) == 0
    printed = capsys.readouterr().out
    assert all(word in printed for word in ("By actor", "Aland", "majority", "95 % interval", "Confusion"))
    folder = tmp_path / "runs" / "mini" / "evaluation" / "test"
    report = json.loads((folder / "report.json").read_text())
    assert report["overall"]["support"] == 12
    assert [(actor["party"], actor["support"]) for actor in report["by_actor"]] == [
        ("Aland", 4),
        ("Borduria", 4),
        ("Cordia", 4),
    ]
    lines = [json.loads(line) for line in (folder / "predictions.jsonl").read_text().splitlines()]
    assert [line["id"] for line in lines] == [row["id"] for row in make_rows("t")]
    assert set(lines[0]) == {"id", "actor", "party", "label", "prediction", "probabilities"}
    assert main(["predict", "runs/mini", str(test), "--output", "out.jsonl"]) == 0
    found = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text().splitlines()]
    assert [row["label"] for row in found] == [line["prediction"] for line in lines]


def test_predict_reads_one_sentence_or_standard_input(run, monkeypatch, capsys):
    assert main(["predict", str(run), "--text", "Aland left.", "--actor", "Aland"]) == 0
    one = json.loads(capsys.readouterr().out)
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b'{"text": "Aland left.", "actor": "Aland"}\n')))
    assert main(["predict", str(run), "-"]) == 0
    piped = json.loads(capsys.readouterr().out)
    assert piped["label"] == one["label"] in LABELS


@pytest.mark.parametrize(
    ("argv", "status", "message"),
    [
        (["predict", "nowhere", "--text", "x", "--actor", "y"], 1, "expected a run folder"),
        (["predict", "nowhere"], 1, "expected either FILE or --text, found neither"),
        (["predict", "nowhere", "a.jsonl", "--text", "x"], 1, "found both"),
        (["evaluate", "nowhere", "a.jsonl", "b.jsonl", "--output", "x"], 1, "expected one data file with it, found 2"),
        (["train", "--config", "none.yaml"], 1, "no such config file"),
        (["train", "--confg", "x"], 2, "No such option"),
    ],
)
def test_a_mistake_is_one_clear_message_and_a_status(argv, status, message, capsys):
    assert main(argv) == status
    errors = " ".join(capsys.readouterr().err.split())
    assert message in errors
    assert "Traceback" not in errors


@pytest.mark.parametrize("verb", ["train", "evaluate", "predict", "sweep", "read", "timeline", "serve"])
def test_every_verb_explains_itself(verb, capsys):
    assert main([verb, "--help"]) == 0
    assert re.search(r"Usage: .*" + verb, capsys.readouterr().out)


def test_sweep_writes_a_table_and_repeats_no_finished_run(tmp_path, files, monkeypatch, capsys):
    recipe = tmp_path / "mini.yaml"
    recipe.write_text("encoder: tiny\ntraining: {max_steps: 2, per_device_train_batch_size: 4, disable_tqdm: true}\n")
    argv = ["sweep", "--config", str(recipe), "--seeds", "2", "--folder", str(tmp_path / "runs")]
    argv += [
        "--set",
        f"data.train={files[0]}",
        "--set",
        f"data.validation={files[1]}",
        "--table",
        str(tmp_path / "t.md"),
    ]
    assert main([*argv, "--vary", "", "--vary", "encoding.form=pair"]) == 0
    table = (tmp_path / "t.md").read_text()
    assert table.count("±") == 5
    assert "`encoding.form=pair`" in table
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "runs").rglob("metrics.json")}
    assert len(before) == 4
    assert main([*argv, "--vary", "", "--vary", "encoding.form=pair"]) == 0
    assert {path: path.stat().st_mtime_ns for path in (tmp_path / "runs").rglob("metrics.json")} == before
