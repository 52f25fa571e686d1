"""Shares of labels corrected for what the classifier is known to confuse.

Counting predictions overstates the labels that others are mistaken for. Adjusted counting inverts that: with the share
of each prediction among the rows of each true label known from labelled rows, it looks for the shares that would give
the counts observed (Forman 2008, "Quantifying counts and costs via classification", DMKD 17:164-206; for more than two
classes as a least-squares fit on the simplex, Firat 2016, arXiv:1606.00868).
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import nnls

from parley.evaluation.metrics import Interval

DRAWS = 400
SMOOTHING = 0.5
"""Added to each cell of a confusion row (Jeffreys), so that a label of few rows is uncertain rather than impossible."""

_SUM_WEIGHT = 100.0


def adjusted_shares(counts: Sequence[int], confusion: Sequence[Sequence[int]]) -> list[float]:
    """Return the shares of the true labels that best explain the counts of predicted labels.

    Args:
        counts: number of predictions by label.
        confusion: rows by true label, columns by predicted label, both in label order.

    Returns:
        One share for each label; they sum to 1.

    Raises:
        ValueError: there are no counts, or the confusion is not square in their number.
    """
    observed, seen = np.asarray(counts, dtype=float), np.asarray(confusion, dtype=float)
    if observed.sum() <= 0 or seen.shape != (len(observed), len(observed)):
        raise ValueError(
            f"expected counts above 0 and a confusion of {len(observed)} by {len(observed)}, "
            f"found {counts} and {seen.shape}"
        )
    rates = (seen + SMOOTHING) / (seen + SMOOTHING).sum(1, keepdims=True)
    return _fit(observed / observed.sum(), rates).tolist()


def adjusted_intervals(
    counts: Sequence[int], confusion: Sequence[Sequence[int]], draws: int = DRAWS, seed: int = 0
) -> list[Interval]:
    """Return 95 % intervals of ``adjusted_shares``: counts and confusion are drawn anew, the middle 95 % is kept."""
    random = np.random.default_rng(seed)
    observed, seen = np.asarray(counts), np.asarray(confusion, dtype=float) + SMOOTHING
    total = int(observed.sum())
    share = (observed + SMOOTHING) / (observed + SMOOTHING).sum()
    found = [
        _fit(random.multinomial(total, share) / total, np.stack([random.dirichlet(row) for row in seen]))
        for _ in range(draws)
    ]
    low, high = np.quantile(np.array(found), [0.025, 0.975], axis=0)
    return list(zip(low.tolist(), high.tolist(), strict=True))


def _fit(observed: NDArray[np.float64], rates: NDArray[np.float64]) -> NDArray[np.float64]:
    """Find shares p of at least 0 that sum to 1, with ``rates.T @ p`` nearest to the observed shares."""
    matrix = np.vstack([rates.T, np.full(len(observed), _SUM_WEIGHT)])
    shares, _ = nnls(matrix, np.append(observed, _SUM_WEIGHT))
    return shares / shares.sum()
