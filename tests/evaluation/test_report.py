import json

import numpy as np
import pytest
from huggingface_hub import ModelCard
from rich.console import Console
from tests.conftest import make_rows, write_jsonl

from parley.data.rows import read_rows
from parley.evaluation.card import write_card
from parley.evaluation.report import evaluate, prediction_lines, to_dict, to_html, write_report, write_whole
from parley.evaluation.tables import to_tables
from parley.labels import LABELS


@pytest.fixture
def case(tmp_path):
    """Rows of which the last is guessed wrong, and the probabilities that say so."""
    rows = read_rows(write_jsonl(tmp_path / "rows.jsonl", [r | {"party": "<b>Aland"} for r in make_rows()]), LABELS)
    probabilities = np.full((len(rows), 4), 0.1, dtype=np.float32)
    for i, label in enumerate(rows["label"]):
        probabilities[i, LABELS.index(label)] = 0.7
    probabilities[-1] = [0.7, 0.1, 0.1, 0.1]
    return rows, probabilities


def test_the_report_holds_the_names_of_the_design(case):
    rows, probabilities = case
    baselines = {"majority": ["none"] * len(rows)}
    report = to_dict(evaluate(rows, probabilities, LABELS, baselines, run="r", data="d", min_support=3))
    assert {"overall", "stance", "by_actor", "by_label", "confusion", "ece", "baselines", "labels"} <= set(report)
    assert report["overall"]["accuracy"] == pytest.approx(11 / 12)
    assert report["stance"]["accuracy"] == 1.0
    assert report["by_actor"][0]["support"] == 12
    assert report["baselines"]["majority"]["support"] == 12
    json.dumps(report)


def test_the_files_are_written_whole_and_read_back(case, tmp_path):
    rows, probabilities = case
    result = evaluate(rows, probabilities, LABELS, {})
    write_report(result, prediction_lines(rows, probabilities, LABELS), tmp_path / "out")
    assert json.loads((tmp_path / "out" / "report.json").read_text())["overall"]["support"] == 12
    lines = [json.loads(line) for line in (tmp_path / "out" / "predictions.jsonl").read_text().splitlines()]
    assert lines[-1]["prediction"] == "conciliatory"
    assert list(lines[0]["probabilities"]) == list(LABELS)
    assert not list((tmp_path / "out").glob("*.tmp"))


def test_a_write_that_fails_leaves_the_old_file(tmp_path):
    path = tmp_path / "a.txt"
    write_whole(path, "old")
    with pytest.raises(UnicodeEncodeError):
        write_whole(path, "\ud800")
    assert path.read_text() == "old"


def test_the_page_escapes_what_it_shows(case):
    rows, probabilities = case
    page = to_html(evaluate(rows, probabilities, LABELS, {}, min_support=1))
    assert "&lt;b&gt;Aland" in page
    assert "<b>Aland" not in page


def test_the_tables_show_every_actor_and_label(case):
    rows, probabilities = case
    console = Console(record=True, width=120)
    console.print(to_tables(evaluate(rows, probabilities, LABELS, {"majority": ["none"] * 12}, min_support=1)))
    shown = console.export_text()
    assert all(word in shown for word in ("Aland", "majority", "mean over actors", "worst", *LABELS))


def test_the_model_card_is_read_back_by_the_hub_library(run, tmp_path):
    write_card(run)
    card = ModelCard.load(run / "README.md")
    assert card.data.pipeline_tag == "text-classification"
    assert {result.metric_type for result in card.data.eval_results} == {"accuracy", "f1_macro"}
