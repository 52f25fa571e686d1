import numpy as np
import pytest

from parley.evaluation.abstention import risk_coverage

PROBABILITIES = np.array([[0.9, 0.1], [0.8, 0.2], [0.3, 0.7], [0.6, 0.4]], dtype=np.float32)


def test_the_curve_is_the_one_counted_by_hand():
    curve = risk_coverage(["a", "b", "b", "b"], PROBABILITIES, ["a", "b"])
    assert curve.coverage == [0.25, 0.5, 0.75, 1.0]
    assert curve.risk == pytest.approx([0, 1 / 2, 1 / 3, 2 / 4])
    assert curve.area == pytest.approx((0 + 1 / 2 + 1 / 3 + 1 / 2) / 4)


def test_a_threshold_shows_what_it_answers_and_how_much_of_that_is_wrong():
    entry = {"risk": 0.05, "min_confidence": 0.75, "coverage": 1.0}
    (threshold,) = risk_coverage(["a", "b", "b", "b"], PROBABILITIES, ["a", "b"], [entry]).thresholds
    assert (threshold.wanted_risk, threshold.coverage, threshold.risk) == (0.05, 0.5, 0.5)
    nothing = {"risk": 0.05, "min_confidence": 0.99}
    assert risk_coverage(["a", "b", "b", "b"], PROBABILITIES, ["a", "b"], [nothing]).thresholds[0].coverage == 0.0
