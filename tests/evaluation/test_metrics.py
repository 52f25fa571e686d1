import numpy as np
import pytest
from sklearn.metrics import brier_score_loss, f1_score

from parley.evaluation.bootstrap import Resampler
from parley.evaluation.metrics import (
    calibration,
    confusion,
    label_scores,
    score,
    stance_score,
    wilson,
)
from parley.labels import LABELS

TRUTH = ["conciliatory", "hostile", "none", "none", "conditional", "hostile"]
GUESS = ["conciliatory", "hostile", "none", "hostile", "none", "hostile"]


def test_wilson_is_the_hand_computed_interval():
    low, high = wilson(8, 10)
    z, p, n = 1.959964, 0.8, 10
    centre, half = p + z * z / (2 * n), z * ((p * (1 - p) + z * z / (4 * n)) / n) ** 0.5
    assert (low, high) == pytest.approx(
        ((centre - half) / (1 + z * z / n), (centre + half) / (1 + z * z / n)), abs=1e-6
    )
    assert wilson(0, 0) == (0.0, 1.0)


def test_accuracy_and_f1_are_those_counted_by_hand():
    result = score(TRUTH, GUESS, LABELS)
    assert result.support == 6
    assert result.accuracy == pytest.approx(4 / 6)
    f1 = [1.0, 0.0, 2 * (2 / 3) * 1 / (2 / 3 + 1), 0.5]
    assert result.f1_macro == pytest.approx(sum(f1) / 4)


def test_f1_over_labels_that_occur_is_that_of_scikit_learn():
    assert score(TRUTH[:3], GUESS[:3]).f1_macro == pytest.approx(f1_score(TRUTH[:3], GUESS[:3], average="macro"))


def test_unequal_lengths_are_an_error():
    with pytest.raises(ValueError, match="as many guesses as true labels, found 1 and 2"):
        score(["a", "b"], ["a"])


def test_stance_scores_ask_only_the_rows_with_a_stance_and_only_the_stances():
    probabilities = np.array([[0.3, 0.1, 0.1, 0.5], [0.1, 0.2, 0.3, 0.4], [0.9, 0.0, 0.1, 0.0]], dtype=np.float32)
    result = stance_score(["conciliatory", "conditional", "none"], probabilities, LABELS)
    assert result.support == 2
    assert result.accuracy == pytest.approx(0.5)


def test_labels_without_none_are_all_stances():
    probabilities = np.eye(3, dtype=np.float32)
    assert stance_score(["a", "b", "c"], probabilities, ["a", "b", "c"]).accuracy == 1.0


def test_label_scores_and_confusion_stand_in_label_order():
    by_label = label_scores(TRUTH, GUESS, LABELS)
    assert [label.label for label in by_label] == list(LABELS)
    assert [label.support for label in by_label] == [1, 1, 2, 2]
    assert by_label[2].precision == pytest.approx(2 / 3)
    assert confusion(TRUTH, GUESS, LABELS) == [[1, 0, 0, 0], [0, 0, 0, 1], [0, 0, 2, 0], [0, 0, 1, 1]]


def test_an_interval_of_f1_holds_the_f1_and_narrows_with_rows():
    def width(times):
        truth, guess = TRUTH * times, GUESS * times
        result = score(truth, guess, LABELS, Resampler.over([str(i) for i in range(len(truth))]))
        low, high = result.f1_interval
        assert low < result.f1_macro < high
        return high - low

    assert width(40) < width(4)


def test_label_intervals_are_wilsons_for_precision_and_recall():
    hostile = label_scores(TRUTH, GUESS, LABELS)[2]
    assert hostile.precision_interval == wilson(2, 3)
    assert hostile.recall_interval == wilson(2, 2)
    assert hostile.f1_interval is None


def test_calibration_is_that_counted_by_hand_and_by_scikit_learn():
    probabilities = np.array([[0.8, 0.2], [0.8, 0.2], [0.6, 0.4]], dtype=np.float32)
    draws = Resampler.over(["1", "2", "3"])
    found = calibration(["a", "b", "a"], probabilities, ["a", "b"], draws)
    assert found.ece == pytest.approx((2 * 0.3 + 1 * 0.4) / 3, abs=1e-6)
    assert found.brier == pytest.approx(2 * brier_score_loss([1, 0, 1], probabilities[:, 0]), abs=1e-6)
    assert [(b.support, round(b.confidence, 3), b.accuracy) for b in found.bins] == [(1, 0.6, 1.0), (2, 0.8, 0.5)]
    assert found.bins[1].interval == wilson(1, 2)
    assert found.brier_interval[0] <= found.brier <= found.brier_interval[1]
