import json
import statistics

import pytest

from parley.errors import RunError
from parley.evaluation.report import evaluate, to_dict
from parley.evaluation.results import put_between_marks, results
from parley.labels import LABELS


@pytest.fixture
def runs(case, tmp_path):
    rows, probabilities = case
    found = []
    for seed, wrong in enumerate((0, 3)):
        changed = probabilities.copy()
        changed[:wrong] = changed[:wrong, ::-1]
        report = to_dict(evaluate(rows, changed, LABELS, {"majority": ["none"] * 12}))
        folder = tmp_path / f"seed{seed}" / "evaluation" / "test"
        folder.mkdir(parents=True)
        (folder / "report.json").write_text(json.dumps(report))
        found.append((tmp_path / f"seed{seed}", report["overall"]["accuracy"]))
    return found


def test_seeds_are_summed_up_as_mean_and_spread_beside_the_rivals(runs):
    table = results([run for run, _ in runs])
    accuracy = [value for _, value in runs]
    assert f"{statistics.fmean(accuracy):.3f} ± {statistics.stdev(accuracy):.3f}" in table
    assert "| test | 12 | majority |" in table
    assert "mean ± sd over 2 seeds" in table


def test_a_run_that_was_not_evaluated_is_an_error_that_says_how(runs, tmp_path):
    with pytest.raises(RunError, match="expected an evaluated run, found no report; run: parley evaluate"):
        results([tmp_path])
    with pytest.raises(RunError, match=r"expected a report of every run on the same files, found none here"):
        results([runs[0][0], tmp_path])


def test_a_table_takes_the_place_between_the_marks_and_nothing_else():
    text = "a\n<!-- results -->\nold\n<!-- /results -->\nb\n"
    assert put_between_marks(text, "new\n", "f") == "a\n<!-- results -->\nnew\n<!-- /results -->\nb\n"
    with pytest.raises(RunError, match="f: expected the marks"):
        put_between_marks("a", "new", "f")
