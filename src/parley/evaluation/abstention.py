"""What abstaining buys: the share of wrong answers among those given, as fewer and surer ones are given."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from parley.evaluation.bootstrap import Interval
from parley.evaluation.metrics import Probabilities, wilson

POINTS = 101


@dataclass(frozen=True)
class Threshold:
    """A threshold chosen on validation, and what it does on this file.

    Attributes:
        wanted_risk: the share of wrong answers it was chosen for.
        min_confidence: the probability asked for.
        coverage: share of the rows of this file that are answered.
        risk: share of wrong ones among those; ``interval`` is its Wilson 95 % interval.
    """

    wanted_risk: float
    min_confidence: float
    coverage: float
    risk: float
    interval: Interval


@dataclass(frozen=True)
class RiskCoverage:
    """The risk-coverage curve (El-Yaniv and Wiener 2010, JMLR 11:1605-1641).

    Attributes:
        coverage: shares of rows answered, the surest first, at most ``POINTS`` of them.
        risk: share of wrong answers among them.
        area: area under the curve over all rows; lower is better.
        thresholds: the thresholds of the checkpoint.
    """

    coverage: list[float]
    risk: list[float]
    area: float
    thresholds: list[Threshold]


def risk_coverage(
    truth: Sequence[str],
    probabilities: Probabilities,
    labels: Sequence[str],
    thresholds: Sequence[Mapping[str, float]] = (),
) -> RiskCoverage:
    """Measure risk against coverage.

    Args:
        truth: true labels of n rows, n at least 1.
        probabilities: array of shape (n, classes), columns in label order.
        labels: label names in their order.
        thresholds: mappings with ``risk`` and ``min_confidence``, chosen on other rows.
    """
    confidence = probabilities.max(-1)
    wrong = np.asarray([labels[i] for i in probabilities.argmax(-1)], dtype=object) != np.asarray(truth, dtype=object)
    order = np.argsort(-confidence, kind="stable")
    answered = np.arange(1, len(order) + 1)
    risk = np.cumsum(wrong[order]) / answered
    shown = np.unique(np.linspace(0, len(order) - 1, POINTS).astype(int))
    return RiskCoverage(
        coverage=(answered[shown] / len(order)).tolist(),
        risk=risk[shown].tolist(),
        area=float(risk.mean()),
        thresholds=[_threshold(entry, confidence, wrong) for entry in thresholds],
    )


def _threshold(entry: Mapping[str, float], confidence: np.ndarray, wrong: np.ndarray) -> Threshold:
    kept = confidence >= entry["min_confidence"]
    errors, given = int(wrong[kept].sum()), int(kept.sum())
    return Threshold(
        wanted_risk=entry["risk"],
        min_confidence=entry["min_confidence"],
        coverage=given / len(kept),
        risk=errors / given if given else 0.0,
        interval=wilson(errors, given),
    )
