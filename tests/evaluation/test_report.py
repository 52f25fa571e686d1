import json
import shutil

import pytest
from huggingface_hub import ModelCard
from rich.console import Console

from parley.evaluation.card import write_card
from parley.evaluation.page import to_html, write_page
from parley.evaluation.report import Source, evaluate, prediction_lines, to_dict, write_report
from parley.evaluation.tables import to_tables
from parley.labels import LABELS


def test_the_report_holds_the_names_of_the_design(case):
    rows, probabilities = case
    baselines = {"majority": ["none"] * len(rows)}
    report = to_dict(evaluate(rows, probabilities, LABELS, baselines, min_support=3))
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


def test_the_page_escapes_what_it_shows(case):
    rows, probabilities = case
    page = to_html(to_dict(evaluate(rows, probabilities, LABELS, {}, min_support=1)))
    assert "&lt;b&gt;Aland" in page
    assert "<b>Aland" not in page
    assert len(page.encode()) < 1_000_000
    assert "http" not in page.replace("http://www.w3.org", "").replace('http-equiv="', "")


def test_the_tables_show_every_actor_and_label(case):
    rows, probabilities = case
    console = Console(record=True, width=120)
    console.print(to_tables(evaluate(rows, probabilities, LABELS, {"majority": ["none"] * 12}, min_support=1)))
    shown = console.export_text()
    assert all(word in shown for word in ("Aland", "majority", "mean over actors", "worst", *LABELS))


def test_the_report_tells_how_far_the_rivals_are_and_what_was_got_wrong(case):
    rows, probabilities = case
    report = to_dict(evaluate(rows, probabilities, LABELS, {"majority": ["none"] * 12}))
    rival = report["baselines"]["majority"]
    assert rival["difference"]["value"] == pytest.approx(11 / 12 - rival["accuracy"])
    assert [error["id"] for error in report["errors"]] == [rows[-1]["id"]]
    assert report["pair_correct"]["sentences"] == 6
    assert report["pair_correct"]["share"] == pytest.approx(5 / 6)


def test_parties_of_training_are_told_from_those_never_seen(case):
    rows, probabilities = case
    seen = evaluate(rows, probabilities, LABELS, {}, Source(seen=frozenset({"<b>Aland"}))).slices["party in training"]
    assert [(part.name, part.support) for part in seen] == [("seen", 12)]
    assert "party in training" not in evaluate(rows, probabilities, LABELS, {}).slices


def test_a_temperature_is_undone_for_the_figures_before_calibration(case):
    rows, probabilities = case
    result = evaluate(rows, probabilities, LABELS, {}, Source(temperature=2.0))
    assert result.uncalibrated.bins[-1].confidence > result.calibration.bins[-1].confidence


def test_the_page_is_written_beside_the_report_with_the_audits_of_the_run(case, tmp_path):
    rows, probabilities = case
    write_report(evaluate(rows, probabilities, LABELS, {}), [], tmp_path / "out")
    assert "Not audited yet" in write_page(tmp_path / "out", tmp_path).read_text()


def test_the_model_card_is_read_back_by_the_hub_library(run, case, tmp_path):
    shutil.copytree(run, tmp_path / "run")
    rows, probabilities = case
    write_report(evaluate(rows, probabilities, LABELS, {}, min_support=3), [], tmp_path / "run" / "evaluation" / "test")
    write_card(tmp_path / "run")
    card = ModelCard.load(tmp_path / "run" / "README.md")
    assert card.data.pipeline_tag == "text-classification"
    found = {(result.dataset_split, result.metric_type): result.metric_value for result in card.data.eval_results}
    assert found["test", "accuracy"] == pytest.approx(11 / 12, abs=1e-4)
    assert set(found) == {(split, kind) for split in ("test", "validation") for kind in ("accuracy", "f1_macro")}
    assert "Accuracy per actor on test" in card.text
