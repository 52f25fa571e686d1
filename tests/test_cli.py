import io
import json
import re
import shutil

import pytest
from tests.conftest import SENTENCES, make_rows, write_jsonl

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
    found = []
    for name in ("Aland", "Cordia"):
        assert main(["predict", str(run), "--text", f"{name} left.", "--actor", name, "--mask-names"]) == 0
        found.append(json.loads(capsys.readouterr().out))
    assert [answer["actor"] for answer in found] == ["Aland", "Cordia"]
    assert found[0]["probabilities"] == found[1]["probabilities"]


@pytest.mark.parametrize(
    ("argv", "status", "message"),
    [
        (["predict", "nowhere", "--text", "x", "--actor", "y"], 1, "expected a run folder"),
        (["predict", "nowhere"], 1, "expected either FILE or --text, found neither"),
        (["predict", "nowhere", "a.jsonl", "--text", "x"], 1, "found both"),
        (["predict", "nowhere", "a.jsonl", "--screen", "--mask-names"], 1, "expected --screen or --mask-names"),
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


VERBS = [
    "train",
    "sweep",
    "export",
    "predict",
    "evaluate",
    "audit",
    "compare",
    "results",
    "noise",
    "check-data",
    "describe-data",
]
VERBS += ["read", "timeline", "serve", "benchmark", "screen", "score"]


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_explains_itself(verb, capsys):
    assert main([verb, "--help"]) == 0
    assert re.search(r"Usage: .*" + verb, capsys.readouterr().out)


def test_audit_and_compare_and_results_work_on_evaluated_runs(tmp_path, run, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    shutil.copytree(run, "one")
    shutil.copytree(run, "two")
    test = write_jsonl(tmp_path / "test.jsonl", make_rows("t"))
    pairs = [row | {"contrast": row["group"], "contrast_type": "other actor"} for row in make_rows("c")]
    contrast = write_jsonl(tmp_path / "contrast.jsonl", pairs)
    assert main(["evaluate", "one", str(test), "--beside", "two"]) == 0
    assert main(["audit", "one", str(test), "--contrast", str(contrast), "--names", "2"]) == 0
    printed = capsys.readouterr().out
    assert all(
        word in printed
        for word in (
            "majority",
            "frozen",
            "two",
            "Another name",
            "name masked",
            "other actor",
            "masked before and after",
        )
    )
    assert main(["evaluate", "two", str(test), "--no-rivals"]) == 0
    assert "majority" not in capsys.readouterr().out
    assert "Not audited yet" not in (tmp_path / "one" / "evaluation" / "test" / "report.html").read_text()
    assert json.loads((tmp_path / "one" / "audit.json").read_text())["contrast"]["whole"]["support"] == 6
    assert main(["compare", "one", "two", str(test), "--output", "parted.jsonl"]) == 0
    assert "McNemar" in capsys.readouterr().out
    assert (tmp_path / "parted.jsonl").read_text() == ""
    (tmp_path / "results.md").write_text("<!-- results -->\n<!-- /results -->\n")
    assert main(["results", "one", "--output", "results.md"]) == 0
    assert "| test | 12 | **this recipe** |" in (tmp_path / "results.md").read_text()
    assert "contrast groups wholly right" in (tmp_path / "results.md").read_text()
    assert "accuracy lost when the name is masked" in (tmp_path / "results.md").read_text()


def test_noise_lists_rows_and_keeps_its_folds(tmp_path, files, capsys):
    recipe = tmp_path / "mini.yaml"
    recipe.write_text("encoder: tiny\ntraining: {max_steps: 2, per_device_train_batch_size: 4, disable_tqdm: true}\n")
    argv = ["noise", "--config", str(recipe), "--folds", "2", "--folder", str(tmp_path / "noise")]
    argv += ["--set", f"data.train={files[0]}", "--set", f"data.validation={files[1]}"]
    assert main(argv) == 0
    lines = [json.loads(line) for line in (tmp_path / "noise" / "suspects.jsonl").read_text().splitlines()]
    assert all(line["likelier"] != line["label"] and line["id"].startswith("r") for line in lines)
    folds = sorted(path.parent.name for path in (tmp_path / "noise").rglob("run.yaml"))
    assert folds == ["fold-0-of-2", "fold-1-of-2"]
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "noise").rglob("run.yaml")}
    assert main(argv) == 0
    assert {path: path.stat().st_mtime_ns for path in (tmp_path / "noise").rglob("run.yaml")} == before


def test_describe_data_writes_the_card_and_check_data_names_every_breach(tmp_path, capsys):
    sentences = [(f"{word} {text}", *pairs) for word in ("First", "Then") for text, *pairs in SENTENCES]
    for name in ("train", "validation", "test", "test_unseen", "contrast"):
        rows = make_rows(name, [(f"{name} {text}", *pairs) for text, *pairs in sentences])
        extra = {"annotations": ["none", "hostile"], "conflict": name, "contrast": "c1"}
        write_jsonl(tmp_path / f"{name}.jsonl", [row | extra for row in rows])
    (tmp_path / "actors.csv").write_text("alias,party,kind,ambiguous\nAland,Aland,state,\n")
    assert main(["check-data", str(tmp_path)]) == 1
    assert "README.md is out of date; run: python scripts/describe_data.py" in capsys.readouterr().err
    assert main(["describe-data", str(tmp_path)]) == 0
    assert main(["check-data", str(tmp_path)]) == 1
    errors = capsys.readouterr().err
    assert "rows in all" in errors
    assert "out of date" not in errors


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
    assert table.count("±") == 6
    assert "`encoding.form=pair`" in table
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "runs").rglob("metrics.json")}
    assert len(before) == 4
    assert main([*argv, "--vary", "", "--vary", "encoding.form=pair"]) == 0
    assert {path: path.stat().st_mtime_ns for path in (tmp_path / "runs").rglob("metrics.json")} == before
    assert f"--set data.train={files[0]} --set data.validation={files[1]} --seeds 2 --folder {tmp_path}/runs" in table
    recipe.write_text(recipe.read_text().replace("max_steps: 2", "max_steps: 3"))
    assert main(argv) == 1
    assert "as-is-seed0: expected a run of this recipe on today's rows, found that the recipe changed" in " ".join(
        capsys.readouterr().err.split()
    )
    recipe.write_text(recipe.read_text().replace("max_steps: 3", "max_steps: 2"))
    write_jsonl(files[0], make_rows("other"))
    assert main(argv) == 1
    assert f"found that {files[0]} changed since" in " ".join(capsys.readouterr().err.split())
