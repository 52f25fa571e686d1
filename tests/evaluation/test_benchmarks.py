import json
import shutil

import pytest
from tests.conftest import make_rows, write_jsonl

from parley.cli import main
from parley.evaluation.benchmarks.inference import forward_operations
from parley.evaluation.benchmarks.timing import Measurement, by_turns, speedups
from parley.evaluation.benchmarks.training import forward, training
from parley.model.optimizing import has_fast_bf16


def test_works_take_turns_and_the_first_round_does_not_count():
    done = []
    seconds = by_turns({"a": lambda: done.append("a"), "b": lambda: done.append("b")}, rounds=2)
    assert done == ["a", "b"] * 3
    assert {name: len(times) for name, times in seconds.items()} == {"a": 2, "b": 2}


def test_the_ratio_is_the_median_of_the_rounds():
    assert Measurement("x", speedups([1, 2, 4], [4, 4, 4]), None, "").ratio == 2


def test_operations_are_those_of_the_layers_and_of_attention():
    config = {"hidden_size": 4, "intermediate_size": 16, "num_hidden_layers": 3}
    weights = 4 * 4 * 4 + 2 * 4 * 16
    assert forward_operations(config, [5, 1]) == 3 * (2 * 6 * weights + 2 * 2 * 4 * (5 * 5 + 1))


def test_the_command_writes_ratios_and_prints_a_table(exported, tmp_path, capsys):
    rows = write_jsonl(tmp_path / "rows.jsonl", make_rows())
    argv = ["benchmark", str(exported), "--data", str(rows), "--rows", "16", "--rounds", "2"]
    argv += ["--output", str(tmp_path / "b.json")]
    page = tmp_path / "speed.md"
    page.write_text("Before.\n<!-- results -->\nold\n<!-- /results -->\nAfter.\n")
    assert main([*argv, "--only", "predict", "--only", "matrix-limit", "--table", str(page)]) == 0
    results = json.loads((tmp_path / "b.json").read_text())["results"]
    assert {result["name"].split(" / ")[0] for result in results} == {
        "predict, onnx-fp32",
        "predict, onnx-int8",
        "predict, torch",
        "forward, onnx-fp32",
    }
    assert all(len(result["ratios"]) == 2 and result["ratio"] > 0 for result in results)
    assert "against" in capsys.readouterr().out
    assert "| predict, onnx-fp32 / stock pipeline, batch" in page.read_text()
    assert "old" not in page.read_text()
    assert main([*argv, "--only", "predct"]) == 1
    assert "did you mean 'predict'?" in capsys.readouterr().err


def test_two_runs_are_timed_against_each_other(exported, tmp_path):
    rows = write_jsonl(tmp_path / "rows.jsonl", make_rows())
    other = shutil.copytree(exported, tmp_path / "other")
    argv = ["benchmark", str(exported), "--data", str(rows), "--rows", "16", "--rounds", "2"]
    assert main([*argv, "--beside", str(other), "--output", str(tmp_path / "b.json")]) == 0
    (result,) = json.loads((tmp_path / "b.json").read_text())["results"]
    assert result["name"] == f"predict: {exported}, onnx-int8 / {other}, onnx-int8"
    assert len(result["ratios"]) == 2


def test_a_training_step_is_timed_beside_a_stock_one_and_the_machines_products(exported):
    texts, actors = zip(*[(row["text"], row["actor"]) for row in make_rows()], strict=True)
    beside_stock, *beside_limits = training(exported, list(texts), list(actors), rounds=2)
    assert beside_stock.ratio > 0
    assert len(beside_limits) == 1 + has_fast_bf16()
    assert all(len(limit.ratios) == 2 and 0 < limit.ratio < 1 for limit in beside_limits)


def test_the_forward_pass_of_the_checkpoint_is_held_against_the_devices_products(exported):
    texts, actors = zip(*[(row["text"], row["actor"]) for row in make_rows()], strict=True)
    (result,) = forward(exported, list(texts), list(actors), rounds=2)
    assert len(result.ratios) == 2
    assert 0 < result.ratio < 1
    assert "sentences/s" in result.detail


@pytest.mark.slow
def test_a_cold_start_is_quicker_without_torch(exported, tmp_path):
    rows = write_jsonl(tmp_path / "rows.jsonl", make_rows())
    argv = ["benchmark", str(exported), "--data", str(rows), "--rows", "8", "--rounds", "1"]
    assert main([*argv, "--only", "cold-start", "--output", str(tmp_path / "b.json")]) == 0
    (result,) = json.loads((tmp_path / "b.json").read_text())["results"]
    assert result["ratio"] > 1
