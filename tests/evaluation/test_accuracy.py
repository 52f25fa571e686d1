import json

import pytest
import yaml
from tests.conftest import make_rows, write_jsonl

from parley.cli import main
from parley.data.rows import read_rows
from parley.errors import RunError
from parley.evaluation.benchmarks import accuracy
from parley.labels import LABELS
from parley.model import stock


@pytest.fixture
def recipe(tmp_path, settings):
    path = tmp_path / "recipe.yaml"
    path.write_text(yaml.safe_dump(settings(max_steps=2).model_dump()))
    return path


def test_the_command_compares_the_recipe_with_every_rival_and_with_guesses_from_elsewhere(
    tmp_path, recipe, monkeypatch, capsys
):
    monkeypatch.setitem(stock.STOCK, "max_steps", 2)
    data = write_jsonl(tmp_path / "asked.jsonl", make_rows("a"))
    folder, page = tmp_path / "rivals", tmp_path / "rivals.md"
    page.write_text("<!-- results -->\n<!-- /results -->\n")
    argv = ["benchmark-accuracy", str(data), "--config", str(recipe), "--seeds", "2", "--folder", str(folder)]
    argv += ["--runs", str(tmp_path / "runs"), "--table", str(page)]
    assert main(argv) == 0
    truth = [row["label"] for row in make_rows("a")]
    (folder / "An_oracle-seed0.json").write_text(json.dumps({"asked": truth}))
    assert main(argv) == 0
    table = page.read_text()
    assert "| asked | An oracle | 1 | 1.000 | 1.000 | -" in table
    for name in ("**this recipe** | 2", "stock Trainer fine-tune | 2", "majority | 1", "frozen encoder + LR | 1"):
        assert f"| asked | {name} |" in table
    inputs = [json.loads(line) for line in (folder / "inputs" / "asked.jsonl").read_text().splitlines()]
    assert [line["label"] for line in inputs] == truth
    assert all("[ " in line["text"] for line in inputs)
    write_jsonl(data, make_rows("a")[1:])
    assert main(argv) == 1
    assert "found some of others" in capsys.readouterr().err.replace("\n", " ")


def test_the_lead_is_a_paired_difference_of_means_over_seeds(tmp_path):
    rows = read_rows(write_jsonl(tmp_path / "rows.jsonl", make_rows()), LABELS)
    truth = list(rows["label"])
    half = [label if i % 2 else "none" for i, label in enumerate(truth)]
    found = {s.name: s for s in accuracy.standings(rows, {accuracy.OURS: [truth, half], "rival": [half]}, LABELS)}
    share = sum(a == b for a, b in zip(truth, half, strict=True)) / len(truth)
    assert found["rival"].lead == pytest.approx((1 + share) / 2 - share)
    assert found["rival"].interval[0] <= found["rival"].lead <= found["rival"].interval[1]
    assert found[accuracy.OURS].accuracy == [1.0, pytest.approx(share)]
    assert found[accuracy.OURS].lead == 0.0


def test_guesses_of_other_rows_are_an_error_that_names_the_file(tmp_path):
    rows = read_rows(write_jsonl(tmp_path / "rows.jsonl", make_rows()), LABELS)
    (tmp_path / "SetFit-seed0.json").write_text(json.dumps({"rows": ["none"]}))
    with pytest.raises(RunError, match=r"SetFit-seed0\.json: expected 12 labels for rows, found 1"):
        accuracy.read_guesses(tmp_path, {"rows": rows})
