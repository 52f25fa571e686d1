"""Two models on the same rows: the paired difference, its interval, and the rows on which they part."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import binomtest

from parley.evaluation.bootstrap import Interval, Resampler, Values, f1_figure, f1_values, mean_figure, percentiles


@dataclass(frozen=True)
class Difference:
    """A figure of one model minus that of another on the same rows.

    Attributes:
        value: the difference.
        interval: its paired cluster bootstrap 95 % interval.
        p: two-sided bootstrap p-value: twice the smaller share of draws on either side of 0, at least 1 / draws.
    """

    value: float
    interval: Interval
    p: float


@dataclass(frozen=True)
class Comparison:
    """Two models on the same rows, A minus B.

    Attributes:
        support: number of rows.
        accuracy: difference in accuracy.
        f1_macro: difference in macro-F1.
        only_a: rows that only A has right.
        only_b: rows that only B has right.
        mcnemar_p: p-value of the exact McNemar test (McNemar 1947, Psychometrika 12:153-157), which takes rows as
            independent.
        differing: indices of the rows on which the guesses differ.
    """

    support: int
    accuracy: Difference
    f1_macro: Difference
    only_a: int
    only_b: int
    mcnemar_p: float
    differing: list[int]


def difference(truth: Sequence[str], a: Sequence[str], b: Sequence[str], draws: Resampler) -> Difference:
    """Return the paired difference in accuracy of guesses ``a`` and ``b``."""
    right = np.array([[x == t, 1.0, y == t, 1.0] for t, x, y in zip(truth, a, b, strict=True)])
    return _paired(right, lambda sums: mean_figure(sums[:, :2]) - mean_figure(sums[:, 2:]), draws)


def compare(
    truth: Sequence[str], a: Sequence[str], b: Sequence[str], labels: Sequence[str], draws: Resampler
) -> Comparison:
    """Compare the guesses of two models.

    Args:
        truth: true labels of n rows, n at least 1.
        a: guesses of the first model.
        b: guesses of the second.
        labels: label names.
        draws: bootstrap draws of the same n rows.
    """
    values = np.hstack([f1_values(truth, a, labels), f1_values(truth, b, labels)])
    width = 3 * len(labels)
    only_a = sum(x == t != y for t, x, y in zip(truth, a, b, strict=True))
    only_b = sum(y == t != x for t, x, y in zip(truth, a, b, strict=True))
    return Comparison(
        support=len(truth),
        accuracy=difference(truth, a, b, draws),
        f1_macro=_paired(values, lambda sums: f1_figure(sums[:, :width]) - f1_figure(sums[:, width:]), draws),
        only_a=only_a,
        only_b=only_b,
        mcnemar_p=mcnemar(only_a, only_b),
        differing=[i for i, (x, y) in enumerate(zip(a, b, strict=True)) if x != y],
    )


def mcnemar(only_a: int, only_b: int) -> float:
    """Exact two-sided McNemar test: whether a row that only one model has right is as likely to be either's."""
    return float(binomtest(only_a, only_a + only_b).pvalue) if only_a + only_b else 1.0


def _paired(values: Values, figure: Callable[[Values], Values], draws: Resampler) -> Difference:
    samples = draws.samples(values, figure)
    sides = min((samples <= 0).mean(), (samples >= 0).mean())
    return Difference(
        value=float(figure(values.sum(0, keepdims=True))[0]),
        interval=percentiles(samples),
        p=float(min(1.0, max(2 * sides, 1 / len(samples)))),
    )
